//! The registry: an append-only tree of devices and a running hash over all changes.
//!
//! The tree is incremental: appending only needs an account of [`DEPTH`] hashes, the *frontier*. Anyone who replays the
//! changes can compare the running hash to check that none is missing.

use alloc::vec::Vec;

use crate::{hash, node, Hash, EMPTY, LEAF};

/// Levels of the registry tree.
pub const DEPTH: usize = 24;

/// Maximum number of devices that one registry can hold.
pub const MAX_DEVICES: u32 = (1 << DEPTH) - 1;

/// Length of an encoded [`Device`].
pub const DEVICE_BYTES: usize = 83;

const REGISTERED: [u8; 1] = [1];
const TRANSFERRED: [u8; 1] = [2];
const RETIRED: [u8; 1] = [3];

/// A device as recorded in the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device<'a> {
    pub index: u32,
    /// 0 for Ed25519, 1 for P-256.
    pub key_type: u8,
    /// For Ed25519 32 bytes and a zero; for P-256 compressed SEC1.
    pub key: &'a [u8; 33],
    /// Wallet the device earns for.
    pub owner: &'a [u8; 32],
    pub kind: u8,
    /// H3 cell asserted at registration.
    pub h3_cell: u64,
    /// In the kind's capacity unit, such as W, kbit/s or bays.
    pub capacity: u32,
}

impl Device<'_> {
    /// Encodes as `index u32 | key_type u8 | key 33 | owner 32 | kind u8 | h3_cell u64 | capacity u32`.
    #[inline(always)]
    pub fn encode(&self) -> [u8; DEVICE_BYTES] {
        let mut out = [0; DEVICE_BYTES];
        out[..4].copy_from_slice(&self.index.to_le_bytes());
        out[4] = self.key_type;
        out[5..38].copy_from_slice(self.key);
        out[38..70].copy_from_slice(self.owner);
        out[70] = self.kind;
        out[71..79].copy_from_slice(&self.h3_cell.to_le_bytes());
        out[79..].copy_from_slice(&self.capacity.to_le_bytes());
        out
    }

    /// The index in an encoded device.
    pub fn index_of(encoded: &[u8; DEVICE_BYTES]) -> u32 {
        u32::from_le_bytes([encoded[0], encoded[1], encoded[2], encoded[3]])
    }

    /// The owner in an encoded device.
    pub fn owner_of(encoded: &[u8; DEVICE_BYTES]) -> &[u8; 32] {
        // SAFETY: 32 bytes follow the key.
        unsafe { &*encoded.as_ptr().add(38).cast::<[u8; 32]>() }
    }
}

/// Returns a device's leaf: `H(0 | encoded device)`.
#[inline(always)]
pub fn leaf(encoded: &[u8; DEVICE_BYTES]) -> Hash {
    hash(&[&LEAF, encoded])
}

/// Returns the running hash after a registration: `H(previous | 1 | encoded device)`.
#[inline(always)]
pub fn hash_registered(previous: &Hash, encoded: &[u8; DEVICE_BYTES]) -> Hash {
    hash(&[previous, &REGISTERED, encoded])
}

/// Returns the running hash after a transfer: `H(previous | 2 | index u32 | owner 32 | effective epoch u64)`.
#[inline(always)]
pub fn hash_transferred(
    previous: &Hash,
    index: u32,
    owner: &[u8; 32],
    effective_epoch: u64,
) -> Hash {
    hash(&[
        previous,
        &TRANSFERRED,
        &index.to_le_bytes(),
        owner,
        &effective_epoch.to_le_bytes(),
    ])
}

/// Returns the running hash after a retirement: `H(previous | 3 | index u32 | effective epoch u64)`.
#[inline(always)]
pub fn hash_retired(previous: &Hash, index: u32, effective_epoch: u64) -> Hash {
    hash(&[
        previous,
        &RETIRED,
        &index.to_le_bytes(),
        &effective_epoch.to_le_bytes(),
    ])
}

/// Appends `leaf` at index `count` to the tree whose full left subtrees are in `frontier`, level by level.
/// Returns false and changes nothing if the tree is full.
#[inline(always)]
#[must_use]
pub fn append(frontier: &mut [Hash; DEPTH], count: u32, leaf: Hash) -> bool {
    if count >= MAX_DEVICES {
        return false;
    }
    let mut carried = leaf;
    let mut position = count;
    for slot in frontier.iter_mut() {
        if position & 1 == 0 {
            *slot = carried;
            return true;
        }
        carried = node(slot, &carried);
        position >>= 1;
    }
    false
}

/// Whether device `index` of `count` has this leaf. `path` leads from it to the full subtree that waits in the frontier:
/// that of level `path.len()`, if bit `path.len()` of the count is set and the device lies in the subtree it stands for.
pub fn has_leaf(
    frontier: &[Hash; DEPTH],
    count: u32,
    index: u32,
    leaf: Hash,
    path: &[Hash],
) -> bool {
    let level = path.len();
    // Of each level the frontier keeps the last full subtree, number `(count >> level) - 1`.
    if level >= DEPTH || count >> level & 1 == 0 || index >> level != (count >> level) - 1 {
        return false;
    }
    let mut top = leaf;
    for (height, sibling) in path.iter().enumerate() {
        top = match index >> height & 1 {
            0 => node(&top, sibling),
            _ => node(sibling, &top),
        };
    }
    top == frontier[level]
}

/// Returns the path from leaf `index` to the full subtree that holds it, of the tree with these leaf hashes, or none
/// beyond them. For hosts.
pub fn prove_leaf(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    let count = leaves.len();
    let level = (0..DEPTH)
        .find(|level| count >> level & 1 == 1 && index >> level == (count >> level) - 1)?;
    let start = index >> level << level;
    let mut row = leaves.get(start..start + (1 << level))?.to_vec();
    let mut position = index - start;
    let mut path = Vec::with_capacity(level);
    while row.len() > 1 {
        path.push(row[position ^ 1]);
        row = row
            .chunks_exact(2)
            .map(|pair| node(&pair[0], &pair[1]))
            .collect();
        position >>= 1;
    }
    Some(path)
}

/// Returns the root of the tree of `count` devices with this frontier.
pub fn root(frontier: &[Hash; DEPTH], count: u32) -> Hash {
    let (mut carried, mut empty) = (EMPTY, EMPTY);
    for (level, waiting) in frontier.iter().enumerate() {
        carried = if count >> level & 1 == 1 {
            node(waiting, &carried)
        } else {
            node(&carried, &empty)
        };
        empty = node(&empty, &empty);
    }
    carried
}
