use {
    crate::errors::StakeError,
    anchor_lang::prelude::*,
    commonwire_onchain::streams::{Income, Stream},
};

/// Seconds of the longest lock: four years.
pub const LONGEST_LOCK_SECONDS: u32 = 126_230_400;

/// How many times the stake a position with the longest lock weighs more than one without.
const EXTRA_WEIGHTS: u64 = 3;

/// `floor(amount * (Y + 3 * min(lock, Y)) / Y)`, where Y is [`LONGEST_LOCK_SECONDS`]: one to four times the stake. None if it
/// doesn't fit.
pub fn weight_of(amount: u64, lock_seconds: u32) -> Option<u64> {
    let longest = u64::from(LONGEST_LOCK_SECONDS);
    let extra = EXTRA_WEIGHTS * u64::from(lock_seconds).min(longest);
    // The same as `floor(amount * extra / longest)`, without 128 bits: the second product is below 2^56.
    let whole = (amount / longest).checked_mul(extra)?;
    let rest = amount % longest * extra / longest;
    amount.checked_add(whole)?.checked_add(rest)
}

/// Tokens that one owner has staked at once. Address: `["position", pool, owner, id]`.
///
/// It can be unlocked, but not otherwise be changed, nor change hands.
#[account]
pub struct Position {
    pub pool: Address,
    pub owner: Address,
    /// Chosen by the owner; a seed of the address.
    pub id: u64,
    /// Base units; 0 once they were withdrawn.
    pub amount: u64,
    /// What it counts for, in votes and in sharing income; 0 once it is being unlocked.
    pub weight: u64,
    /// Slot in which it was made: it counts in votes that began later.
    pub opened_slot: u64,
    /// Chain time from which it may be withdrawn; 0: it isn't being unlocked.
    pub unlocks_at: i64,
    pub income: Income,
    /// Time from unlocking to withdrawing, if it is longer than the pool's cool-down.
    pub lock_seconds: u32,
    pub _pad: [u8; 4],
}

impl Position {
    pub fn require_of(&self, pool: &Address, owner: &Address) -> Result<()> {
        require!(self.pool == *pool, StakeError::WrongPool);
        require!(self.owner == *owner, StakeError::NotOwner);
        Ok(())
    }

    /// Starts to count what it earns: nothing of what was streamed before.
    pub fn begin(&mut self, stream: &Stream) -> Result<()> {
        self.income
            .accrue(stream, 0)
            .map_err(|error| StakeError::from(error).into())
    }

    /// Counts what it has earned until `stream` was advanced to.
    pub fn accrue(&mut self, stream: &Stream) -> Result<()> {
        self.income
            .accrue(stream, self.weight)
            .map_err(|error| StakeError::from(error).into())
    }

    /// Starts the lock, and returns the weight that ends.
    pub fn begin_unlock(&mut self, now: i64, cool_down_seconds: u32) -> Result<u64> {
        require!(self.unlocks_at == 0, StakeError::AlreadyUnlocking);
        let seconds = self.lock_seconds.max(cool_down_seconds);
        self.unlocks_at = now
            .checked_add(i64::from(seconds))
            .ok_or(StakeError::Overflow)?;
        Ok(core::mem::take(&mut self.weight))
    }

    /// Takes the stake, once the lock is over.
    pub fn withdraw(&mut self, now: i64) -> Result<u64> {
        require!(self.unlocks_at != 0, StakeError::NotUnlocking);
        require!(now >= self.unlocks_at, StakeError::StillLocked);
        require!(self.amount > 0, StakeError::AlreadyWithdrawn);
        Ok(core::mem::take(&mut self.amount))
    }

    /// Requires that nothing is left in it but less than a base unit of income.
    pub fn require_empty(&self) -> Result<()> {
        require!(self.amount == 0, StakeError::NotWithdrawn);
        let left = self.income.whole().map_err(StakeError::from)?;
        require!(left == 0, StakeError::IncomeUnclaimed);
        Ok(())
    }
}
