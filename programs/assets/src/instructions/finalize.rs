use {
    crate::{errors::AssetsError, state::Asset},
    anchor_lang::prelude::*,
    commonwire_onchain::token_accounts::end_minting,
    pinocchio::cpi::Signer as PdaSigner,
};

/// Ends funding at the deadline, or when the last share is sold. Anyone may call it. No share can be minted from then on.
#[derive(Accounts)]
pub struct Finalize {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: its address.
    #[account(mut, address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(*share_token_program.address() == asset.share_program() @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl Finalize {
    pub fn finalize(&mut self) -> Result<()> {
        self.asset.finalize(Clock::get()?.unix_timestamp)?;
        let seeds = self.asset.signer_seeds();
        end_minting(
            self.share_token_program.address(),
            [self.share_mint.account(), self.asset.account()],
            PdaSigner::from(&seeds.each()),
        );
        Ok(())
    }
}
