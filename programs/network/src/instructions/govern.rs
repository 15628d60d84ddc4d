use {
    crate::{
        errors::NetworkError,
        state::{Network, Policy},
    },
    anchor_lang::prelude::*,
};

/// The decisions that only the authority may make.
#[derive(Accounts)]
pub struct Govern {
    #[account(address = network.authority @ NetworkError::NotAuthority)]
    pub authority: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
}

impl Govern {
    /// Replaces the whole policy. Epochs already cut or pending keep the caps and times they were cut or posted under.
    pub fn set_policy(&mut self, policy: Policy) -> Result<()> {
        self.network.set_policy(policy)
    }

    /// Replaces the guardian; zero means none. Pauses and vetoes that the previous one used stay used.
    pub fn set_guardian(&mut self, guardian: Address) -> Result<()> {
        self.network.guardian = guardian;
        Ok(())
    }

    /// First of two steps that hand over the authority; zero withdraws the proposal.
    pub fn propose_authority(&mut self, authority: Address) -> Result<()> {
        self.network.proposed_authority = authority;
        Ok(())
    }

    /// Lets one epoch correct earlier ones; 0: none.
    pub fn name_corrective(&mut self, epoch: u64) -> Result<()> {
        self.network.name_corrective(epoch)
    }

    pub fn unpause(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.pause.end(now)
    }

    /// Closes the network permanently: nothing more is posted, promoted or settled.
    pub fn close(&mut self) -> Result<()> {
        self.network.require_open()?;
        self.network.closed = 1;
        Ok(())
    }
}
