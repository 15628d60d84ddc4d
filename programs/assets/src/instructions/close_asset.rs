use {
    crate::{
        checks::same,
        errors::AssetsError,
        signing::{close, pay},
        state::{Asset, PAYMENT, REWARD},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{token_accounts::supply, tokens::balance},
};

/// Closes an asset of which nothing is anybody's any more: every share was refunded or redeemed, every stake closed.
///
/// Rents go back to the creator. What rounding left, and what arrived for nobody, goes where the authority wants. The share mint
/// stays: it keeps the address from being used again, under which devices or permits may still be known.
#[derive(Accounts)]
pub struct CloseAsset {
    #[account(constraint(same(authority.address(), &asset.authority) @ AssetsError::NotAuthority))]
    pub authority: Signer,
    #[account(mut, close = creator)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: only receives lamports. It may be the authority.
    #[account(mut, unsafe(dup), constraint(same(creator.address(), &asset.creator) @ AssetsError::WrongPayer))]
    pub creator: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(escrow.address(), &asset.escrow) @ AssetsError::WrongEscrow))]
    pub escrow: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(stake_vault.address(), &asset.stake_vault) @ AssetsError::WrongVault))]
    pub stake_vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(payment_vault.address(), &asset.revenue[PAYMENT].vault) @ AssetsError::WrongVault))]
    pub payment_vault: UncheckedAccount,
    /// CHECK: chosen by the authority; the token program checks its mint.
    #[account(mut)]
    pub payment_destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(payment_token_program.address(), &asset.revenue[0].token_program) @ AssetsError::WrongTokenProgram))]
    pub payment_token_program: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_token_program.address(), &asset.share_program) @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
    /// CHECK: its address is checked in `close`. Without a reward token anything will do here and in the next two, but the
    /// accounts above that are written.
    #[account(mut, unsafe(dup))]
    pub reward_vault: UncheckedAccount,
    /// CHECK: chosen by the authority; the token program checks its mint.
    #[account(mut, unsafe(dup))]
    pub reward_destination: UncheckedAccount,
    /// CHECK: its address is checked in `close`.
    pub reward_token_program: UncheckedAccount,
}

impl CloseAsset {
    pub fn close(&mut self) -> Result<()> {
        let supply = supply(self.share_mint.account())?;
        self.asset.require_unheld(supply)?;
        let payment = self.payment_token_program.address();
        let destination = self.payment_destination.account();
        self.empty(self.escrow.account(), destination, payment)?;
        self.empty(self.payment_vault.account(), destination, payment)?;
        self.close_reward()?;
        // Holders may have sent it shares, but none exist any more.
        let accounts = [self.stake_vault.account(), self.creator.account()];
        close(&self.asset, self.share_token_program.address(), accounts);
        Ok(())
    }

    fn close_reward(&self) -> Result<()> {
        let reward = &self.asset.revenue[REWARD];
        if reward.mint == Address::default() {
            return Ok(());
        }
        let (vault, program) = (&self.reward_vault, &self.reward_token_program);
        let own = same(vault.address(), &reward.vault);
        require!(own, AssetsError::WrongVault);
        let own = same(program.address(), &reward.token_program);
        require!(own, AssetsError::WrongTokenProgram);
        self.empty(
            vault.account(),
            self.reward_destination.account(),
            program.address(),
        )
    }

    #[inline(never)]
    fn empty(&self, vault: &AccountView, to: &AccountView, program: &Address) -> Result<()> {
        let left = balance(vault).map_err(AssetsError::from)?;
        if left > 0 {
            pay(&self.asset, program, [vault, to], left);
        }
        close(&self.asset, program, [vault, self.creator.account()]);
        Ok(())
    }
}
