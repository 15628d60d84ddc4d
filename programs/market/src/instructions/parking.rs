use {
    super::living_offer,
    crate::{
        checks::{now, same},
        errors::MarketError,
        state::{Market, Offer, Order, PARKING},
    },
    anchor_lang::prelude::*,
    commonwire_uses::parking::{quarter_of, Reservation},
};

/// Reserves quarter-hours of the bay that an order names, at the offer's price. Their price must be in the order's escrow.
#[derive(Accounts)]
pub struct Reserve {
    /// CHECK: the consumer or the order's session key, who signs: checked in `reserve`.
    pub driver: UncheckedAccount,
    #[account(mut)]
    pub order: Account<Order>,
    #[account(mut)]
    pub offer: Account<Offer>,
}

impl Reserve {
    pub fn reserve(&mut self, first: u64, quarters: u64) -> Result<()> {
        self.offer
            .require_named(&self.order, self.offer.address())?;
        require!(self.order.terms.usage == PARKING, MarketError::WrongUse);
        self.order.require_driver(self.driver.account())?;
        let reservation = Reservation {
            first,
            quarters,
            quarter_price: self.offer.quarter_price()?,
        };
        let now = now()?;
        Offer::reserve(&mut self.offer, quarter_of(now), &reservation)?;
        self.order.reserve(&self.offer, &reservation, now)
    }
}

/// The driver says to have arrived: in the first quarter-hour of what is reserved.
#[derive(Accounts)]
pub struct CheckIn {
    /// CHECK: the consumer or the order's session key, who signs: checked in `check_in`.
    pub driver: UncheckedAccount,
    #[account(mut)]
    pub order: Account<Order>,
}

impl CheckIn {
    pub fn check_in(&mut self) -> Result<()> {
        self.order.require_driver(self.driver.account())?;
        self.order.check_in(now()?)
    }
}

/// Ends a reservation, pays the offer what is due, and frees the rest of the bay's time.
///
/// The driver cancels before the start, or leaves after having checked in. Anyone calls it when the driver didn't come within a
/// quarter-hour, or when the reserved time is over.
#[derive(Accounts)]
pub struct EndReservation {
    /// CHECK: the consumer or the order's session key, or anybody once nothing is left to wait for: checked in `end`.
    pub caller: UncheckedAccount,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut)]
    pub order: Account<Order>,
    /// CHECK: its address. It may be closed: loaded in `end`.
    #[account(mut, constraint(same(offer.address(), &order.counterparty) @ MarketError::WrongOffer))]
    pub offer: UncheckedAccount,
}

impl EndReservation {
    pub fn end(&mut self) -> Result<()> {
        self.order.require_of(self.market.address())?;
        let (now, reservation) = (now()?, self.order.require_reserved()?);
        // SAFETY: loaded nowhere else in this instruction.
        let Some(mut offer) = (unsafe { living_offer(&self.offer, &self.order)? }) else {
            // Its owner has closed it: nobody is left to pay.
            self.order.forget_reservation();
            return Ok(());
        };
        let outcome = self
            .order
            .end_reservation((&offer, self.caller.account()), now)?;
        let ended = (&reservation, outcome.free_from);
        Offer::release(&mut offer, quarter_of(now), ended)?;
        offer.deliver(&mut self.market, outcome.minutes, outcome.pays)
    }
}
