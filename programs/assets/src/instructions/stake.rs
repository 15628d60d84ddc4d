// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::AssetsError,
        seeds,
        share_account::Shares,
        state::{Asset, Permit, Stake},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{
        token_accounts::supply,
        tokens::{transfer, transfer_signed},
    },
    pinocchio::cpi::Signer as PdaSigner,
};

/// Stakes shares: they earn from now on, and can object to tranches announced later.
#[derive(Accounts)]
pub struct StakeShares {
    pub owner: Signer,
    /// Pays the rent of the first stake.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [seeds::STAKE, asset.address().as_ref(), owner.address().as_ref()],
        bump
    )]
    pub stake: Box<Account<Stake>>,
    /// CHECK: the token program checks that it is the owner's, of the share mint and not frozen.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = asset.stake_vault @ AssetsError::WrongVault)]
    pub stake_vault: UncheckedAccount,
    /// The owner's, where shares need one.
    pub permit: Option<Account<Permit>>,
    /// CHECK: its address.
    #[account(constraint(*share_token_program.address() == asset.share_program() @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl StakeShares {
    pub fn stake(&mut self, shares: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let owner = *self.owner.address();
        self.asset
            .require_permitted(self.permit.as_deref(), &owner, now)?;
        // Only a new stake has no owner.
        if self.stake.owner == Address::default() {
            self.stake.asset = *self.asset.address();
            self.stake.owner = owner;
            self.stake.payer = *self.payer.address();
            self.asset.stakes = self
                .asset
                .stakes
                .checked_add(1)
                .ok_or(AssetsError::Overflow)?;
        }
        self.asset.stake(now, &mut self.stake, shares)?;
        transfer(
            self.share_token_program.address(),
            [
                self.shares.account(),
                self.stake_vault.account(),
                self.owner.account(),
            ],
            shares,
        );
        Ok(())
    }
}

/// Takes shares out of a stake: at once, and without a permit. An objection alone holds them until its tranche is decided.
#[derive(Accounts)]
pub struct UnstakeShares {
    #[account(address = stake.owner @ AssetsError::WrongStake)]
    pub owner: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(mut, constraint(stake.asset == *asset.address() @ AssetsError::WrongStake))]
    pub stake: Box<Account<Stake>>,
    /// CHECK: its address.
    #[account(address = asset.share_mint @ AssetsError::WrongShareMint)]
    pub share_mint: UncheckedAccount,
    /// CHECK: chosen by the owner; the token program checks that it is of the share mint. Where shares need permits it must be
    /// the owner's own.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = asset.stake_vault @ AssetsError::WrongVault)]
    pub stake_vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(*share_token_program.address() == asset.share_program() @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl UnstakeShares {
    pub fn unstake(&mut self, shares: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let supply = supply(self.share_mint.account())?;
        self.asset.unstake(now, supply, &mut self.stake, shares)?;
        let seeds = self.asset.signer_seeds();
        let owner = self.owner.address();
        let account = Shares::of(&self.asset, &self.share_mint, &self.shares, owner)?;
        account.while_thawed(&seeds, || {
            transfer_signed(
                self.share_token_program.address(),
                [
                    self.stake_vault.account(),
                    self.shares.account(),
                    self.asset.account(),
                ],
                shares,
                PdaSigner::from(&seeds.each()),
            );
        });
        Ok(())
    }
}

/// Closes a stake without shares and income. Anyone may call it; the rent goes back to whoever paid it.
#[derive(Accounts)]
pub struct CloseStake {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(
        mut,
        constraint(stake.asset == *asset.address() @ AssetsError::WrongStake),
        close = payer
    )]
    pub stake: Box<Account<Stake>>,
    /// CHECK: only receives lamports.
    #[account(mut, address = stake.payer @ AssetsError::WrongPayer)]
    pub payer: UncheckedAccount,
}

impl CloseStake {
    pub fn close(&mut self) -> Result<()> {
        let mut empty = self.stake.shares()? == 0;
        for income in &self.stake.incomes {
            empty &= income.whole().map_err(AssetsError::from)? == 0;
        }
        require!(empty, AssetsError::StakeNotEmpty);
        self.asset.stakes = self
            .asset
            .stakes
            .checked_sub(1)
            .ok_or(AssetsError::Overflow)?;
        Ok(())
    }
}
