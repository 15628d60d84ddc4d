//! Revenue that is streamed to those who staked.
//!
//! Time is divided into windows of at least a day, counted from the Unix epoch. What is deposited in one window is released
//! evenly over the next, to whoever has staked then, in proportion. So nobody can stake for the moment of a deposit, and small
//! deposits can't stretch a stream: each window releases exactly what the window before took in.
//!
//! A program keeps one [`Stream`] for each token that it shares out, the total stake, and an [`Income`] for each
//! staker and stream. It calls [`Stream::advance`] with the stake as it was *before* every change of the total, and
//! [`Income::accrue`] with the staker's weight before every change of that. Nothing here knows of accounts or tokens.
//!
//! Rounding stays in the pool: what was taken by all never exceeds what was deposited. Fractions of a base unit are kept, for
//! the stream and for each staker, so claiming often costs nothing.

use {
    crate::wide::{divide, multiply_divide},
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::{IdlType, PodU128},
    },
};

/// A reason why a stream can't go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A window would be shorter than [`MIN_WINDOW_SECONDS`].
    WindowTooShort,
    /// A sum exceeds 64 bits: more than can exist of a token.
    Overflow,
}

/// The shortest window: a day.
pub const MIN_WINDOW_SECONDS: u64 = 86_400;

/// Parts of a base unit in which fractions are counted.
pub const SCALE: u128 = 1_000_000_000_000_000_000;

/// What is being released of one token, and what each unit of stake has earned of it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
pub struct Stream {
    /// Length of a window.
    pub window_seconds: u64,
    /// Number of the window that `current` is released in: it begins at `window * window_seconds`, unix seconds.
    pub window: u64,
    /// Base units that this window releases.
    pub current: u64,
    /// Of these, released so far.
    pub released: u64,
    /// Base units that the next window will release.
    pub next: u64,
    /// What was released and could not be divided among the stake yet, in units of 1 / [`SCALE`] base unit. Without it, whoever
    /// advances a slow stream every second would round all of it away.
    pub remainder: u64,
    /// What one unit of stake has earned since the start, in units of 1 / [`SCALE`] base unit. It wraps: only differences count.
    pub per_unit: PodU128,
}

impl Stream {
    /// An empty stream.
    pub fn open(window_seconds: u64, now: i64) -> Result<Self, Error> {
        if window_seconds < MIN_WINDOW_SECONDS {
            return Err(Error::WindowTooShort);
        }
        let mut stream = Self::zeroed();
        stream.window_seconds = window_seconds;
        stream.window = seconds(now) / window_seconds;
        Ok(stream)
    }

    /// Takes in a deposit, which the next window releases. `staked`: the total stake.
    pub fn deposit(&mut self, now: i64, staked: u64, amount: u64) -> Result<(), Error> {
        let mut advanced = *self;
        advanced.advance(now, staked)?;
        advanced.next = sum(advanced.next, amount)?;
        *self = advanced;
        Ok(())
    }

    /// Releases what is due until `now`. `staked`: the total stake since the last call; it must not have changed in between.
    ///
    /// Costs the same however many windows have passed. An error changes nothing.
    #[inline(never)]
    pub fn advance(&mut self, now: i64, staked: u64) -> Result<(), Error> {
        let (now, mut stream) = (seconds(now), *self);
        // The stake is the same all the time, so all that is released is divided at once.
        let mut released = 0;
        let passed = (now / stream.window_seconds).saturating_sub(stream.window);
        if passed > 0 {
            released = stream.release(stream.current, staked)?;
            stream.roll(1);
            // Nothing was deposited in the windows between, so only the first of them has something to release: to those who
            // staked, or it is passed on from window to window until somebody does.
            if passed > 1 {
                released = sum(released, stream.release(stream.current, staked)?)?;
                stream.roll(passed - 1);
            }
        }
        // A clock that went back releases nothing.
        let into = now.saturating_sub(stream.window.saturating_mul(stream.window_seconds));
        // At most `current`.
        let due = multiply_divide(
            stream.current,
            into.min(stream.window_seconds),
            stream.window_seconds,
        );
        released = sum(released, stream.release(due, staked)?)?;
        stream.divide(released, staked);
        *self = stream;
        Ok(())
    }

    /// Releases the window's amount up to `due`. Returns what is to be divided; with nothing staked it goes to the next window.
    fn release(&mut self, due: u64, staked: u64) -> Result<u64, Error> {
        if due <= self.released {
            return Ok(0);
        }
        let amount = due - self.released;
        self.released = due;
        if staked > 0 {
            return Ok(amount);
        }
        self.next = sum(self.next, amount)?;
        Ok(0)
    }

    /// Divides what was released among the stake.
    fn divide(&mut self, amount: u64, staked: u64) {
        if amount == 0 {
            return;
        }
        // Below 2^124 + 2^64.
        let scaled = u128::from(amount) * SCALE + u128::from(self.remainder);
        let (share, remainder) = divide(scaled, staked);
        self.per_unit = self.per_unit.get().wrapping_add(share).into();
        self.remainder = remainder;
    }

    /// Begins the window `windows` later.
    fn roll(&mut self, windows: u64) {
        self.window = self.window.saturating_add(windows);
        self.current = self.next;
        self.next = 0;
        self.released = 0;
    }
}

/// What one staker has earned of one stream and not taken yet.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
pub struct Income {
    /// [`Stream::per_unit`] up to which this is counted.
    pub counted: PodU128,
    /// In units of 1 / [`SCALE`] base unit.
    pub accrued: PodU128,
}

impl Income {
    /// Counts what `weight` units of stake have earned since the last call. The stream has been advanced, and the weight has not
    /// changed in between.
    pub fn accrue(&mut self, stream: &Stream, weight: u64) -> Result<(), Error> {
        let grown = stream.per_unit.get().wrapping_sub(self.counted.get());
        if grown != 0 && weight != 0 {
            // The staker's part of what was released, which fits as long as a token's supply does.
            let accrued = grown
                .checked_mul(u128::from(weight))
                .and_then(|earned| earned.checked_add(self.accrued.get()))
                .ok_or(Error::Overflow)?;
            self.accrued = accrued.into();
        }
        self.counted = stream.per_unit;
        Ok(())
    }

    /// Whole base units that can be taken.
    pub fn whole(&self) -> Result<u64, Error> {
        u64::try_from(divide(self.accrued.get(), SCALE as u64).0).map_err(|_| Error::Overflow)
    }

    /// Takes the whole base units; a fraction stays.
    pub fn take(&mut self) -> Result<u64, Error> {
        let whole = self.whole()?;
        self.accrued = (self.accrued.get() - u128::from(whole) * SCALE).into();
        Ok(whole)
    }
}

fn seconds(now: i64) -> u64 {
    u64::try_from(now).unwrap_or(0)
}

fn sum(a: u64, b: u64) -> Result<u64, Error> {
    a.checked_add(b).ok_or(Error::Overflow)
}
