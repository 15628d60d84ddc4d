//! Which policies are workable, which loosen something, and which go below the floors.

use {
    super::{network, ANSWER_SECONDS, CHALLENGE_SECONDS, EMISSION, EPOCH_SECONDS},
    bytemuck::Zeroable,
    network::state::{Floors, Policy, KINDS, MAX_CHANGE_DELAY_SECONDS},
    proptest::prelude::*,
};

fn policy() -> Policy {
    network(EMISSION).policy
}

/// Whether the policy is workable, changed like this, where an epoch may earn `epoch_cap`.
fn is_workable(epoch_cap: u64, change: impl Fn(&mut Policy)) -> bool {
    let mut policy = policy();
    change(&mut policy);
    policy.validate(epoch_cap).is_ok()
}

#[test]
fn nothing_that_must_last_or_be_earned_is_zero() {
    assert!(is_workable(0, |_| ()));
    assert!(!is_workable(0, |policy| policy.device_epoch_cap = 0));
    assert!(!is_workable(0, |policy| policy.epoch_seconds = 0));
    assert!(!is_workable(0, |policy| {
        (policy.challenge_seconds, policy.answer_seconds) = (0, 0);
    }));
    assert!(!is_workable(0, |policy| policy.challenge_slots = 0));
    assert!(!is_workable(0, |policy| policy.payout_window_seconds = 0));
    assert!(
        !is_workable(0, |policy| policy.max_capacity[0] = 1),
        "kind 0 is invalid"
    );
}

#[test]
fn an_answer_has_at_least_half_of_the_challenge_period() {
    for (challenge, answer, workable) in [
        (1, 0, false),
        (1, 1, true),
        (20, 9, false),
        (20, 10, true),
        (21, 10, false),
        (21, 11, true),
        (u32::MAX, u32::MAX / 2, false),
        (u32::MAX, u32::MAX / 2 + 1, true),
        (20, u32::MAX, true),
    ] {
        let got = is_workable(0, |policy| {
            (policy.challenge_seconds, policy.answer_seconds) = (challenge, answer);
        });
        assert_eq!(got, workable, "{answer} of {challenge}");
    }
}

#[test]
fn bonds_stay_locked_while_evidence_may_still_come() {
    let evidence = 2 * EPOCH_SECONDS + CHALLENGE_SECONDS + ANSWER_SECONDS;
    let locked = |oracle_bond, bond_lock_seconds| {
        is_workable(0, |policy| {
            (policy.oracle_bond, policy.bond_lock_seconds) = (oracle_bond, bond_lock_seconds);
        })
    };
    assert!(
        locked(0, 0),
        "where no bond is required none need be locked"
    );
    assert!(!locked(1, evidence - 1));
    assert!(locked(1, evidence));
    let endless = is_workable(0, |policy| {
        policy.oracle_bond = 1;
        policy.epoch_seconds = u32::MAX;
        (policy.challenge_seconds, policy.answer_seconds) = (u32::MAX, u32::MAX);
        policy.bond_lock_seconds = u32::MAX;
    });
    assert!(!endless, "the sum doesn't wrap");
}

#[test]
fn a_payout_limit_pays_something_even_when_nothing_more_is_earned() {
    let limited = |payout_limit| is_workable(0, |policy| policy.payout_limit = payout_limit);
    assert!(!limited(0));
    assert!(limited(1));
    assert!(limited(u64::MAX));
}

#[test]
fn payments_are_a_quarter_faster_than_earnings() {
    // A window as long as an epoch, which may earn 1,000.
    let limited = |payout_limit| {
        is_workable(1_000, |policy| {
            (policy.payout_limit, policy.payout_window_seconds) = (payout_limit, EPOCH_SECONDS);
        })
    };
    assert!(!limited(1_000), "a backlog would never shrink");
    assert!(!limited(1_249));
    assert!(limited(1_250));
}

#[test]
fn floors_last_and_no_delay_outlasts_a_guardian_s_pause() {
    let floors = Floors {
        epoch_seconds: 1,
        challenge_seconds: 1,
        payout_window_seconds: 1,
        change_delay_seconds: MAX_CHANGE_DELAY_SECONDS,
    };
    assert!(floors.validate().is_ok());
    assert_eq!(
        i64::from(MAX_CHANGE_DELAY_SECONDS),
        network::state::GUARDIAN_PAUSE_SECONDS
    );
    for unsound in [
        Floors {
            epoch_seconds: 0,
            ..floors
        },
        Floors {
            challenge_seconds: 0,
            ..floors
        },
        Floors {
            payout_window_seconds: 0,
            ..floors
        },
        Floors {
            change_delay_seconds: MAX_CHANGE_DELAY_SECONDS + 1,
            ..floors
        },
    ] {
        assert!(unsound.validate().is_err());
    }
}

#[test]
fn no_policy_goes_below_a_floor() {
    let now = policy();
    let floors = Floors {
        epoch_seconds: now.epoch_seconds,
        challenge_seconds: now.challenge_seconds,
        payout_window_seconds: now.payout_window_seconds,
        change_delay_seconds: 0,
    };
    assert!(floors.admit(&now).is_ok());
    let changes: [fn(&mut Policy) -> &mut u32; 3] = [
        |policy| &mut policy.epoch_seconds,
        |policy| &mut policy.challenge_seconds,
        |policy| &mut policy.payout_window_seconds,
    ];
    for field in changes {
        let mut above = now;
        *field(&mut above) += 1;
        assert!(floors.admit(&above).is_ok());
        let mut below = now;
        *field(&mut below) -= 1;
        assert!(floors.admit(&below).is_err());
    }
}

/// Which change of a field loosens the policy.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Loosens {
    Rise,
    Fall,
    Both,
}

/// A field, and how to add one to it or take one from it.
type Field = (&'static str, Loosens, fn(&mut Policy, i64));

/// Every field of a policy but those by kind.
const FIELDS: [Field; 11] = [
    ("device_epoch_cap", Loosens::Rise, |policy, by| {
        step(&mut policy.device_epoch_cap, by);
    }),
    ("payout_limit", Loosens::Rise, |policy, by| {
        step(&mut policy.payout_limit, by);
    }),
    ("oracle_bond", Loosens::Fall, |policy, by| {
        step(&mut policy.oracle_bond, by);
    }),
    ("device_fee", Loosens::Fall, |policy, by| {
        step(&mut policy.device_fee, by);
    }),
    ("demand_bond", Loosens::Both, |policy, by| {
        step(&mut policy.demand_bond, by);
    }),
    ("epoch_seconds", Loosens::Fall, |policy, by| {
        small_step(&mut policy.epoch_seconds, by);
    }),
    ("challenge_seconds", Loosens::Fall, |policy, by| {
        small_step(&mut policy.challenge_seconds, by);
    }),
    ("payout_window_seconds", Loosens::Fall, |policy, by| {
        small_step(&mut policy.payout_window_seconds, by);
    }),
    ("bond_lock_seconds", Loosens::Both, |policy, by| {
        small_step(&mut policy.bond_lock_seconds, by);
    }),
    ("answer_seconds", Loosens::Both, |policy, by| {
        small_step(&mut policy.answer_seconds, by);
    }),
    ("challenge_slots", Loosens::Fall, |policy, by| {
        small_step(&mut policy.challenge_slots, by);
    }),
];

fn step(value: &mut u64, by: i64) {
    *value = value.wrapping_add_signed(by);
}

fn small_step(value: &mut u32, by: i64) {
    *value = value.wrapping_add_signed(by as i32);
}

/// A policy in which every field can rise and fall.
fn middle() -> Policy {
    let mut policy = Policy::zeroed();
    for (at, (_, _, change)) in FIELDS.iter().enumerate() {
        change(&mut policy, 1_000 + at as i64);
    }
    policy.max_capacity = [1_000; KINDS];
    policy.capacity_fee = [1_000; KINDS];
    policy
}

#[test]
fn each_field_loosens_in_its_own_direction() {
    let now = middle();
    assert!(!now.is_loosened_by(&now));
    for (name, loosens, change) in FIELDS {
        for (by, direction) in [(1, Loosens::Rise), (-1, Loosens::Fall)] {
            let mut next = now;
            change(&mut next, by);
            let expected = loosens == Loosens::Both || loosens == direction;
            assert_eq!(now.is_loosened_by(&next), expected, "{name} by {by}");
        }
    }
}

#[test]
fn each_kind_loosens_by_more_capacity_or_a_lower_fee() {
    let now = middle();
    for kind in 0..KINDS {
        for (by, capacity, fee) in [(1, true, false), (-1, false, true)] {
            let mut next = now;
            small_step(&mut next.max_capacity[kind], by);
            assert_eq!(
                now.is_loosened_by(&next),
                capacity,
                "capacity of kind {kind}"
            );
            let mut next = now;
            small_step(&mut next.capacity_fee[kind], by);
            assert_eq!(now.is_loosened_by(&next), fee, "fee of kind {kind}");
        }
    }
}

#[test]
fn the_fields_compared_are_all_there_are() {
    let sized: usize = 5 * 8 + 6 * 4 + 2 * KINDS * 4;
    assert_eq!(size_of::<Policy>(), sized);
    assert_eq!(FIELDS.len(), 5 + 6);
}

proptest! {
    /// However much else is tightened, one loosened field suffices.
    #[test]
    fn a_change_loosens_if_any_of_its_fields_does(steps in prop::collection::vec(-2i64..=2, FIELDS.len())) {
        let now = middle();
        let mut next = now;
        let mut expected = false;
        for ((_, loosens, change), by) in FIELDS.iter().zip(&steps) {
            change(&mut next, *by);
            expected |= match loosens {
                Loosens::Rise => *by > 0,
                Loosens::Fall => *by < 0,
                Loosens::Both => *by != 0,
            };
        }
        prop_assert_eq!(now.is_loosened_by(&next), expected);
    }

    /// There and back again is loosened at least once, unless nothing changed.
    #[test]
    fn no_change_and_its_reverse_are_both_free(steps in prop::collection::vec(-1i64..=1, FIELDS.len())) {
        let now = middle();
        let mut next = now;
        for ((_, _, change), by) in FIELDS.iter().zip(&steps) {
            change(&mut next, *by);
        }
        let changed = steps.iter().any(|by| *by != 0);
        prop_assert_eq!(now.is_loosened_by(&next) || next.is_loosened_by(&now), changed);
    }
}
