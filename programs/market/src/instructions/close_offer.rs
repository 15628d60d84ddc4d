use {
    crate::{
        checks::{now, same},
        errors::MarketError,
        network::Network,
        state::{subtract, Market, Offer, EXPIRY_SECONDS},
    },
    anchor_lang::prelude::*,
};

/// Closes an offer once nothing can be settled on it any more, and returns its rent.
///
/// What its area never had for it is lost with it: only its owner closes it, and while something is owed, at the earliest 30 days
/// after its end.
#[derive(Accounts)]
pub struct CloseOffer {
    /// Gets the rent.
    #[account(mut, constraint(same(owner.address(), &offer.owner) @ MarketError::NotOwner))]
    pub owner: Signer,
    /// CHECK: its address; read in `close`.
    #[account(constraint(same(network.address(), &market.network) @ MarketError::WrongNetwork))]
    pub network: UncheckedAccount,
    #[account(mut)]
    pub market: Box<Account<Market>>,
    #[account(mut, close = owner)]
    pub offer: Box<Account<Offer>>,
}

impl CloseOffer {
    pub fn close(&mut self) -> Result<()> {
        self.offer.require_of(self.market.address())?;
        require!(self.offer.due == 0, MarketError::StillOwed);
        let (now, end) = (now()?, self.offer.end());
        if now < end.saturating_add(EXPIRY_SECONDS) {
            let clear = self.offer.owed() == 0 && self.offer.orders == 0;
            require!(clear, MarketError::StillOwed);
            if self.offer.is_direct() {
                // Whoever orders it directly is counted.
                require!(now >= end, MarketError::StillOpen);
            } else {
                let network = Network::read(self.network.account())?;
                self.market.require_final(&network, end)?;
            }
        }
        self.market.offers = subtract(self.market.offers, 1)?;
        Ok(())
    }
}
