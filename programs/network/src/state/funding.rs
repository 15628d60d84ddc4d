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
        let part = u128::from(network.surplus) * u128::from(self.amount);
        // A record of nothing, where nobody deposited anything, can still be closed.
        let share = part
            .checked_div(u128::from(network.funded_total))
            .unwrap_or(0);
        u64::try_from(share).map_err(|_| NetworkError::Overflow.into())
    }
}
