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
    /// Replaces the whole policy: at once if that loosens nothing, otherwise the change is announced. Epochs already cut or
    /// pending keep the caps and times they were cut or posted under.
    pub fn set_policy(&mut self, policy: Policy) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.propose_policy(now, policy)
    }

    /// Replaces the guardian, zero meaning none: at once if there was none, otherwise the change is announced. Pauses and
    /// vetoes that the previous one used stay used.
    pub fn set_guardian(&mut self, guardian: Address) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.propose_guardian(now, guardian)
    }

    /// First of two steps that hand over the authority; zero withdraws the proposal.
    pub fn propose_authority(&mut self, authority: Address) -> Result<()> {
        self.network.proposed_authority = authority;
        Ok(())
    }

    /// Lets one epoch correct earlier ones, if it is posted once the delay of rule changes is over; 0: none.
    pub fn name_corrective(&mut self, epoch: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.name_corrective(now, epoch)
    }

    /// Begins to close the network: nothing more is posted, and `finish_close` follows once owners had their time.
    /// `heir` gets the mint authority of a network that mints.
    pub fn close(&mut self, heir: Address) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.begin_close(now, heir)
    }
}
