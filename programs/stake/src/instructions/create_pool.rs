// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::StakeError,
        realm::{Governance, Realm},
        seeds,
        state::{MaxVoterWeightRecord, Pool, LONGEST_LOCK_SECONDS},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::{
        mint::Mint,
        streams::Stream,
        tokens::{is_token_program, require_associated},
    },
};

/// Seconds of the longest window in which income is streamed: a year.
const LONGEST_WINDOW_SECONDS: u64 = 31_557_600;

/// Creates the pool of a realm's community token. The realm's authority signs: whoever made the pool decides what weighs in
/// the realm's votes.
#[derive(Accounts)]
pub struct CreatePool {
    /// Pays the rent.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub realm_authority: Signer,
    /// CHECK: read and checked in `create`.
    pub realm: UncheckedAccount,
    /// CHECK: a governance of the realm, read and checked in `create`: no vote of it may outlast the cool-down.
    pub governance: UncheckedAccount,
    #[account(
        init,
        payer = payer,
        seeds = [seeds::POOL, realm.address().as_ref(), mint.address().as_ref()],
        bump
    )]
    pub pool: Box<Account<Pool>>,
    #[account(
        init,
        payer = payer,
        seeds = [seeds::MAX_VOTER_WEIGHT, pool.address().as_ref()],
        bump
    )]
    pub max_voter_weight: Box<Account<MaxVoterWeightRecord>>,
    /// CHECK: read and checked in `create`.
    pub mint: UncheckedAccount,
    /// CHECK: its address. It signs for the staked tokens.
    #[account(seeds = [seeds::STAKES, pool.address().as_ref()], bump)]
    pub stakes_owner: UncheckedAccount,
    /// CHECK: address, owner and program are checked in `create`.
    pub stakes: UncheckedAccount,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint: checked in `create`.
    pub token_program: UncheckedAccount,
    /// CHECK: read and checked in `create`.
    pub income_mint: UncheckedAccount,
    /// CHECK: address, owner and program are checked in `create`.
    pub vault: UncheckedAccount,
    /// CHECK: SPL Token or Token-2022, whichever owns the mint of income: checked in `create`.
    pub income_token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreatePool {
    pub fn create(
        &mut self,
        cool_down_seconds: u32,
        window_seconds: u64,
        (bump, stakes_bump): (u8, u8),
    ) -> Result<()> {
        self.require_realm(cool_down_seconds)?;
        // What is given in another unit by mistake would lock every stake for ages, or stream no income at all.
        require!(
            cool_down_seconds <= LONGEST_LOCK_SECONDS,
            StakeError::CoolDownTooLong
        );
        require!(
            window_seconds <= LONGEST_WINDOW_SECONDS,
            StakeError::WindowTooLong
        );
        let staked = require_mint(&self.mint, &self.token_program)?;
        require!(!staked.freezable, StakeError::FreezableMint);
        // Income may be in a token that its issuer can freeze, as stablecoins are: that keeps no stake from its owner.
        require_mint(&self.income_mint, &self.income_token_program)?;
        require_associated(
            self.stakes.account(),
            self.stakes_owner.address(),
            self.token_program.address(),
            self.mint.address(),
        )
        .map_err(|_| StakeError::WrongStakes)?;
        require_associated(
            self.vault.account(),
            self.pool.address(),
            self.income_token_program.address(),
            self.income_mint.address(),
        )
        .map_err(StakeError::from)?;

        let clock = Clock::get()?;
        let pool = &mut self.pool;
        pool.realm = *self.realm.address();
        pool.governance_program = *self.realm.account().owner();
        pool.mint = *self.mint.address();
        pool.token_program = *self.token_program.address();
        pool.stakes = *self.stakes.address();
        pool.income_mint = *self.income_mint.address();
        pool.income_token_program = *self.income_token_program.address();
        pool.vault = *self.vault.address();
        pool.stream =
            Stream::open(window_seconds, clock.unix_timestamp).map_err(StakeError::from)?;
        pool.cool_down_seconds = cool_down_seconds;
        (pool.bump, pool.stakes_bump) = (bump, stakes_bump);

        let record = &mut self.max_voter_weight;
        record.realm = *self.realm.address();
        record.governing_token_mint = *self.mint.address();
        // Expired until the pool is weighed.
        record.set(0, 0);
        Ok(())
    }

    /// Requires that the realm's authority signed, that the mint is its community token, and that the cool-down outlasts the
    /// votes of the governance.
    fn require_realm(&self, cool_down_seconds: u32) -> Result<()> {
        let realm = Realm::read(&self.realm.account().try_borrow()?).ok_or(StakeError::BadRealm)?;
        require!(
            realm.authority == Some(*self.realm_authority.address()),
            StakeError::NotRealmAuthority
        );
        require!(
            realm.community_mint == *self.mint.address(),
            StakeError::WrongMint
        );
        let governance = self.governance.account();
        let program = self.realm.account().owner();
        require!(governance.owned_by(program), StakeError::BadGovernance);
        let governance =
            Governance::read(&governance.try_borrow()?).ok_or(StakeError::BadGovernance)?;
        require!(
            governance.realm == *self.realm.address(),
            StakeError::BadGovernance
        );
        require!(
            u64::from(cool_down_seconds) >= governance.vote_seconds.max(1),
            StakeError::CoolDownTooShort
        );
        Ok(())
    }
}

fn require_mint(mint: &UncheckedAccount, token_program: &UncheckedAccount) -> Result<Mint> {
    let program = token_program.address();
    require!(
        is_token_program(program) && mint.account().owned_by(program),
        StakeError::WrongTokenProgram
    );
    let mint = Mint::read(&mint.account().try_borrow()?).map_err(StakeError::from)?;
    Ok(mint)
}
