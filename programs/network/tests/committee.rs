//! A committee can still agree after any of its members is removed, and each member keeps its bond.

use {
    bytemuck::Zeroable,
    network::state::{Committee, MAX_MEMBERS},
    proptest::prelude::*,
};

fn keys(count: usize) -> Vec<[u8; 32]> {
    (1..=count as u8).map(key).collect()
}

fn key(n: u8) -> [u8; 32] {
    [n; 32]
}

/// The bond of the member with this key.
fn bond(key: &[u8; 32]) -> [u8; 32] {
    [key[0] ^ 0x80; 32]
}

fn bonds(keys: &[[u8; 32]]) -> Vec<[u8; 32]> {
    keys.iter().map(bond).collect()
}

fn replace(committee: &mut Committee, threshold: u8, keys: &[[u8; 32]]) -> bool {
    committee.replace(threshold, keys, &bonds(keys)).is_ok()
}

fn committee(threshold: u8, members: usize) -> Committee {
    let mut committee = Committee::zeroed();
    assert!(replace(&mut committee, threshold, &keys(members)));
    committee
}

fn bytes(committee: &Committee) -> &[u8] {
    bytemuck::bytes_of(committee)
}

#[test]
fn exactly_majorities_of_at_most_21_members_are_taken() {
    assert_eq!(MAX_MEMBERS, 21);
    for members in 0..=23usize {
        for threshold in 0..=u8::MAX {
            let sound = (1..=21).contains(&members)
                && (members / 2 + 1..=members).contains(&usize::from(threshold));
            let mut committee = Committee::zeroed();
            let taken = replace(&mut committee, threshold, &keys(members));
            assert_eq!(taken, sound, "{threshold} of {members}");
            assert_eq!(
                committee.version,
                u32::from(sound),
                "an error changes nothing"
            );
        }
    }
}

#[test]
fn all_21_members_count() {
    for threshold in 11..=21 {
        let committee = committee(threshold, 21);
        assert_eq!(committee.threshold, threshold);
        assert_eq!(committee.keys(), keys(21));
        for (at, key) in keys(21).iter().enumerate() {
            assert_eq!(committee.position(key), Some(at));
            assert_eq!(committee.bond_of(key), bond(key));
        }
        assert_eq!(committee.bond_of(&key(22)), [0; 32]);
    }
}

#[test]
fn each_member_has_one_bond() {
    let mut committee = committee(2, 3);
    let before = bytes(&committee).to_vec();
    for bonds in [vec![], vec![key(9); 1], vec![key(9); 3]] {
        assert!(committee.replace(2, &keys(2), &bonds).is_err());
        assert_eq!(bytes(&committee), before);
    }
}

#[test]
fn the_last_member_leaves_nobody() {
    let mut committee = committee(1, 1);
    assert_eq!(
        committee.remove(&|member| *member == key(1)).ok(),
        Some(true)
    );
    assert_eq!(
        (committee.members, committee.threshold, committee.version),
        (0, 0, 2)
    );
    assert!(!committee.has(&key(1)) && !committee.has(&[0; 32]));
    assert!(replace(&mut committee, 2, &keys(3)));
    assert_eq!(committee.version, 3);
}

#[test]
fn removing_nobody_changes_nothing() {
    let mut committee = committee(11, 21);
    let before = bytes(&committee).to_vec();
    assert_eq!(
        committee.remove(&|member| *member == key(99)).ok(),
        Some(false)
    );
    // The places of former members hold zeros, which are nobody's key.
    assert_eq!(
        committee.remove(&|member| *member == [0; 32]).ok(),
        Some(false)
    );
    assert_eq!(bytes(&committee), before);
}

#[test]
fn the_version_never_wraps() {
    let mut committee = committee(2, 2);
    committee.version = u32::MAX;
    let before = bytes(&committee).to_vec();
    assert!(committee.remove(&|member| *member == key(1)).is_err());
    assert!(!replace(&mut committee, 1, &keys(1)));
    assert_eq!(bytes(&committee), before);
}

#[test]
fn fewer_of_the_same_with_no_lower_a_threshold_are_tighter() {
    let committee = committee(3, 5);
    let some = |picks: &[u8]| -> Vec<[u8; 32]> { picks.iter().copied().map(key).collect() };
    for (threshold, picks, tighter) in [
        (3, &[1, 2, 3, 4, 5][..], true),
        (4, &[1, 2, 3, 4, 5], true),
        (3, &[5, 3, 1], true),
        (2, &[1, 2, 3], false),
        (3, &[1, 2, 3, 4, 6], false),
        (5, &[1, 2, 3, 4, 0], false),
        (1, &[1], false),
    ] {
        assert_eq!(
            committee.is_tightened_by(threshold, &some(picks)),
            tighter,
            "{threshold} of {picks:?}"
        );
    }
}

proptest! {
    /// Whoever could decide after tightening could decide before.
    #[test]
    fn a_tighter_committee_gives_nobody_power(
        members in 1usize..=21,
        threshold in any::<prop::sample::Index>(),
        kept in any::<u32>(),
        raised in 0u8..=2,
        agreeing in any::<u32>(),
    ) {
        let sound: Vec<u8> = (members / 2 + 1..=members).map(|number| number as u8).collect();
        let before = committee(sound[threshold.index(sound.len())], members);
        let next: Vec<[u8; 32]> = keys(members).into_iter().filter(|key| kept >> key[0] & 1 == 1).collect();
        let next_threshold = before.threshold + raised;
        prop_assert!(before.is_tightened_by(next_threshold, &next));
        let mut after = before;
        if !replace(&mut after, next_threshold, &next) {
            return Ok(());
        }
        let count = |committee: &Committee| {
            let agreed = committee.keys().iter().filter(|key| agreeing >> key[0] & 1 == 1);
            agreed.count() >= usize::from(committee.threshold)
        };
        prop_assert!(!count(&after) || count(&before));
    }

    #[test]
    fn members_taken_out_in_any_order_leave_a_majority(
        members in 1usize..=21,
        threshold in any::<prop::sample::Index>(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 21),
    ) {
        let sound: Vec<u8> = (members / 2 + 1..=members).map(|number| number as u8).collect();
        let mut committee = committee(sound[threshold.index(sound.len())], members);
        let mut left = keys(members);
        for pick in &order[..members] {
            let before = committee;
            let gone = left.remove(pick.index(left.len()));
            prop_assert_eq!(committee.remove(&|member| *member == gone).ok(), Some(true));
            prop_assert_eq!(committee.keys(), &left[..], "the others stay, in their order");
            prop_assert_eq!(&committee.bonds[..left.len()], &bonds(&left)[..], "each with its bond");
            prop_assert!(!committee.has(&gone));
            prop_assert_eq!(committee.bond_of(&gone), [0; 32]);
            prop_assert_eq!(committee.version, before.version + 1);
            prop_assert!(committee.threshold <= before.threshold);
            prop_assert!(usize::from(committee.threshold) <= left.len());
            prop_assert!(left.is_empty() || usize::from(committee.threshold) * 2 > left.len());
            // The threshold doesn't fall while enough members are left to reach it.
            prop_assert_eq!(committee.threshold, before.threshold.min(left.len() as u8));
            let rest = committee.keys[left.len()..].iter().chain(&committee.bonds[left.len()..]);
            prop_assert!(rest.into_iter().all(|field| *field == [0; 32]));
        }
    }

    /// Taking out many at once is the same as one after another, but for the version.
    #[test]
    fn members_taken_out_together_leave_the_same(members in 1usize..=21, gone in 1u32..1 << 21) {
        let mut together = committee(members as u8, members);
        let mut each = together;
        let goes = |member: &[u8; 32]| gone >> (member[0] - 1) & 1 == 1;
        let removed = together.remove(&goes).ok();
        let mut versions = 0;
        for member in keys(members).iter().filter(|member| goes(member)) {
            prop_assert_eq!(each.remove(&|other| other == member).ok(), Some(true));
            versions += 1;
        }
        prop_assert_eq!(removed, Some(versions > 0));
        prop_assert_eq!(together.version, 1 + u32::from(versions > 0));
        each.version = together.version;
        prop_assert_eq!(bytes(&together), bytes(&each));
    }
}
