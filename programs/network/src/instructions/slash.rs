use {
    super::challenge_epoch::{reward, take_bond},
    crate::{
        equivocation,
        errors::NetworkError,
        state::{Approval, Bond, Network, Registry},
    },
    anchor_lang::prelude::*,
};

/// Removes an oracle that signed two messages for one epoch and attempt, and takes its bonds, given as further
/// accounts. Anyone may call it, with both signatures in Ed25519 instructions directly before this one, or with one and
/// the oracle's approval of another message.
#[derive(Accounts)]
pub struct Slash {
    /// Receives a tenth of what is taken.
    #[account(mut)]
    pub reporter: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
    /// Receives what is taken, as it does fees.
    #[account(mut, constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Box<Account<Registry>>,
    pub instructions: Sysvar<SysvarInstructions>,
    pub approval: Option<Account<Approval>>,
}

impl Slash {
    pub fn slash(&mut self, bonds: &[AccountView]) -> Result<()> {
        let oracle = equivocation::prove(
            &self.instructions,
            &self.network,
            self.network.address(),
            self.approval.as_deref(),
        )?;
        let seated = self.network.committee.remove(&|key| *key == oracle)?;
        let mut taken = 0u64;
        for view in bonds {
            Account::<Bond>::load(*view)?.require_of(self.network.address(), &oracle)?;
            taken = taken
                .checked_add(take_bond(view, self.registry.account())?)
                .ok_or(NetworkError::Overflow)?;
        }
        require!(seated || taken > 0, NetworkError::NothingToSlash);
        reward(&self.registry, self.reporter.account(), taken)
    }
}
