use {
    crate::{
        checks::{now, open, same},
        errors::AssetsError,
        seeds,
        share_account::{is_permitted, while_thawed},
        signing::pay,
        state::{Asset, Stake},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::transfer,
};

/// Stakes shares: they earn from now on, and can object to tranches announced later. Without a permit they don't earn, but they
/// object: whoever gives permits must not decide whether holders are heard.
#[derive(Accounts)]
pub struct StakeShares {
    pub owner: Signer,
    /// Pays the rent of the first stake.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    /// CHECK: the owner's stake in the asset: made or checked in `stake`.
    #[account(mut)]
    pub stake: UncheckedAccount,
    /// CHECK: the token program checks its mint and that it is the owner's; without a permit, `stake` its owner.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(stake_vault.address(), &asset.stake_vault) @ AssetsError::WrongVault))]
    pub stake_vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: the owner's, where shares need one: checked in `is_permitted`.
    pub permit: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_token_program.address(), &asset.share_program) @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl StakeShares {
    pub fn stake(&mut self, shares: u64) -> Result<()> {
        let now = now()?;
        let owner = *self.owner.address();
        let permitted = is_permitted(&self.asset, self.permit.account(), &owner, now)?;
        let mut stake = self.open(&owner)?;
        self.asset.stake(now, &mut stake, shares, permitted)?;
        let account = self.shares.account();
        let accounts = [account, self.stake_vault.account(), self.owner.account()];
        let move_shares = || transfer(self.share_token_program.address(), accounts, shares);
        if permitted {
            move_shares();
            return Ok(());
        }
        while_thawed(
            &self.asset,
            [account, self.share_mint.account()],
            &owner,
            move_shares,
        )
    }

    /// The owner's stake: a new one with the first shares.
    fn open(&mut self, owner: &Address) -> Result<Account<Stake>> {
        let asset = *self.asset.address();
        let mut view = *self.stake.account();
        let bump = open(
            self.payer.account(),
            &mut view,
            [seeds::STAKE, asset.as_ref(), owner.as_ref()],
            Stake::DISCRIMINATOR.len() + size_of::<Stake>(),
            Stake::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction: no other account of it can be a stake.
        let mut stake = unsafe { Account::<Stake>::load_mut(view)? };
        if bump.is_some() {
            stake.asset = asset;
            stake.owner = *owner;
            stake.payer = *self.payer.address();
            let stakes = self.asset.stakes.checked_add(1);
            self.asset.stakes = stakes.ok_or(AssetsError::Overflow)?;
        }
        let own = same(&stake.asset, &asset) && same(&stake.owner, owner);
        require!(own, AssetsError::WrongStake);
        Ok(stake)
    }
}

/// Takes shares out of a stake: at once, and without a permit. An objection alone holds them until its tranche is decided.
#[derive(Accounts)]
pub struct UnstakeShares {
    #[account(constraint(same(owner.address(), &stake.owner) @ AssetsError::WrongStake))]
    pub owner: Signer,
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(mut, constraint(same(&stake.asset, asset.address()) @ AssetsError::WrongStake))]
    pub stake: Box<Account<Stake>>,
    /// CHECK: its address.
    #[account(constraint(same(share_mint.address(), &asset.share_mint) @ AssetsError::WrongShareMint))]
    pub share_mint: UncheckedAccount,
    /// CHECK: chosen by the owner; the token program checks that it is of the share mint. Where shares need permits it must be
    /// the owner's own.
    #[account(mut)]
    pub shares: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(stake_vault.address(), &asset.stake_vault) @ AssetsError::WrongVault))]
    pub stake_vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(share_token_program.address(), &asset.share_program) @ AssetsError::WrongTokenProgram))]
    pub share_token_program: UncheckedAccount,
}

impl UnstakeShares {
    pub fn unstake(&mut self, shares: u64) -> Result<()> {
        let now = now()?;
        self.asset.unstake(now, &mut self.stake, shares)?;
        let (mint, account) = (self.share_mint.account(), self.shares.account());
        let owner = self.owner.address();
        while_thawed(&self.asset, [account, mint], owner, || {
            let program = self.share_token_program.address();
            let accounts = [self.stake_vault.account(), account];
            pay(&self.asset, program, accounts, shares);
        })
    }
}

/// Closes a stake without shares and income. Anyone may call it; the rent goes back to whoever paid it.
#[derive(Accounts)]
pub struct CloseStake {
    #[account(mut)]
    pub asset: Box<Account<Asset>>,
    #[account(
        mut,
        constraint(same(&stake.asset, asset.address()) @ AssetsError::WrongStake),
        close = payer
    )]
    pub stake: Box<Account<Stake>>,
    /// CHECK: only receives lamports.
    #[account(mut, constraint(same(payer.address(), &stake.payer) @ AssetsError::WrongPayer))]
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
