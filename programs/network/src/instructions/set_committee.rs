use {
    crate::{
        errors::NetworkError,
        state::{Bond, Network, Rule},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
};

/// Replaces the whole committee: at once if it is the first, or if some of the present members remain and the threshold
/// doesn't fall; otherwise the change is announced. A pending epoch keeps the committee it was posted under.
///
/// If the policy requires bonds, each member's bond follows as a further account, in the order of the keys. None needs to
/// follow if all are members already: they keep theirs.
#[derive(Accounts)]
pub struct SetCommittee {
    #[account(address = network.authority @ NetworkError::NotAuthority)]
    pub authority: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
}

impl SetCommittee {
    pub fn set(&mut self, threshold: u8, keys: &[[u8; 32]], bonds: &[AccountView]) -> Result<()> {
        self.network.require_open()?;
        if !self.network.may_seat_now(threshold, keys) {
            let now = Clock::get()?.unix_timestamp;
            return self.network.announce_committee(now, threshold, keys);
        }
        let bonds = require_bonds(&self.network, keys, bonds)?;
        self.network.committee.replace(threshold, keys, &bonds)?;
        // What was announced before would undo it.
        self.network.withdraw(Rule::Committee);
        Ok(())
    }
}

/// Requires the bonds that admit `keys`, and returns their addresses; all zero where the policy requires none.
pub fn require_bonds(
    network: &Account<Network>,
    keys: &[[u8; 32]],
    bonds: &[AccountView],
) -> Result<Vec<[u8; 32]>> {
    let least = network.policy.oracle_bond;
    let seated: Vec<[u8; 32]> = keys
        .iter()
        .map(|key| network.committee.bond_of(key))
        .collect();
    if bonds.is_empty() && (least == 0 || !seated.contains(&[0; 32])) {
        return Ok(seated);
    }
    require!(bonds.len() == keys.len(), NetworkError::WrongBond);
    let mut addresses = Vec::with_capacity(keys.len());
    for (key, view) in keys.iter().zip(bonds) {
        let bond = Account::<Bond>::load(*view)?;
        bond.require_of(network.address(), key)?;
        bond.require_least(least)?;
        addresses.push(*view.address().as_array());
    }
    Ok(addresses)
}
