use {
    crate::{
        committee_signatures::require_threshold,
        settlement::LedgerRoot,
        state::{EpochClaim, EpochMessage, Network},
    },
    anchor_lang::prelude::*,
};

/// Posts an epoch's result with the committee's signatures, given in Ed25519 instructions directly before this one, and
/// approvals, given as further accounts.
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
    /// `opening` is what the ledger's root hashes: see [`LedgerRoot::require_opening`].
    pub fn post(
        &mut self,
        claim: &EpochClaim,
        opening: &[u8],
        approvals: &[AccountView],
    ) -> Result<()> {
        let clock = Clock::get()?;
        let now = clock.unix_timestamp;
        self.network.require_running(now)?;
        let cut = self.network.next_cut()?;
        self.network.admit(now, &cut, claim)?;
        LedgerRoot {
            hash: &claim.ledger_root,
            device_count: cut.device_count,
            earned_total: claim.earned_total,
        }
        .require_opening(opening)?;
        let message = EpochMessage {
            network: &self.network,
            address: self.network.address(),
            cut: &cut,
            claim,
        };
        let signers = require_threshold(
            &self.instructions,
            approvals,
            self.network.address(),
            &self.network.committee,
            &message.encode(),
        )?;
        self.network.post((now, clock.slot), &cut, claim, signers);
        Ok(())
    }
}
