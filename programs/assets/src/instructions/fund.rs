use {
    crate::{
        errors::AssetsError,
        share_account::Shares,
        state::{Asset, Permit},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{mint_to, transfer},
    pinocchio::cpi::Signer as PdaSigner,
};

/// Buys shares of an asset that is being funded: as many as are left, if those are fewer.
#[derive(Accounts)]
pub struct Fund {
    pub funder: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: the token program checks that it is the funder's and of the escrow's mint.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = asset.escrow @ AssetsError::WrongEscrow)]
    pub escrow: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
    /// CHECK: the token program checks its mint; where shares need permits, `fund` its owner.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// The funder's, where shares need one.
    pub permit: Option<Account<Permit>>,
    /// CHECK: its address.
    #[account(constraint(payment_token_program.address() == asset.payment_program() @ AssetsError::WrongTokenProgram))]
    pub payment_token_program: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(*share_token_program.address() == asset.share_program() @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl Fund {
    pub fn fund(&mut self, shares: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let funder = *self.funder.address();
        self.asset
            .require_permitted(self.permit.as_deref(), &funder, now)?;
        let (sold, cost) = self.asset.fund(now, shares)?;
        transfer(
            self.payment_token_program.address(),
            [
                self.source.account(),
                self.escrow.account(),
                self.funder.account(),
            ],
            cost,
        );
        let seeds = self.asset.signer_seeds();
        let account = Shares::of(&self.asset, &self.share_mint, &self.shares, &funder)?;
        account.while_thawed(&seeds, || {
            mint_to(
                self.share_token_program.address(),
                [
                    self.share_mint.account(),
                    self.shares.account(),
                    self.asset.account(),
                ],
                sold,
                PdaSigner::from(&seeds.each()),
            );
        });
        Ok(())
    }
}
