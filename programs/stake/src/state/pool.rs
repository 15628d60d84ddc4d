use {
    super::{Leaving, Position},
    crate::{errors::StakeError, seeds},
    anchor_lang::prelude::*,
    commonwire_onchain::streams::Stream,
    pinocchio::cpi::Seed,
};

/// The stakes in one realm's community token, and the income that they share.
/// Address: `["pool", realm, mint]`, so that a realm has one.
#[account]
pub struct Pool {
    /// The realm of SPL Governance in which stakes vote.
    pub realm: Address,
    /// The program that the realm belongs to.
    pub governance_program: Address,
    /// The staked token: the realm's community token.
    pub mint: Address,
    /// SPL Token or Token-2022, whichever the mint belongs to.
    pub token_program: Address,
    /// Holds what is staked: associated token account of `["stakes", pool]`, apart from all income.
    pub stakes: Address,
    /// The token in which stakers are paid; it may be the staked one.
    pub income_mint: Address,
    pub income_token_program: Address,
    /// Where income arrives by plain transfers: this account's associated token account.
    pub vault: Address,
    /// Of all positions that aren't being unlocked.
    pub total_weight: u64,
    /// Base units staked, until they are withdrawn.
    pub staked: u64,
    /// Income that was counted and not claimed yet.
    pub income_left: u64,
    /// Income counted since the start; it ends at the greatest number.
    pub income_total: u64,
    pub leaving: Leaving,
    pub stream: Stream,
    /// Least time from unlocking to withdrawing.
    pub cool_down_seconds: u32,
    pub bump: u8,
    /// Of `["stakes", pool]`.
    pub stakes_bump: u8,
    pub _pad: [u8; 2],
    /// Reserved for later versions.
    pub _reserved: [[u8; 32]; 4],
}

/// Copies of the seeds by which a pool signs for its vault: its account stays free to be written meanwhile.
pub struct PoolSeeds {
    realm: Address,
    mint: Address,
    bump: [u8; 1],
}

impl PoolSeeds {
    pub fn each(&self) -> [Seed<'_>; 4] {
        [
            Seed::from(seeds::POOL),
            Seed::from(self.realm.as_ref()),
            Seed::from(self.mint.as_ref()),
            Seed::from(&self.bump),
        ]
    }
}

impl Pool {
    pub fn signer_seeds(&self) -> PoolSeeds {
        PoolSeeds {
            realm: self.realm,
            mint: self.mint,
            bump: [self.bump],
        }
    }

    /// Counts a new position of this weight, from now on.
    pub fn add(&mut self, now: i64, position: &mut Position) -> Result<()> {
        self.advance(now)?;
        position.begin(&self.stream)?;
        self.total_weight = sum(self.total_weight, position.weight)?;
        self.staked = sum(self.staked, position.amount)?;
        Ok(())
    }

    /// Counts a position no more: it earns nothing from now on.
    pub fn begin_unlock(&mut self, now: i64, position: &mut Position) -> Result<()> {
        self.advance(now)?;
        position.accrue(&self.stream)?;
        let weight = position.begin_unlock(now, self.cool_down_seconds)?;
        self.total_weight = difference(self.total_weight, weight)?;
        self.leaving.add(now, self.cool_down_seconds, weight);
        Ok(())
    }

    /// Counts the stake of a position as withdrawn, and returns it.
    pub fn withdraw(&mut self, now: i64, position: &mut Position) -> Result<u64> {
        let amount = position.withdraw(now)?;
        self.staked = difference(self.staked, amount)?;
        Ok(amount)
    }

    /// Counts what is in the vault beyond `income_left`: the next window streams it.
    pub fn count_income(&mut self, now: i64, balance: u64) -> Result<()> {
        let amount = difference(balance, self.income_left)?;
        self.stream
            .deposit(now, self.total_weight, amount)
            .map_err(StakeError::from)?;
        self.income_left = balance;
        // Only told: the same tokens, earned and paid in again and again, must not end all counting.
        self.income_total = self.income_total.saturating_add(amount);
        Ok(())
    }

    /// Takes what a position has earned until now.
    pub fn claim(&mut self, now: i64, position: &mut Position) -> Result<u64> {
        self.advance(now)?;
        position.accrue(&self.stream)?;
        let amount = position.income.take().map_err(StakeError::from)?;
        self.income_left = difference(self.income_left, amount)?;
        Ok(amount)
    }

    /// The most that could vote at `now`: see [`Leaving`].
    pub fn max_voter_weight(&self, now: i64) -> u64 {
        let leaving = self.leaving.weight(now, self.cool_down_seconds);
        self.total_weight.saturating_add(leaving)
    }

    fn advance(&mut self, now: i64) -> Result<()> {
        self.stream
            .advance(now, self.total_weight)
            .map_err(|error| StakeError::from(error).into())
    }
}

fn sum(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).ok_or_else(|| StakeError::Overflow.into())
}

fn difference(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b).ok_or_else(|| StakeError::Overflow.into())
}
