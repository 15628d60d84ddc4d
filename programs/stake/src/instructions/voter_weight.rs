// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::StakeError,
        seeds,
        state::{Pool, VoterWeightRecord, WeightAction},
    },
    anchor_lang::prelude::*,
};

/// Makes an owner's record of voter weight, which has expired until it is weighed.
#[derive(Accounts)]
pub struct OpenVoterWeight {
    /// Pays the rent.
    #[account(mut)]
    pub owner: Signer,
    pub pool: Box<Account<Pool>>,
    #[account(
        init,
        payer = owner,
        seeds = [seeds::VOTER_WEIGHT, pool.address().as_ref(), owner.address().as_ref()],
        bump
    )]
    pub voter_weight: Box<Account<VoterWeightRecord>>,
    pub system_program: Program<System>,
}

impl OpenVoterWeight {
    pub fn open(&mut self) -> Result<()> {
        let record = &mut self.voter_weight;
        record.realm = self.pool.realm;
        record.governing_token_mint = self.pool.mint;
        record.governing_token_owner = *self.owner.address();
        record.set(0, 0, WeightAction::CastVote, Address::default());
        Ok(())
    }
}

/// Closes a record of voter weight and returns its rent. Votes that were cast stay.
#[derive(Accounts)]
pub struct CloseVoterWeight {
    #[account(mut)]
    pub owner: Signer,
    #[account(
        mut,
        constraint(voter_weight.governing_token_owner == *owner.address() @ StakeError::NotOwner),
        close = owner
    )]
    pub voter_weight: Box<Account<VoterWeightRecord>>,
}
