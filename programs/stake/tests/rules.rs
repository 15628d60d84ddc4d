//! Weights, and what still counts of the weight that left.

use {
    bytemuck::Zeroable,
    proptest::prelude::*,
    stake::state::{weight_of, Leaving, LONGEST_LOCK_SECONDS},
};

const YEAR: u32 = LONGEST_LOCK_SECONDS / 4;

#[test]
fn weights_of_the_design() {
    assert_eq!(weight_of(1_000, 2 * YEAR), Some(2_500));
    assert_eq!(weight_of(1_000, 0), Some(1_000));
    assert_eq!(weight_of(1_000, 4 * YEAR), Some(4_000));
    assert_eq!(weight_of(1, YEAR), Some(1));
    assert_eq!(weight_of(2, YEAR), Some(3));
    assert_eq!(weight_of(u64::MAX / 4, 4 * YEAR), Some(u64::MAX / 4 * 4));
    assert_eq!(weight_of(u64::MAX / 4 + 1, 4 * YEAR), None);
    assert_eq!(weight_of(u64::MAX, 0), Some(u64::MAX));
    assert_eq!(weight_of(u64::MAX, 1), None);
}

/// The formula as the design has it, with room for every product.
fn formula(amount: u64, lock: u32) -> Option<u64> {
    let longest = u128::from(LONGEST_LOCK_SECONDS);
    let lock = u128::from(lock.min(LONGEST_LOCK_SECONDS));
    u64::try_from(u128::from(amount) * (longest + 3 * lock) / longest).ok()
}

proptest! {
    #[test]
    fn weights_are_those_of_the_formula(amount: u64, lock: u32) {
        prop_assert_eq!(weight_of(amount, lock), formula(amount, lock));
    }

    #[test]
    fn weights_of_small_stakes_are_too(amount in 0u64..1 << 40, lock in 0..=LONGEST_LOCK_SECONDS) {
        let weight = weight_of(amount, lock);
        prop_assert_eq!(weight, formula(amount, lock));
        prop_assert!(weight.is_some_and(|weight| weight >= amount && weight <= 4 * amount));
    }

    #[test]
    fn splitting_a_stake_gains_nothing(a in 0u64..1 << 40, b in 0u64..1 << 40, lock: u32) {
        let apart = weight_of(a, lock).zip(weight_of(b, lock)).map(|(a, b)| a + b);
        prop_assert!(apart <= weight_of(a + b, lock));
    }
}

const COOL_DOWN: u32 = 1_000;

#[test]
fn what_left_counts_for_one_to_two_cool_downs() {
    for (left, until) in [(5_000, 7_000), (5_500, 7_000), (5_999, 7_000)] {
        let mut leaving = Leaving::zeroed();
        leaving.add(left, COOL_DOWN, 7);
        assert_eq!(leaving.weight(left, COOL_DOWN), 7);
        assert_eq!(leaving.weight(until - 1, COOL_DOWN), 7);
        assert_eq!(leaving.weight(until, COOL_DOWN), 0);
    }
}

#[test]
fn a_clock_that_goes_back_forgets_nothing() {
    let mut leaving = Leaving::zeroed();
    leaving.add(5_000, COOL_DOWN, 7);
    leaving.add(3_000, COOL_DOWN, 2);
    assert_eq!(leaving.weight(0, COOL_DOWN), 9);
    assert_eq!(leaving.weight(6_999, COOL_DOWN), 9);
    assert_eq!(leaving.weight(7_000, COOL_DOWN), 0);
}

#[test]
fn no_sum_keeps_anybody_from_leaving() {
    let mut leaving = Leaving::zeroed();
    leaving.add(5_000, COOL_DOWN, u64::MAX);
    leaving.add(5_001, COOL_DOWN, 1);
    leaving.add(6_000, COOL_DOWN, 1);
    assert_eq!(leaving.weight(6_000, COOL_DOWN), u64::MAX);
    assert_eq!(leaving.weight(7_000, COOL_DOWN), 1);
}

proptest! {
    /// Against a list of all that ever left.
    #[test]
    fn what_left_counts_at_least_for_a_cool_down_and_less_than_two(
        steps in prop::collection::vec((0i64..900, 0u64..100), 1..60),
    ) {
        let (mut leaving, mut now, mut left) = (Leaving::zeroed(), 1_800_000_000, vec![]);
        for (passed, weight) in steps {
            now += passed;
            leaving.add(now, COOL_DOWN, weight);
            left.push((now, weight));
            let since = |age: i64| left.iter().filter(|(at, _)| now - at < age).map(|(_, weight)| weight).sum::<u64>();
            let counted = leaving.weight(now, COOL_DOWN);
            prop_assert!(counted >= since(1_000) && counted <= since(2_000));
        }
    }
}
