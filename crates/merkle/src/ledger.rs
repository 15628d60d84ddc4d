//! The ledger: a Merkle sum tree in which leaf `index` states what device `index` has earned for its owner since the
//! network began.
//!
//! A node is a hash and the sum of what the leaves below it have earned; a parent hashes the sums of its children with
//! their hashes. So a root binds the sum of the whole ledger, and nobody can be paid from what another leaf earned,
//! whatever a dishonest committee signs: each proof adds up what its siblings claim and must end in the posted total.
//!
//! The tree has the lowest depth that fits `device_count` leaves; positions from `device_count` on are [`HOLE`]. A run
//! proof for leaves `first .. first + n` lists, level by level from the bottom, the node to the left of the run if it
//! starts at an odd position, then the node to its right if its exclusive end is odd. A proof for a run costs little
//! more than one for a single leaf, so settling many devices at once is cheap.

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use crate::{hash, hash_at, hash_to, Hash, Stretch, LEAF, NODE};

/// A node of the ledger: `sum u64 | hash 32`. The sum comes first, as it does in the preimage of the parent.
pub type Node = [u8; NODE_BYTES];

/// Length of a [`Node`].
pub const NODE_BYTES: usize = 40;

/// The node of a place that no device holds.
pub const HOLE: Node = [0; NODE_BYTES];

/// Why a run does not lead to a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The run is empty, extends beyond `device_count` or has more leaves than its capacity.
    OutOfRange,
    /// The proof ends before the root is reached.
    TooFewNodes,
    /// Nodes are left over once the root is reached.
    TooManyNodes,
    /// The sums do not fit a `u64`.
    Overflow,
}

/// The sum of a node.
#[inline(always)]
pub fn sum_of(node: &Node) -> u64 {
    // SAFETY: a node is longer than eight bytes.
    u64::from_le(unsafe { node.as_ptr().cast::<u64>().read_unaligned() })
}

/// The hash of a node.
#[inline(always)]
pub fn hash_of(node: &Node) -> &Hash {
    // SAFETY: 32 bytes follow the sum.
    unsafe { &*node.as_ptr().add(8).cast::<Hash>() }
}

/// A node of this sum and hash.
pub fn node_of(sum: u64, hash: &Hash) -> Node {
    let mut node = HOLE;
    node[..8].copy_from_slice(&sum.to_le_bytes());
    node[8..].copy_from_slice(hash);
    node
}

/// Parent of two nodes: the sum of theirs, and `H(1 | sum_left u64 | left 32 | sum_right u64 | right 32)`.
#[inline(always)]
pub fn parent(left: &Node, right: &Node) -> Result<Node, RunError> {
    let sum = checked_sum(sum_of(left), sum_of(right))?;
    Ok(node_of(sum, &hash(&[&NODE, left, right])))
}

/// A checked sum, in the form that costs a program least.
#[inline(always)]
fn checked_sum(a: u64, b: u64) -> Result<u64, RunError> {
    let sum = a.wrapping_add(b);
    if sum < b {
        return Err(RunError::Overflow);
    }
    Ok(sum)
}

/// The node of a device's leaf: what it has earned, and the leaf's hash.
pub fn leaf_node(index: u32, owner: &[u8; 32], earned: u64) -> Node {
    node_of(earned, &leaf(index, owner, earned))
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
    /// The leaves begin at 1: node 0 is there for its last byte alone, the prefix of the parent of nodes 1 and 2.
    nodes: Vec<Node>,
    capacity: usize,
}

/// Bytes of a parent's preimage: prefix and children.
const PREIMAGE_BYTES: usize = 1 + 2 * NODE_BYTES;

impl Run {
    /// Creates an empty run for leaves `first ..` with this capacity.
    #[inline(always)]
    pub fn with_capacity(first: u32, capacity: usize) -> Self {
        let mut nodes = Vec::with_capacity(capacity + 1);
        nodes.push(HOLE);
        Self {
            first,
            nodes,
            // No index can exceed `u32::MAX`.
            capacity: capacity.min((u32::MAX - first) as usize + 1),
        }
    }

    /// Adds the leaf of the next device, which has earned `earned` for `owner` since the start.
    #[inline(always)]
    pub fn push(&mut self, owner: &[u8; 32], earned: u64) -> Result<(), RunError> {
        let next = self.nodes.len();
        if next > self.capacity {
            return Err(RunError::OutOfRange);
        }
        let index = self.first.wrapping_add(next as u32).wrapping_sub(1);
        // SAFETY: there is room for at least `capacity` leaves, and the new one is written before the length grows.
        unsafe {
            let end = self.nodes.as_mut_ptr().add(next).cast::<u8>();
            end.cast::<u64>().write_unaligned(earned.to_le());
            leaf_to(
                index,
                owner,
                earned,
                &mut *end.add(8).cast::<MaybeUninit<Hash>>(),
            );
            self.nodes.set_len(next + 1);
        }
        Ok(())
    }

    /// Adds the node of the next device's leaf. Its sum is not compared with what the leaf says: the parent binds both.
    #[inline(always)]
    pub fn push_node(&mut self, leaf: &Node) -> Result<(), RunError> {
        if self.nodes.len() > self.capacity {
            return Err(RunError::OutOfRange);
        }
        self.nodes.push(*leaf);
        Ok(())
    }

    /// Returns the root that the run and `proof` lead to in a ledger of `device_count` devices.
    ///
    /// `proof` must be used up exactly, and the fold has exactly [`depth`] levels, so that no inner node can pass for a
    /// leaf and no empty position for a device.
    #[inline(always)]
    pub fn root(&mut self, device_count: u32, proof: &[Node]) -> Result<&Node, RunError> {
        let mut len = self.nodes.len() - 1;
        let mut start = self.first;
        let end = u32::try_from(len).ok().and_then(|n| start.checked_add(n));
        if len == 0 || end.is_none_or(|end| end > device_count) {
            return Err(RunError::OutOfRange);
        }
        let nodes = &mut self.nodes[..];
        let mut levels = depth(device_count) as usize;
        let mut proof = proof;
        while len > 1 {
            len = fold_level(start, len, nodes, &mut proof)?;
            start >>= 1;
            levels -= 1;
        }
        if proof.len() < levels {
            return Err(RunError::TooFewNodes);
        }
        if proof.len() > levels {
            return Err(RunError::TooManyNodes);
        }
        let (bottom, _) = nodes
            .split_first_chunk_mut::<2>()
            .ok_or(RunError::OutOfRange)?;
        fold_path(start, bottom, proof)?;
        Ok(&bottom[1])
    }
}

/// Replaces the `len` nodes of a level, which start at node 1, with their parents, and returns the number of parents.
#[inline(always)]
fn fold_level(
    start: u32,
    len: usize,
    nodes: &mut [Node],
    proof: &mut &[Node],
) -> Result<usize, RunError> {
    let (mut read, mut write) = (1, 1);
    if start & 1 == 1 {
        let left = proof.split_off_first().ok_or(RunError::TooFewNodes)?;
        nodes[1] = parent(left, &nodes[1])?;
        (read, write) = (2, 2);
        if len > 2 {
            // The byte before this pair belongs to the node just made, so it can't hold the prefix.
            nodes[2] = parent(&nodes[2], &nodes[3])?;
            (read, write) = (4, 3);
        }
    }
    if read < len {
        let pairs = (len + 1 - read) / 2;
        fold_pairs(nodes, read, write, pairs)?;
        read += 2 * pairs;
        write += pairs;
    }
    if read == len {
        let right = proof.split_off_first().ok_or(RunError::TooFewNodes)?;
        nodes[write] = parent(&nodes[read], right)?;
        write += 1;
    }
    Ok(write - 1)
}

/// Writes the parents of `pairs` pairs, from `nodes[read]` on, to `nodes[write]` and on; `write` is at most `read`.
///
/// This function and the next are separate so that their loops keep everything in registers: in a program, calls are
/// cheap but memory isn't.
#[inline(never)]
fn fold_pairs(nodes: &mut [Node], read: usize, write: usize, pairs: usize) -> Result<(), RunError> {
    assert!(0 < write && write <= read && read + 2 * pairs <= nodes.len());
    // SAFETY: all pairs, the byte before the first and all that is written lie within `nodes`, by the assertion.
    unsafe {
        let base = nodes.as_mut_ptr();
        let mut prefix = base.add(read).cast::<u8>().sub(1);
        let mut output = base.add(write).cast::<u8>();
        for _ in 0..pairs {
            // The byte before the pair has been read already.
            prefix.write(NODE[0]);
            let left = u64::from_le(prefix.add(1).cast::<u64>().read_unaligned());
            let right = u64::from_le(prefix.add(1 + NODE_BYTES).cast::<u64>().read_unaligned());
            let sum = checked_sum(left, right)?;
            let stretch = Stretch {
                at: prefix,
                len: PREIMAGE_BYTES,
            };
            hash_at(&[stretch], output.add(8).cast());
            // After the hash, which may read these bytes.
            output.cast::<u64>().write_unaligned(sum.to_le());
            prefix = prefix.add(2 * NODE_BYTES);
            output = output.add(NODE_BYTES);
        }
    }
    Ok(())
}

/// Turns node 1, at position `start` of its level, into the root that the path of siblings leads to.
///
/// For a left child the last byte of node 0 holds the prefix, because hashing two stretches costs less than three.
#[inline(never)]
fn fold_path(start: u32, nodes: &mut [Node; 2], proof: &[Node]) -> Result<(), RunError> {
    let mut start = start;
    let mut sum = sum_of(&nodes[1]);
    nodes[0][NODE_BYTES - 1] = NODE[0];
    let nodes = nodes.as_mut_ptr().cast::<u8>();
    // SAFETY: prefix and top lie within the two nodes.
    let (prefix, top) = unsafe { (nodes.add(NODE_BYTES - 1), nodes.add(NODE_BYTES)) };
    let stretch = |at: *const u8, len| Stretch { at, len };
    let mut as_left = [stretch(prefix, 1 + NODE_BYTES), stretch(prefix, NODE_BYTES)];
    let mut as_right = [
        stretch(prefix, 1),
        stretch(prefix, NODE_BYTES),
        stretch(top, NODE_BYTES),
    ];
    for sibling in proof {
        let next = checked_sum(sum, sum_of(sibling))?;
        // SAFETY: all stretches are of the two nodes and the sibling, and nothing else refers to the top.
        unsafe {
            if start & 1 == 0 {
                as_left[1].at = sibling.as_ptr();
                hash_at(&as_left, top.add(8).cast());
            } else {
                as_right[1].at = sibling.as_ptr();
                hash_at(&as_right, top.add(8).cast());
            }
            top.cast::<u64>().write_unaligned(next.to_le());
        }
        sum = next;
        start >>= 1;
    }
    Ok(())
}

/// Returns the root of the tree with these leaves, or [`HOLE`] without devices. For hosts.
pub fn root(leaves: &[Node]) -> Result<Node, RunError> {
    Ok(levels(leaves)?
        .last()
        .and_then(|top| top.first().copied())
        .unwrap_or(HOLE))
}

/// Returns the run proof for leaves `first .. first + count` of the tree with these leaves. For hosts.
pub fn prove_run(leaves: &[Node], first: usize, count: usize) -> Result<Vec<Node>, RunError> {
    let end = first.checked_add(count).ok_or(RunError::OutOfRange)?;
    if count == 0 || end > leaves.len() {
        return Err(RunError::OutOfRange);
    }
    let (mut start, mut end, mut empty) = (first, end, HOLE);
    let mut proof = Vec::new();
    let levels = levels(leaves)?;
    for level in &levels[..levels.len() - 1] {
        if start & 1 == 1 {
            proof.push(level[start - 1]);
        }
        if end & 1 == 1 {
            proof.push(level.get(end).copied().unwrap_or(empty));
        }
        start >>= 1;
        end = end.div_ceil(2);
        empty = parent(&empty, &empty)?;
    }
    Ok(proof)
}

/// Returns all levels from the leaves up to the root, without the nodes that cover only empty positions.
fn levels(leaves: &[Node]) -> Result<Vec<Vec<Node>>, RunError> {
    let mut levels = alloc::vec![leaves.to_vec()];
    let mut empty = HOLE;
    for _ in 0..depth(leaves.len() as u32) {
        let above: Result<Vec<Node>, RunError> = levels[levels.len() - 1]
            .chunks(2)
            .map(|pair| parent(&pair[0], pair.get(1).unwrap_or(&empty)))
            .collect();
        levels.push(above?);
        empty = parent(&empty, &empty)?;
    }
    Ok(levels)
}
