//! The life of an epoch: cut, posted, and then promoted or voided.

use {
    super::{
        CurrentEpoch, Cut, EpochClaim, Network, OwnerRecord, PendingEpoch, Rule, CLOSING, OPEN_CUTS,
    },
    crate::errors::NetworkError,
    anchor_lang::{bytemuck::Zeroable, prelude::*},
};

/// How far a post's attempt may be ahead of the network's: oracles count attempts that never reach the chain.
pub const ATTEMPT_WINDOW: u32 = 255;

/// How often the guardian can veto one epoch.
pub const GUARDIAN_VETOES: u8 = 2;

/// How often a guardian can withdraw its own replacement.
pub const GUARDIAN_REFUSALS: u8 = 2;

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
            device_epoch_cap: self
                .policy
                .device_epoch_cap
                .min(self.emission.cap_of(epoch)),
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
    pub fn admit(&self, now: i64, cut: &Cut, claim: &EpochClaim) -> Result<()> {
        require!(self.pending.epoch == 0, NetworkError::EpochPending);
        let ahead = claim.attempt.checked_sub(self.attempt);
        require!(
            ahead.is_some_and(|by| by <= ATTEMPT_WINDOW),
            NetworkError::AttemptOutOfRange
        );
        match claim.earned_total.checked_sub(self.current.earned_total) {
            Some(growth) => {
                require!(
                    growth <= self.emission.cap_of(cut.epoch),
                    NetworkError::AboveEpochCap
                );
            }
            // A corrective epoch takes back what was earned wrongly, but not what was paid.
            None => {
                require!(self.is_corrective(now, cut.epoch), NetworkError::EarnedFell);
                require!(
                    claim.earned_total >= self.total_paid,
                    NetworkError::EarnedBelowPaid
                );
            }
        }
        let supply = self.initial_supply.checked_add(claim.earned_total);
        require!(
            supply.is_some_and(|supply| supply <= self.emission.max_supply),
            NetworkError::AboveMaxSupply
        );
        Ok(())
    }

    /// Opens the challenge period of a claim that was admitted, and signed by these members.
    pub fn post(&mut self, (now, slot): (i64, u64), cut: &Cut, claim: &EpochClaim, signers: u32) {
        self.pending = PendingEpoch {
            epoch: cut.epoch,
            cut_time: cut.time,
            posted_at: now,
            posted_slot: slot,
            shown_after: 0,
            shown_slot: 0,
            earned_total: claim.earned_total,
            device_epoch_cap: cut.device_epoch_cap,
            paused_before: self.pause.seconds(now),
            challenge_seconds: self.policy.challenge_seconds,
            challenge_slots: self.policy.challenge_slots,
            answer_seconds: self.policy.answer_seconds,
            attempt: claim.attempt,
            device_count: cut.device_count,
            open_demands: 0,
            committee: self.committee,
            signers,
            ledger_root: claim.ledger_root,
            registry_hash: cut.registry_hash,
            usage_root: claim.usage_root,
            dataset_hash: claim.dataset_hash,
            corrective: u8::from(self.is_corrective(now, cut.epoch)),
            _pad: [0; 3],
        };
    }

    /// Whether a leaf that earned `earned` in the pending epoch, and `before` in the current one, shows that the pending
    /// epoch is wrong: the device has gained more than the cap for one epoch, has gained anything though it is retired, or
    /// has earned less than before.
    pub fn is_wrong_growth(&self, earned: u64, before: u64, record: Option<&OwnerRecord>) -> bool {
        let pending = &self.pending;
        match earned.checked_sub(before) {
            Some(growth) => {
                let retired = record.is_some_and(|record| record.is_retired_in(pending.epoch));
                growth > pending.device_epoch_cap || (retired && growth > 0)
            }
            None => pending.corrective == 0,
        }
    }

    /// Counts a demand for a leaf of the pending epoch. Demands are made in the first half of the challenge period, so that
    /// they never delay an epoch for long.
    pub fn open_demand(&mut self, (now, slot): (i64, u64), index: u32) -> Result<()> {
        let paused = self.pause.seconds(now);
        let pending = &mut self.pending;
        require!(pending.epoch != 0, NetworkError::NothingPending);
        require!(index < pending.device_count, NetworkError::RunOutOfRange);
        let open = pending.open_seconds(now, paused);
        require!(
            pending.takes_demands(open, slot),
            NetworkError::DemandTooLate
        );
        pending.open_demands = pending
            .open_demands
            .checked_add(1)
            .ok_or(NetworkError::Overflow)?;
        Ok(())
    }

    /// Counts a demand of the pending epoch as answered. From then on there is half a challenge period to look at the leaf.
    pub fn answer_demand(&mut self, (now, slot): (i64, u64)) -> Result<()> {
        let paused = self.pause.seconds(now);
        self.pending.shown_after = self.pending.open_seconds(now, paused);
        self.pending.shown_slot = slot;
        self.pending.open_demands = self
            .pending
            .open_demands
            .checked_sub(1)
            .ok_or(NetworkError::Overflow)?;
        Ok(())
    }

    /// Voids the pending epoch: another may be posted for the same cut, with signatures over a later attempt.
    pub fn void(&mut self) {
        self.attempt = self.pending.attempt.saturating_add(1);
        self.pending = Zeroable::zeroed();
    }

    /// Vetoes the pending epoch with ledger root `root` at the request of `by`.
    pub fn veto(&mut self, by: &Address, root: &[u8; 32]) -> Result<()> {
        require!(self.pending.epoch != 0, NetworkError::NothingPending);
        require!(self.pending.ledger_root == *root, NetworkError::WrongRoot);
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
        self.pause
            .begin_by_guardian(now, self.floors.change_delay_seconds)
    }

    /// Ends a pause at the request of `by`.
    pub fn unpause(&mut self, by: &Address, now: i64) -> Result<()> {
        if *by == self.authority {
            return self.pause.end_by_authority(now);
        }
        self.require_guardian(by)?;
        self.pause.end_by_guardian(now)
    }

    /// Withdraws a change of rules at the request of `by`.
    ///
    /// The guardian can withdraw its own replacement only a few times: an authority that was taken over needs as many delays,
    /// in which everybody sees it, and a guardian that was taken over can't stay for ever.
    pub fn cancel_change(&mut self, by: &Address, now: i64, rule: Rule) -> Result<()> {
        let by_guardian = *by != self.authority;
        if by_guardian {
            self.require_guardian(by)?;
        }
        match rule {
            Rule::Corrective => {
                require!(self.corrective_epoch != 0, NetworkError::NothingAnnounced);
                self.withdraw_corrective(now)?;
            }
            Rule::Closing => {
                require!(self.closed == CLOSING, NetworkError::NothingAnnounced);
                self.reopen();
            }
            Rule::Policy | Rule::Committee | Rule::Guardian => self.cancel(rule)?,
        }
        if by_guardian && rule == Rule::Guardian {
            require!(
                self.guardian_refusals < GUARDIAN_REFUSALS,
                NetworkError::GuardianRefusalsSpent
            );
            self.guardian_refusals += 1;
        }
        Ok(())
    }

    fn require_guardian(&self, signer: &Address) -> Result<()> {
        let is_guardian = self.guardian != Address::default() && *signer == self.guardian;
        require!(is_guardian, NetworkError::NotGuardian);
        Ok(())
    }

    /// Makes the pending epoch current and returns how much must be minted for it.
    pub fn promote(&mut self, now: i64, slot: u64) -> Result<u64> {
        let pending = self.pending;
        require!(pending.epoch != 0, NetworkError::NothingPending);
        let open = pending.open_seconds(now, self.pause.seconds(now));
        require!(
            pending.is_settled(open, slot),
            NetworkError::ChallengePeriodOpen
        );
        require!(pending.open_demands == 0, NetworkError::DemandsOpen);
        let fresh = pending.earned_total.saturating_sub(self.minted_total);
        self.minted_total = self.minted_total.max(pending.earned_total);
        // A bound alone: at its top it no longer binds, and promotion must not fail for it.
        self.device_earned_max = self
            .device_earned_max
            .saturating_add(pending.device_epoch_cap);
        self.current = CurrentEpoch {
            epoch: pending.epoch,
            cut_time: pending.cut_time,
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
            (self.corrective_epoch, self.corrective_from) = (0, 0);
        }
        Ok(fresh)
    }
}
