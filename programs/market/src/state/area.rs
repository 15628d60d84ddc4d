use {
    super::{add, next_interval, subtract, Market, BASIS_POINTS, EXPIRY_SECONDS, USES},
    crate::errors::MarketError,
    anchor_lang::prelude::*,
};

/// A place within which energy is cleared at one price. Address: `["area", market, cell]`.
#[account]
pub struct Area {
    pub market: Address,
    /// H3 cell.
    pub cell: u64,
    /// Admits and removes meters: a meter that lies about what it exports is paid for what was never delivered.
    pub operator: Address,
    /// What orders paid and offers were not paid yet.
    pub pool: u64,
    /// Paid in by orders since the start.
    pub paid_in: u64,
    pub created_at: i64,
    /// Part of the exported energy that is lost on the way, in basis points.
    pub loss_bps: u16,
    /// Bit i: it serves use i.
    pub uses: u8,
    pub bump: u8,
    pub _pad: [u8; 4],
    /// Reserved for later versions.
    pub _reserved: [[u8; 32]; 2],
}

/// The reserved bit and the mode of an H3 index that is a cell.
const H3_CELL_MODE: u64 = 1;

impl Area {
    pub fn validate(cell: u64, loss_bps: u16, uses: u8) -> Result<()> {
        let good = cell >> 59 == H3_CELL_MODE
            && loss_bps <= BASIS_POINTS
            && uses != 0
            && uses >> USES == 0;
        require!(good, MarketError::BadArea);
        Ok(())
    }

    pub fn require_of(&self, market: &Address) -> Result<()> {
        require!(self.market == *market, MarketError::WrongArea);
        Ok(())
    }

    pub fn require_serves(&self, usage: u8) -> Result<()> {
        require!(
            usage < USES && self.uses >> usage & 1 == 1,
            MarketError::NotServed
        );
        Ok(())
    }

    /// Takes in what an order has paid.
    pub fn pay_in(&mut self, market: &mut Market, amount: u64) -> Result<()> {
        market.spend(amount)?;
        market.pools = add(market.pools, amount)?;
        self.pool = add(self.pool, amount)?;
        // Only told: the same tokens may pass again and again.
        self.paid_in = self.paid_in.saturating_add(amount);
        Ok(())
    }

    /// Passes on as much of `wanted` as is there.
    pub fn pay_out(&mut self, market: &mut Market, wanted: u64) -> Result<u64> {
        let amount = wanted.min(self.pool);
        self.pool -= amount;
        market.pools = subtract(market.pools, amount)?;
        Ok(amount)
    }
}

/// A meter that an area's operator has admitted. Address: `["meter", area, device]`.
#[account]
pub struct Meter {
    pub area: Address,
    /// The operator that admitted it: paid the rent and gets it back.
    pub payer: Address,
    pub admitted_at: i64,
    /// 0: it is admitted.
    pub removed_at: i64,
    /// Index in the network's registry.
    pub device: u32,
    pub bump: u8,
    pub _pad: [u8; 3],
}

impl Meter {
    pub fn require_admitted(&self, area: &Address, device: u32) -> Result<()> {
        require!(
            self.area == *area && self.device == device,
            MarketError::WrongMeter
        );
        require!(self.removed_at == 0, MarketError::NotAdmitted);
        Ok(())
    }

    /// It takes part until the next interval begins.
    pub fn remove(&mut self, now: i64) -> Result<()> {
        require!(self.removed_at == 0, MarketError::AlreadyRemoved);
        self.removed_at = now;
        Ok(())
    }

    /// Requires that nothing can be cleared any more for which oracles must know of it.
    pub fn require_over(&self, now: i64) -> Result<()> {
        let over = next_interval(self.removed_at).saturating_add(EXPIRY_SECONDS);
        require!(self.removed_at != 0 && now >= over, MarketError::MeterInUse);
        Ok(())
    }
}
