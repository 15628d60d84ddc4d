use {
    crate::{errors::NetworkError, state::Network},
    anchor_lang::prelude::*,
};

/// Replaces the committee whole. What is pending keeps the committee it was posted under.
#[derive(Accounts)]
pub struct SetCommittee {
    #[account(address = network.authority @ NetworkError::NotAuthority)]
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl SetCommittee {
    pub fn set(&mut self, threshold: u8, keys: &[[u8; 32]]) -> Result<()> {
        self.network.committee.replace(threshold, keys)
    }
}
