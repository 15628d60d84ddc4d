use {super::Network, crate::errors::NetworkError, anchor_lang::prelude::*};

/// What one account has deposited in the vault of a funded network. Address: `["funding", network, funder]`.
#[account]
pub struct Funding {
    pub network: Address,
    pub funder: Address,
    /// Base units since the start.
    pub amount: u64,
}

impl Funding {
    /// Counts a deposit here and in the network.
    pub fn add(
        &mut self,
        network: &mut Network,
        address: &Address,
        funder: &Address,
        amount: u64,
    ) -> Result<()> {
        self.network = *address;
        self.funder = *funder;
        self.amount = self
            .amount
            .checked_add(amount)
            .ok_or(NetworkError::Overflow)?;
        network.funded_total = network
            .funded_total
            .checked_add(amount)
            .ok_or(NetworkError::Overflow)?;
        Ok(())
    }

    /// The funder's part of what a closed network has left, in proportion to the deposits, rounded down.
    pub fn share(&self, network: &Network) -> Result<u64> {
        // A record of nothing, where nobody deposited anything, can still be closed.
        if self.amount == 0 {
            return Ok(0);
        }
        quotient(network.surplus, self.amount, network.funded_total)
            .ok_or_else(|| NetworkError::Overflow.into())
    }
}

/// `a * b / c`, rounded down; none if that doesn't fit. Bit by bit: the compiler's division of 128 bits would make the
/// program 5 KB larger.
fn quotient(a: u64, b: u64, c: u64) -> Option<u64> {
    let product = u128::from(a) * u128::from(b);
    let (mut rest, low) = ((product >> 64) as u64, product as u64);
    if rest >= c {
        return None;
    }
    let mut quotient = 0;
    for bit in (0..64).rev() {
        // The rest is below `c`, so twice the rest and a bit takes at most one bit more than fits.
        let carried = rest >> 63 == 1;
        rest = rest << 1 | (low >> bit & 1);
        if carried || rest >= c {
            rest = rest.wrapping_sub(c);
            quotient |= 1 << bit;
        }
    }
    Some(quotient)
}
