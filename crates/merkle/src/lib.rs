//! The trees that every Commonwire program, oracle and auditor must agree on, to the byte.
//!
//! [`ledger`] is the tree of what each device has earned since the start; a *run proof* shows any contiguous run of its
//! leaves. [`registry`] is the append-only tree of registered devices and the running hash over every change of it.
//!
//! Hashes are SHA-256. A leaf's preimage starts with byte 0 and an inner node's with byte 1, so that neither can be
//! passed off as the other. A place nobody has taken yet holds [`EMPTY`]. Integers are little-endian.

#![no_std]

extern crate alloc;

pub mod ledger;
pub mod registry;

use solana_sha256_hasher::hashv;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The leaf of a place that no device holds.
pub const EMPTY: Hash = [0; 32];

const LEAF: [u8; 1] = [0];
const NODE: [u8; 1] = [1];

/// SHA-256 over the concatenation of `parts`.
#[inline(always)]
pub fn hash(parts: &[&[u8]]) -> Hash {
    hashv(parts).to_bytes()
}

/// Hash of an inner node: `H(1 | left | right)`.
#[inline(always)]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    hash(&[&NODE, left, right])
}

/// Writes the hash of `len` bytes from `from` on to `to`, all within `bytes`; the two may overlap.
#[inline(always)]
pub(crate) fn hash_within(bytes: &mut [u8], from: usize, len: usize, to: usize) {
    #[cfg(not(any(target_os = "solana", target_arch = "bpf")))]
    {
        let digest = hash(&[&bytes[from..from + len]]);
        bytes[to..to + 32].copy_from_slice(&digest);
    }
    #[cfg(any(target_os = "solana", target_arch = "bpf"))]
    {
        assert!(from + len <= bytes.len() && to + 32 <= bytes.len());
        let base = bytes.as_mut_ptr();
        // SAFETY: both ranges lie within `bytes`, by the assertion; the runtime reads the one before it writes the other.
        // A slice is passed as its address and length.
        unsafe {
            let input = [base.add(from) as usize, len];
            solana_sha256_hasher::sol_sha256(input.as_ptr().cast(), 1, base.add(to));
        }
    }
}
