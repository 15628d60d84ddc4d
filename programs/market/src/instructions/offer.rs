use {
    crate::{
        checks::{load, now, open, same},
        errors::MarketError,
        seeds,
        state::{add, ask_of, Area, Market, Meter, Offer, OfferTerms, Span, ENERGY},
    },
    anchor_lang::prelude::*,
};

/// Offers what a device delivers, from the next interval on. Who owns the devices is proven by the network's ledger when the
/// offer is cleared or used.
#[derive(Accounts)]
pub struct CreateOffer {
    /// Pays the rent.
    #[account(mut)]
    pub owner: Signer,
    #[account(mut)]
    pub market: Box<Account<Market>>,
    /// CHECK: made in `create` at its address.
    #[account(mut)]
    pub offer: UncheckedAccount,
    /// Energy: where it is cleared.
    pub area: Option<Account<Area>>,
    /// Energy: the meter that measures it, which the area's operator has admitted.
    pub meter: Option<Account<Meter>>,
    pub system_program: Program<System>,
}

impl CreateOffer {
    pub fn create(&mut self, id: u64, mut terms: OfferTerms) -> Result<()> {
        terms.validate()?;
        let now = now()?;
        let span = Span::admit(now, terms.from, terms.until)?;
        (terms.from, terms.until) = (span.from, span.until);
        let market = *self.market.address();
        let area = place(
            &market,
            (&self.area, &self.meter),
            (terms.usage, terms.devices[0]),
        )?;
        let (mut view, owner) = (*self.offer.account(), *self.owner.address());
        let bump = open(
            self.owner.account(),
            &mut view,
            [
                seeds::OFFER,
                market.as_ref(),
                owner.as_ref(),
                &id.to_le_bytes(),
            ],
            Offer::bytes(terms.usage),
            Offer::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction.
        let mut offer = unsafe { load::<Offer>(&self.offer)? };
        let fees = self.market.fees;
        offer.market = market;
        offer.owner = owner;
        offer.area = area;
        offer.id = id;
        offer.birth = self.market.next_birth()?;
        offer.terms = terms;
        offer.ask = ask_of(terms.min_price, fees.fee_bps)?;
        offer.created_at = now;
        offer.fee_bps = fees.fee_bps;
        offer.burn_bps = fees.burn_bps;
        offer.bump = bump;
        self.market.offers = add(self.market.offers, 1)?;
        Ok(())
    }
}

/// The area in which energy is cleared, which must be of the market and have admitted the meter; zero for other uses.
#[inline(never)]
pub fn place(
    market: &Address,
    (area, meter): (&Option<Account<Area>>, &Option<Account<Meter>>),
    (usage, device): (u8, u32),
) -> Result<Address> {
    if usage != ENERGY {
        require!(area.is_none() && meter.is_none(), MarketError::WrongArea);
        return Ok(Address::default());
    }
    let area = area.as_ref().ok_or(MarketError::WrongArea)?;
    let meter = meter.as_ref().ok_or(MarketError::WrongMeter)?;
    area.require_of(market)?;
    area.require_serves(usage)?;
    meter.require_admitted(area.address(), device)?;
    Ok(*area.address())
}

/// Cancels an offer, from the next interval on.
#[derive(Accounts)]
pub struct CancelOffer {
    #[account(constraint(same(owner.address(), &offer.owner) @ MarketError::NotOwner))]
    pub owner: Signer,
    #[account(mut)]
    pub offer: Box<Account<Offer>>,
}

impl CancelOffer {
    pub fn cancel(&mut self) -> Result<()> {
        self.offer.cancel(now()?)
    }
}
