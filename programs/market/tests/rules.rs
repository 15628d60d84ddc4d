//! Prices, fees and times, for any numbers.

use {
    market::state::{ask_of, next_interval, Span, BASIS_POINTS, INTERVAL_SECONDS},
    proptest::prelude::*,
};

proptest! {
    #[test]
    fn an_ask_leaves_the_least_price_after_the_fee(
        min in 1..u64::MAX / 4, fee in 0..=5_000u16, units in 1..1_000u64,
    ) {
        let ask = u128::from(ask_of(min, fee).expect("it fits"));
        let (whole, rest) = (u128::from(BASIS_POINTS), u128::from(BASIS_POINTS - fee));
        let gross = ask * u128::from(units);
        let net = gross - gross * u128::from(fee) / whole;
        prop_assert!(net >= u128::from(min) * u128::from(units));
        // And one less would not.
        prop_assert!((ask - 1) * rest < u128::from(min) * whole);
    }

    #[test]
    fn direct_use_lies_within_what_both_agree_to(
        now in 0..1i64 << 40,
        asked in (-1_000_000..1_000_000i64, 0..1_000_000i64),
        offered in (-1_000_000..1_000_000i64, 0..1_000_000i64),
    ) {
        let [asked, offered] = [asked, offered].map(|(from, length)| Span {
            from: now + from,
            until: now + from + length,
        });
        let first = now.max(asked.from).max(offered.from);
        let last = asked.until.min(offered.until);
        match Span::meet(now, asked, offered) {
            Ok(Span { from, until }) => prop_assert_eq!((from, until), (first, last)),
            Err(_) => prop_assert!(first >= last),
        }
    }

    #[test]
    fn a_span_has_whole_intervals_from_the_next_one_on(
        now in 0..1i64 << 40, from in -1_000_000..1_000_000i64, length in 0..1_000_000i64,
    ) {
        let (asked_from, asked_until) = (now + from, now + from + length);
        if let Ok(Span { from, until }) = Span::admit(now, asked_from, asked_until) {
            prop_assert!(from >= next_interval(now) && from >= asked_from && until <= asked_until);
            prop_assert!(from < until);
            prop_assert_eq!((from % INTERVAL_SECONDS, until % INTERVAL_SECONDS), (0, 0));
            prop_assert!(from - INTERVAL_SECONDS < asked_from.max(next_interval(now)));
        } else {
            let first = asked_from.max(next_interval(now));
            prop_assert!(asked_until - first < 2 * INTERVAL_SECONDS);
        }
    }
}

#[test]
fn an_ask_that_does_not_fit_is_refused() {
    assert!(ask_of(u64::MAX, 1).is_err());
    assert_eq!(ask_of(u64::MAX, 0).expect("no fee"), u64::MAX);
}

#[test]
fn what_is_cancelled_ends_with_its_interval() {
    let span = Span {
        from: 900,
        until: 9_000,
    };
    assert_eq!(span.end(0), 9_000);
    assert_eq!(span.end(1_000), 1_800);
    assert_eq!(span.end(1_800), 2_700);
    assert_eq!(span.end(8_999), 9_000);
    assert_eq!(span.end(100), 900);
}
