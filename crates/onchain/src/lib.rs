//! On-chain code that every Commonwire program needs. Nothing here depends on a particular program; each module has its own
//! errors, which a program converts into its own codes.
#![no_std]

extern crate alloc;

pub mod ed25519;
pub mod lamports;
pub mod mint;
pub mod streams;
pub mod token_accounts;
pub mod tokens;
pub mod wide;
