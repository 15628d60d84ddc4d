use {
    crate::{
        checks::same,
        errors::MarketError,
        state::{Fees, Market},
    },
    anchor_lang::prelude::*,
};

/// The decisions of a market's authority, or of the one that it proposed.
#[derive(Accounts)]
pub struct Govern {
    pub caller: Signer,
    #[account(mut)]
    pub market: Box<Account<Market>>,
}

impl Govern {
    /// First of two steps that hand over the authority; zero withdraws the proposal.
    pub fn propose_authority(&mut self, authority: Address) -> Result<()> {
        self.require_authority()?;
        self.market.proposed_authority = authority;
        Ok(())
    }

    /// Second step: the new authority proves that it can sign.
    pub fn accept_authority(&mut self) -> Result<()> {
        let proposed = same(self.caller.address(), &self.market.proposed_authority);
        require!(proposed, MarketError::NotProposed);
        self.market.authority = self.market.proposed_authority;
        self.market.proposed_authority = Address::default();
        Ok(())
    }

    /// Changes fees and their recipient. Offers keep the fee that they were made with.
    pub fn set_fees(&mut self, fees: Fees) -> Result<()> {
        self.require_authority()?;
        fees.validate(self.market.pays_reward == 1)?;
        self.market.fees = fees;
        Ok(())
    }

    #[inline(never)]
    fn require_authority(&self) -> Result<()> {
        let own = same(self.caller.address(), &self.market.authority);
        require!(own, MarketError::NotAuthority);
        Ok(())
    }
}
