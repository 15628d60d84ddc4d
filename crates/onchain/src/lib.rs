//! What any program of Commonwire needs on chain. Nothing here knows of a particular program; each module has errors of
//! its own, which a program turns into its own codes.
#![no_std]

extern crate alloc;

pub mod ed25519;
pub mod lamports;
pub mod mint;
pub mod tokens;
