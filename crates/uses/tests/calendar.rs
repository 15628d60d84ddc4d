//! Whatever is asked of a calendar: no quarter-hour is taken twice, and what is refused changes nothing.

use {
    commonwire_uses::parking::{Calendar, Reservation, CALENDAR_QUARTERS},
    proptest::prelude::*,
    std::collections::HashSet,
};

#[derive(Clone, Debug)]
enum Step {
    Take(u64, u64),
    Free(u64, u64),
    Advance(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let count = prop_oneof![1u64..12, 1u64..3_000];
    let ahead = prop_oneof![0u64..20, 0u64..3_000];
    prop_oneof![
        (ahead.clone(), count.clone()).prop_map(|(ahead, count)| Step::Take(ahead, count)),
        (ahead, count).prop_map(|(ahead, count)| Step::Free(ahead, count)),
        prop_oneof![0u64..10, 0u64..3_000].prop_map(Step::Advance),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_calendar_is_a_set_of_quarter_hours(steps in prop::collection::vec(step(), 1..40), start in 0u64..5_000) {
        let mut calendar = Calendar { from: start, taken: [0; 45] };
        let mut taken = HashSet::new();
        for step in steps {
            let from = calendar.from;
            match step {
                Step::Take(ahead, count) => {
                    let wanted = from + ahead..from + ahead + count;
                    let fits = ahead + count <= CALENDAR_QUARTERS;
                    let free = wanted.clone().all(|quarter| !taken.contains(&quarter));
                    let before = calendar;
                    let result = calendar.take(wanted.start, count);
                    prop_assert_eq!(result.is_ok(), fits && free);
                    if result.is_ok() {
                        taken.extend(wanted);
                    } else {
                        prop_assert_eq!(before, calendar);
                    }
                }
                Step::Free(ahead, count) => {
                    calendar.free(from + ahead, from + ahead + count);
                    taken.retain(|quarter| !(from + ahead..from + ahead + count).contains(quarter));
                }
                Step::Advance(by) => {
                    calendar.advance(from + by);
                    taken.retain(|quarter| *quarter >= from + by);
                }
            }
            let bits: u32 = calendar.taken.iter().map(|word| word.count_ones()).sum();
            prop_assert_eq!(bits as usize, taken.len());
        }
    }

    #[test]
    fn no_ending_pays_more_than_was_reserved(
        first in 1_900_000u64..1_900_010, quarters in 1u64..2_880, quarter_price in 0u64..=u64::MAX / 2_880,
        fee_bps in 0u64..=10_000, into in -100_000i64..3_000_000,
    ) {
        let reservation = Reservation { first, quarters, quarter_price };
        let now = (first * 900) as i64 + into;
        for outcome in [reservation.absent(now, fee_bps), reservation.leave(now, fee_bps)] {
            let outcome = outcome.expect("a price that fits");
            prop_assert!(outcome.pays <= quarter_price * quarters);
            prop_assert!(outcome.free_from >= first);
        }
        // Checking in for a moment never costs less than cancelling in time.
        let left = reservation.leave(now, fee_bps).expect("fits");
        prop_assert!(left.pays >= reservation.absent(0, fee_bps).expect("fits").pays);
        // Cancelling later never costs less.
        let (now_costs, later) = (reservation.absent(now, fee_bps), reservation.absent(now + 900, fee_bps));
        prop_assert!(now_costs.expect("fits").pays <= later.expect("fits").pays);
    }
}
