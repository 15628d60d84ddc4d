// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::StakeError,
        seeds,
        state::{weight_of, Pool, Position, LONGEST_LOCK_SECONDS},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::{transfer, transfer_signed},
    pinocchio::cpi::{Seed, Signer as PdaSigner},
};

/// Stakes tokens. Only the owner can make its positions.
#[derive(Accounts)]
#[instruction(id: u64)]
pub struct OpenPosition {
    /// Owns the tokens, and pays the rent.
    #[account(mut)]
    pub owner: Signer,
    #[account(mut)]
    pub pool: Box<Account<Pool>>,
    #[account(
        init,
        payer = owner,
        seeds = [
            seeds::POSITION,
            pool.address().as_ref(),
            owner.address().as_ref(),
            &id.to_le_bytes(),
        ],
        bump
    )]
    pub position: Box<Account<Position>>,
    /// CHECK: the token program checks that it is the owner's and of the staked token.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = pool.stakes @ StakeError::WrongStakes)]
    pub stakes: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = pool.token_program @ StakeError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl OpenPosition {
    pub fn open(&mut self, id: u64, amount: u64, lock_seconds: u32) -> Result<()> {
        require!(amount > 0, StakeError::NothingStaked);
        require!(
            lock_seconds <= LONGEST_LOCK_SECONDS,
            StakeError::LockTooLong
        );
        let clock = Clock::get()?;
        let position = &mut self.position;
        position.pool = *self.pool.address();
        position.owner = *self.owner.address();
        position.id = id;
        position.amount = amount;
        position.weight = weight_of(amount, lock_seconds).ok_or(StakeError::Overflow)?;
        position.opened_slot = clock.slot;
        position.lock_seconds = lock_seconds;
        self.pool.add(clock.unix_timestamp, position)?;
        transfer(
            self.token_program.address(),
            [
                self.source.account(),
                self.stakes.account(),
                self.owner.account(),
            ],
            amount,
        );
        Ok(())
    }
}

/// Begins to unlock a position: from now on it neither earns nor votes.
#[derive(Accounts)]
pub struct BeginUnlock {
    pub owner: Signer,
    #[account(mut)]
    pub pool: Box<Account<Pool>>,
    #[account(mut)]
    pub position: Box<Account<Position>>,
}

impl BeginUnlock {
    pub fn begin_unlock(&mut self) -> Result<()> {
        self.position
            .require_of(self.pool.address(), self.owner.address())?;
        let now = Clock::get()?.unix_timestamp;
        self.pool.begin_unlock(now, &mut self.position)
    }
}

/// Returns the stake of a position whose lock is over. The position stays until it is closed: its income may be unclaimed.
#[derive(Accounts)]
pub struct Withdraw {
    pub owner: Signer,
    #[account(mut)]
    pub pool: Box<Account<Pool>>,
    #[account(mut)]
    pub position: Box<Account<Position>>,
    /// CHECK: its address.
    #[account(seeds = [seeds::STAKES, pool.address().as_ref()], bump = pool.stakes_bump)]
    pub stakes_owner: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, address = pool.stakes @ StakeError::WrongStakes)]
    pub stakes: UncheckedAccount,
    /// CHECK: chosen by the owner; the token program checks that it is of the staked token.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(address = pool.token_program @ StakeError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl Withdraw {
    pub fn withdraw(&mut self) -> Result<()> {
        let pool = *self.pool.address();
        self.position.require_of(&pool, self.owner.address())?;
        let now = Clock::get()?.unix_timestamp;
        let amount = self.pool.withdraw(now, &mut self.position)?;
        let bump = [self.pool.stakes_bump];
        let seeds = [
            Seed::from(seeds::STAKES),
            Seed::from(pool.as_ref()),
            Seed::from(&bump),
        ];
        transfer_signed(
            self.token_program.address(),
            [
                self.stakes.account(),
                self.destination.account(),
                self.stakes_owner.account(),
            ],
            amount,
            PdaSigner::from(&seeds),
        );
        Ok(())
    }
}

/// Closes a position that holds nothing any more, and returns its rent.
#[derive(Accounts)]
pub struct ClosePosition {
    #[account(mut, address = position.owner @ StakeError::NotOwner)]
    pub owner: Signer,
    #[account(mut, close = owner)]
    pub position: Box<Account<Position>>,
}
