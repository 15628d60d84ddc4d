//! Properties of the usage tree for any size: what proves a leaf or neighbours, and that nothing else does.

use commonwire_merkle::{
    hash, node,
    usage::{climb, climb_pair, prove, root, root_of},
    Hash, EMPTY,
};
use proptest::prelude::*;

fn leaves(count: u32) -> Vec<Hash> {
    (0..count).map(|i| hash(&[&i.to_le_bytes()])).collect()
}

/// The top over leaves of which the half is a power of two, directly from the definition.
fn naive_top(leaves: &[Hash], depth: u32) -> Hash {
    if depth == 0 {
        return leaves.first().copied().unwrap_or(EMPTY);
    }
    let (left, right) = leaves.split_at(leaves.len().min(1 << (depth - 1)));
    node(&naive_top(left, depth - 1), &naive_top(right, depth - 1))
}

/// A tree's size, which is below `most`, and two different leaves of it.
fn two(most: u32) -> impl Strategy<Value = (u32, u32, u32)> {
    (2..most)
        .prop_flat_map(|count| (Just(count), 0..count, 0..count))
        .prop_filter("they differ", |(_, one, other)| one != other)
}

proptest! {
    #[test]
    fn the_root_is_that_of_the_definition(count in 0u32..70) {
        let leaves = leaves(count);
        let depth = count.next_power_of_two().trailing_zeros();
        prop_assert_eq!(root(&leaves), root_of(count, &naive_top(&leaves, depth)));
    }

    #[test]
    fn a_path_proves_its_leaf_at_its_place_alone((count, at, other) in two(70), more in 1u32..70) {
        let leaves = leaves(count);
        let expected = Some(root(&leaves));
        let path = prove(&leaves, at as usize, false).expect("a leaf");
        let leaf = &leaves[at as usize];
        prop_assert_eq!(climb(leaf, (at, count), &path), expected);
        prop_assert_ne!(climb(leaf, (other, count), &path), expected);
        prop_assert_ne!(climb(&leaves[other as usize], (at, count), &path), expected);
        // A count that would make a leaf in the middle the last one.
        prop_assert_ne!(climb(leaf, (at, at + 1), &path), if at + 1 == count { None } else { expected });
        prop_assert_ne!(climb(leaf, (at, count + more), &path), expected);
        prop_assert_eq!(climb(leaf, (at, count), &path[1..]), None);
        let longer = [&path[..], &[EMPTY]].concat();
        prop_assert_eq!(climb(leaf, (at, count), &longer), None);
    }

    #[test]
    fn a_proof_of_two_proves_neighbours_alone((count, one, other) in two(70), more in 1u32..70) {
        let leaves = leaves(count);
        let expected = Some(root(&leaves));
        let at = one.min(count - 2);
        let proof = prove(&leaves, at as usize, true).expect("neighbours");
        let pair = [&leaves[at as usize], &leaves[at as usize + 1]];
        prop_assert_eq!(climb_pair(pair, (at, count), &proof), expected);
        prop_assert_ne!(climb_pair([pair[1], pair[0]], (at, count), &proof), expected);
        prop_assert_ne!(climb_pair(pair, (at, count + more), &proof), expected);
        prop_assert_eq!(climb_pair(pair, (count - 1, count), &proof), None);
        let longer = [&proof[..], &[EMPTY]].concat();
        prop_assert_ne!(climb_pair(pair, (at, count), &longer), expected);
        if other != at {
            prop_assert_ne!(climb_pair(pair, (other, count), &proof), expected);
        }
        if let Some((_, shorter)) = proof.split_last() {
            prop_assert_ne!(climb_pair(pair, (at, count), shorter), expected);
        }
    }

    #[test]
    fn leaves_that_are_no_neighbours_are_proven_by_no_honest_nodes((count, one, other) in two(18), at in 0u32..18) {
        prop_assume!(other != one + 1);
        let leaves = leaves(count);
        let expected = Some(root(&leaves));
        let pair = [&leaves[one as usize], &leaves[other as usize]];
        for from in [one, other] {
            for width in [false, true] {
                let Some(nodes) = prove(&leaves, from as usize, width) else { continue };
                for skipped in 0..=nodes.len() {
                    for index in [one, other, at] {
                        prop_assert_ne!(climb_pair(pair, (index, count), &nodes[skipped..]), expected);
                        prop_assert_ne!(climb_pair(pair, (index, count), &nodes[..skipped]), expected);
                    }
                }
            }
        }
    }

    /// An absence proof is bytes of a stranger.
    #[test]
    fn any_place_and_nodes_are_read_without_a_panic(
        index: u32, count: u32, length in 0usize..40, near in 0u32..4,
    ) {
        let nodes = vec![EMPTY; length];
        for (index, count) in [(index, count), (count.wrapping_sub(near), count), (u32::MAX, u32::MAX), (near, near)] {
            let _ = climb(&EMPTY, (index, count), &nodes);
            let _ = climb_pair([&EMPTY, &EMPTY], (index, count), &nodes);
        }
    }
}

#[test]
fn an_inner_node_is_no_leaf() {
    let leaves = leaves(4);
    let above = [node(&leaves[0], &leaves[1]), node(&leaves[2], &leaves[3])];
    // The top is the same, but the root binds the count.
    assert_ne!(climb(&above[0], (0, 2), &above[1..]), Some(root(&leaves)));
    assert_ne!(
        climb_pair([&above[0], &above[1]], (0, 2), &[]),
        Some(root(&leaves))
    );
}
