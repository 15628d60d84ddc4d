//! Properties of the trees for any size and run, compared with a reference that directly follows the definition.

mod common;

use common::run_root;
use commonwire_merkle::{
    hash,
    ledger::{self, Node, RunError, HOLE},
    node, registry, Hash, EMPTY,
};
use proptest::prelude::*;

/// Returns the root of a ledger of this depth, directly from the definition.
fn naive_root(leaves: &[Node], depth: u32) -> Node {
    if depth == 0 {
        return leaves.first().copied().unwrap_or(HOLE);
    }
    let (left, right) = leaves.split_at(leaves.len().min(1 << (depth - 1)));
    let left = naive_root(left, depth - 1);
    let right = naive_root(right, depth - 1);
    let sum = ledger::sum_of(&left) + ledger::sum_of(&right);
    let preimage = [&[1][..], &left, &right].concat();
    ledger::node_of(sum, &hash(&[&preimage]))
}

/// Returns the root of a registry of this depth, directly from the definition.
fn naive_registry_root(leaves: &[Hash], depth: u32) -> Hash {
    if depth == 0 {
        return leaves.first().copied().unwrap_or(EMPTY);
    }
    let (left, right) = leaves.split_at(leaves.len().min(1 << (depth - 1)));
    let left = naive_registry_root(left, depth - 1);
    // Without leaves both halves are the same; computing only one makes depth 24 feasible.
    let right = if leaves.is_empty() {
        left
    } else {
        naive_registry_root(right, depth - 1)
    };
    node(&left, &right)
}

fn leaves(count: u32) -> Vec<Node> {
    (0..count)
        .map(|i| ledger::leaf_node(i, &hash(&[&i.to_le_bytes()]), u64::from(i) * 1000))
        .collect()
}

/// A run of `length` leaves from `first` in a ledger of `count` devices.
#[derive(Clone, Copy, Debug)]
struct Run {
    count: u32,
    first: u32,
    length: u32,
}

fn runs() -> impl Strategy<Value = Run> {
    (1u32..200)
        .prop_flat_map(|count| (Just(count), 0..count))
        .prop_flat_map(|(count, first)| {
            (1..=count - first).prop_map(move |length| Run {
                count,
                first,
                length,
            })
        })
}

/// Returns the root, leaves and proof of a valid run.
fn proven(run: Run) -> (Node, Vec<Node>, Vec<Node>) {
    let all = leaves(run.count);
    let (first, length) = (run.first as usize, run.length as usize);
    let proof = ledger::prove_run(&all, first, length).expect("a run within the devices");
    (
        ledger::root(&all).expect("a small sum"),
        all[first..first + length].to_vec(),
        proof,
    )
}

fn holds(root: &Node, first: u32, count: u32, leaves: &[Node], proof: &[Node]) -> bool {
    run_root(first, count, leaves, proof) == Ok(*root)
}

fn flip(nodes: &mut [Node], bit: usize) {
    let chosen = (bit / 320) % nodes.len();
    nodes[chosen][bit % 320 / 8] ^= 1 << (bit % 8);
}

proptest! {
    #[test]
    fn ledger_root_follows_the_definition(count in 0u32..300) {
        let all = leaves(count);
        prop_assert_eq!(ledger::root(&all), Ok(naive_root(&all, ledger::depth(count))));
    }

    #[test]
    fn any_run_proves(run in runs()) {
        let (root, leaves, proof) = proven(run);
        prop_assert!(holds(&root, run.first, run.count, &leaves, &proof));
        prop_assert!(proof.len() <= 2 * ledger::depth(run.count) as usize);
    }

    #[test]
    fn no_altered_bit_proves(run in runs(), bit in 0usize..200 * 320) {
        let (root, leaves, proof) = proven(run);
        let mut altered = leaves.clone();
        flip(&mut altered, bit);
        prop_assert!(!holds(&root, run.first, run.count, &altered, &proof));
        if !proof.is_empty() {
            let mut altered = proof.clone();
            flip(&mut altered, bit);
            prop_assert!(!holds(&root, run.first, run.count, &leaves, &altered));
        }
    }

    #[test]
    fn no_other_index_or_length_proves(run in runs(), first in 0u32..220) {
        let (root, mut leaves, proof) = proven(run);
        if first != run.first {
            prop_assert!(!holds(&root, first, run.count, &leaves, &proof));
        }
        prop_assert!(!holds(&root, run.first, run.count, &leaves[1..], &proof));
        leaves.push(HOLE);
        prop_assert!(!holds(&root, run.first, run.count, &leaves, &proof));
    }

    #[test]
    fn no_other_amount_proves(run in runs(), earned: u64) {
        prop_assume!(earned != u64::from(run.first) * 1000);
        let (root, mut leaves, proof) = proven(run);
        leaves[0] = ledger::leaf_node(run.first, &hash(&[&run.first.to_le_bytes()]), earned);
        prop_assert!(!holds(&root, run.first, run.count, &leaves, &proof));
    }

    #[test]
    fn a_proof_needs_exactly_its_nodes(run in runs(), more: Hash) {
        let (_, leaves, proof) = proven(run);
        let root = |proof: &[Node]| run_root(run.first, run.count, &leaves, proof);
        let longer = [proof.as_slice(), &[ledger::node_of(0, &more)]].concat();
        prop_assert_eq!(root(&longer), Err(RunError::TooManyNodes));
        if let Some((_, shorter)) = proof.split_last() {
            prop_assert_eq!(root(shorter), Err(RunError::TooFewNodes));
        }
    }

    #[test]
    fn a_run_accepts_no_more_leaves_than_its_capacity(first: u32, capacity in 0usize..20, owner: Hash, earned: u64) {
        let mut run = ledger::Run::with_capacity(first, capacity);
        let room = capacity.min((u32::MAX - first) as usize + 1);
        for _ in 0..room {
            prop_assert_eq!(run.push(&owner, earned), Ok(()));
        }
        prop_assert_eq!(run.push(&owner, earned), Err(RunError::OutOfRange));
    }

    #[test]
    fn no_run_beyond_the_devices(count in 0u32..200, first: u32, length in 0usize..40) {
        prop_assume!(length == 0 || u64::from(first) + length as u64 > u64::from(count));
        let got = run_root(first, count, &vec![HOLE; length], &[]);
        prop_assert_eq!(got, Err(RunError::OutOfRange));
    }

    /// Whatever the siblings claim, a proof that ends in the ledger's sum has claimed no more than that sum in all.
    #[test]
    fn no_sum_wraps(run in runs(), claimed: u64) {
        let (root, leaves, mut proof) = proven(run);
        prop_assume!(!proof.is_empty());
        let last = proof.len() - 1;
        proof[last][..8].copy_from_slice(&claimed.to_le_bytes());
        match run_root(run.first, run.count, &leaves, &proof) {
            Ok(other) => prop_assert!(other == root || ledger::hash_of(&other) != ledger::hash_of(&root)),
            Err(error) => prop_assert_eq!(error, RunError::Overflow),
        }
    }

    #[test]
    fn a_root_has_the_sum_of_its_leaves(count in 0u32..300) {
        let all = leaves(count);
        let sum: u64 = all.iter().map(ledger::sum_of).sum();
        prop_assert_eq!(ledger::root(&all).map(|root| ledger::sum_of(&root)), Ok(sum));
    }

    /// A leaf's sum is part of the hash above it: claiming another, for any leaf of a run or node of its proof, leads to
    /// another root, even where another claim makes up for the difference.
    #[test]
    fn no_other_sum_proves(run in runs(), pick: prop::sample::Index, other: prop::sample::Index, by in 1u64..1_000) {
        let (root, leaves, proof) = proven(run);
        let mut nodes = [leaves.as_slice(), &proof].concat();
        let (more, less) = (pick.index(nodes.len()), other.index(nodes.len()));
        let change = |node: &mut Node, sum: u64| *node = ledger::node_of(sum, ledger::hash_of(node));
        let proves = |nodes: &[Node]| holds(&root, run.first, run.count, &nodes[..leaves.len()], &nodes[leaves.len()..]);
        let raised = ledger::sum_of(&nodes[more]) + by;
        change(&mut nodes[more], raised);
        prop_assert!(!proves(&nodes));
        if more != less {
            let lowered = ledger::sum_of(&nodes[less]).saturating_sub(by);
            change(&mut nodes[less], lowered);
            prop_assert!(!proves(&nodes));
        }
    }

    /// Sums that don't fit are refused wherever they meet, and those that just fit are not.
    #[test]
    fn a_sum_that_overflows_is_refused(run in runs(), one: prop::sample::Index, other: prop::sample::Index) {
        let (one, other) = (one.index(run.count as usize), other.index(run.count as usize));
        prop_assume!(one != other);
        let mut all: Vec<Node> = (0..run.count).map(|i| ledger::leaf_node(i, &[9; 32], 0)).collect();
        all[one] = ledger::leaf_node(one as u32, &[9; 32], u64::MAX);
        let fits = ledger::root(&all).map(|root| ledger::sum_of(&root));
        prop_assert_eq!(fits, Ok(u64::MAX));
        let (first, end) = (run.first as usize, (run.first + run.length) as usize);
        let proof = ledger::prove_run(&all, first, end - first);
        prop_assert!(proof.is_ok());
        let mut proof = proof.unwrap_or_default();
        let mut leaves = all[first..end].to_vec();
        prop_assert!(run_root(run.first, run.count, &leaves, &proof).is_ok());
        all[other] = ledger::leaf_node(other as u32, &[9; 32], 1);
        prop_assert_eq!(ledger::root(&all), Err(RunError::Overflow));
        prop_assert_eq!(ledger::prove_run(&all, first, 1), Err(RunError::Overflow));
        // A proof that claims one more than fits, in a leaf of the run or in a node beside it.
        let claimed = if leaves.iter().any(|leaf| ledger::sum_of(leaf) == u64::MAX) {
            let zero = proof.iter_mut().chain(&mut leaves).find(|node| ledger::sum_of(node) == 0);
            zero.map(|node| *node = ledger::node_of(1, ledger::hash_of(node)))
        } else {
            leaves.first_mut().map(|leaf| *leaf = ledger::node_of(1, ledger::hash_of(leaf)))
        };
        prop_assume!(claimed.is_some());
        prop_assert_eq!(run_root(run.first, run.count, &leaves, &proof), Err(RunError::Overflow));
    }

    #[test]
    fn registry_root_is_that_of_the_whole_tree(count in 0u32..120) {
        let all: Vec<Hash> = leaves(count).iter().map(|leaf| *ledger::hash_of(leaf)).collect();
        let mut frontier = [EMPTY; registry::DEPTH];
        for (index, leaf) in (0..).zip(&all) {
            prop_assert!(registry::append(&mut frontier, index, *leaf));
        }
        prop_assert_eq!(registry::root(&frontier, count), naive_registry_root(&all, registry::DEPTH as u32));
    }
}

/// Frontier after so many leaves.
fn frontier(leaves: &[Hash]) -> [Hash; registry::DEPTH] {
    let mut frontier = [EMPTY; registry::DEPTH];
    for (index, leaf) in (0..).zip(leaves) {
        assert!(registry::append(&mut frontier, index, *leaf));
    }
    frontier
}

fn registered(count: u32) -> Vec<Hash> {
    (0..count).map(|i| hash(&[&i.to_le_bytes()])).collect()
}

/// Length of the path of device `index` of `count`: the level of the full subtree that holds it.
fn path_length(index: u32, count: u32) -> usize {
    let mut start = 0;
    for level in (0..32u32).rev() {
        if count >> level & 1 == 1 {
            if index < start + (1 << level) {
                return level as usize;
            }
            start += 1 << level;
        }
    }
    panic!("{index} of {count}");
}

/// First and last device of each full subtree, and one in between.
fn corners(count: u32) -> Vec<u32> {
    let mut start = 0;
    let mut corners = Vec::new();
    for level in (0..32u32).rev().filter(|level| count >> level & 1 == 1) {
        let end = start + (1 << level);
        corners.extend([start, start + (end - start) / 3, end - 1]);
        start = end;
    }
    corners
}

#[test]
fn registries_of_every_small_size_prove_their_devices() {
    let all = registered(300);
    let mut frontier = [EMPTY; registry::DEPTH];
    for count in 0..=300u32 {
        let leaves = &all[..count as usize];
        for index in corners(count) {
            let path = registry::prove_leaf(leaves, index as usize).expect("a registered device");
            assert_eq!(path.len(), path_length(index, count), "{index} of {count}");
            let leaf = leaves[index as usize];
            let proves = |index: u32| registry::has_leaf(&frontier, count, index, leaf, &path);
            for other in corners(count)
                .into_iter()
                .chain([count, count + 1, u32::MAX])
            {
                assert_eq!(
                    proves(other),
                    other == index,
                    "{index} as {other} of {count}"
                );
            }
        }
        assert_eq!(registry::prove_leaf(leaves, count as usize), None);
        if let Some(next) = all.get(count as usize) {
            assert!(registry::append(&mut frontier, count, *next));
        }
    }
}

/// A device of a registry of up to 300 devices.
fn devices() -> impl Strategy<Value = (u32, u32)> {
    (1u32..=300).prop_flat_map(|count| (Just(count), 0..count))
}

proptest! {
    #[test]
    fn a_registry_leaf_proves_only_at_its_own_index((count, index) in devices(), bit in 0usize..256) {
        let leaves = registered(count);
        let frontier = frontier(&leaves);
        let path = registry::prove_leaf(&leaves, index as usize).unwrap_or_default();
        let leaf = leaves[index as usize];
        for other in (0..count + 3).chain([u32::MAX, index | 1 << 24, index | 1 << 31]) {
            prop_assert_eq!(registry::has_leaf(&frontier, count, other, leaf, &path), other == index);
        }
        let flipped = |hash: &Hash| {
            let mut flipped = *hash;
            flipped[bit / 8] ^= 1 << (bit % 8);
            flipped
        };
        prop_assert!(!registry::has_leaf(&frontier, count, index, flipped(&leaf), &path));
        for at in 0..path.len() {
            let mut altered = path.clone();
            altered[at] = flipped(&altered[at]);
            prop_assert!(!registry::has_leaf(&frontier, count, index, leaf, &altered));
        }
    }

    /// The path's length decides with which subtree it is compared: no other does, even one that ends in its top.
    #[test]
    fn a_registry_path_of_another_length_proves_nothing((count, index) in devices(), sibling: Hash) {
        let leaves = registered(count);
        let frontier = frontier(&leaves);
        let path = registry::prove_leaf(&leaves, index as usize).unwrap_or_default();
        let leaf = leaves[index as usize];
        for length in (0..=registry::DEPTH + 8).filter(|length| *length != path.len()) {
            let mut other = path.clone();
            other.resize(length, sibling);
            prop_assert!(!registry::has_leaf(&frontier, count, index, leaf, &other));
        }
        // An inner node isn't a leaf.
        if let [first, rest @ ..] = path.as_slice() {
            let (left, right) = if index & 1 == 0 { (&leaf, first) } else { (first, &leaf) };
            let inner = node(left, right);
            prop_assert!(!registry::has_leaf(&frontier, count, index, inner, rest));
            prop_assert!(!registry::has_leaf(&frontier, count, index >> 1, inner, rest));
        }
    }

    /// A path outlives registrations until they complete the subtree above it, which they do [`registry::DEPTH`] times
    /// at most. Then it proves nothing.
    #[test]
    fn a_path_ends_with_the_subtree_it_leads_to((count, index) in devices(), more in 1u32..200) {
        let leaves = registered(count + more);
        let path = registry::prove_leaf(&leaves[..count as usize], index as usize).unwrap_or_default();
        let later = frontier(&leaves);
        let same = path_length(index, count) == path_length(index, count + more);
        let proves = registry::has_leaf(&later, count + more, index, leaves[index as usize], &path);
        prop_assert_eq!(proves, same);
        // Nor does one from later prove to an earlier frontier.
        let path = registry::prove_leaf(&leaves, index as usize).unwrap_or_default();
        let earlier = frontier(&leaves[..count as usize]);
        let proves = registry::has_leaf(&earlier, count, index, leaves[index as usize], &path);
        prop_assert_eq!(proves, same);
    }

    /// Of a registry of any size up to the greatest, the frontier's subtrees hold each device once.
    #[test]
    fn big_registries_prove_by_the_same_rule(
        count in 1u32..=registry::MAX_DEVICES,
        pick: prop::sample::Index,
        leaf: Hash,
        siblings in prop::collection::vec(any::<Hash>(), registry::DEPTH),
    ) {
        let index = pick.index(count as usize) as u32;
        let level = path_length(index, count);
        let path = &siblings[..level];
        let mut top = leaf;
        for (height, sibling) in path.iter().enumerate() {
            top = if index >> height & 1 == 0 { node(&top, sibling) } else { node(sibling, &top) };
        }
        let mut frontier = [EMPTY; registry::DEPTH];
        frontier[level] = top;
        prop_assert!(registry::has_leaf(&frontier, count, index, leaf, path));
        // In each other subtree of the same level there is another index; in the next count there is another tree.
        let shift = 1u32 << level;
        for other in [index.wrapping_add(shift), index.wrapping_sub(shift), index ^ 1 << 24, index ^ 1 << 31] {
            prop_assert!(!registry::has_leaf(&frontier, count, other, leaf, path));
        }
        if level > 0 {
            prop_assert!(!registry::has_leaf(&frontier, count, index ^ 1, leaf, path));
        }
        let stale = count ^ 1 << level;
        prop_assert!(!registry::has_leaf(&frontier, stale, index, leaf, path));
        frontier[level] = siblings[0];
        prop_assert!(!registry::has_leaf(&frontier, count, index, leaf, path));
        let longer = vec![leaf; registry::DEPTH + 9];
        prop_assert!(!registry::has_leaf(&frontier, count, index, leaf, &longer));
    }
}

#[test]
fn no_device_of_an_empty_registry_proves() {
    let frontier = [EMPTY; registry::DEPTH];
    for length in 0..=registry::DEPTH + 1 {
        assert!(!registry::has_leaf(
            &frontier,
            0,
            0,
            EMPTY,
            &vec![EMPTY; length]
        ));
    }
}

#[test]
fn an_encoded_device_says_its_index_and_owner() {
    let device = registry::Device {
        index: 0x0102_0304,
        key_type: 1,
        key: &[2; 33],
        owner: &hash(&[b"owner"]),
        kind: 4,
        h3_cell: u64::MAX,
        capacity: u32::MAX,
    };
    let encoded = device.encode();
    assert_eq!(registry::Device::index_of(&encoded), device.index);
    assert_eq!(registry::Device::owner_of(&encoded), device.owner);
}

#[test]
fn a_full_registry_accepts_no_more_devices_and_is_unchanged() {
    let mut frontier = [hash(&[b"waiting"]); registry::DEPTH];
    let before = frontier;
    assert!(!registry::append(
        &mut frontier,
        registry::MAX_DEVICES,
        hash(&[b"leaf"])
    ));
    assert_eq!(frontier, before);
    assert!(registry::append(
        &mut frontier,
        registry::MAX_DEVICES - 1,
        hash(&[b"leaf"])
    ));
}
