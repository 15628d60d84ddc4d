//! What a ledger's root must be opened to before it is posted, and which leaves it then has.

use {
    anchor_lang::prelude::Address,
    commonwire_merkle::ledger::{
        hash_of, leaf, leaf_node, node_of, parent, prove_run, root, sum_of, Node, HOLE, NODE_BYTES,
    },
    network::settlement::LedgerRoot,
    proptest::prelude::*,
};

fn owner(index: u32) -> [u8; 32] {
    [index as u8 + 1; 32]
}

fn leaves(earned: &[u64]) -> Vec<Node> {
    (0u32..)
        .zip(earned)
        .map(|(index, earned)| leaf_node(index, &owner(index), *earned))
        .collect()
}

/// The root's two children, which the leaves of each half lead to.
fn children(leaves: &[Node]) -> [Node; 2] {
    let half = leaves.len().next_power_of_two() / 2;
    let mut right = leaves[half..].to_vec();
    right.resize(half, HOLE);
    let top = |leaves: &[Node]| root(leaves).unwrap_or(HOLE);
    [top(&leaves[..half]), top(&right)]
}

fn opens(root: &Node, device_count: u32, earned_total: u64, opening: &[u8]) -> bool {
    let ledger = LedgerRoot {
        hash: hash_of(root),
        device_count,
        earned_total,
    };
    ledger.require_opening(opening).is_ok()
}

#[test]
fn an_empty_ledger_has_earned_nothing() {
    assert!(opens(&HOLE, 0, 0, &[]));
    assert!(!opens(&HOLE, 0, 1, &[]));
    assert!(!opens(&HOLE, 0, 0, &[0; 32]));
    assert!(!opens(&HOLE, 0, 0, &[0; 2 * NODE_BYTES]));
    assert!(!opens(&leaf_node(0, &owner(0), 0), 0, 0, &[]));
}

#[test]
fn of_a_single_device_the_leaf_is_the_root() {
    let root = leaf_node(0, &owner(0), 7);
    assert!(opens(&root, 1, 7, &owner(0)));
    assert!(!opens(&root, 1, 8, &owner(0)), "more than the leaf says");
    assert!(!opens(&root, 1, 7, &owner(1)));
    assert!(!opens(&root, 1, 7, &[]));
    assert!(!opens(&root, 1, 7, &[1; 33]));
    // Device 1 can't be the only one.
    assert!(!opens(&leaf_node(1, &owner(0), 7), 1, 7, &owner(0)));
}

#[test]
fn what_has_no_children_of_that_sum_is_no_root() {
    let two = [leaf_node(0, &owner(0), 5), leaf_node(1, &owner(1), 6)];
    let top = root(&two).unwrap_or(HOLE);
    assert!(opens(&top, 2, 11, two.as_flattened()));
    for total in [0, 10, 12, u64::MAX] {
        assert!(!opens(&top, 2, total, two.as_flattened()));
    }
    // The same hashes with other sums, which make up for each other.
    let moved = [node_of(6, hash_of(&two[0])), node_of(5, hash_of(&two[1]))];
    assert!(!opens(&top, 2, 11, moved.as_flattened()));
    for length in [
        0,
        32,
        NODE_BYTES,
        2 * NODE_BYTES - 1,
        2 * NODE_BYTES + 1,
        3 * NODE_BYTES,
    ] {
        let mut opening = two.as_flattened().to_vec();
        opening.resize(length, 0);
        assert!(!opens(&top, 2, 11, &opening));
    }
    let overflowing = [node_of(u64::MAX, &[1; 32]), node_of(1, &[2; 32])];
    assert!(!opens(&top, 2, 0, overflowing.as_flattened()));
}

proptest! {
    #[test]
    fn every_ledger_opens_to_its_children(earned in prop::collection::vec(0u64..1 << 40, 2..70), off in 1u64..) {
        let leaves = leaves(&earned);
        let top = root(&leaves).unwrap_or(HOLE);
        let total = earned.iter().sum();
        let count = earned.len() as u32;
        let children = children(&leaves);
        prop_assert!(opens(&top, count, total, children.as_flattened()));
        prop_assert!(!opens(&top, count, total.wrapping_add(off), children.as_flattened()));
        let [left, right] = children;
        prop_assert!(left == right || !opens(&top, count, total, [right, left].as_flattened()));
    }

    /// A committee may sign any tree: of whatever leaves it can show, the sum is no more than it posted.
    #[test]
    fn shown_leaves_never_exceed_the_posted_total(
        honest in prop::collection::vec(0u64..1_000, 8),
        // Nodes whose sums the committee made up, by level and position.
        forged in prop::collection::vec((0usize..3, any::<prop::sample::Index>(), 0u64..2_000), 0..4),
    ) {
        let mut levels = vec![leaves(&honest)];
        for level in 0..3 {
            for (_, at, sum) in forged.iter().filter(|(of, _, _)| *of == level) {
                let nodes = &mut levels[level];
                let at = at.index(nodes.len());
                nodes[at] = node_of(*sum, hash_of(&nodes[at]));
            }
            let above = levels[level].chunks(2).map(|pair| parent(&pair[0], &pair[1]));
            let above: Result<Vec<Node>, _> = above.collect();
            levels.push(above.unwrap_or_default());
        }
        let top = levels[3][0];
        let opening: Vec<u8> = levels[2].concat();
        prop_assert!(opens(&top, 8, sum_of(&top), &opening));
        let ledger = LedgerRoot { hash: hash_of(&top), device_count: 8, earned_total: sum_of(&top) };
        let mut shown = 0u64;
        for (index, earned) in honest.iter().enumerate() {
            // Siblings as the committee signed them: no others hash to the root.
            let proof: Vec<Node> = (0..3).map(|level| levels[level][(index >> level) ^ 1]).collect();
            let owner = Address::new_from_array(owner(index as u32));
            if ledger.require_leaf((index as u32, &owner, *earned), proof.as_flattened()).is_ok() {
                shown += earned;
            }
        }
        prop_assert!(shown <= ledger.earned_total, "{} of {}", shown, ledger.earned_total);
        prop_assert!(!forged.is_empty() || shown == ledger.earned_total);
    }

    #[test]
    fn only_its_own_leaf_proves(
        earned in prop::collection::vec(0u64..1 << 40, 1..70),
        pick: prop::sample::Index,
        bit in 0usize..8,
        by in 1u64..,
    ) {
        let leaves = leaves(&earned);
        let at = pick.index(earned.len());
        let index = at as u32;
        let top = root(&leaves).unwrap_or(HOLE);
        let proof = prove_run(&leaves, at, 1).unwrap_or_default();
        let mut proof = proof.as_flattened().to_vec();
        let ledger = LedgerRoot { hash: hash_of(&top), device_count: earned.len() as u32, earned_total: sum_of(&top) };
        let proves = |index, owner, earned, proof: &[u8]| {
            let owner = Address::new_from_array(owner);
            ledger.require_leaf((index, &owner, earned), proof).is_ok()
        };
        prop_assert!(proves(index, owner(index), earned[at], &proof));
        prop_assert!(!proves(index, owner(index + 1), earned[at], &proof));
        prop_assert!(!proves(index, owner(index), earned[at].wrapping_add(by), &proof));
        for other in [index ^ 1, index.wrapping_add(1), u32::MAX] {
            prop_assert!(!proves(other, owner(index), earned[at], &proof));
        }
        let more = LedgerRoot { earned_total: ledger.earned_total.wrapping_add(by), ..ledger };
        let claimed = Address::new_from_array(owner(index));
        prop_assert!(more.require_leaf((index, &claimed, earned[at]), &proof).is_err(), "another total");
        proof.push(0);
        prop_assert!(!proves(index, owner(index), earned[at], &proof), "a byte too many");
        proof.pop();
        if let Some(byte) = proof.last_mut() {
            *byte ^= 1 << bit;
            prop_assert!(!proves(index, owner(index), earned[at], &proof));
        }
        prop_assert_eq!(*hash_of(&leaves[at]), leaf(index, &owner(index), earned[at]));
    }
}
