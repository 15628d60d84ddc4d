use {
    super::{Committee, CurrentEpoch, Cut, Emission, EpochClaim, PendingEpoch, Policy},
    crate::errors::NetworkError,
    anchor_lang::prelude::*,
};

/// Attempts that a post may be ahead of the network's: oracles move on without the chain.
pub const ATTEMPT_WINDOW: u32 = 255;

/// Epochs that may be cut and not promoted yet. Each needs its cut kept until it is promoted.
const OPEN_CUTS: u64 = 2;

/// One deployment: its rules, its committee, and what its devices have earned and been paid.
/// Address: `["network", creator, id]`.
#[account]
pub struct Network {
    /// Wallet that created the network and a seed of its address.
    pub creator: Address,
    /// Random, chosen by the creator; a seed of the address.
    pub id: u64,
    /// Slot of creation: part of every epoch message, so that no message outlives its network.
    pub birth: u64,
    /// Sets policy and committee.
    pub authority: Address,
    /// May stop things, never pay. Zero: none.
    pub guardian: Address,
    /// The reward token; this account is its mint authority.
    pub mint: Address,
    /// Associated token account of this account: promoted rewards wait here to be settled.
    pub vault: Address,
    /// Supply of the mint when the network was created.
    pub initial_supply: u64,
    pub emission: Emission,
    pub policy: Policy,
    pub committee: Committee,
    /// The last two cuts; that of epoch n at `n % 2`.
    pub cuts: [Cut; OPEN_CUTS as usize],
    pub last_cut_epoch: u64,
    /// Chain time of the last cut, or of creation.
    pub last_cut_time: i64,
    pub pending: PendingEpoch,
    pub current: CurrentEpoch,
    /// Most that any device may have earned since the start: the caps of all promoted epochs.
    pub device_earned_max: u64,
    /// Paid to owners since the start.
    pub total_paid: u64,
    /// Least attempt that the next post may carry.
    pub attempt: u32,
    pub bump: u8,
    pub decimals: u8,
    pub _pad: [u8; 2],
    /// Room for what a later version keeps.
    pub _reserved: [[u8; 32]; 16],
}

impl Network {
    /// Fixes what the registry holds for the epoch that ends now.
    pub fn cut(&mut self, now: i64, device_count: u32, registry_hash: [u8; 32]) -> Result<()> {
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

    /// Opens the challenge period of an admitted and signed claim.
    pub fn post(&mut self, now: i64, cut: &Cut, claim: &EpochClaim) {
        self.pending = PendingEpoch {
            epoch: cut.epoch,
            posted_at: now,
            earned_total: claim.earned_total,
            device_epoch_cap: self.policy.device_epoch_cap,
            challenge_seconds: self.policy.challenge_seconds,
            committee_version: self.committee.version,
            attempt: claim.attempt,
            device_count: cut.device_count,
            ledger_root: claim.ledger_root,
            registry_hash: cut.registry_hash,
            usage_root: claim.usage_root,
            dataset_hash: claim.dataset_hash,
        };
    }

    /// Makes the pending epoch the current one and returns by how much the total earned grew.
    pub fn promote(&mut self, now: i64) -> Result<u64> {
        let pending = self.pending;
        require!(pending.epoch != 0, NetworkError::NothingPending);
        let over = pending
            .posted_at
            .checked_add(i64::from(pending.challenge_seconds))
            .ok_or(NetworkError::Overflow)?;
        require!(now >= over, NetworkError::ChallengePeriodOpen);
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
        self.pending = anchor_lang::bytemuck::Zeroable::zeroed();
        self.attempt = 0;
        Ok(growth)
    }

    /// Counts `amount` as paid, never beyond what was earned in all.
    pub fn pay(&mut self, amount: u64) -> Result<()> {
        let total = self
            .total_paid
            .checked_add(amount)
            .ok_or(NetworkError::Overflow)?;
        require!(
            total <= self.current.earned_total,
            NetworkError::AbovePromoted
        );
        self.total_paid = total;
        Ok(())
    }
}
