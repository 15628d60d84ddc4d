use {
    super::{Announcement, Asset, STREAMS},
    crate::errors::AssetsError,
    anchor_lang::prelude::*,
    commonwire_onchain::streams::Income,
};

/// The shares that one owner has staked in one asset. Address: `["stake", asset, owner]`.
#[account]
pub struct Stake {
    pub asset: Address,
    pub owner: Address,
    /// Paid the rent and gets it back.
    pub payer: Address,
    /// Shares that earn.
    pub earning: u64,
    /// Shares that don't: staked without a valid permit, or in the stake when it was found invalid.
    pub idle: u64,
    /// Shares that were staked before announcement `seen` and still are.
    pub eligible: u64,
    pub seen: u32,
    /// Number of the last announcement that this stake objected to; 0: none.
    pub objected: u32,
    /// By stream.
    pub incomes: [Income; STREAMS],
}

impl Stake {
    pub fn shares(&self) -> Result<u64> {
        Ok(self
            .earning
            .checked_add(self.idle)
            .ok_or(AssetsError::Overflow)?)
    }

    /// Notes which shares were staked before an announcement. Called before every change of the shares, so that shares bought
    /// during an announcement don't count against it.
    pub fn see(&mut self, number: u32) {
        if self.seen != number {
            // Both were staked out of one supply, which fits.
            self.eligible = self.earning.saturating_add(self.idle);
            self.seen = number;
        }
    }

    /// Requires that no objection binds the stake until its tranche is decided: it could be sold, and object again.
    fn require_unlocked(&self, announcement: &Announcement, now: i64) -> Result<()> {
        let bound = self.objected == announcement.number && announcement.takes_objections(now);
        require!(!bound, AssetsError::StakeLocked);
        Ok(())
    }
}

/// Changes of a stake, which keep the asset's total in step. Each counts first what was earned until then.
impl Asset {
    /// Advances the streams and counts what the stake has earned.
    pub fn accrue(&mut self, now: i64, stake: &mut Stake) -> Result<()> {
        for at in 0..STREAMS {
            self.accrue_stream(now, stake, at)?;
        }
        Ok(())
    }

    #[inline(never)]
    pub fn accrue_stream(&mut self, now: i64, stake: &mut Stake, at: usize) -> Result<()> {
        let staked = self.staked;
        let Some(revenue) = self.revenue_mut(at) else {
            return Ok(());
        };
        revenue
            .stream
            .advance(now, staked)
            .map_err(AssetsError::from)?;
        stake.incomes[at]
            .accrue(&revenue.stream, stake.earning)
            .map_err(AssetsError::from)?;
        Ok(())
    }

    /// Adds shares, which earn if their owner is permitted. What the stake holds already is for [`Asset::sync`].
    pub fn stake(
        &mut self,
        now: i64,
        stake: &mut Stake,
        shares: u64,
        permitted: bool,
    ) -> Result<()> {
        self.require_funded()?;
        require!(shares > 0, AssetsError::ZeroAmount);
        self.accrue(now, stake)?;
        stake.see(self.announcement.number);
        if permitted {
            stake.earning = add(stake.earning, shares)?;
            self.staked = add(self.staked, shares)?;
        } else {
            stake.idle = add(stake.idle, shares)?;
        }
        Ok(())
    }

    /// Takes shares out: those that don't earn first.
    pub fn unstake(&mut self, now: i64, stake: &mut Stake, shares: u64) -> Result<()> {
        require!(shares > 0, AssetsError::ZeroAmount);
        stake.require_unlocked(&self.announcement, now)?;
        self.accrue(now, stake)?;
        stake.see(self.announcement.number);
        let idle = shares.min(stake.idle);
        let earning = shares - idle;
        require!(earning <= stake.earning, AssetsError::StakeTooSmall);
        stake.idle -= idle;
        stake.earning -= earning;
        stake.eligible = stake.eligible.min(stake.shares()?);
        self.staked = subtract(self.staked, earning)?;
        Ok(())
    }

    /// Lets the stake's shares earn if its owner is permitted, and from now on not otherwise.
    pub fn sync(&mut self, now: i64, stake: &mut Stake, permitted: bool) -> Result<()> {
        self.accrue(now, stake)?;
        if permitted {
            self.staked = add(self.staked, stake.idle)?;
            stake.earning = add(stake.earning, stake.idle)?;
            stake.idle = 0;
        } else {
            self.staked = subtract(self.staked, stake.earning)?;
            stake.idle = add(stake.idle, stake.earning)?;
            stake.earning = 0;
        }
        Ok(())
    }
}

fn add(a: u64, b: u64) -> Result<u64> {
    Ok(a.checked_add(b).ok_or(AssetsError::Overflow)?)
}

fn subtract(a: u64, b: u64) -> Result<u64> {
    Ok(a.checked_sub(b).ok_or(AssetsError::Overflow)?)
}
