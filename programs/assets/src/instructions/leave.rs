use {
    crate::{errors::AssetsError, share_account::Shares, state::Asset},
    anchor_lang::prelude::*,
    commonwire_onchain::{
        token_accounts::{burn, supply},
        tokens::{balance, transfer_signed},
    },
    pinocchio::cpi::Signer as PdaSigner,
};

/// Gives shares back for money in escrow. No permit is asked for: what is a holder's stays the holder's.
#[derive(Accounts)]
pub struct Leave {
    pub holder: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: its address.
    #[account(mut, address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
    /// CHECK: the token program checks that it is the holder's and of the share mint.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = asset.escrow @ AssetsError::WrongEscrow)]
    pub escrow: UncheckedAccount,
    /// CHECK: chosen by the holder; the token program checks that it is of the escrow's mint.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(payment_token_program.address() == asset.payment_program() @ AssetsError::WrongTokenProgram))]
    pub payment_token_program: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(*share_token_program.address() == asset.share_program() @ AssetsError::WrongTokenProgram))]
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
        let seeds = self.asset.signer_seeds();
        let holder = self.holder.address();
        let account = Shares::of(&self.asset, &self.share_mint, &self.shares, holder)?;
        account.while_thawed(&seeds, || {
            burn(
                self.share_token_program.address(),
                [
                    self.shares.account(),
                    self.share_mint.account(),
                    self.holder.account(),
                ],
                shares,
            );
        });
        transfer_signed(
            self.payment_token_program.address(),
            [
                self.escrow.account(),
                self.destination.account(),
                self.asset.account(),
            ],
            amount,
            PdaSigner::from(&seeds.each()),
        );
        Ok(())
    }
}
