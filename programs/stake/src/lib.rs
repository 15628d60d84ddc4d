//! Staked tokens with locks, the stakers' income, and their weight in the votes of a realm of SPL Governance.
#![allow(clippy::result_large_err)]

extern crate alloc;

pub mod errors;
mod instructions;
pub mod realm;
pub mod seeds;
pub mod state;

#[cfg(target_arch = "bpf")]
use solana_compiler_builtins as _;
use {anchor_lang::prelude::*, instructions::*, state::WeightAction};

declare_id!("AZTT9xtq2ABjAdxXpCBjZ9DtpNtN1BRYGhmv5ch1avao");

#[program]
pub mod stake {
    use super::*;

    #[discrim = 1]
    pub fn create_pool(
        ctx: &mut Context<CreatePool>,
        cool_down_seconds: u32,
        window_seconds: u64,
    ) -> Result<()> {
        let bumps = (ctx.bumps.pool, ctx.bumps.stakes_owner);
        ctx.accounts
            .create(cool_down_seconds, window_seconds, bumps)
    }

    #[discrim = 2]
    pub fn open_position(
        ctx: &mut Context<OpenPosition>,
        id: u64,
        amount: u64,
        lock_seconds: u32,
    ) -> Result<()> {
        ctx.accounts.open(id, amount, lock_seconds)
    }

    #[discrim = 3]
    pub fn begin_unlock(ctx: &mut Context<BeginUnlock>) -> Result<()> {
        ctx.accounts.begin_unlock()
    }

    #[discrim = 4]
    pub fn withdraw(ctx: &mut Context<Withdraw>) -> Result<()> {
        ctx.accounts.withdraw()
    }

    #[discrim = 5]
    pub fn close_position(ctx: &mut Context<ClosePosition>) -> Result<()> {
        ctx.accounts.position.require_empty()
    }

    #[discrim = 6]
    pub fn count_income(ctx: &mut Context<CountIncome>) -> Result<()> {
        ctx.accounts.count()
    }

    #[discrim = 7]
    pub fn claim(ctx: &mut Context<Claim>) -> Result<()> {
        ctx.accounts.claim()
    }

    #[discrim = 8]
    pub fn open_voter_weight(ctx: &mut Context<OpenVoterWeight>) -> Result<()> {
        ctx.accounts.open()
    }

    #[discrim = 9]
    pub fn weigh_vote(ctx: &mut Context<WeighVote>) -> Result<()> {
        let positions = ctx.remaining_accounts()?;
        ctx.accounts.weigh(&positions)
    }

    #[discrim = 10]
    pub fn weigh_action(ctx: &mut Context<WeighAction>, action: WeightAction) -> Result<()> {
        let positions = ctx.remaining_accounts()?;
        ctx.accounts.weigh(action, &positions)
    }

    #[discrim = 11]
    pub fn weigh_pool(ctx: &mut Context<WeighPool>) -> Result<()> {
        ctx.accounts.weigh()
    }

    #[discrim = 12]
    pub fn close_voter_weight(_ctx: &mut Context<CloseVoterWeight>) -> Result<()> {
        Ok(())
    }
}
