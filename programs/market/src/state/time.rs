use {crate::errors::MarketError, anchor_lang::prelude::*};

/// What is cleared together: a quarter of an hour, from a multiple of its length on.
pub const INTERVAL_SECONDS: i64 = 900;

/// How long after its end an order or offer closes whatever happens.
pub const EXPIRY_SECONDS: i64 = 30 * 86_400;

/// How far in the future an order or offer may begin and end.
const LONGEST_SECONDS: i64 = 366 * 86_400;

/// The first interval that begins after `time`: what is made or cancelled now takes effect there, so that all oracles see the
/// same accounts when they clear an interval.
pub fn next_interval(time: i64) -> i64 {
    (time / INTERVAL_SECONDS + 1).saturating_mul(INTERVAL_SECONDS)
}

/// When an account takes part, in chain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub until: i64,
}

impl Span {
    /// The whole intervals of a time that was asked for, from the next one on.
    pub fn admit(now: i64, from: i64, until: i64) -> Result<Self> {
        let latest = now.saturating_add(LONGEST_SECONDS);
        require!(
            now >= 0 && from <= latest && until <= latest,
            MarketError::BadTime
        );
        let next = next_interval(now);
        // The first beginning of an interval that isn't before it.
        let from = next.max(next_interval(from.max(1) - 1));
        let until = until.max(0) / INTERVAL_SECONDS * INTERVAL_SECONDS;
        require!(from < until, MarketError::BadTime);
        Ok(Self { from, until })
    }

    /// The time in which an order uses an offer directly: both agree to it, and nothing waits for an interval.
    pub fn meet(now: i64, asked: Self, offered: Self) -> Result<Self> {
        let from = asked.from.max(offered.from).max(now);
        let until = asked.until.min(offered.until);
        let latest = now.saturating_add(LONGEST_SECONDS);
        let good = now >= 0 && from < until && until <= latest;
        require!(good, MarketError::BadTime);
        Ok(Self { from, until })
    }

    /// The end of an account that was cancelled then; 0: it wasn't.
    pub fn end(&self, cancelled_at: i64) -> i64 {
        match cancelled_at {
            0 => self.until,
            _ => self.until.min(next_interval(cancelled_at)),
        }
    }
}
