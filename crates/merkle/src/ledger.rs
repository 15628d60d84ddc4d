//! The ledger tree: leaf `index` says what device `index` has earned for its owner since the network began.
//!
//! The tree has the least depth that holds `device_count` leaves; places from `device_count` on are [`crate::EMPTY`].
//! A run proof for leaves `first .. first + n` lists, level by level from the bottom, the hash left of the run where the
//! run starts at an odd position, then the hash right of it where it ends (exclusive) at an odd one. One proof for a run
//! costs little more than one for a single leaf, which is what makes settling many devices at once cheap.

use crate::{hash, node, Hash, EMPTY, LEAF, NODE};

/// Why a run does not lead to a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The run is empty or reaches past `device_count`.
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

/// Folds the leaf hashes of a contiguous run into the root they prove, in place.
///
/// `run` holds the hashes of leaves `first ..` and is overwritten. `proof` must be used up exactly, and the fold takes
/// exactly [`depth`] levels, so that no inner node can stand in for a leaf and no hole for a device.
pub fn run_root(
    first: u32,
    device_count: u32,
    run: &mut [Hash],
    proof: &[Hash],
) -> Result<Hash, RunError> {
    let end = u32::try_from(run.len())
        .ok()
        .and_then(|n| first.checked_add(n))
        .ok_or(RunError::OutOfRange)?;
    if run.is_empty() || end > device_count {
        return Err(RunError::OutOfRange);
    }
    let depth = depth(device_count);
    let mut proof = proof.iter();
    let (mut start, mut len, mut level) = (first, run.len(), 0);
    while len > 1 {
        len = fold_level(start, &mut run[..len], &mut proof)?;
        start >>= 1;
        level += 1;
    }
    // One node is left: what remains is the path of a single leaf.
    let mut top = run[0];
    for _ in level..depth {
        let sibling = proof.next().ok_or(RunError::TooFewHashes)?;
        top = if start & 1 == 1 {
            node(sibling, &top)
        } else {
            node(&top, sibling)
        };
        start >>= 1;
    }
    match proof.next() {
        None => Ok(top),
        Some(_) => Err(RunError::TooManyHashes),
    }
}

/// Replaces the nodes of one level by their parents, at the front of `run`, and returns how many there are.
#[inline(always)]
fn fold_level<'a>(
    start: u32,
    run: &mut [Hash],
    proof: &mut impl Iterator<Item = &'a Hash>,
) -> Result<usize, RunError> {
    let (mut read, mut write) = (0, 0);
    if start & 1 == 1 {
        let left = proof.next().ok_or(RunError::TooFewHashes)?;
        run[0] = node(left, &run[0]);
        (read, write) = (1, 1);
    }
    while read + 1 < run.len() {
        // The pair lies side by side, so it is hashed in one slice: cheaper on chain than two.
        run[write] = hash(&[&NODE, run[read..read + 2].as_flattened()]);
        read += 2;
        write += 1;
    }
    if read < run.len() {
        let right = proof.next().ok_or(RunError::TooFewHashes)?;
        run[write] = node(&run[read], right);
        write += 1;
    }
    Ok(write)
}

/// Root of the tree with these leaf hashes, for hosts; [`crate::EMPTY`] where there is no device.
pub fn root(leaves: &[Hash]) -> Hash {
    levels(leaves)
        .last()
        .and_then(|top| top.first().copied())
        .unwrap_or(EMPTY)
}

/// Run proof for leaves `first .. first + count` of the tree with these leaf hashes, for hosts.
pub fn prove_run(
    leaves: &[Hash],
    first: usize,
    count: usize,
) -> Result<alloc::vec::Vec<Hash>, RunError> {
    let end = first.checked_add(count).ok_or(RunError::OutOfRange)?;
    if count == 0 || end > leaves.len() {
        return Err(RunError::OutOfRange);
    }
    let (mut start, mut end, mut empty) = (first, end, EMPTY);
    let mut proof = alloc::vec::Vec::new();
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
fn levels(leaves: &[Hash]) -> alloc::vec::Vec<alloc::vec::Vec<Hash>> {
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
