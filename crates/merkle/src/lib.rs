//! The trees on which every Commonwire program, oracle and auditor must agree, byte for byte.
//!
//! [`ledger`] is the tree of what each device has earned since the start; a *run proof* proves any contiguous run of
//! its leaves. [`registry`] is the append-only tree of registered devices and the running hash over all its changes.
//! [`usage`] is the tree of what the orders and offers of a market have used.
//!
//! Hashes are SHA-256. A leaf's preimage starts with byte 0 and an inner node's with byte 1, so that neither can be
//! passed off as the other. An unused position holds [`EMPTY`]. Integers are little-endian.

#![no_std]

extern crate alloc;

pub mod ledger;
pub mod registry;
pub mod usage;

use core::mem::MaybeUninit;
use solana_sha256_hasher::hashv;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The leaf at a position without a device.
pub const EMPTY: Hash = [0; 32];

const LEAF: [u8; 1] = [0];
const NODE: [u8; 1] = [1];

/// Returns the SHA-256 of the concatenation of `parts`.
#[inline(always)]
pub fn hash(parts: &[&[u8]]) -> Hash {
    hashv(parts).to_bytes()
}

/// Returns the hash of an inner node: `H(1 | left | right)`.
#[inline(always)]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    hash(&[&NODE, left, right])
}

/// Bytes to hash in the form that the runtime expects: their address and length.
#[repr(C)]
pub(crate) struct Stretch {
    pub at: *const u8,
    pub len: usize,
}

/// Writes the hash of the concatenated stretches to `output`, which may overlap them, since it is written after they
/// have been read.
///
/// # Safety
/// All stretches must be readable, and `output` must be writable.
#[inline(always)]
pub(crate) unsafe fn hash_at<const N: usize>(stretches: &[Stretch; N], output: *mut Hash) {
    #[cfg(not(any(target_os = "solana", target_arch = "bpf")))]
    {
        let parts: [&[u8]; N] = core::array::from_fn(|i| {
            let Stretch { at, len } = stretches[i];
            core::slice::from_raw_parts(at, len)
        });
        let digest = hash(&parts);
        output.write(digest);
    }
    #[cfg(any(target_os = "solana", target_arch = "bpf"))]
    solana_sha256_hasher::sol_sha256(stretches.as_ptr().cast(), N as u64, output.cast());
}

/// Writes the hash of `input` directly to `output`, which avoids the copy of a return by value.
#[inline(always)]
pub fn hash_to(input: &[u8], output: &mut MaybeUninit<Hash>) {
    let stretch = Stretch {
        at: input.as_ptr(),
        len: input.len(),
    };
    // SAFETY: `stretch` is `input`, and `output` has room for a hash.
    unsafe { hash_at(&[stretch], output.as_mut_ptr()) }
}
