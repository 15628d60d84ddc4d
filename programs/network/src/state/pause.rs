use {
    crate::errors::NetworkError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
};

/// A guardian's pause ends after this time, and the next can't begin for as long again.
pub const GUARDIAN_PAUSE_SECONDS: i64 = 7 * 24 * 60 * 60;

/// The last pause of a network, and the length of all of them.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
pub struct Pause {
    /// Chain time at which the last pause began; 0: there was none.
    pub since: i64,
    /// Chain time at which it ends or ended; `i64::MAX`: when the authority says so.
    pub until: i64,
    /// Total seconds of all pauses before the last.
    pub before: i64,
    /// Chain time before which the guardian may not pause.
    pub guardian_from: i64,
    /// Chain time before which the authority can't end a pause that the guardian began; 0: it began the pause itself.
    pub held_until: i64,
}

impl Pause {
    pub fn is_active(&self, now: i64) -> bool {
        self.since != 0 && now < self.until
    }

    /// Total seconds that the network has been paused.
    pub fn seconds(&self, now: i64) -> i64 {
        if self.since == 0 {
            return 0;
        }
        self.before + (now.min(self.until) - self.since).max(0)
    }

    /// Pauses for the guardian, for a limited time and not again soon. `hold`: seconds for which the authority can't end it.
    ///
    /// A pause of the authority's own stays that, and is held: otherwise the authority could shut the guardian out by it, and
    /// end it for no longer than a transaction of its own takes.
    pub fn begin_by_guardian(&mut self, now: i64, hold: u32) -> Result<()> {
        let can_hold = hold > 0 && self.until == i64::MAX && now >= self.held_until;
        require!(
            !self.is_active(now) || can_hold,
            NetworkError::AlreadyPaused
        );
        require!(now >= self.guardian_from, NetworkError::GuardianPauseSpent);
        let until = now
            .checked_add(GUARDIAN_PAUSE_SECONDS)
            .ok_or(NetworkError::Overflow)?;
        if !self.is_active(now) {
            self.begin(now, until);
        }
        self.held_until = now.saturating_add(i64::from(hold));
        self.guardian_from = until
            .checked_add(GUARDIAN_PAUSE_SECONDS)
            .ok_or(NetworkError::Overflow)?;
        Ok(())
    }

    /// Pauses for the authority until it ends the pause, and takes over a guardian's pause.
    pub fn begin_by_authority(&mut self, now: i64) -> Result<()> {
        require!(
            !(self.is_active(now) && self.until == i64::MAX),
            NetworkError::AlreadyPaused
        );
        if self.is_active(now) {
            self.until = i64::MAX;
        } else {
            self.begin(now, i64::MAX);
            self.held_until = 0;
        }
        Ok(())
    }

    /// Ends a pause for the authority. To end the guardian's loosens a rule, so it waits as long as any other change.
    pub fn end_by_authority(&mut self, now: i64) -> Result<()> {
        require!(self.is_active(now), NetworkError::NotPaused);
        require!(now >= self.held_until, NetworkError::PauseHeld);
        self.end(now);
        Ok(())
    }

    /// Ends a pause for the guardian: its own, as long as the authority hasn't taken it over.
    pub fn end_by_guardian(&mut self, now: i64) -> Result<()> {
        require!(self.is_active(now), NetworkError::NotPaused);
        require!(self.until != i64::MAX, NetworkError::NotAuthority);
        self.end(now);
        Ok(())
    }

    fn end(&mut self, now: i64) {
        self.until = now;
        self.guardian_from = self
            .guardian_from
            .min(now.saturating_add(GUARDIAN_PAUSE_SECONDS));
    }

    fn begin(&mut self, now: i64, until: i64) {
        self.before = self.seconds(now);
        (self.since, self.until) = (now, until);
    }
}
