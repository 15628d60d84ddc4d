use {
    crate::{
        errors::NetworkError,
        state::{Bond, Network},
    },
    anchor_lang::prelude::*,
};

/// Replaces the whole committee. A pending epoch keeps the committee it was posted under.
///
/// If the policy requires bonds, each member's bond follows as a further account, in the order of the keys.
#[derive(Accounts)]
pub struct SetCommittee {
    #[account(address = network.authority @ NetworkError::NotAuthority)]
    pub authority: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
}

impl SetCommittee {
    pub fn set(&mut self, threshold: u8, keys: &[[u8; 32]], bonds: &[AccountView]) -> Result<()> {
        let least = self.network.policy.oracle_bond;
        if least > 0 {
            require!(bonds.len() == keys.len(), NetworkError::WrongBond);
            for (key, view) in keys.iter().zip(bonds) {
                let bond = Account::<Bond>::load(*view)?;
                bond.require_of(self.network.address(), key)?;
                bond.require_least(least)?;
            }
        }
        self.network.committee.replace(threshold, keys)
    }
}
