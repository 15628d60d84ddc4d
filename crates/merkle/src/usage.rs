//! The usage tree: what each order and offer of a market has used since its birth, one leaf an account, sorted by account.
//!
//! A tree of `count` leaves has the lowest depth that fits them; positions from `count` on are [`EMPTY`]. The root is
//! `H(2 | count u32 | tree root)`, so that it binds the number of leaves: two neighbours, or the first or the last leaf alone,
//! prove that no leaf is between or beyond them.

use alloc::vec::Vec;

use crate::{hash, ledger::depth, node, Hash, EMPTY, LEAF};

/// The sides of a leaf: an order's, which pays, and an offer's, which is paid.
pub const ORDER: u8 = 0;
pub const OFFER: u8 = 1;

/// Length of an encoded [`Leaf`].
pub const LEAF_BYTES: usize = 89;

const ROOT: [u8; 1] = [2];

/// What one account has used, or delivered, since its birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// [`ORDER`] or [`OFFER`].
    pub side: u8,
    pub account: &'a Hash,
    /// Which account it was at that address.
    pub birth: u64,
    /// The area or offer that is paid, or the area that pays.
    pub counterparty: &'a Hash,
    pub units: u64,
    /// Base units of the market's token.
    pub amount: u64,
}

impl<'a> Leaf<'a> {
    /// Encodes as `side u8 | account 32 | birth u64 | counterparty 32 | units u64 | amount u64`.
    pub fn encode(&self) -> [u8; LEAF_BYTES] {
        let mut out = [0; LEAF_BYTES];
        out[0] = self.side;
        out[1..33].copy_from_slice(self.account);
        out[33..41].copy_from_slice(&self.birth.to_le_bytes());
        out[41..73].copy_from_slice(self.counterparty);
        out[73..81].copy_from_slice(&self.units.to_le_bytes());
        out[81..].copy_from_slice(&self.amount.to_le_bytes());
        out
    }

    /// Its hash: `H(0 | encoded leaf)`.
    pub fn hash(&self) -> Hash {
        hash_of(&self.encode())
    }
}

/// The hash of an encoded leaf.
pub fn hash_of(encoded: &[u8; LEAF_BYTES]) -> Hash {
    hash(&[&LEAF, encoded])
}

/// The account in an encoded leaf.
pub fn account_of(encoded: &[u8; LEAF_BYTES]) -> &Hash {
    // SAFETY: 32 bytes follow the side.
    unsafe { &*encoded.as_ptr().add(1).cast::<Hash>() }
}

/// The root over a tree of so many leaves.
pub fn root_of(count: u32, top: &Hash) -> Hash {
    hash(&[&ROOT, &count.to_le_bytes(), top])
}

/// The root to which leaf `index` of `count` and its path lead; none if it is beyond them, or the path has another length.
pub fn climb(leaf: &Hash, (index, count): (u32, u32), path: &[Hash]) -> Option<Hash> {
    if index >= count || path.len() != depth(count) as usize {
        return None;
    }
    Some(root_of(count, &fold(*leaf, index, path)))
}

/// The root to which leaves `index` and `index + 1` of `count` lead. `proof` lists, level by level from the bottom, the node to
/// their left if they start at an odd position, then the node to their right if their exclusive end is odd.
pub fn climb_pair(
    [left, right]: [&Hash; 2],
    (index, count): (u32, u32),
    mut proof: &[Hash],
) -> Option<Hash> {
    if index.checked_add(1)? >= count {
        return None;
    }
    let (mut left, mut right, mut at, mut levels) = (*left, *right, index, depth(count));
    // Until both are below one node.
    while at & 1 == 1 {
        let (before, rest) = proof.split_first()?;
        let (after, rest) = rest.split_first()?;
        (left, right, proof) = (node(before, &left), node(&right, after), rest);
        (at, levels) = (at >> 1, levels.checked_sub(1)?);
    }
    if proof.len() != levels.checked_sub(1)? as usize {
        return None;
    }
    Some(root_of(count, &fold(node(&left, &right), at >> 1, proof)))
}

/// The top to which a node at position `at` of its level leads.
fn fold(mut top: Hash, mut at: u32, path: &[Hash]) -> Hash {
    for sibling in path {
        top = match at & 1 {
            0 => node(&top, sibling),
            _ => node(sibling, &top),
        };
        at >>= 1;
    }
    top
}

/// The root of these leaves' hashes. For hosts.
pub fn root(leaves: &[Hash]) -> Hash {
    let top = levels(leaves)
        .last()
        .and_then(|level| level.first().copied())
        .unwrap_or(EMPTY);
    root_of(leaves.len() as u32, &top)
}

/// The path of a leaf, or the proof of it and the next. None beyond the leaves. For hosts.
pub fn prove(leaves: &[Hash], index: usize, pair: bool) -> Option<Vec<Hash>> {
    let (mut start, mut end) = (index, index + 1 + usize::from(pair));
    if end > leaves.len() {
        return None;
    }
    let levels = levels(leaves);
    let (mut proof, mut empty) = (Vec::new(), EMPTY);
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
    Some(proof)
}

fn levels(leaves: &[Hash]) -> Vec<Vec<Hash>> {
    let (mut levels, mut empty) = (alloc::vec![leaves.to_vec()], EMPTY);
    for _ in 0..depth(leaves.len() as u32) {
        let above = levels[levels.len() - 1]
            .chunks(2)
            .map(|pair| node(&pair[0], pair.get(1).unwrap_or(&empty)))
            .collect();
        levels.push(above);
        empty = node(&empty, &empty);
    }
    levels
}
