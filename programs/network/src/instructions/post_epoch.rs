use {
    crate::{
        committee_signatures::require_threshold,
        state::{EpochClaim, EpochMessage, Network},
    },
    anchor_lang::prelude::*,
};

/// Posts an epoch's result with the committee's signatures, given in Ed25519 instructions directly before this one.
///
/// Anyone may send it. The message that must have been signed is rebuilt here from the network, the cut and the claim, so
/// a signature for another network, epoch, attempt, registry or result counts for nothing.
#[derive(Accounts)]
pub struct PostEpoch {
    #[account(mut)]
    pub network: Box<Account<Network>>,
    pub instructions: Sysvar<SysvarInstructions>,
}

impl PostEpoch {
    pub fn post(&mut self, claim: &EpochClaim) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.require_running(now)?;
        let cut = self.network.next_cut()?;
        self.network.admit(&cut, claim)?;
        let message = EpochMessage {
            network: &self.network,
            address: self.network.address(),
            cut: &cut,
            claim,
        };
        require_threshold(
            &self.instructions,
            &self.network.committee,
            &message.encode(),
        )?;
        self.network.post(now, &cut, claim);
        Ok(())
    }
}
