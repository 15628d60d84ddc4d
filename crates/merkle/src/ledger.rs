//! The ledger tree: leaf `index` states what device `index` has earned for its owner since the network began.
//!
//! The tree has the lowest depth that fits `device_count` leaves; positions from `device_count` on are
//! [`crate::EMPTY`]. A run proof for leaves `first .. first + n` lists, level by level from the bottom, the hash to the
//! left of the run if it starts at an odd position, then the hash to its right if its exclusive end is odd. A proof for
//! a run costs little more than one for a single leaf, so settling many devices at once is cheap.

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use crate::{hash_at, hash_to, node, Hash, Stretch, EMPTY, LEAF, NODE};

/// Why a run does not lead to a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The run is empty, extends beyond `device_count` or has more leaves than its capacity.
    OutOfRange,
    /// The proof ends before the root is reached.
    TooFewHashes,
    /// Hashes are left over after the root is reached.
    TooManyHashes,
}

/// Returns a device's leaf: `H(0 | index u32 | owner 32 | earned u64)`, `earned` in base units of the reward token.
pub fn leaf(index: u32, owner: &[u8; 32], earned: u64) -> Hash {
    let mut leaf = MaybeUninit::uninit();
    leaf_to(index, owner, earned, &mut leaf);
    // SAFETY: written above.
    unsafe { leaf.assume_init() }
}

/// The preimage of a leaf, laid out as it is hashed. Filling a zeroed buffer instead would cost a program more.
#[repr(C, packed)]
struct LeafPreimage {
    tag: [u8; 1],
    index: [u8; 4],
    owner: [u8; 32],
    earned: [u8; 8],
}

const LEAF_BYTES: usize = 45;
const _: () = assert!(size_of::<LeafPreimage>() == LEAF_BYTES);

#[inline(always)]
fn leaf_to(index: u32, owner: &[u8; 32], earned: u64, output: &mut MaybeUninit<Hash>) {
    let preimage = LeafPreimage {
        tag: LEAF,
        index: index.to_le_bytes(),
        owner: *owner,
        earned: earned.to_le_bytes(),
    };
    // SAFETY: the struct consists of bytes without padding.
    hash_to(
        unsafe { &*(&raw const preimage).cast::<[u8; LEAF_BYTES]>() },
        output,
    );
}

/// Returns the number of levels between the leaves and the root of a tree of `device_count` devices.
pub fn depth(device_count: u32) -> u32 {
    match device_count {
        0 | 1 => 0,
        n => 32 - (n - 1).leading_zeros(),
    }
}

/// A contiguous run of leaves, collected to compute the root that they and a proof lead to.
pub struct Run {
    first: u32,
    /// The leaves from hash 1 on. Of hash 0 only the last byte is used, as the prefix of the node over hashes 1 and 2.
    hashes: Vec<Hash>,
    capacity: usize,
}

/// Bytes of a node's preimage: the prefix and both children.
const NODE_BYTES: usize = 65;

impl Run {
    /// Creates an empty run for leaves `first ..` with this capacity.
    #[inline(always)]
    pub fn with_capacity(first: u32, capacity: usize) -> Self {
        let mut hashes = Vec::with_capacity(capacity + 1);
        hashes.push(EMPTY);
        Self {
            first,
            hashes,
            // No index can exceed `u32::MAX`.
            capacity: capacity.min((u32::MAX - first) as usize + 1),
        }
    }

    /// Adds the leaf of the next device, which has earned `earned` for `owner` since the start.
    #[inline(always)]
    pub fn push(&mut self, owner: &[u8; 32], earned: u64) -> Result<(), RunError> {
        let next = self.hashes.len();
        if next > self.capacity {
            return Err(RunError::OutOfRange);
        }
        let index = self.first.wrapping_add(next as u32).wrapping_sub(1);
        // SAFETY: there is room for at least `capacity` leaves, and the new one is written before the length grows.
        unsafe {
            let end = self
                .hashes
                .as_mut_ptr()
                .add(next)
                .cast::<MaybeUninit<Hash>>();
            leaf_to(index, owner, earned, &mut *end);
            self.hashes.set_len(next + 1);
        }
        Ok(())
    }

    /// Adds the hash of the next device's leaf.
    #[inline(always)]
    pub fn push_hash(&mut self, leaf: &Hash) -> Result<(), RunError> {
        if self.hashes.len() > self.capacity {
            return Err(RunError::OutOfRange);
        }
        self.hashes.push(*leaf);
        Ok(())
    }

    /// Returns the root that the run and `proof` lead to in a ledger of `device_count` devices.
    ///
    /// `proof` must be used up exactly, and the fold has exactly [`depth`] levels, so that no inner node can pass for a
    /// leaf and no empty position for a device.
    #[inline(always)]
    pub fn root(&mut self, device_count: u32, proof: &[Hash]) -> Result<&Hash, RunError> {
        let mut len = self.hashes.len() - 1;
        let mut start = self.first;
        let end = u32::try_from(len).ok().and_then(|n| start.checked_add(n));
        if len == 0 || end.is_none_or(|end| end > device_count) {
            return Err(RunError::OutOfRange);
        }
        let hashes = &mut self.hashes[..];
        let mut levels = depth(device_count) as usize;
        let mut proof = proof;
        while len > 1 {
            len = fold_level(start, len, hashes, &mut proof)?;
            start >>= 1;
            levels -= 1;
        }
        if proof.len() < levels {
            return Err(RunError::TooFewHashes);
        }
        if proof.len() > levels {
            return Err(RunError::TooManyHashes);
        }
        let (bottom, _) = hashes
            .split_first_chunk_mut::<2>()
            .ok_or(RunError::OutOfRange)?;
        fold_path(start, bottom, proof);
        Ok(&bottom[1])
    }
}

/// Replaces the `len` nodes of a level, which start at hash 1, with their parents, and returns the number of parents.
#[inline(always)]
fn fold_level(
    start: u32,
    len: usize,
    hashes: &mut [Hash],
    proof: &mut &[Hash],
) -> Result<usize, RunError> {
    let (mut read, mut write) = (1, 1);
    if start & 1 == 1 {
        let left = proof.split_off_first().ok_or(RunError::TooFewHashes)?;
        hashes[1] = node(left, &hashes[1]);
        (read, write) = (2, 2);
        if len > 2 {
            // The byte before this pair belongs to the node just written, so it can't be used for the prefix.
            hashes[2] = node(&hashes[2], &hashes[3]);
            (read, write) = (4, 3);
        }
    }
    if read < len {
        let pairs = (len + 1 - read) / 2;
        fold_pairs(hashes, read, write, pairs);
        read += 2 * pairs;
        write += pairs;
    }
    if read == len {
        let right = proof.split_off_first().ok_or(RunError::TooFewHashes)?;
        hashes[write] = node(&hashes[read], right);
        write += 1;
    }
    Ok(write - 1)
}

/// Writes the parents of `pairs` pairs, from `hashes[read]` on, to `hashes[write]` and on; `write` is at most `read`.
///
/// This function and the next are separate so that their loops keep everything in registers: in a program, calls are
/// cheap but memory isn't.
#[inline(never)]
fn fold_pairs(hashes: &mut [Hash], read: usize, write: usize, pairs: usize) {
    assert!(0 < write && write <= read && read + 2 * pairs <= hashes.len());
    // SAFETY: by the assertion, all pairs, the byte before the first and everything written are within `hashes`.
    unsafe {
        let base = hashes.as_mut_ptr();
        let mut prefix = base.add(read).cast::<u8>().sub(1);
        let mut output = base.add(write);
        for _ in 0..pairs {
            // The byte before the pair has been read already.
            prefix.write(NODE[0]);
            let stretch = Stretch {
                at: prefix,
                len: NODE_BYTES,
            };
            hash_at(&[stretch], output);
            prefix = prefix.add(64);
            output = output.add(1);
        }
    }
}

/// Turns hash 1, at position `start` of its level, into the root that the path of siblings leads to.
///
/// For a left child the last byte of hash 0 holds the prefix, because hashing two stretches costs less than three.
#[inline(never)]
fn fold_path(start: u32, hashes: &mut [Hash; 2], proof: &[Hash]) {
    let mut start = start;
    hashes[0][31] = NODE[0];
    let hashes = hashes.as_mut_ptr().cast::<u8>();
    // SAFETY: prefix and top are within the two hashes.
    let (prefix, top) = unsafe { (hashes.add(31), hashes.add(32)) };
    let stretch = |at: *const u8, len| Stretch { at, len };
    let mut as_left = [stretch(prefix, 33), stretch(prefix, 32)];
    let mut as_right = [stretch(prefix, 1), stretch(prefix, 32), stretch(top, 32)];
    for sibling in proof {
        // SAFETY: all stretches are within the two hashes and the sibling, and nothing else refers to the top.
        if start & 1 == 0 {
            as_left[1].at = sibling.as_ptr();
            unsafe { hash_at(&as_left, top.cast()) };
        } else {
            as_right[1].at = sibling.as_ptr();
            unsafe { hash_at(&as_right, top.cast()) };
        }
        start >>= 1;
    }
}

/// Returns the root of the tree with these leaf hashes, or [`crate::EMPTY`] without devices. For hosts.
pub fn root(leaves: &[Hash]) -> Hash {
    levels(leaves)
        .last()
        .and_then(|top| top.first().copied())
        .unwrap_or(EMPTY)
}

/// Returns the run proof for leaves `first .. first + count` of the tree with these leaf hashes. For hosts.
pub fn prove_run(leaves: &[Hash], first: usize, count: usize) -> Result<Vec<Hash>, RunError> {
    let end = first.checked_add(count).ok_or(RunError::OutOfRange)?;
    if count == 0 || end > leaves.len() {
        return Err(RunError::OutOfRange);
    }
    let (mut start, mut end, mut empty) = (first, end, EMPTY);
    let mut proof = Vec::new();
    let levels = levels(leaves);
    for level in &levels[..levels.len() - 1] {
        if start & 1 == 1 {
            proof.push(level[start - 1]);
        }
        if end & 1 == 1 {
            proof.push(level.get(end).copied().unwrap_or(empty));
        }
        start >>= 1;
        end = end.div_ceil(2);
        empty = node(&empty, &empty);
    }
    Ok(proof)
}

/// Returns all levels from the leaves up to the root, without the nodes that cover only empty positions.
fn levels(leaves: &[Hash]) -> Vec<Vec<Hash>> {
    let mut levels = alloc::vec![leaves.to_vec()];
    let mut empty = EMPTY;
    for _ in 0..depth(leaves.len() as u32) {
        let below = &levels[levels.len() - 1];
        let above = below
            .chunks(2)
            .map(|pair| node(&pair[0], pair.get(1).unwrap_or(&empty)))
            .collect();
        levels.push(above);
        empty = node(&empty, &empty);
    }
    levels
}
