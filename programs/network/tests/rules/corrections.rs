//! Corrective epochs, which take back what was earned wrongly, and what was paid or minted before them.

use {
    super::{
        claim, network, post, promoted, CHALLENGE_SECONDS, CHALLENGE_SLOTS, DEVICE_CAP, EMISSION,
        EPOCH_SECONDS, LATE,
    },
    network::state::{Emission, Network, Rule},
    proptest::prelude::*,
};

/// A network whose first epoch earned so much, and the time after it.
fn earning(earned_total: u64) -> (Network, i64) {
    let (mut network, mut now) = (network(EMISSION), 0);
    assert_eq!(
        promoted(&mut network, &mut now, earned_total),
        Some(earned_total)
    );
    (network, now)
}

fn cut(network: &mut Network, now: &mut i64) {
    *now += i64::from(EPOCH_SECONDS);
    assert!(network.cut(*now, 1, [7; 32]).is_ok());
}

#[test]
fn only_the_named_epoch_may_earn_less_and_never_less_than_was_paid() {
    let (mut network, mut now) = earning(1_000);
    assert!(network.pay(400).is_ok());
    cut(&mut network, &mut now);
    assert!(post(&mut network, now, &claim(999, 0)).is_err());
    assert!(network.name_corrective(now, 3).is_ok());
    assert!(
        post(&mut network, now, &claim(999, 0)).is_err(),
        "another epoch"
    );
    assert!(network.name_corrective(now, 2).is_ok());
    assert!(
        post(&mut network, now, &claim(399, 0)).is_err(),
        "paid already"
    );
    assert!(post(&mut network, now, &claim(400, 0)).is_ok());
    assert_eq!(network.pending.corrective, 1);
}

#[test]
fn an_epoch_corrects_only_after_the_delay() {
    let (mut network, mut now) = earning(1_000);
    let delay = 10 * EPOCH_SECONDS;
    network.floors.change_delay_seconds = delay;
    cut(&mut network, &mut now);
    assert!(network.name_corrective(now, 2).is_ok());
    let over = now + i64::from(delay);
    assert!(
        network.name_corrective(over - 1, 2).is_ok(),
        "the same again doesn't begin anew"
    );
    // Until then nobody can have signed a ledger that falls, so the name can be withdrawn.
    assert!({ network }.name_corrective(over - 1, 0).is_ok());
    assert!({ network }.name_corrective(over, 0).is_err());
    assert!(post(&mut { network }, over - 1, &claim(999, 0)).is_err());
    let mut early = network;
    assert!(post(&mut early, over - 1, &claim(1_000, 0)).is_ok());
    assert_eq!(early.pending.corrective, 0);
    assert!(post(&mut network, over, &claim(999, 0)).is_ok());
    assert_eq!(network.pending.corrective, 1);
}

#[test]
fn the_guardian_withdraws_a_corrective_epoch() {
    let (mut network, mut now) = earning(1_000);
    network.floors.change_delay_seconds = EPOCH_SECONDS;
    let authority = network.authority;
    let none = network.cancel_change(&authority, now, Rule::Corrective);
    assert!(none.is_err(), "none is named");
    assert!(network.name_corrective(now, 2).is_ok());
    assert!(network
        .cancel_change(&authority, now, Rule::Corrective)
        .is_ok());
    assert_eq!((network.corrective_epoch, network.corrective_from), (0, 0));
    assert!(network.name_corrective(now, 2).is_ok());
    cut(&mut network, &mut now);
    let late = network.cancel_change(&authority, now, Rule::Corrective);
    assert!(late.is_err(), "oracles may have signed it");
}

#[test]
fn while_earnings_are_taken_back_nothing_is_paid() {
    let (mut network, mut now) = earning(1_000);
    assert!(network.pay(400).is_ok());
    assert!(network.name_corrective(now, 2).is_ok());
    cut(&mut network, &mut now);
    assert!(post(&mut network, now, &claim(600, 0)).is_ok());
    assert!(network.require_uncorrected().is_err());
    // Once it is void, the current epoch's total counts again.
    let mut voided = network;
    voided.void();
    assert!(voided.require_uncorrected().is_ok());
    assert!(voided.pay(600).is_ok() && voided.pay(1).is_err());
    assert!(network
        .promote(now + i64::from(CHALLENGE_SECONDS), LATE)
        .is_ok());
    assert_eq!(
        (network.current.earned_total, network.total_paid),
        (600, 400)
    );
    assert_eq!(network.corrective_epoch, 0, "used up");
}

#[test]
fn a_pending_epoch_that_corrects_nothing_bounds_no_payment() {
    let (mut network, mut now) = earning(1_000);
    cut(&mut network, &mut now);
    assert!(post(&mut network, now, &claim(1_500, 0)).is_ok());
    assert!(network.pay(1_001).is_err(), "not yet");
    assert!(network.pay(1_000).is_ok());
}

#[test]
fn what_was_minted_before_a_fall_is_not_minted_again() {
    let (mut network, mut now) = earning(1_000);
    assert!(network.name_corrective(now, 2).is_ok());
    assert_eq!(promoted(&mut network, &mut now, 300), Some(0));
    assert_eq!(
        (network.current.earned_total, network.minted_total),
        (300, 1_000)
    );
    assert_eq!(promoted(&mut network, &mut now, 900), Some(0));
    assert_eq!(promoted(&mut network, &mut now, 1_000), Some(0));
    assert_eq!(promoted(&mut network, &mut now, 1_100), Some(100));
    assert_eq!(
        (network.current.earned_total, network.minted_total),
        (1_100, 1_100)
    );
}

#[test]
fn growth_after_a_fall_has_the_same_cap() {
    let mut network = network(Emission {
        epoch_cap: 500,
        ..EMISSION
    });
    let mut now = 0;
    for total in [500, 1_000] {
        assert_eq!(promoted(&mut network, &mut now, total), Some(500));
    }
    assert!(network.name_corrective(now, 3).is_ok());
    assert_eq!(promoted(&mut network, &mut now, 100), Some(0));
    cut(&mut network, &mut now);
    assert!(post(&mut network, now, &claim(601, 0)).is_err());
    assert!(post(&mut network, now, &claim(600, 0)).is_ok());
}

#[test]
fn what_oracles_may_have_signed_stays_corrective() {
    let (mut network, mut now) = earning(1_000);
    for epoch in [2, 3, 0, 2] {
        assert!(
            network.name_corrective(now, epoch).is_ok(),
            "nothing is cut yet"
        );
    }
    assert!(network.name_corrective(now, 1).is_err(), "promoted already");
    cut(&mut network, &mut now);
    for other in [0, 1, 3, u64::MAX] {
        assert!(network.name_corrective(now, other).is_err());
    }
    assert!(network.name_corrective(now, 2).is_ok(), "the same again");
    assert_eq!(network.corrective_epoch, 2);
    // A leaf that falls is no fault then, whoever posts what honest members signed, and whenever.
    assert!(post(&mut network, now, &claim(1_000, 0)).is_ok());
    assert!(!network.is_wrong_growth(1, 2, None));
    network.void();
    assert!(network.name_corrective(now, 0).is_err());
    assert!(post(&mut network, now, &claim(1_000, 1)).is_ok());
    assert!(network
        .promote(now + i64::from(CHALLENGE_SECONDS), LATE)
        .is_ok());
    assert!(network.name_corrective(now, 3).is_ok());
    assert!(network.name_corrective(now, 0).is_ok());
}

#[test]
fn an_epoch_named_after_its_cut_becomes_corrective_for_good() {
    let (mut network, mut now) = earning(1_000);
    cut(&mut network, &mut now);
    cut(&mut network, &mut now);
    assert!(network.name_corrective(now, 4).is_ok());
    assert!(network.name_corrective(now, 2).is_ok(), "4 isn't cut");
    assert!(network.name_corrective(now, 3).is_err(), "2 is");
    assert!(network.name_corrective(now, 0).is_err());
}

#[test]
fn a_cap_above_the_epoch_s_is_cut_down_to_it() {
    for (device_epoch_cap, epoch_cap, expected) in [
        (u64::MAX, 500, 500),
        (1 << 63, 500, 500),
        (501, 500, 500),
        (499, 500, 499),
    ] {
        let mut network = network(Emission {
            epoch_cap,
            halving_epochs: 1,
            ..EMISSION
        });
        network.policy.device_epoch_cap = device_epoch_cap;
        let mut now = 0;
        cut(&mut network, &mut now);
        let kept = network.next_cut().map(|cut| cut.device_epoch_cap);
        assert_eq!(kept.ok(), Some(expected));
        cut(&mut network, &mut now);
        assert_eq!(
            network.cuts[0].device_epoch_cap,
            expected.min(250),
            "half of it in epoch 2"
        );
    }
}

#[test]
fn a_cap_without_limit_does_not_stop_promotion() {
    let mut network = network(EMISSION);
    network.policy.device_epoch_cap = u64::MAX;
    let mut now = 0;
    for total in 1..=5 {
        assert_eq!(promoted(&mut network, &mut now, total), Some(1));
        assert_eq!(network.device_earned_max, u64::MAX);
    }
    network.policy.device_epoch_cap = DEVICE_CAP;
    assert_eq!(
        promoted(&mut network, &mut now, 6),
        Some(1),
        "nor after it was put back"
    );
}

#[test]
fn a_challenge_period_lasts_its_slots_too() {
    let (mut network, mut now) = earning(1_000);
    cut(&mut network, &mut now);
    let cut = network.next_cut().ok();
    assert!(cut.is_some());
    if let Some(cut) = cut {
        network.post((now, 500), &cut, &claim(1_000, 0), 1);
    }
    let (over, slots) = (
        now + i64::from(CHALLENGE_SECONDS),
        u64::from(CHALLENGE_SLOTS),
    );
    assert!({ network }
        .promote(over + 1_000_000, 500 + slots - 1)
        .is_err());
    assert!({ network }.promote(over - 1, LATE).is_err());
    assert!(
        { network }.promote(over, 499).is_err(),
        "a slot before the post"
    );
    // What was posted keeps the periods of its time.
    network.policy.challenge_slots = 1;
    network.policy.challenge_seconds = 1;
    assert!({ network }.promote(over, 500 + slots - 1).is_err());
    assert!(network.promote(over, 500 + slots).is_ok());
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Name(u64),
    Cut,
    Post(u64),
    Void,
    Promote,
    Pay(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0u64..4).prop_map(Step::Name),
        3 => Just(Step::Cut),
        5 => (0u64..3_000).prop_map(Step::Post),
        1 => Just(Step::Void),
        3 => Just(Step::Promote),
        3 => (0u64..400).prop_map(Step::Pay),
    ]
}

proptest! {
    /// However often the total falls and rises: never more minted than was ever earned, never more paid than is earned
    /// now or may be earned next, and no more in existence than the supply allows.
    #[test]
    fn paid_stays_within_what_falls(steps in prop::collection::vec(step(), 1..150), initial_supply in 0u64..500) {
        let emission = Emission { max_supply: 2_500, epoch_cap: 700, halving_epochs: 0 };
        let mut network = network(emission);
        network.initial_supply = initial_supply;
        let (mut now, mut minted, mut most_earned) = (0, 0, 0);
        for step in steps {
            match step {
                Step::Name(ahead) => {
                    let epoch = if ahead == 0 { 0 } else { network.current.epoch + ahead };
                    let _ = network.name_corrective(now, epoch);
                }
                Step::Cut => {
                    now += i64::from(EPOCH_SECONDS);
                    let _ = network.cut(now, 1, [7; 32]);
                }
                Step::Post(total) => {
                    let (before, paid) = (network.current.earned_total, network.total_paid);
                    let attempt = network.attempt;
                    if post(&mut network, now, &claim(total, attempt)).is_ok() && total < before {
                        prop_assert!(total >= paid);
                        prop_assert_eq!(network.pending.corrective, 1);
                        prop_assert_eq!(network.corrective_epoch, network.pending.epoch);
                    }
                }
                Step::Void => {
                    if network.pending.epoch != 0 {
                        network.void();
                    }
                }
                Step::Promote => {
                    now += i64::from(CHALLENGE_SECONDS);
                    if let Ok(fresh) = network.promote(now, LATE) {
                        prop_assert!(fresh <= emission.epoch_cap);
                        minted += fresh;
                        most_earned = most_earned.max(network.current.earned_total);
                    }
                }
                Step::Pay(amount) if network.require_uncorrected().is_ok() => {
                    let _ = network.pay(amount);
                }
                Step::Pay(_) => {}
            }
            prop_assert_eq!(network.minted_total, minted);
            prop_assert_eq!(minted, most_earned);
            prop_assert!(network.total_paid <= network.current.earned_total);
            prop_assert!(network.pending.corrective == 0 || network.total_paid <= network.pending.earned_total);
            prop_assert!(initial_supply + minted <= emission.max_supply);
        }
    }
}
