use {
    crate::{
        checks::{load, now, open, same},
        errors::MarketError,
        seeds,
        state::{Area, Market},
    },
    anchor_lang::prelude::*,
};

/// Opens an area of a market.
#[derive(Accounts)]
pub struct CreateArea {
    #[account(constraint(same(authority.address(), &market.authority) @ MarketError::NotAuthority))]
    pub authority: Signer,
    /// Pays the rent. It may be the authority.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub market: Box<Account<Market>>,
    /// CHECK: made in `create` at its address.
    #[account(mut)]
    pub area: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreateArea {
    pub fn create(&mut self, cell: u64, operator: Address, loss_bps: u16, uses: u8) -> Result<()> {
        Area::validate(cell, loss_bps, uses)?;
        require!(operator != Address::default(), MarketError::BadRole);
        let (mut view, market) = (*self.area.account(), *self.market.address());
        let bump = open(
            self.payer.account(),
            &mut view,
            [seeds::AREA, market.as_ref(), &cell.to_le_bytes(), &[]],
            Area::DISCRIMINATOR.len() + size_of::<Area>(),
            Area::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction.
        let mut area = unsafe { load::<Area>(&self.area)? };
        area.market = market;
        area.cell = cell;
        area.operator = operator;
        area.created_at = now()?;
        area.loss_bps = loss_bps;
        area.uses = uses;
        area.bump = bump;
        Ok(())
    }
}

/// Gives an area another operator: the market's authority may when a key is lost or abused.
#[derive(Accounts)]
pub struct SetOperator {
    #[account(constraint(same(authority.address(), &market.authority) @ MarketError::NotAuthority))]
    pub authority: Signer,
    pub market: Box<Account<Market>>,
    #[account(mut)]
    pub area: Box<Account<Area>>,
}

impl SetOperator {
    pub fn set(&mut self, operator: Address) -> Result<()> {
        self.area.require_of(self.market.address())?;
        require!(operator != Address::default(), MarketError::BadRole);
        self.area.operator = operator;
        Ok(())
    }
}
