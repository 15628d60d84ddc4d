use {
    super::draw,
    crate::{
        checks::{pay, require_destination, same},
        errors::MarketError,
        state::{Area, Market, Offer},
    },
    anchor_lang::prelude::*,
};

/// Sends the owner of an offer what it is due, together with what its area's pool has for it by now. Anyone may call it.
#[derive(Accounts)]
pub struct Collect {
    #[account(mut)]
    pub market: Box<Account<Market>>,
    #[account(mut)]
    pub offer: Box<Account<Offer>>,
    /// The area of an offer of energy.
    #[account(mut)]
    pub area: Option<Account<Area>>,
    /// CHECK: its address.
    #[account(mut, constraint(same(vault.address(), &market.vault) @ MarketError::WrongVault))]
    pub vault: UncheckedAccount,
    /// CHECK: a token account of the owner: checked in `collect`.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(token_program.address(), &market.token_program) @ MarketError::WrongTokenProgram))]
    pub token_program: UncheckedAccount,
}

impl Collect {
    pub fn collect(&mut self) -> Result<()> {
        self.offer.require_of(self.market.address())?;
        let zero = Address::default();
        let area = self.area.as_ref().map_or(&zero, |area| area.address());
        require!(same(area, &self.offer.area), MarketError::WrongArea);
        if let Some(area) = &mut self.area {
            draw(&mut self.market, area, &mut self.offer)?;
        }
        let destination = self.destination.account();
        require_destination(&self.market, destination, &self.offer.owner)?;
        let amount = self.offer.collect(&mut self.market)?;
        pay(&self.market, [self.vault.account(), destination], amount);
        Ok(())
    }
}
