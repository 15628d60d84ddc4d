// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::StakeError,
        realm::{Governance, Proposal},
        state::{MaxVoterWeightRecord, Pool, Position, VoterWeightRecord, WeightAction},
    },
    anchor_lang::{prelude::*, AnchorAccount},
};

/// Weighs an owner's positions for a vote on one proposal. Anyone may, such as the owner's delegate: the record counts in
/// this slot alone, so it is written in the transaction that votes.
///
/// The positions follow as further accounts.
#[derive(Accounts)]
pub struct WeighVote {
    pub pool: Box<Account<Pool>>,
    #[account(mut)]
    pub voter_weight: Box<Account<VoterWeightRecord>>,
    /// CHECK: read and checked in `weigh`.
    pub proposal: UncheckedAccount,
    /// CHECK: the proposal's governance, read and checked in `weigh`.
    pub governance: UncheckedAccount,
}

impl WeighVote {
    /// Each position must have been made before voting began, and stay staked until what the vote decides can be executed:
    /// so a stake that is bought during a vote counts for nothing, and nobody votes with tokens that are already sold.
    pub fn weigh(&mut self, positions: &[AccountView]) -> Result<()> {
        let program = &self.pool.governance_program;
        let (proposal, governance) = (self.proposal.account(), self.governance.account());
        require!(proposal.owned_by(program), StakeError::BadProposal);
        require!(governance.owned_by(program), StakeError::BadGovernance);
        let proposal = Proposal::read(&proposal.try_borrow()?).ok_or(StakeError::BadProposal)?;
        require!(
            proposal.governance == *governance.address(),
            StakeError::BadGovernance
        );
        let governance =
            Governance::read(&governance.try_borrow()?).ok_or(StakeError::BadGovernance)?;
        let voting_since = proposal.voting_since.ok_or(StakeError::NotVoting)?;
        let cool_down = self.pool.cool_down_seconds;
        let weight = sum_of(&self.pool, &self.voter_weight, positions, |position| {
            require!(
                position.opened_slot < voting_since,
                StakeError::PositionTooNew
            );
            let held = position.lock_seconds.max(cool_down);
            require!(
                u64::from(held) >= governance.vote_seconds,
                StakeError::LockTooShort
            );
            Ok(())
        })?;
        let slot = Clock::get()?.slot;
        let proposal = *self.proposal.address();
        self.voter_weight
            .set(slot, weight, WeightAction::CastVote, proposal);
        Ok(())
    }
}

/// Weighs an owner's positions for something else than a vote, such as to make a proposal. Anyone may.
///
/// The positions follow as further accounts.
#[derive(Accounts)]
pub struct WeighAction {
    pub pool: Box<Account<Pool>>,
    #[account(mut)]
    pub voter_weight: Box<Account<VoterWeightRecord>>,
    /// CHECK: SPL Governance requires that it is what the action is about.
    pub target: UncheckedAccount,
}

impl WeighAction {
    pub fn weigh(&mut self, action: WeightAction, positions: &[AccountView]) -> Result<()> {
        require!(action != WeightAction::CastVote, StakeError::NotForVotes);
        let weight = sum_of(&self.pool, &self.voter_weight, positions, |_| Ok(()))?;
        let slot = Clock::get()?.slot;
        let target = *self.target.address();
        self.voter_weight.set(slot, weight, action, target);
        Ok(())
    }
}

/// Writes the most that could vote, for this slot. Anyone may.
#[derive(Accounts)]
pub struct WeighPool {
    pub pool: Box<Account<Pool>>,
    #[account(
        mut,
        constraint(max_voter_weight.realm == pool.realm @ StakeError::WrongRecord),
        constraint(max_voter_weight.governing_token_mint == pool.mint @ StakeError::WrongRecord)
    )]
    pub max_voter_weight: Box<Account<MaxVoterWeightRecord>>,
}

impl WeighPool {
    pub fn weigh(&mut self) -> Result<()> {
        let clock = Clock::get()?;
        let weight = self.pool.max_voter_weight(clock.unix_timestamp);
        self.max_voter_weight.set(clock.slot, weight);
        Ok(())
    }
}

/// Adds up the weights of positions, all of this pool and of the record's owner, each once, none unlocking.
fn sum_of(
    pool: &Account<Pool>,
    record: &VoterWeightRecord,
    positions: &[AccountView],
    admit: impl Fn(&Position) -> Result<()>,
) -> Result<u64> {
    // A realm has one pool for its token, so these name the pool.
    require!(
        record.realm == pool.realm && record.governing_token_mint == pool.mint,
        StakeError::WrongRecord
    );
    let mut weight: u64 = 0;
    let mut last = None;
    for view in positions {
        let position = Account::<Position>::load(*view).map_err(|_| StakeError::BadPosition)?;
        require!(
            last < Some(*view.address()),
            StakeError::PositionsNotAscending
        );
        last = Some(*view.address());
        position.require_of(pool.address(), &record.governing_token_owner)?;
        require!(position.unlocks_at == 0, StakeError::PositionUnlocking);
        admit(&position)?;
        weight = weight
            .checked_add(position.weight)
            .ok_or(StakeError::Overflow)?;
    }
    Ok(weight)
}
