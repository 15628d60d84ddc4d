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

use core::mem::MaybeUninit;
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

/// Bytes to hash, as the runtime takes them: their address and their number.
#[repr(C)]
pub(crate) struct Stretch {
    pub at: *const u8,
    pub len: usize,
}

/// Writes the hash of a stretch of bytes to `output`, which may lie among them: it is written once they are read.
///
/// # Safety
/// The bytes can be read, and a hash written.
#[inline(always)]
pub(crate) unsafe fn hash_at(stretch: &Stretch, output: *mut Hash) {
    #[cfg(not(any(target_os = "solana", target_arch = "bpf")))]
    {
        let digest = hash(&[core::slice::from_raw_parts(stretch.at, stretch.len)]);
        output.write(digest);
    }
    #[cfg(any(target_os = "solana", target_arch = "bpf"))]
    solana_sha256_hasher::sol_sha256((&raw const *stretch).cast(), 1, output.cast());
}

/// What a node hashes, as stretches that stay where they are: prefix, left child, right child.
pub(crate) struct NodePreimage([Stretch; 3]);

impl NodePreimage {
    #[inline(always)]
    pub fn new() -> Self {
        let stretch = |bytes: &'static [u8]| Stretch {
            at: bytes.as_ptr(),
            len: bytes.len(),
        };
        Self([stretch(&NODE), stretch(&EMPTY), stretch(&EMPTY)])
    }

    #[inline(always)]
    pub fn set(&mut self, left: &Hash, right: &Hash) {
        self.0[1].at = left.as_ptr();
        self.0[2].at = right.as_ptr();
    }

    /// Writes the node's hash to `output`, which may be one of its children.
    ///
    /// # Safety
    /// The children that were set last can be read, and a hash written.
    #[inline(always)]
    pub unsafe fn hash_to(&self, output: *mut Hash) {
        #[cfg(not(any(target_os = "solana", target_arch = "bpf")))]
        {
            let child = |at: usize| core::slice::from_raw_parts(self.0[at].at, 32);
            let digest = hash(&[&NODE, child(1), child(2)]);
            output.write(digest);
        }
        #[cfg(any(target_os = "solana", target_arch = "bpf"))]
        solana_sha256_hasher::sol_sha256(self.0.as_ptr().cast(), 3, output.cast());
    }
}

/// Writes the hash of `input` to `output`, where it stays: returned by value it would be copied.
#[inline(always)]
pub fn hash_to(input: &[u8], output: &mut MaybeUninit<Hash>) {
    let stretch = Stretch {
        at: input.as_ptr(),
        len: input.len(),
    };
    // SAFETY: `stretch` is `input`, and `output` has room for a hash.
    unsafe { hash_at(&stretch, output.as_mut_ptr()) }
}
