//! Rules that change in public: announced, waited for, applied or withdrawn.

use {
    super::{network, DEVICE_CAP, EMISSION},
    anchor_lang::prelude::Address,
    network::state::{Floors, Network, Policy, Rule, GUARDIAN_REFUSALS, MAX_MEMBERS},
    proptest::prelude::*,
};

const DELAY: u32 = 1_000;
const NOW: i64 = 50_000;
const OVER: i64 = NOW + DELAY as i64;
const AUTHORITY: Address = Address::new_from_array([1; 32]);
const GUARDIAN: Address = Address::new_from_array([2; 32]);
const NEXT: Address = Address::new_from_array([3; 32]);

/// A network whose rules change after [`DELAY`], with a guardian and members 1 to 5 of which 3 decide.
fn governed() -> Network {
    let mut network = network(EMISSION);
    (network.authority, network.guardian) = (AUTHORITY, GUARDIAN);
    network.floors = Floors {
        epoch_seconds: 1,
        challenge_seconds: 1,
        payout_window_seconds: 1,
        change_delay_seconds: DELAY,
    };
    let seated = network.committee.replace(3, &keys(1..=5), &[[0; 32]; 5]);
    assert!(seated.is_ok());
    network
}

fn keys(range: core::ops::RangeInclusive<u8>) -> Vec<[u8; 32]> {
    range.map(|n| [n; 32]).collect()
}

fn with_cap(network: &Network, device_epoch_cap: u64) -> Policy {
    Policy {
        device_epoch_cap,
        ..network.policy
    }
}

fn cap(network: &Network) -> u64 {
    network.policy.device_epoch_cap
}

#[test]
fn a_policy_that_loosens_waits_and_one_that_tightens_does_not() {
    let mut network = governed();
    let tighter = with_cap(&network, DEVICE_CAP - 1);
    assert!(network.propose_policy(NOW, tighter).is_ok());
    assert_eq!(
        (cap(&network), network.changes.policy_from),
        (DEVICE_CAP - 1, 0)
    );
    let looser = with_cap(&network, DEVICE_CAP + 1);
    assert!(network.propose_policy(NOW, looser).is_ok());
    assert_eq!(
        (cap(&network), network.changes.policy_from),
        (DEVICE_CAP - 1, OVER)
    );
    assert!(network.apply_policy(OVER - 1).is_err());
    assert_eq!(cap(&network), DEVICE_CAP - 1);
    assert!(network.apply_policy(OVER).is_ok());
    assert_eq!(
        (cap(&network), network.changes.policy_from),
        (DEVICE_CAP + 1, 0)
    );
    assert!(network.apply_policy(OVER).is_err(), "only once");
}

#[test]
fn without_a_delay_nothing_waits() {
    let mut network = governed();
    network.floors.change_delay_seconds = 0;
    let looser = with_cap(&network, u64::MAX);
    assert!(network.propose_policy(NOW, looser).is_ok());
    assert_eq!(cap(&network), u64::MAX);
    assert!(network.propose_guardian(NOW, NEXT).is_ok());
    assert_eq!(network.guardian, NEXT);
    assert!(network.may_seat_now(1, &keys(9..=9)));
}

#[test]
fn an_unworkable_policy_is_neither_set_nor_announced_nor_applied() {
    let mut network = governed();
    let floor = network.policy.challenge_seconds;
    network.floors.challenge_seconds = floor;
    for (device_epoch_cap, challenge_seconds) in [(0, floor), (u64::MAX, floor - 1)] {
        let policy = Policy {
            challenge_seconds,
            ..with_cap(&network, device_epoch_cap)
        };
        assert!(network.propose_policy(NOW, policy).is_err());
        assert_eq!(
            (cap(&network), network.changes.policy_from),
            (DEVICE_CAP, 0)
        );
    }
    // It is judged by the epochs to come once more when it takes effect.
    network.emission.epoch_cap = 100;
    let limited = Policy {
        payout_limit: 125,
        payout_window_seconds: network.policy.epoch_seconds,
        ..with_cap(&network, u64::MAX)
    };
    assert!(network.propose_policy(NOW, limited).is_ok());
    network.emission.epoch_cap = 101;
    assert!(network.apply_policy(OVER).is_err());
    network.emission.epoch_cap = 100;
    assert!(network.apply_policy(OVER).is_ok());
}

#[test]
fn announcing_again_starts_the_delay_again() {
    let mut network = governed();
    for (later, device_epoch_cap) in [(0, 2_000), (900, 3_000)] {
        let policy = with_cap(&network, device_epoch_cap);
        assert!(network.propose_policy(NOW + later, policy).is_ok());
        assert!(network.propose_guardian(NOW + later, NEXT).is_ok());
        assert!(network
            .announce_committee(NOW + later, 1, &keys(9..=9))
            .is_ok());
    }
    assert!(network.apply_policy(OVER + 899).is_err());
    assert!(network.apply_guardian(OVER + 899).is_err());
    assert!(network.take_committee(OVER + 899).is_err());
    assert!(network.apply_policy(OVER + 900).is_ok());
    assert!(network.apply_guardian(OVER + 900).is_ok());
    assert!(network.take_committee(OVER + 900).is_ok());
    assert_eq!((cap(&network), network.guardian), (3_000, NEXT));
}

#[test]
fn the_first_guardian_is_set_at_once_and_the_next_is_announced() {
    let mut network = governed();
    network.guardian = Address::default();
    assert!(network.propose_guardian(NOW, GUARDIAN).is_ok());
    assert_eq!(
        (network.guardian, network.changes.guardian_from),
        (GUARDIAN, 0)
    );
    for next in [NEXT, Address::default()] {
        assert!(network.propose_guardian(NOW, next).is_ok());
        assert_eq!(network.guardian, GUARDIAN);
        assert!(network.apply_guardian(OVER - 1).is_err());
        let mut later = network;
        assert!(later.apply_guardian(OVER).is_ok());
        assert_eq!((later.guardian, later.changes.guardian_from), (next, 0));
    }
}

#[test]
fn a_committee_is_seated_at_once_only_if_it_is_the_first_or_fewer_of_the_same() {
    let mut network = governed();
    for (threshold, keys, at_once) in [
        (3, keys(1..=5), true),
        (5, keys(1..=5), true),
        (3, keys(1..=4), true),
        (3, keys(3..=5), true),
        (2, keys(1..=3), false),
        (4, keys(1..=6), false),
        (3, keys(2..=6), false),
        (1, keys(9..=9), false),
    ] {
        assert_eq!(
            network.may_seat_now(threshold, &keys),
            at_once,
            "{threshold} {keys:?}"
        );
    }
    network.committee = bytemuck::Zeroable::zeroed();
    assert!(network.may_seat_now(1, &keys(9..=9)), "the first");
    // One that lost its members isn't without a past.
    let mut network = governed();
    assert!(network.committee.remove(&|_| true).is_ok());
    assert!(!network.may_seat_now(1, &keys(9..=9)));
}

#[test]
fn an_announced_committee_is_kept_until_it_is_taken() {
    let mut network = governed();
    for (threshold, keys) in [(1, keys(1..=2)), (12, keys(1..=22)), (0, vec![])] {
        assert!(network.announce_committee(NOW, threshold, &keys).is_err());
    }
    assert_eq!(network.changes.committee_from, 0);
    let members = keys(21..=41);
    assert_eq!(members.len(), MAX_MEMBERS);
    assert!(network.announce_committee(NOW, 11, &members).is_ok());
    assert!(network.announce_committee(NOW, 2, &keys(7..=8)).is_ok());
    assert!(network.take_committee(OVER - 1).is_err());
    let seats = network.take_committee(OVER);
    let seats = seats.map(|seats| (seats.threshold, seats.keys().to_vec()));
    assert_eq!(seats.ok(), Some((2, keys(7..=8))));
    assert!(network.take_committee(OVER).is_err(), "only once");
    assert!(network
        .changes
        .committee
        .keys
        .iter()
        .all(|key| *key == [0; 32]));
}

#[test]
fn only_what_was_announced_can_be_withdrawn() {
    let mut network = governed();
    for rule in [Rule::Policy, Rule::Committee, Rule::Guardian] {
        assert!(network.cancel(rule).is_err(), "nothing was announced");
    }
    let untouched = bytemuck::bytes_of(&network).to_vec();
    let looser = with_cap(&network, u64::MAX);
    assert!(network.propose_policy(NOW, looser).is_ok());
    assert!(network.announce_committee(NOW, 1, &keys(9..=9)).is_ok());
    assert!(network.propose_guardian(NOW, NEXT).is_ok());
    assert!(network.cancel(Rule::Committee).is_ok());
    assert!(network.take_committee(OVER).is_err());
    assert!(network.cancel(Rule::Policy).is_ok());
    assert!(network.apply_policy(OVER).is_err());
    assert!(network.cancel(Rule::Guardian).is_ok());
    assert!(network.apply_guardian(OVER).is_err());
    assert!(
        bytemuck::bytes_of(&network) == untouched,
        "no trace is left"
    );
}

#[test]
fn guardian_and_authority_withdraw_what_was_announced() {
    let mut network = governed();
    for (by, may) in [(AUTHORITY, true), (GUARDIAN, true), (NEXT, false)] {
        for rule in [Rule::Policy, Rule::Committee] {
            let looser = with_cap(&network, u64::MAX);
            assert!(network.propose_policy(NOW, looser).is_ok());
            assert!(network.announce_committee(NOW, 1, &keys(9..=9)).is_ok());
            assert_eq!(network.cancel_change(&by, NOW, rule).is_ok(), may);
        }
    }
    network.guardian = Address::default();
    let nobody = Address::default();
    assert!(network.cancel_change(&nobody, NOW, Rule::Policy).is_err());
}

#[test]
fn a_guardian_refuses_its_replacement_only_so_often() {
    let mut network = governed();
    for _ in 0..GUARDIAN_REFUSALS {
        assert!(network.propose_guardian(NOW, NEXT).is_ok());
        assert!(network
            .cancel_change(&AUTHORITY, NOW, Rule::Guardian)
            .is_ok());
        assert!(network.propose_guardian(NOW, NEXT).is_ok());
        assert!(network
            .cancel_change(&GUARDIAN, NOW, Rule::Guardian)
            .is_ok());
    }
    assert!(network.propose_guardian(NOW, NEXT).is_ok());
    // Of a copy: what an instruction that fails has written is undone.
    assert!({ network }
        .cancel_change(&GUARDIAN, NOW, Rule::Guardian)
        .is_err());
    assert!(network.apply_guardian(OVER).is_ok());
    assert_eq!((network.guardian, network.guardian_refusals), (NEXT, 0));
}

#[test]
fn a_change_at_once_withdraws_what_was_announced() {
    let mut network = governed();
    let looser = with_cap(&network, u64::MAX);
    assert!(network.propose_policy(NOW, looser).is_ok());
    let same = network.policy;
    assert!(network.propose_policy(NOW, same).is_ok());
    assert!(network.apply_policy(OVER).is_err());
    assert!(network.policy.device_epoch_cap == same.device_epoch_cap);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Propose(u64),
    Cancel,
    Apply,
}

proptest! {
    /// Whatever the order, no cap is in force that is higher than one that was visible for the whole delay.
    #[test]
    fn no_cap_rises_unannounced(
        steps in prop::collection::vec((0i64..1_500, prop_oneof![
            (1u64..5_000).prop_map(Step::Propose),
            Just(Step::Cancel),
            Just(Step::Apply),
        ]), 1..60)
    ) {
        let mut network = governed();
        let mut now = NOW;
        // The announced cap, and since when it has been visible.
        let mut announced: Option<(u64, i64)> = None;
        for (wait, step) in steps {
            now += wait;
            let before = cap(&network);
            match step {
                Step::Propose(device_epoch_cap) => {
                    let policy = with_cap(&network, device_epoch_cap);
                    prop_assert!(network.propose_policy(now, policy).is_ok());
                    if device_epoch_cap > before {
                        announced = Some((device_epoch_cap, now));
                        prop_assert_eq!(cap(&network), before);
                    } else {
                        prop_assert_eq!(cap(&network), device_epoch_cap);
                        announced = None;
                    }
                }
                Step::Cancel => prop_assert_eq!(network.cancel(Rule::Policy).is_ok(), announced.take().is_some()),
                Step::Apply => {
                    let due = announced.filter(|(_, since)| now >= since + i64::from(DELAY));
                    prop_assert_eq!(network.apply_policy(now).is_ok(), due.is_some());
                    if let Some((device_epoch_cap, _)) = due {
                        prop_assert_eq!(cap(&network), device_epoch_cap);
                        announced = None;
                    } else {
                        prop_assert_eq!(cap(&network), before);
                    }
                }
            }
            prop_assert_eq!(network.changes.policy_from != 0, announced.is_some());
        }
    }
}
