//! The ledger tree: leaf `index` says what device `index` has earned for its owner since the network began.
//!
//! The tree has the least depth that holds `device_count` leaves; places from `device_count` on are [`crate::EMPTY`].
//! A run proof for leaves `first .. first + n` lists, level by level from the bottom, the hash left of the run where the
//! run starts at an odd position, then the hash right of it where it ends (exclusive) at an odd one. One proof for a run
//! costs little more than one for a single leaf, which is what makes settling many devices at once cheap.

use alloc::vec::Vec;

use crate::{hash, hash_within, node, Hash, EMPTY, LEAF, NODE};

/// Why a run does not lead to a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The run is empty, reaches past `device_count` or has more leaves than there is room for.
    OutOfRange,
    /// The proof ends before the root is reached.
    TooFewHashes,
    /// Hashes are left over once the root is reached.
    TooManyHashes,
}

/// Leaf of a device: `H(0 | index u32 | owner 32 | earned u64)`, `earned` in base units of the reward token.
#[inline(always)]
pub fn leaf(index: u32, owner: &[u8; 32], earned: u64) -> Hash {
    let mut preimage = [0; 45];
    preimage[..1].copy_from_slice(&LEAF);
    preimage[1..5].copy_from_slice(&index.to_le_bytes());
    preimage[5..37].copy_from_slice(owner);
    preimage[37..].copy_from_slice(&earned.to_le_bytes());
    hash(&[&preimage])
}

/// Levels between the leaves and the root of a tree of `device_count` devices.
pub fn depth(device_count: u32) -> u32 {
    match device_count {
        0 | 1 => 0,
        n => 32 - (n - 1).leading_zeros(),
    }
}

/// A contiguous run of leaves, gathered to be folded into the root that they and a proof lead to.
pub struct Run {
    first: u32,
    leaves: usize,
    capacity: usize,
    /// Hash 0 stands for nothing but its last byte, the prefix of a node, which so lies right before hash 1: a node is
    /// hashed as one stretch of 65 bytes where it stands, which costs a program less than three.
    hashes: Vec<Hash>,
}

impl Run {
    /// An empty run for leaves `first ..`, with room for so many.
    #[inline(always)]
    pub fn with_capacity(first: u32, capacity: usize) -> Self {
        // One hash more than leaves even where there is one: a path needs two places.
        let mut hashes = Vec::with_capacity(capacity + 2);
        hashes.push([NODE[0]; 32]);
        Self {
            first,
            leaves: 0,
            capacity,
            hashes,
        }
    }

    /// Adds the leaf of the next device, of `owner`, which has earned so much since the start.
    #[inline(always)]
    pub fn push(&mut self, owner: &[u8; 32], earned: u64) -> Result<(), RunError> {
        let index = u32::try_from(self.leaves)
            .ok()
            .and_then(|offset| self.first.checked_add(offset))
            .ok_or(RunError::OutOfRange)?;
        self.push_hash(&leaf(index, owner, earned))
    }

    /// Adds the hash of the next device's leaf.
    #[inline(always)]
    pub fn push_hash(&mut self, leaf: &Hash) -> Result<(), RunError> {
        if self.leaves >= self.capacity {
            return Err(RunError::OutOfRange);
        }
        self.hashes.push(*leaf);
        self.leaves += 1;
        Ok(())
    }

    /// The root that the run and `proof` lead to, in a ledger of `device_count` devices.
    ///
    /// `proof` must be used up exactly, and the fold takes exactly [`depth`] levels, so that no inner node can stand in
    /// for a leaf and no hole for a device.
    #[inline(always)]
    pub fn root(mut self, device_count: u32, proof: &[Hash]) -> Result<Hash, RunError> {
        let end = u32::try_from(self.leaves)
            .ok()
            .and_then(|n| self.first.checked_add(n))
            .ok_or(RunError::OutOfRange)?;
        if self.leaves == 0 || end > device_count {
            return Err(RunError::OutOfRange);
        }
        self.hashes.push(EMPTY);
        let mut proof = proof.iter();
        let (mut start, mut len, mut level) = (self.first, self.leaves, 0);
        while len > 1 {
            len = fold_level(start, len, &mut self.hashes, &mut proof)?;
            start >>= 1;
            level += 1;
        }
        let bytes = self.hashes.as_flattened_mut();
        // One node is left, which is the left or the right child of the one above: what remains is the path of a leaf.
        let mut top = LEFT;
        if start & 1 == 1 {
            bytes.copy_within(LEFT..RIGHT, RIGHT);
            top = RIGHT;
        }
        for _ in level..depth(device_count) {
            let sibling = proof.next().ok_or(RunError::TooFewHashes)?;
            let other = LEFT + RIGHT - top;
            bytes[other..other + 32].copy_from_slice(sibling);
            start >>= 1;
            top = if start & 1 == 1 { RIGHT } else { LEFT };
            hash_within(bytes, LEFT - 1, NODE_BYTES, top);
        }
        if proof.next().is_some() {
            return Err(RunError::TooManyHashes);
        }
        let mut root = EMPTY;
        root.copy_from_slice(&bytes[top..top + 32]);
        Ok(root)
    }
}

/// Bytes of a node's preimage.
const NODE_BYTES: usize = 65;
/// Where the children of the last node stand among a run's bytes.
const LEFT: usize = 32;
const RIGHT: usize = 64;

/// Replaces the `len` nodes of one level, which begin at hash 1, by their parents, and returns how many there are.
#[inline(always)]
fn fold_level<'a>(
    start: u32,
    len: usize,
    hashes: &mut [Hash],
    proof: &mut impl Iterator<Item = &'a Hash>,
) -> Result<usize, RunError> {
    let (mut read, mut write) = (1, 1);
    if start & 1 == 1 {
        let left = proof.next().ok_or(RunError::TooFewHashes)?;
        hashes[1] = node(left, &hashes[1]);
        (read, write) = (2, 2);
        if len > 2 {
            // The byte before this pair belongs to the node just made, so it can't hold the prefix.
            hashes[2] = node(&hashes[2], &hashes[3]);
            (read, write) = (4, 3);
        }
    }
    let bytes = hashes.as_flattened_mut();
    while read < len {
        // What stands before the pair was read already.
        bytes[32 * read - 1] = NODE[0];
        hash_within(bytes, 32 * read - 1, NODE_BYTES, 32 * write);
        read += 2;
        write += 1;
    }
    if read == len {
        let right = proof.next().ok_or(RunError::TooFewHashes)?;
        hashes[write] = node(&hashes[read], right);
        write += 1;
    }
    Ok(write - 1)
}

/// Root of the tree with these leaf hashes, for hosts; [`crate::EMPTY`] where there is no device.
pub fn root(leaves: &[Hash]) -> Hash {
    levels(leaves)
        .last()
        .and_then(|top| top.first().copied())
        .unwrap_or(EMPTY)
}

/// Run proof for leaves `first .. first + count` of the tree with these leaf hashes, for hosts.
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

/// All levels from the leaves up to the root, without the nodes that lie over holes alone.
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
