use {
    crate::state::{Network, Rule},
    anchor_lang::prelude::*,
};

/// Emergency stops, open to the guardian and the authority.
#[derive(Accounts)]
pub struct Guard {
    /// The guardian or the authority: the state checks which.
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

    /// Ends a pause: the authority any, a guardian's once it lasted as long as a change of rules waits; the guardian its own.
    pub fn unpause(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.unpause(self.guard.address(), now)
    }

    /// Vetoes the pending epoch if its ledger has this root, so that a late veto can't hit another attempt: it becomes
    /// void.
    pub fn veto(&mut self, root: &[u8; 32]) -> Result<()> {
        self.network.veto(self.guard.address(), root)
    }

    /// Withdraws a change of rules that was announced, or a closing that isn't finished.
    pub fn cancel_change(&mut self, rule: Rule) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.cancel_change(self.guard.address(), now, rule)
    }
}
