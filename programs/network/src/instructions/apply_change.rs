use {
    super::set_committee::require_bonds,
    crate::{
        errors::NetworkError,
        state::{Network, Rule},
    },
    anchor_lang::prelude::*,
};

/// Applies a change of rules that was announced, once its delay is over. Anyone may call it. For a committee, each
/// member's bond follows as a further account, if the policy requires bonds.
#[derive(Accounts)]
pub struct ApplyChange {
    #[account(mut)]
    pub network: Box<Account<Network>>,
}

impl ApplyChange {
    pub fn apply(&mut self, rule: Rule, bonds: &[AccountView]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        match rule {
            Rule::Policy => self.network.apply_policy(now),
            Rule::Guardian => self.network.apply_guardian(now),
            // These take effect by themselves: with a cut, and by `finish_close`.
            Rule::Corrective | Rule::Closing => Err(NetworkError::NothingAnnounced.into()),
            Rule::Committee => {
                let seats = self.network.take_committee(now)?;
                let bonds = require_bonds(&self.network, seats.keys(), bonds)?;
                self.network
                    .committee
                    .replace(seats.threshold, seats.keys(), &bonds)
            }
        }
    }
}
