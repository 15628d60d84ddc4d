use {
    crate::{
        checks::{load, now, open, same},
        errors::MarketError,
        seeds,
        state::{Area, Meter},
    },
    anchor_lang::prelude::*,
};

/// Admits a meter to an area, from the next interval on.
#[derive(Accounts)]
pub struct AdmitMeter {
    /// Pays the rent.
    #[account(mut, constraint(same(operator.address(), &area.operator) @ MarketError::NotOperator))]
    pub operator: Signer,
    pub area: Box<Account<Area>>,
    /// CHECK: made in `admit` at its address.
    #[account(mut)]
    pub meter: UncheckedAccount,
    pub system_program: Program<System>,
}

impl AdmitMeter {
    pub fn admit(&mut self, device: u32) -> Result<()> {
        let (mut view, area) = (*self.meter.account(), *self.area.address());
        let bump = open(
            self.operator.account(),
            &mut view,
            [seeds::METER, area.as_ref(), &device.to_le_bytes(), &[]],
            Meter::DISCRIMINATOR.len() + size_of::<Meter>(),
            Meter::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction.
        let mut meter = unsafe { load::<Meter>(&self.meter)? };
        meter.area = area;
        meter.payer = *self.operator.address();
        meter.admitted_at = now()?;
        meter.device = device;
        meter.bump = bump;
        Ok(())
    }
}

/// Removes a meter from an area, from the next interval on.
#[derive(Accounts)]
pub struct RemoveMeter {
    #[account(constraint(same(operator.address(), &area.operator) @ MarketError::NotOperator))]
    pub operator: Signer,
    pub area: Box<Account<Area>>,
    #[account(mut, constraint(same(&meter.area, area.address()) @ MarketError::WrongMeter))]
    pub meter: Box<Account<Meter>>,
}

impl RemoveMeter {
    pub fn remove(&mut self) -> Result<()> {
        self.meter.remove(now()?)
    }
}

/// Closes a meter that was removed long ago; it can be admitted anew then. Anyone may call it.
#[derive(Accounts)]
pub struct CloseMeter {
    #[account(mut, close = payer)]
    pub meter: Box<Account<Meter>>,
    /// CHECK: only receives lamports.
    #[account(mut, constraint(same(payer.address(), &meter.payer) @ MarketError::WrongPayer))]
    pub payer: UncheckedAccount,
}

impl CloseMeter {
    pub fn close(&mut self) -> Result<()> {
        self.meter.require_over(now()?)
    }
}
