use {
    crate::{
        checks::same, errors::AssetsError, share_account::while_thawed, signing::pay, state::Asset,
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{
        token_accounts::{burn, supply},
        tokens::balance,
    },
};

/// Gives shares back for money in escrow. No permit is asked for: what is a holder's stays the holder's.
#[derive(Accounts)]
pub struct Leave {
    pub holder: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: its address.
    #[account(mut, constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: the token program checks that it is the holder's and of the share mint.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(escrow.address(), &asset.escrow) @ AssetsError::WrongEscrow))]
    pub escrow: UncheckedAccount,
    /// CHECK: chosen by the holder; the token program checks that it is of the escrow's mint.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(payment_token_program.address(), &asset.revenue[0].token_program) @ AssetsError::WrongTokenProgram))]
    pub payment_token_program: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_token_program.address(), &asset.share_program) @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl Leave {
    /// Refunds all shares of the account in full, once the asset has missed its goal.
    pub fn refund(&mut self) -> Result<()> {
        let shares = balance(self.shares.account()).map_err(|_| AssetsError::WrongShares)?;
        let amount = self.asset.refund_of(shares)?;
        self.exchange(shares, amount)
    }

    /// Redeems shares for their part of what was clawed back.
    ///
    /// The part is of all shares that exist: those that holders have burnt by themselves count for nobody, so the last to redeem
    /// gets all that is left.
    pub fn redeem(&mut self, shares: u64) -> Result<()> {
        let supply = supply(self.share_mint.account())?;
        let amount = self.asset.redeem(shares, supply)?;
        self.exchange(shares, amount)
    }

    fn exchange(&self, shares: u64, amount: u64) -> Result<()> {
        let (mint, account) = (self.share_mint.account(), self.shares.account());
        let holder = &self.holder;
        while_thawed(&self.asset, [account, mint], holder.address(), || {
            let program = self.share_token_program.address();
            burn(program, [account, mint, holder.account()], shares);
        })?;
        let accounts = [self.escrow.account(), self.destination.account()];
        pay(
            &self.asset,
            self.payment_token_program.address(),
            accounts,
            amount,
        );
        Ok(())
    }
}
