#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| commonwire_fuzz::realm(data));
