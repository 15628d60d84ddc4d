use {
    crate::{
        equivocation,
        errors::NetworkError,
        state::{Bond, Network, Registry},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::lamports,
};

/// Removes an oracle that signed two messages for one epoch and attempt, and takes its bonds, given as further
/// accounts. Anyone may call it, with both signatures in Ed25519 instructions directly before this one.
#[derive(Accounts)]
pub struct Slash {
    #[account(mut)]
    pub network: Box<Account<Network>>,
    /// Receives what is taken, as it does fees.
    #[account(mut, constraint(registry.network == *network.address() @ NetworkError::WrongRegistry))]
    pub registry: Box<Account<Registry>>,
    pub instructions: Sysvar<SysvarInstructions>,
}

impl Slash {
    pub fn slash(&mut self, bonds: &[AccountView]) -> Result<()> {
        let oracle =
            equivocation::prove(&self.instructions, &self.network, self.network.address())?;
        let seated = self.network.committee.has(&oracle);
        if seated {
            self.network.committee.remove(&oracle)?;
        }
        let mut taken = 0u64;
        for view in bonds {
            // SAFETY: each bond is released before the next is loaded, and none is an account declared above.
            let mut bond = unsafe { Account::<Bond>::load_mut(*view) }?;
            bond.require_of(self.network.address(), &oracle)?;
            taken = taken
                .checked_add(bond.lamports)
                .ok_or(NetworkError::Overflow)?;
            lamports::take(*view, *self.registry.account(), bond.lamports)?;
            bond.lamports = 0;
        }
        require!(seated || taken > 0, NetworkError::NothingToSlash);
        Ok(())
    }
}
