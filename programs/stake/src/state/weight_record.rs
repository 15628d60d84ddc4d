//! The records that a program gives to SPL Governance instead of its own count of deposits, laid out as
//! `spl-governance-addin-api` 0.1.4 has them in Borsh. Every option is given, so they have one length.

use anchor_lang::prelude::*;

/// What a voter's weight is for: `VoterWeightAction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub enum WeightAction {
    CastVote,
    CommentProposal,
    CreateGovernance,
    CreateProposal,
    SignOffProposal,
}

/// `Some` in Borsh.
const SOME: u8 = 1;

/// The weight of one owner for one action. Address: `["voter-weight", pool, owner]`.
#[account]
pub struct VoterWeightRecord {
    pub realm: Address,
    pub governing_token_mint: Address,
    pub governing_token_owner: Address,
    pub voter_weight: PodU64,
    pub expiry_given: u8,
    /// Last slot in which it counts: the one in which it was written.
    pub expiry_slot: PodU64,
    pub action_given: u8,
    pub action: u8,
    pub target_given: u8,
    /// What the action is about, such as a proposal.
    pub target: Address,
    pub reserved: [u8; 8],
}

impl VoterWeightRecord {
    pub fn set(&mut self, slot: u64, weight: u64, action: WeightAction, target: Address) {
        self.voter_weight = weight.into();
        (self.expiry_given, self.expiry_slot) = (SOME, slot.into());
        (self.action_given, self.action) = (SOME, action as u8);
        (self.target_given, self.target) = (SOME, target);
    }
}

/// The most that could vote. Address: `["max-voter-weight", pool]`.
#[account]
pub struct MaxVoterWeightRecord {
    pub realm: Address,
    pub governing_token_mint: Address,
    pub max_voter_weight: PodU64,
    pub expiry_given: u8,
    /// Last slot in which it counts: the one in which it was written.
    pub expiry_slot: PodU64,
    pub reserved: [u8; 8],
}

impl MaxVoterWeightRecord {
    pub fn set(&mut self, slot: u64, weight: u64) {
        self.max_voter_weight = weight.into();
        (self.expiry_given, self.expiry_slot) = (SOME, slot.into());
    }
}
