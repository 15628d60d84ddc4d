// The derive macro also binds seed arguments where it does not use them.
#![allow(unused_variables)]

use {
    crate::{
        errors::NetworkError,
        seeds,
        state::{sha256, Approval, EpochClaim, EpochMessage, Network, CLOSED, OPEN_CUTS},
    },
    anchor_lang::prelude::*,
};

/// Approves a claim about the next epoch: as good as a signature over its message, for clusters without the Ed25519
/// program. The oracle signs the transaction itself.
#[derive(Accounts)]
#[instruction(claim: EpochClaim)]
pub struct ApproveEpoch {
    pub oracle: Signer,
    /// Pays the rent.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub network: Box<Account<Network>>,
    #[account(
        init,
        payer = payer,
        seeds = [
            seeds::APPROVAL,
            network.address().as_ref(),
            &network.committee.version.to_le_bytes(),
            &network.next_epoch().to_le_bytes(),
            &claim.attempt.to_le_bytes(),
            oracle.address().as_ref(),
        ],
        bump
    )]
    pub approval: Box<Account<Approval>>,
    pub system_program: Program<System>,
}

impl ApproveEpoch {
    pub fn approve(&mut self, claim: &EpochClaim) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let network = &self.network;
        network.require_running(now)?;
        let oracle = *self.oracle.address().as_array();
        require!(network.committee.has(&oracle), NetworkError::UnknownSigner);
        let cut = network.next_cut()?;
        network.admit(now, &cut, claim)?;
        let message = EpochMessage {
            network,
            address: network.address(),
            cut: &cut,
            claim,
        };
        let message_hash = sha256(&message.encode());
        let approval = &mut self.approval;
        approval.network = *self.network.address();
        approval.oracle = oracle;
        approval.message_hash = message_hash;
        approval.payer = *self.payer.address();
        approval.epoch = cut.epoch;
        approval.committee_version = self.network.committee.version;
        approval.attempt = claim.attempt;
        Ok(())
    }
}

/// Closes an approval that is too old to be evidence, and returns the rent to the account that paid it. Anyone may.
#[derive(Accounts)]
pub struct CloseApproval {
    pub network: Box<Account<Network>>,
    /// CHECK: only receives lamports.
    #[account(mut, address = approval.payer @ NetworkError::WrongPayer)]
    pub payer: UncheckedAccount,
    #[account(
        mut,
        constraint(approval.network == *network.address() @ NetworkError::WrongApproval),
        close = payer
    )]
    pub approval: Box<Account<Approval>>,
}

impl CloseApproval {
    /// Requires that the oracle's bond may have left by now: bonds stay locked for two epochs.
    pub fn require_old(&self) -> Result<()> {
        let old = self.network.closed == CLOSED
            || self.network.current.epoch >= self.approval.epoch.saturating_add(OPEN_CUTS);
        require!(old, NetworkError::ApprovalNeeded);
        Ok(())
    }
}
