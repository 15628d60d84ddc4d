// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{Demand, Network},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::lamports,
};

/// Demands that one leaf of the pending epoch be shown, and stakes the policy's bond on it. Anyone may, even while
/// paused, in the first half of the challenge period.
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct DemandLeaf {
    #[account(mut)]
    pub demander: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
    #[account(
        init,
        payer = demander,
        seeds = [
            seeds::DEMAND,
            network.address().as_ref(),
            &network.pending.epoch.to_le_bytes(),
            &network.pending.attempt.to_le_bytes(),
            &index.to_le_bytes(),
        ],
        bump
    )]
    pub demand: Box<Account<Demand>>,
    /// CHECK: its address. It holds nothing: whoever answers lists the transactions that name it.
    #[account(seeds = [seeds::DEMAND, network.address().as_ref()], bump)]
    pub log: UncheckedAccount,
    pub system_program: Program<System>,
}

impl DemandLeaf {
    pub fn demand(&mut self, index: u32) -> Result<()> {
        let clock = Clock::get()?;
        let now = clock.unix_timestamp;
        self.network.open_demand((now, clock.slot), index)?;
        let bond = self.network.policy.demand_bond;
        let network = *self.network.address();
        let demand = &mut self.demand;
        demand.network = network;
        demand.demander = *self.demander.address();
        demand.epoch = self.network.pending.epoch;
        demand.bond = bond;
        demand.opened_at = now;
        demand.paused_before = self.network.pause.seconds(now);
        demand.opened_slot = clock.slot;
        demand.attempt = self.network.pending.attempt;
        demand.index = index;
        lamports::pay(self.demander.account(), self.demand.account(), bond);
        Ok(())
    }
}

/// Shows a leaf that was demanded, and takes the bond. Anyone may, even while paused.
#[derive(Accounts)]
pub struct AnswerDemand {
    #[account(mut, unsafe(dup))]
    pub answerer: Signer,
    /// CHECK: only receives the rent that it paid; it may have answered itself.
    #[account(mut, unsafe(dup), address = demand.demander @ NetworkError::WrongPayer)]
    pub demander: UncheckedAccount,
    #[account(mut)]
    pub network: Box<Account<Network>>,
    #[account(mut, constraint(demand.network == *network.address() @ NetworkError::WrongDemand))]
    pub demand: Box<Account<Demand>>,
    /// CHECK: its address. Whoever looks for leaves that were shown lists the transactions that name it.
    #[account(seeds = [seeds::DEMAND, network.address().as_ref()], bump)]
    pub log: UncheckedAccount,
}

impl AnswerDemand {
    pub fn answer(&mut self, owner: Address, earned: u64, proof: &[u8]) -> Result<()> {
        let pending = &self.network.pending;
        require!(self.demand.is_about(pending), NetworkError::WrongDemand);
        pending
            .ledger()
            .require_leaf((self.demand.index, &owner, earned), proof)?;
        let clock = Clock::get()?;
        self.network
            .answer_demand((clock.unix_timestamp, clock.slot))?;
        let demand = *self.demand.account();
        lamports::take(demand, *self.answerer.account(), self.demand.bond)?;
        self.demand.close(*self.demander.account())
    }
}

/// Ends a demand that can't be answered any more: one about an epoch that isn't pending, or one whose time to answer is
/// over, which makes the pending epoch void. Bond and rent go back to the demander. Anyone may call it.
#[derive(Accounts)]
pub struct CloseDemand {
    /// CHECK: only receives what it paid.
    #[account(mut, address = demand.demander @ NetworkError::WrongPayer)]
    pub demander: UncheckedAccount,
    #[account(mut)]
    pub network: Box<Account<Network>>,
    #[account(mut, constraint(demand.network == *network.address() @ NetworkError::WrongDemand))]
    pub demand: Box<Account<Demand>>,
}

impl CloseDemand {
    pub fn close(&mut self) -> Result<()> {
        let pending = &self.network.pending;
        if self.demand.is_about(pending) {
            let clock = Clock::get()?;
            let now = clock.unix_timestamp;
            // While paused nothing is decided by the lapse of time.
            require!(!self.network.pause.is_active(now), NetworkError::Paused);
            let paused = self.network.pause.seconds(now);
            self.demand
                .require_unanswered(pending, (now, clock.slot), paused)?;
            self.network.void();
        }
        self.demand.close(*self.demander.account())
    }
}
