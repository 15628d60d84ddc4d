use {
    crate::{
        checks::{now, same},
        errors::AssetsError,
        share_account::{is_permitted, while_thawed},
        signing,
        state::Asset,
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::transfer,
};

/// A permit that the program reads by itself. In the IDL it is one, so that clients learn how to decode it.
#[cfg(not(feature = "idl-build"))]
type PermitView = UncheckedAccount;
#[cfg(feature = "idl-build")]
type PermitView = Account<crate::state::Permit>;

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
    #[account(mut, constraint(same(escrow.address(), &asset.escrow) @ AssetsError::WrongEscrow))]
    pub escrow: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: the token program checks its mint; where shares need permits, `fund` its owner.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// CHECK: the funder's, where shares need one: checked in `is_permitted`.
    pub permit: PermitView,
    /// CHECK: its address.
    #[account(constraint(same(payment_token_program.address(), &asset.revenue[0].token_program) @ AssetsError::WrongTokenProgram))]
    pub payment_token_program: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_token_program.address(), &asset.share_program) @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl Fund {
    pub fn fund(&mut self, shares: u64) -> Result<()> {
        let (now, funder) = (now()?, *self.funder.address());
        let permitted = is_permitted(&self.asset, self.permit.account(), &funder, now)?;
        require!(permitted, AssetsError::NotPermitted);
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
        let (mint, shares) = (self.share_mint.account(), self.shares.account());
        while_thawed(&self.asset, [shares, mint], &funder, || {
            signing::mint(&self.asset, [mint, shares], sold);
        })
    }
}
