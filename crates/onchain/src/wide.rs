//! Division of 128-bit numbers by 64-bit ones.
//!
//! The compiler's own division takes any two 128-bit numbers: on chain it costs several times the compute units, and five
//! kilobytes of a program.

/// Quotient and remainder. `divisor` is above zero.
#[inline(never)]
pub fn divide(number: u128, divisor: u64) -> (u128, u64) {
    let (high, low) = ((number >> 64) as u64, number as u64);
    if high == 0 {
        return (u128::from(low / divisor), low % divisor);
    }
    let (quotient, remainder) = divide_wide(high % divisor, low, divisor);
    (
        u128::from(high / divisor) << 64 | u128::from(quotient),
        remainder,
    )
}

/// `floor(a * b / divisor)`, for a result that is known to fit. `divisor` is above zero.
pub fn multiply_divide(a: u64, b: u64, divisor: u64) -> u64 {
    divide(u128::from(a) * u128::from(b), divisor).0 as u64
}

const HALF: u64 = 1 << 32;

/// Divides `high * 2^64 + low`, where `high < divisor`, digit by digit in base 2^32: Knuth, The Art of Computer Programming,
/// volume 2, algorithm D.
fn divide_wide(high: u64, low: u64, divisor: u64) -> (u64, u64) {
    let shift = divisor.leading_zeros();
    let divisor = divisor << shift;
    // With the divisor's first bit set, an estimated digit is at most two too great.
    // Shifting by 64 is not defined, by 63 and 1 is.
    let upper = high << shift | low >> 1 >> (63 - shift);
    let lower = low << shift;
    let (first, rest) = digit(upper, lower >> 32, divisor);
    let (second, rest) = digit(rest, lower & (HALF - 1), divisor);
    (first << 32 | second, rest >> shift)
}

/// The digit that `rest * 2^32 + next` divided by the divisor gives, and what is left.
fn digit(rest: u64, next: u64, divisor: u64) -> (u64, u64) {
    let (front, back) = (divisor >> 32, divisor & (HALF - 1));
    let mut digit = rest / front;
    let mut left = rest % front;
    while digit >= HALF || digit.wrapping_mul(back) > (left << 32 | next) {
        digit -= 1;
        left += front;
        if left >= HALF {
            break;
        }
    }
    let product = digit.wrapping_mul(divisor);
    let value = (rest << 32).wrapping_add(next);
    (digit, value.wrapping_sub(product))
}
