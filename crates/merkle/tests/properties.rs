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
