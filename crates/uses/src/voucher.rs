//! Vouchers: how much was used of an order and what that costs, in total, signed by the order's session key.
//!
//! The consumer signs one for each step of use and hands it to the supplier, who settles the last whenever it likes. Totals
//! instead of steps make a voucher that is sent twice, or late, worthless.

/// Begins the message, so that a session key's signature means nothing else.
pub const DOMAIN: &[u8; 21] = b"commonwire:voucher:v1";

/// Length of the message.
pub const MESSAGE_BYTES: usize = 109;

/// A reason why a voucher pays nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// No more units than were settled already, as in a voucher that is sent again.
    NoStep,
    /// Fewer units, or a lower cost, than were settled already.
    Smaller,
    /// More than the order's budget.
    OverBudget,
    /// More a unit than the order's greatest price.
    OverPrice,
    /// Less a unit than the offer's price, from which the fee is taken.
    UnderPrice,
}

/// Totals since an order was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub units: u64,
    /// Base units.
    pub cost: u64,
}

/// What an order and the offer that it names agree to; prices in base units a unit.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub budget: u64,
    /// The most that the order pays.
    pub greatest_price: u64,
    /// The least that the offer takes, with the market's fee.
    pub least_price: u64,
}

/// `"commonwire:voucher:v1" | program | order | birth u64 | units u64 | cost u64`. `birth`: of the order, so that nothing that
/// was signed for a closed order settles on a new one at its address.
pub fn message(
    program: &[u8; 32],
    order: &[u8; 32],
    birth: u64,
    totals: &Totals,
) -> [u8; MESSAGE_BYTES] {
    let mut bytes = [0; MESSAGE_BYTES];
    bytes[..21].copy_from_slice(DOMAIN);
    bytes[21..53].copy_from_slice(program);
    bytes[53..85].copy_from_slice(order);
    bytes[85..93].copy_from_slice(&birth.to_le_bytes());
    bytes[93..101].copy_from_slice(&totals.units.to_le_bytes());
    bytes[101..].copy_from_slice(&totals.cost.to_le_bytes());
    bytes
}

/// Returns what a voucher adds to what was settled, in base units.
pub fn step(settled: &Totals, voucher: &Totals, terms: &Terms) -> Result<u64, Error> {
    if voucher.units < settled.units || voucher.cost < settled.cost {
        return Err(Error::Smaller);
    }
    if voucher.units == settled.units {
        return Err(Error::NoStep);
    }
    if voucher.cost > terms.budget {
        return Err(Error::OverBudget);
    }
    let cost = u128::from(voucher.cost);
    let at = |price: u64| u128::from(price) * u128::from(voucher.units);
    if cost > at(terms.greatest_price) {
        return Err(Error::OverPrice);
    }
    if cost < at(terms.least_price) {
        return Err(Error::UnderPrice);
    }
    Ok(voucher.cost - settled.cost)
}
