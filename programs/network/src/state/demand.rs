use {super::PendingEpoch, crate::errors::NetworkError, anchor_lang::prelude::*};

/// A demand to show one leaf of the pending epoch: a ledger whose leaves nobody can show is void.
/// Address: `["demand", network, epoch u64, attempt u32, index u32]`.
#[account]
pub struct Demand {
    pub network: Address,
    /// Paid rent and bond; gets the rent back, and the bond too unless the leaf was shown.
    pub demander: Address,
    pub epoch: u64,
    /// Lamports for whoever shows the leaf.
    pub bond: u64,
    /// Chain time of the demand.
    pub opened_at: i64,
    /// Total seconds that the network had been paused then.
    pub paused_before: i64,
    /// Slot of the demand.
    pub opened_slot: u64,
    pub attempt: u32,
    pub index: u32,
}

impl Demand {
    /// Whether this is about the epoch that is pending now, in the same attempt.
    pub fn is_about(&self, pending: &PendingEpoch) -> bool {
        self.epoch == pending.epoch && self.attempt == pending.attempt
    }

    /// Requires that the time to answer is over, by slots too; `paused`: seconds of all pauses until now.
    pub fn require_unanswered(
        &self,
        pending: &PendingEpoch,
        (now, slot): (i64, u64),
        paused: i64,
    ) -> Result<()> {
        let open = now
            .saturating_sub(self.opened_at)
            .saturating_sub(paused.saturating_sub(self.paused_before));
        let slots = slot.saturating_sub(self.opened_slot);
        let over = open > i64::from(pending.answer_seconds)
            && slots.saturating_mul(2) >= u64::from(pending.challenge_slots);
        require!(over, NetworkError::AnswerTimeOpen);
        Ok(())
    }
}
