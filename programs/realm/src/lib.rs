//! SPL Governance, the program behind Realms, as published on crates.io. Local chains load it at its public address.

#[cfg(target_arch = "bpf")]
use solana_compiler_builtins as _;
use spl_governance::processor::process_instruction;

solana_program::entrypoint!(process_instruction);
