//! The life of an epoch: cut, posted, and then promoted or voided.

use {
    super::{
        CurrentEpoch, Cut, EpochClaim, Network, OwnerRecord, PendingEpoch, Witness, OPEN_CUTS,
    },
    crate::errors::NetworkError,
    anchor_lang::{bytemuck::Zeroable, prelude::*},
};

/// How far a post's attempt may be ahead of the network's: oracles count attempts that never reach the chain.
pub const ATTEMPT_WINDOW: u32 = 255;

/// How often the guardian can veto one epoch.
pub const GUARDIAN_VETOES: u8 = 2;

/// A device's leaf in the pending ledger.
pub struct PendingLeaf {
    pub index: u32,
    pub owner: Address,
    pub earned: u64,
}

impl Network {
    /// Ends an epoch and fixes its registry.
    pub fn cut(&mut self, now: i64, device_count: u32, registry_hash: [u8; 32]) -> Result<()> {
        self.require_open()?;
        let due = self
            .last_cut_time
            .checked_add(i64::from(self.policy.epoch_seconds))
            .ok_or(NetworkError::Overflow)?;
        require!(now >= due, NetworkError::EpochNotOver);
        let epoch = self
            .last_cut_epoch
            .checked_add(1)
            .ok_or(NetworkError::Overflow)?;
        let outstanding = epoch
            .checked_sub(self.current.epoch)
            .ok_or(NetworkError::Overflow)?;
        require!(outstanding <= OPEN_CUTS, NetworkError::CutsOutstanding);
        self.cuts[(epoch % OPEN_CUTS) as usize] = Cut {
            epoch,
            time: now,
            device_epoch_cap: self.policy.device_epoch_cap,
            registry_hash,
            device_count,
            _pad: [0; 4],
        };
        self.last_cut_epoch = epoch;
        self.last_cut_time = now;
        Ok(())
    }

    /// The cut of the epoch that is to be posted next.
    pub fn next_cut(&self) -> Result<Cut> {
        let epoch = self
            .current
            .epoch
            .checked_add(1)
            .ok_or(NetworkError::Overflow)?;
        let cut = self.cuts[(epoch % OPEN_CUTS) as usize];
        require!(cut.epoch == epoch, NetworkError::EpochNotCut);
        Ok(cut)
    }

    /// Whether `claim` may follow the current epoch, signatures aside.
    pub fn admit(&self, cut: &Cut, claim: &EpochClaim) -> Result<()> {
        require!(self.pending.epoch == 0, NetworkError::EpochPending);
        let ahead = claim.attempt.checked_sub(self.attempt);
        require!(
            ahead.is_some_and(|by| by <= ATTEMPT_WINDOW),
            NetworkError::AttemptOutOfRange
        );
        let growth = claim
            .earned_total
            .checked_sub(self.current.earned_total)
            .ok_or(NetworkError::EarnedFell)?;
        require!(
            growth <= self.emission.cap_of(cut.epoch),
            NetworkError::AboveEpochCap
        );
        let supply = self.initial_supply.checked_add(claim.earned_total);
        require!(
            supply.is_some_and(|supply| supply <= self.emission.max_supply),
            NetworkError::AboveMaxSupply
        );
        Ok(())
    }

    /// Opens the challenge period of a claim that was admitted and signed.
    pub fn post(&mut self, now: i64, cut: &Cut, claim: &EpochClaim) {
        self.pending = PendingEpoch {
            epoch: cut.epoch,
            posted_at: now,
            earned_total: claim.earned_total,
            device_epoch_cap: cut.device_epoch_cap,
            paused_before: self.pause.seconds(now),
            challenge_seconds: self.policy.challenge_seconds,
            committee_version: self.committee.version,
            attempt: claim.attempt,
            device_count: cut.device_count,
            ledger_root: claim.ledger_root,
            registry_hash: cut.registry_hash,
            usage_root: claim.usage_root,
            dataset_hash: claim.dataset_hash,
            corrective: u8::from(self.corrective_epoch == cut.epoch),
            _pad: [0; 7],
        };
    }

    /// Whether `leaf`, proven under the pending root, shows that the pending epoch is wrong: the device has earned less than
    /// before, has gained more than the cap for one epoch, or earns for neither its previous owner nor the recorded one.
    /// `before` is the device's leaf under the current root; none for a new device.
    pub fn is_fault(
        &self,
        leaf: &PendingLeaf,
        before: Option<&Witness>,
        record: Option<&OwnerRecord>,
    ) -> bool {
        let pending = &self.pending;
        let earned_before = before.map_or(0, |witness| witness.earned);
        match leaf.earned.checked_sub(earned_before) {
            Some(growth) if growth > pending.device_epoch_cap => return true,
            None if pending.corrective == 0 => return true,
            _ => (),
        }
        let owned = before.is_none_or(|witness| witness.owner == leaf.owner)
            || record.is_some_and(|record| record.owner == leaf.owner);
        !owned && pending.corrective == 0
    }

    /// Voids the pending epoch: another may be posted for the same cut, with signatures over a later attempt.
    pub fn void(&mut self) {
        self.attempt = self.pending.attempt.saturating_add(1);
        self.pending = Zeroable::zeroed();
    }

    /// Vetoes the pending epoch at the request of `by`.
    pub fn veto(&mut self, by: &Address) -> Result<()> {
        require!(self.pending.epoch != 0, NetworkError::NothingPending);
        if *by != self.authority {
            self.require_guardian(by)?;
            require!(
                self.guardian_vetoes < GUARDIAN_VETOES,
                NetworkError::GuardianVetoesSpent
            );
            self.guardian_vetoes += 1;
        }
        self.void();
        Ok(())
    }

    /// Pauses at the request of `by`.
    pub fn pause(&mut self, by: &Address, now: i64) -> Result<()> {
        if *by == self.authority {
            return self.pause.begin_by_authority(now);
        }
        self.require_guardian(by)?;
        self.pause.begin_by_guardian(now)
    }

    fn require_guardian(&self, signer: &Address) -> Result<()> {
        let is_guardian = self.guardian != Address::default() && *signer == self.guardian;
        require!(is_guardian, NetworkError::NotGuardian);
        Ok(())
    }

    /// Makes the pending epoch current and returns the growth of the total earned.
    pub fn promote(&mut self, now: i64) -> Result<u64> {
        let pending = self.pending;
        require!(pending.epoch != 0, NetworkError::NothingPending);
        let paused = self
            .pause
            .seconds(now)
            .saturating_sub(pending.paused_before);
        let open = now.saturating_sub(pending.posted_at).saturating_sub(paused);
        require!(
            open >= i64::from(pending.challenge_seconds),
            NetworkError::ChallengePeriodOpen
        );
        let growth = pending
            .earned_total
            .checked_sub(self.current.earned_total)
            .ok_or(NetworkError::EarnedFell)?;
        self.device_earned_max = self
            .device_earned_max
            .checked_add(pending.device_epoch_cap)
            .ok_or(NetworkError::Overflow)?;
        self.current = CurrentEpoch {
            epoch: pending.epoch,
            promoted_at: now,
            earned_total: pending.earned_total,
            device_count: pending.device_count,
            _pad: [0; 4],
            ledger_root: pending.ledger_root,
            registry_hash: pending.registry_hash,
            usage_root: pending.usage_root,
            dataset_hash: pending.dataset_hash,
        };
        self.pending = Zeroable::zeroed();
        (self.attempt, self.guardian_vetoes) = (0, 0);
        if self.corrective_epoch == self.current.epoch {
            self.corrective_epoch = 0;
        }
        Ok(growth)
    }
}
