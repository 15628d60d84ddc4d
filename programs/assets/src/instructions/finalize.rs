use {
    crate::{
        checks::{now, same},
        errors::AssetsError,
        signing::close_minting,
        state::Asset,
    },
    anchor_lang::prelude::*,
};

/// Ends funding at the deadline, or when the last share is sold. Anyone may call it. No share can be minted from then on.
#[derive(Accounts)]
pub struct Finalize {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: its address.
    #[account(mut, constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_token_program.address(), &asset.share_program) @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl Finalize {
    pub fn finalize(&mut self) -> Result<()> {
        self.asset.finalize(now()?)?;
        close_minting(&self.asset, self.share_mint.account());
        Ok(())
    }
}
