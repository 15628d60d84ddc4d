//! Reservations of a bay: the quarter-hours are in the offer's calendar, and what was agreed is in the order.

use {
    super::{add, subtract, Offer, Order, INTERVAL_SECONDS, PARKING},
    crate::errors::MarketError,
    anchor_lang::{bytemuck, prelude::*},
    commonwire_uses::parking::{Calendar, Outcome, Reservation, QUARTER_MINUTES},
};

impl Offer {
    /// The calendar behind a bay's offer, of which nothing is read before.
    fn calendar(account: &mut Account<Offer>) -> Result<&mut Calendar> {
        require!(account.terms.usage == PARKING, MarketError::WrongUse);
        let mut view = *account.account();
        require!(
            view.data_len() == Self::bytes(PARKING),
            MarketError::WrongUse
        );
        let at = Self::bytes(PARKING) - size_of::<Calendar>();
        // SAFETY: within the account's data, which is writable, and behind the part that `account` refers to. The result keeps
        // `account` borrowed.
        let bytes = unsafe {
            core::slice::from_raw_parts_mut(view.data_mut_ptr().add(at), size_of::<Calendar>())
        };
        Ok(bytemuck::try_from_bytes_mut(bytes).map_err(|_| MarketError::WrongUse)?)
    }

    /// Takes quarter-hours of the bay, and counts their minutes as promised.
    pub fn reserve(
        account: &mut Account<Offer>,
        current: u64,
        reservation: &Reservation,
    ) -> Result<()> {
        let calendar = Self::calendar(account)?;
        calendar.advance(current);
        calendar
            .take(reservation.first, reservation.quarters)
            .map_err(MarketError::from)?;
        account.promised = add(account.promised, minutes_of(reservation)?)?;
        let all = add(account.settled_units, account.promised)?;
        require!(all <= account.terms.capacity, MarketError::AboveCapacity);
        Ok(())
    }

    /// Frees what is left of a reservation that has ended.
    pub fn release(
        account: &mut Account<Offer>,
        current: u64,
        (reservation, free_from): (&Reservation, u64),
    ) -> Result<()> {
        let calendar = Self::calendar(account)?;
        calendar.advance(current);
        calendar.free(free_from, reservation.end());
        account.promised = subtract(account.promised, minutes_of(reservation)?)?;
        Ok(())
    }

    /// What a quarter-hour of the bay costs.
    pub fn quarter_price(&self) -> Result<u64> {
        Ok(self
            .ask
            .checked_mul(QUARTER_MINUTES)
            .ok_or(MarketError::Overflow)?)
    }

    /// Whether its owner has cancelled it before the reserved time, for which the driver then owes nothing.
    fn has_withdrawn(&self, reservation: &Reservation) -> bool {
        self.cancelled_at != 0 && time_of(reservation.first) >= self.end()
    }
}

impl Order {
    pub fn reservation(&self) -> Reservation {
        Reservation {
            first: self.reserved_first,
            quarters: self.reserved_quarters,
            quarter_price: self.quarter_price,
        }
    }

    pub fn is_reserved(&self) -> bool {
        self.reserved_quarters != 0
    }

    /// The reservation, which it must have.
    pub fn require_reserved(&self) -> Result<Reservation> {
        require!(self.is_reserved(), MarketError::NothingReserved);
        Ok(self.reservation())
    }

    /// Requires the signature of the consumer, or of the order's session key: the bay's owner can't check a driver in or out.
    pub fn require_driver(&self, caller: &AccountView) -> Result<()> {
        require!(self.is_driver(caller), MarketError::NotDriver);
        Ok(())
    }

    fn is_driver(&self, caller: &AccountView) -> bool {
        let address = caller.address();
        let named = *address == self.consumer || *address.as_array() == self.terms.session_key;
        caller.is_signer() && named
    }

    /// Keeps a reservation, whose price must be in escrow, and whose time within that of the order and the offer. Who reserves
    /// the quarter-hour that has begun is there, and needn't check in in what is left of it.
    pub fn reserve(&mut self, offer: &Offer, reservation: &Reservation, now: i64) -> Result<()> {
        require!(!self.is_reserved(), MarketError::AlreadyReserved);
        let until = self.end().min(offer.end());
        // An order begins at once, within a quarter-hour, which it may reserve.
        let begins = time_of(reservation.first.saturating_add(1)) > self.terms.from;
        require!(
            begins && time_of(reservation.end()) <= until,
            MarketError::ReservationOutside
        );
        let price = reservation.price().map_err(MarketError::from)?;
        require!(price <= self.left(), MarketError::ReservationOverBudget);
        self.reserved_first = reservation.first;
        self.reserved_quarters = reservation.quarters;
        self.quarter_price = reservation.quarter_price;
        if time_of(reservation.first) <= now {
            self.checked_in_at = now;
        }
        Ok(())
    }

    pub fn check_in(&mut self, now: i64) -> Result<()> {
        let reservation = self.require_reserved()?;
        require!(self.checked_in_at == 0, MarketError::AlreadyCheckedIn);
        reservation
            .require_check_in(now)
            .map_err(MarketError::from)?;
        self.checked_in_at = now;
        Ok(())
    }

    /// Ends the reservation: as the driver says, or without a word of the driver if there is nothing left to wait for.
    pub fn end_reservation(
        &mut self,
        (offer, caller): (&Offer, &AccountView),
        now: i64,
    ) -> Result<Outcome> {
        let reservation = self.require_reserved()?;
        let checked_in = self.checked_in_at != 0;
        let decided = match checked_in {
            true => reservation.is_over(now),
            false => reservation.is_missed(now),
        };
        require!(decided || self.is_driver(caller), MarketError::NotDriver);
        let fee = offer.terms.cancel_fee_bps.into();
        let mut outcome = match checked_in {
            true => reservation.leave(now, fee),
            false => reservation.absent(now, fee),
        }
        .map_err(MarketError::from)?;
        if !checked_in && offer.has_withdrawn(&reservation) {
            outcome.pays = 0;
        }
        self.settled_units = add(self.settled_units, outcome.minutes)?;
        self.settled_amount = add(self.settled_amount, outcome.pays)?;
        require!(
            self.settled_amount <= self.terms.budget,
            MarketError::ReservationOverBudget
        );
        self.forget_reservation();
        Ok(outcome)
    }

    /// Without paying.
    pub fn forget_reservation(&mut self) {
        self.reserved_first = 0;
        self.reserved_quarters = 0;
        self.quarter_price = 0;
        self.checked_in_at = 0;
    }
}

fn minutes_of(reservation: &Reservation) -> Result<u64> {
    let minutes = reservation.quarters.checked_mul(QUARTER_MINUTES);
    Ok(minutes.ok_or(MarketError::Overflow)?)
}

/// Chain time at which a quarter-hour begins.
fn time_of(quarter: u64) -> i64 {
    i64::try_from(quarter)
        .unwrap_or(i64::MAX)
        .saturating_mul(INTERVAL_SECONDS)
}
