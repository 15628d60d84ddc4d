//! Changes of rules that were announced and wait out their delay.

use {
    super::{require_sound, Network, Policy, MAX_MEMBERS},
    crate::errors::NetworkError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
};

/// Longest delay of rule changes: as long as a guardian's pause lasts, so that a pause outlasts any change.
pub const MAX_CHANGE_DELAY_SECONDS: u32 = 7 * 24 * 60 * 60;

/// Bounds that no later change of rules can cross. Fixed when the network is created.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Floors {
    /// Least `epoch_seconds`: with the cap per epoch it bounds emission per second.
    pub epoch_seconds: u32,
    /// Least `challenge_seconds`.
    pub challenge_seconds: u32,
    /// Least `payout_window_seconds`.
    pub payout_window_seconds: u32,
    /// Seconds that a change of rules waits if it loosens anything; 0: none waits.
    pub change_delay_seconds: u32,
}

impl Floors {
    pub fn validate(&self) -> Result<()> {
        let sound = self.epoch_seconds > 0
            && self.challenge_seconds > 0
            && self.payout_window_seconds > 0
            && self.change_delay_seconds <= MAX_CHANGE_DELAY_SECONDS;
        require!(sound, NetworkError::BadFloors);
        Ok(())
    }

    /// Requires that a policy stays above the floors.
    pub fn admit(&self, policy: &Policy) -> Result<()> {
        let above = policy.epoch_seconds >= self.epoch_seconds
            && policy.challenge_seconds >= self.challenge_seconds
            && policy.payout_window_seconds >= self.payout_window_seconds;
        require!(above, NetworkError::BelowFloor);
        Ok(())
    }
}

/// Members and threshold of an announced committee. Its bonds are checked once it takes effect.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct Seats {
    pub members: u8,
    pub threshold: u8,
    pub _pad: [u8; 6],
    pub keys: [[u8; 32]; MAX_MEMBERS],
}

impl Seats {
    pub fn keys(&self) -> &[[u8; 32]] {
        &self.keys[..MAX_MEMBERS.min(self.members as usize)]
    }
}

/// What was announced, and the chain time from which each may be applied; time 0: nothing.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct RuleChanges {
    pub policy_from: i64,
    pub committee_from: i64,
    pub guardian_from: i64,
    pub guardian: Address,
    pub policy: Policy,
    pub committee: Seats,
}

/// A rule that changes in public.
#[derive(Clone, Copy, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub enum Rule {
    Policy,
    Committee,
    Guardian,
    /// Which epoch may correct earlier ones.
    Corrective,
    /// That the network is open.
    Closing,
}

impl Network {
    /// Chain time from which a change announced now may be applied.
    pub(super) fn change_from(&self, now: i64) -> Result<i64> {
        now.checked_add(i64::from(self.floors.change_delay_seconds))
            .ok_or_else(|| NetworkError::Overflow.into())
    }

    /// Sets the policy if that loosens nothing, otherwise announces it.
    pub fn propose_policy(&mut self, now: i64, policy: Policy) -> Result<()> {
        self.require_policy(&policy)?;
        if self.floors.change_delay_seconds == 0 || !self.policy.is_loosened_by(&policy) {
            self.policy = policy;
            // What was announced before would undo it.
            self.withdraw(Rule::Policy);
            return Ok(());
        }
        self.changes.policy = policy;
        self.changes.policy_from = self.change_from(now)?;
        Ok(())
    }

    /// Sets the guardian if there was none, otherwise announces the next.
    pub fn propose_guardian(&mut self, now: i64, guardian: Address) -> Result<()> {
        if self.floors.change_delay_seconds == 0 || self.guardian == Address::default() {
            self.guardian = guardian;
            self.guardian_refusals = 0;
            self.withdraw(Rule::Guardian);
            return Ok(());
        }
        self.changes.guardian = guardian;
        self.changes.guardian_from = self.change_from(now)?;
        Ok(())
    }

    /// Whether a committee may be set at once: the first, or one that fewer of the present members form.
    pub fn may_seat_now(&self, threshold: u8, keys: &[[u8; 32]]) -> bool {
        self.floors.change_delay_seconds == 0
            || self.committee.version == 0
            || self.committee.is_tightened_by(threshold, keys)
    }

    pub fn announce_committee(&mut self, now: i64, threshold: u8, keys: &[[u8; 32]]) -> Result<()> {
        require_sound(threshold, keys)?;
        let seats = &mut self.changes.committee;
        *seats = Seats::zeroed();
        seats.keys[..keys.len()].copy_from_slice(keys);
        (seats.members, seats.threshold) = (keys.len() as u8, threshold);
        self.changes.committee_from = self.change_from(now)?;
        Ok(())
    }

    /// Applies the announced policy.
    pub fn apply_policy(&mut self, now: i64) -> Result<()> {
        require_over(self.changes.policy_from, now)?;
        let policy = self.changes.policy;
        self.require_policy(&policy)?;
        self.policy = policy;
        self.withdraw(Rule::Policy);
        Ok(())
    }

    /// Applies the announced guardian.
    pub fn apply_guardian(&mut self, now: i64) -> Result<()> {
        require_over(self.changes.guardian_from, now)?;
        self.guardian = self.changes.guardian;
        self.guardian_refusals = 0;
        self.withdraw(Rule::Guardian);
        Ok(())
    }

    /// Returns the announced committee, which may be seated now, and withdraws the announcement.
    pub fn take_committee(&mut self, now: i64) -> Result<Seats> {
        require_over(self.changes.committee_from, now)?;
        let seats = self.changes.committee;
        self.withdraw(Rule::Committee);
        Ok(seats)
    }

    /// Withdraws what was announced of policy, committee or guardian.
    pub fn cancel(&mut self, rule: Rule) -> Result<()> {
        let announced = match rule {
            Rule::Policy => self.changes.policy_from,
            Rule::Committee => self.changes.committee_from,
            Rule::Guardian => self.changes.guardian_from,
            Rule::Corrective | Rule::Closing => 0,
        };
        require!(announced != 0, NetworkError::NothingAnnounced);
        self.withdraw(rule);
        Ok(())
    }

    /// As [`Self::cancel`], if anything was announced.
    pub fn withdraw(&mut self, rule: Rule) {
        let changes = &mut self.changes;
        match rule {
            Rule::Policy => (changes.policy_from, changes.policy) = (0, Policy::zeroed()),
            Rule::Committee => (changes.committee_from, changes.committee) = (0, Seats::zeroed()),
            Rule::Guardian => (changes.guardian_from, changes.guardian) = (0, Address::default()),
            Rule::Corrective | Rule::Closing => (),
        }
    }

    fn require_policy(&self, policy: &Policy) -> Result<()> {
        let next = self
            .current
            .epoch
            .checked_add(1)
            .ok_or(NetworkError::Overflow)?;
        policy.validate(self.emission.cap_of(next))?;
        self.floors.admit(policy)
    }
}

fn require_over(from: i64, now: i64) -> Result<()> {
    require!(from != 0, NetworkError::NothingAnnounced);
    require!(now >= from, NetworkError::ChangeDelayed);
    Ok(())
}
