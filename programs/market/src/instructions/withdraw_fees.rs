use {
    crate::{
        checks::{pay, same},
        errors::MarketError,
        state::Market,
    },
    anchor_lang::prelude::*,
    commonwire_onchain::token_accounts::burn_signed,
    pinocchio::cpi::Signer as PdaSigner,
};

/// Burns the part of the fees that is to be burnt, and sends the rest to the market's recipient. Anyone may call it.
#[derive(Accounts)]
pub struct WithdrawFees {
    #[account(mut)]
    pub market: Box<Account<Market>>,
    /// CHECK: its address.
    #[account(mut, constraint(same(mint.address(), &market.mint) @ MarketError::WrongMint))]
    pub mint: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(vault.address(), &market.vault) @ MarketError::WrongVault))]
    pub vault: UncheckedAccount,
    /// CHECK: its address; the token program checks its mint.
    #[account(mut, constraint(same(recipient.address(), &market.fees.recipient) @ MarketError::WrongFeeRecipient))]
    pub recipient: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(token_program.address(), &market.token_program) @ MarketError::WrongTokenProgram))]
    pub token_program: UncheckedAccount,
}

impl WithdrawFees {
    pub fn withdraw(&mut self) -> Result<()> {
        require!(self.market.fees_left > 0, MarketError::NothingDue);
        let (burnt, paid) = self.market.take_fees()?;
        let vault = self.vault.account();
        pay(&self.market, [vault, self.recipient.account()], paid);
        if burnt > 0 {
            let seeds = self.market.signer_seeds();
            burn_signed(
                self.token_program.address(),
                [vault, self.mint.account(), self.market.account()],
                burnt,
                PdaSigner::from(&seeds.each()),
            );
        }
        Ok(())
    }
}
