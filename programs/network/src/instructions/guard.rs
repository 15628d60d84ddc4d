use {crate::state::Network, anchor_lang::prelude::*};

/// What the guardian may do as well as the authority: stop things.
#[derive(Accounts)]
pub struct Guard {
    /// The guardian or the authority, which the state checks.
    pub guard: Signer,
    #[account(mut)]
    pub network: Box<Account<Network>>,
}

impl Guard {
    /// Stops posting, promoting and settling. A guardian's pause lapses by itself after seven days.
    pub fn pause(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.pause(self.guard.address(), now)
    }

    /// Makes the pending epoch void.
    pub fn veto(&mut self) -> Result<()> {
        self.network.veto(self.guard.address())
    }
}
