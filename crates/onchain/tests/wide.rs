//! Division against the compiler's.

use {
    commonwire_onchain::wide::{divide, multiply_divide},
    proptest::prelude::*,
};

/// Numbers of all sizes, and those beside powers of two, where digits are estimated worst.
fn any_size() -> impl Strategy<Value = u64> {
    let edge =
        (0..64u32, -2..=2i64).prop_map(|(bits, beside)| (1u64 << bits).wrapping_add_signed(beside));
    prop_oneof![
        any::<u64>(),
        (any::<u64>(), 0..64u32).prop_map(|(number, shift)| number >> shift),
        edge,
        Just(u64::MAX),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn quotient_and_remainder_are_exact(high in any_size(), low in any_size(), divisor in any_size()) {
        let divisor = divisor.max(1);
        let number = u128::from(high) << 64 | u128::from(low);
        let wide = u128::from(divisor);
        prop_assert_eq!(divide(number, divisor), (number / wide, (number % wide) as u64));
    }

    #[test]
    fn a_part_of_a_product_is_exact(a in any_size(), b in any_size(), divisor in any_size()) {
        let divisor = divisor.max(a.min(b)).max(1);
        let exact = u128::from(a) * u128::from(b) / u128::from(divisor);
        prop_assert_eq!(u128::from(multiply_divide(a, b, divisor)), exact);
    }
}
