//! A committee can still agree after any of its members is removed.

use {bytemuck::Zeroable, network::state::Committee, proptest::prelude::*};

fn keys(count: usize) -> Vec<[u8; 32]> {
    (1..=count as u8).map(|key| [key; 32]).collect()
}

fn committee(threshold: u8, members: usize) -> Committee {
    let mut committee = Committee::zeroed();
    assert!(committee.replace(threshold, &keys(members)).is_ok());
    committee
}

fn bytes(committee: &Committee) -> &[u8] {
    bytemuck::bytes_of(committee)
}

#[test]
fn exactly_majorities_of_at_most_five_signatures_are_taken() {
    for members in 0..=10usize {
        for threshold in 0..=u8::MAX {
            let sound = (1..=9).contains(&members)
                && (members / 2 + 1..=members.min(5)).contains(&usize::from(threshold));
            let mut committee = Committee::zeroed();
            let taken = committee.replace(threshold, &keys(members)).is_ok();
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
fn the_last_member_leaves_nobody() {
    let mut committee = committee(1, 1);
    assert!(committee.remove(&[1; 32]).is_ok());
    assert_eq!(
        (committee.members, committee.threshold, committee.version),
        (0, 0, 2)
    );
    assert!(!committee.has(&[1; 32]) && !committee.has(&[0; 32]));
    assert!(committee.replace(2, &keys(3)).is_ok());
    assert_eq!(committee.version, 3);
}

#[test]
fn the_version_never_wraps() {
    let mut committee = committee(2, 2);
    committee.version = u32::MAX;
    let before = bytes(&committee).to_vec();
    assert!(committee.remove(&[1; 32]).is_err());
    let mut last = Committee {
        version: u32::MAX,
        ..self::committee(1, 1)
    };
    assert!(last.remove(&[1; 32]).is_err() && last.members == 1);
    assert_eq!(before[..4], bytes(&committee)[..4]);
}

proptest! {
    #[test]
    fn members_taken_out_in_any_order_leave_a_majority(
        members in 1usize..=9,
        threshold in any::<prop::sample::Index>(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 9),
    ) {
        let sound: Vec<u8> = (members / 2 + 1..=members.min(5)).map(|number| number as u8).collect();
        let mut committee = committee(sound[threshold.index(sound.len())], members);
        let mut left = keys(members);
        for pick in &order[..members] {
            let before = committee;
            let gone = left.remove(pick.index(left.len()));
            prop_assert!(committee.remove(&gone).is_ok());
            prop_assert_eq!(committee.keys(), &left[..], "the others stay, in their order");
            prop_assert!(!committee.has(&gone));
            prop_assert_eq!(committee.version, before.version + 1);
            prop_assert!(committee.threshold <= before.threshold);
            prop_assert!(usize::from(committee.threshold) <= left.len());
            prop_assert!(left.is_empty() || usize::from(committee.threshold) * 2 > left.len());
            // The threshold doesn't fall while enough members are left to reach it.
            prop_assert_eq!(committee.threshold, before.threshold.min(left.len() as u8));
            prop_assert!(committee.keys[left.len()..].iter().all(|key| *key == [0; 32]));
        }
    }
}
