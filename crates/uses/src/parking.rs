//! A bay's calendar, and what a reservation costs.
//!
//! Time is counted in quarter-hours since 1970, in UTC, so daylight saving changes nothing. A calendar knows the current
//! quarter-hour and those of the 30 days that follow; each can be taken once.

use bytemuck::{Pod, Zeroable};

pub const QUARTER_SECONDS: u64 = 900;
pub const QUARTER_MINUTES: u64 = 15;

/// Quarter-hours that a calendar holds: 30 days, in 360 bytes.
pub const CALENDAR_QUARTERS: u64 = 2_880;

/// A reservation that is cancelled until so long before its start costs the offer's fee alone.
const EARLY_SECONDS: u64 = 3_600;
/// Whoever hasn't checked in so long after the start doesn't come.
const GRACE_SECONDS: u64 = QUARTER_SECONDS;
/// What an absent driver pays at least, if that much was reserved: half an hour.
const ABSENT_QUARTERS: u64 = 2;

const BASIS_POINTS: u64 = 10_000;

/// A reason why a calendar or a reservation refuses something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// No quarter-hour at all.
    Nothing,
    /// It begins in a quarter-hour that is over.
    Past,
    /// It ends after what the calendar holds.
    TooFar,
    /// One of the quarter-hours is taken.
    Taken,
    /// The reserved time hasn't begun.
    TooEarly,
    /// More than a quarter-hour after the start.
    TooLate,
    /// The price exceeds 64 bits.
    Overflow,
}

/// Number of the quarter-hour of a chain time.
pub fn quarter_of(now: i64) -> u64 {
    seconds(now) / QUARTER_SECONDS
}

fn seconds(now: i64) -> u64 {
    u64::try_from(now).unwrap_or(0)
}

/// Which quarter-hours of a bay are taken: a ring, of which bit `q % 2,880` stands for quarter-hour q.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Calendar {
    /// The first quarter-hour that it holds.
    pub from: u64,
    pub taken: [u64; 45],
}

impl Calendar {
    /// Forgets the quarter-hours before `current`, which makes room at the end. A clock that goes back changes nothing.
    pub fn advance(&mut self, current: u64) {
        let passed = current.saturating_sub(self.from);
        if passed >= CALENDAR_QUARTERS {
            self.taken = [0; 45];
        } else {
            self.each_word(self.from, passed, |word, bits| *word &= !bits);
        }
        self.from = self.from.max(current);
    }

    /// Takes `count` quarter-hours from `first`: all, or none.
    pub fn take(&mut self, first: u64, count: u64) -> Result<(), Error> {
        if count == 0 {
            return Err(Error::Nothing);
        }
        let ahead = first.checked_sub(self.from).ok_or(Error::Past)?;
        if ahead >= CALENDAR_QUARTERS || count > CALENDAR_QUARTERS - ahead {
            return Err(Error::TooFar);
        }
        let mut found = 0;
        self.each_word(first, count, |word, bits| found |= *word & bits);
        if found != 0 {
            return Err(Error::Taken);
        }
        self.each_word(first, count, |word, bits| *word |= bits);
        Ok(())
    }

    /// Frees the quarter-hours from `first` until before `end`; those that are over are free already.
    pub fn free(&mut self, first: u64, end: u64) {
        let first = first.max(self.from);
        let end = end.min(self.from.saturating_add(CALENDAR_QUARTERS));
        self.each_word(first, end.saturating_sub(first), |word, bits| {
            *word &= !bits
        });
    }

    /// Visits the words that hold `count` quarter-hours from `first`, with their bits.
    fn each_word(&mut self, first: u64, count: u64, mut visit: impl FnMut(&mut u64, u64)) {
        let mut place = first % CALENDAR_QUARTERS;
        let mut left = count;
        while left > 0 {
            let bit = place % 64;
            let taken = left.min(64 - bit);
            visit(
                &mut self.taken[(place / 64) as usize],
                (u64::MAX >> (64 - taken)) << bit,
            );
            left -= taken;
            place = (place + taken) % CALENDAR_QUARTERS;
        }
    }
}

/// Quarter-hours of a bay that were taken for one order.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Reservation {
    /// The first quarter-hour.
    pub first: u64,
    /// How many; 0: nothing is reserved.
    pub quarters: u64,
    /// Base units a quarter-hour.
    pub quarter_price: u64,
}

/// How a reservation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Base units; never more than the reservation's price.
    pub pays: u64,
    /// Minutes that are paid for as used.
    pub minutes: u64,
    /// From this quarter-hour on the bay is free.
    pub free_from: u64,
}

impl Reservation {
    /// What all of it costs.
    pub fn price(&self) -> Result<u64, Error> {
        self.quarter_price
            .checked_mul(self.quarters)
            .ok_or(Error::Overflow)
    }

    /// The quarter-hour after the last.
    pub fn end(&self) -> u64 {
        self.first.saturating_add(self.quarters)
    }

    /// Whether a driver can check in: from the start, for a quarter-hour.
    pub fn require_check_in(&self, now: i64) -> Result<(), Error> {
        if seconds(now) < self.start() {
            return Err(Error::TooEarly);
        }
        if self.is_missed(now) {
            return Err(Error::TooLate);
        }
        Ok(())
    }

    /// Whether it is too late to check in.
    pub fn is_missed(&self, now: i64) -> bool {
        seconds(now) >= self.start().saturating_add(GRACE_SECONDS)
    }

    /// Whether the reserved time is over.
    pub fn is_over(&self, now: i64) -> bool {
        quarter_of(now) >= self.end()
    }

    /// The driver doesn't come, cancelled or not. Until an hour before the start that costs the fee, `fee_bps` of the price;
    /// later half an hour if that is more. So a bay that was blocked for days costs the same fee, however late it is told.
    pub fn absent(&self, now: i64, fee_bps: u64) -> Result<Outcome, Error> {
        let fee = self.fee(fee_bps)?;
        let late = seconds(now).saturating_add(EARLY_SECONDS) > self.start();
        let least = match late {
            true => self.quarter_price * self.quarters.min(ABSENT_QUARTERS),
            false => 0,
        };
        Ok(Outcome {
            pays: fee.max(least),
            minutes: 0,
            free_from: self.first.max(quarter_of(now)),
        })
    }

    /// A driver who had checked in leaves: the quarter-hours that began are paid, or the fee if that is more. Else who blocked a
    /// bay for days would check in for a moment, and pay less than who cancels.
    pub fn leave(&self, now: i64, fee_bps: u64) -> Result<Outcome, Error> {
        let fee = self.fee(fee_bps)?;
        let begun = quarter_of(now).saturating_sub(self.first) + 1;
        let used = begun.min(self.quarters);
        Ok(Outcome {
            pays: fee.max(self.quarter_price * used),
            minutes: QUARTER_MINUTES * used,
            free_from: self.first.saturating_add(used),
        })
    }

    /// What cancelling costs: `fee_bps` of the price.
    fn fee(&self, fee_bps: u64) -> Result<u64, Error> {
        Ok(share(self.price()?, fee_bps.min(BASIS_POINTS)))
    }

    fn start(&self) -> u64 {
        self.first.saturating_mul(QUARTER_SECONDS)
    }
}

/// `floor(amount x bps / 10,000)`, without 128 bits.
fn share(amount: u64, bps: u64) -> u64 {
    amount / BASIS_POINTS * bps + amount % BASIS_POINTS * bps / BASIS_POINTS
}
