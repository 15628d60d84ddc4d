use {
    super::{add, subtract, Market, Order, Span, BANDWIDTH, BASIS_POINTS, ENERGY, PARKING, USES},
    crate::errors::MarketError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
    commonwire_onchain::wide::{divide, multiply_divide},
    commonwire_uses::parking::Calendar,
};

/// Most devices of an offer: a meter, and what generates behind it.
pub const MAX_DEVICES: usize = 8;

/// What is offered. It never changes.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct OfferTerms {
    /// Least base units a unit that the owner wants, after the fee.
    pub min_price: u64,
    /// Most units that it delivers in all.
    pub capacity: u64,
    /// Chain times; whole quarters of an hour between them count.
    pub from: i64,
    pub until: i64,
    /// Indices in the network's registry. Energy: the meter, and then what generates behind it; otherwise the device that is used.
    pub devices: [u32; MAX_DEVICES],
    /// Part of the price that a cancelled reservation costs, in basis points.
    pub cancel_fee_bps: u16,
    /// How many of the devices there are.
    pub device_count: u8,
    /// 0: energy; 1: bandwidth; 2: parking; 3: a ride.
    pub usage: u8,
    pub _pad: [u8; 4],
}

impl OfferTerms {
    pub fn validate(&self) -> Result<()> {
        let count = usize::from(self.device_count);
        let cancels = matches!(self.usage, PARKING) || self.cancel_fee_bps == 0;
        let good = self.usage < USES
            && self.min_price > 0
            && self.capacity > 0
            && cancels
            && self.cancel_fee_bps <= BASIS_POINTS
            && (1..=MAX_DEVICES).contains(&count)
            && (self.usage != ENERGY || count >= 2)
            && (self.usage != BANDWIDTH || count == 1);
        require!(good, MarketError::BadTerms);
        Ok(())
    }

    pub fn span(&self) -> Span {
        Span {
            from: self.from,
            until: self.until,
        }
    }
}

/// Something that a device delivers, for sale. Address: `["offer", market, owner, id]`.
#[account]
pub struct Offer {
    pub market: Address,
    /// The wallet that is paid; a seed of the address.
    pub owner: Address,
    /// The area in which energy is cleared. Zero: the offer is ordered directly.
    pub area: Address,
    /// Chosen by the owner; a seed of the address.
    pub id: u64,
    /// Which offer it is of all that were ever at this address.
    pub birth: u64,
    pub terms: OfferTerms,
    /// Least base units a unit before the fee: `ceil(min_price x 10^4 / (10^4 - fee))`.
    pub ask: u64,
    pub created_at: i64,
    /// 0: it wasn't cancelled.
    pub cancelled_at: i64,
    /// Units delivered, and base units to be paid for them before the fee, as far as they were settled.
    pub settled_units: u64,
    pub settled_amount: u64,
    /// Of that, what orders have paid, before the fee. The rest is owed until the area's pool has it.
    pub paid: u64,
    /// Of that, what the owner has not collected, after the fee.
    pub due: u64,
    /// Orders that name it and are open.
    pub orders: u64,
    /// The market's, when it was made.
    pub fee_bps: u16,
    pub burn_bps: u16,
    pub bump: u8,
    pub _pad: [u8; 3],
    /// Parking: minutes that are reserved.
    pub promised: u64,
    /// Reserved for later versions.
    pub _reserved: [[u8; 8]; 7],
}

impl Offer {
    /// Bytes of the account, which for parking has a [`Calendar`] at its end.
    pub fn bytes(usage: u8) -> usize {
        let calendar = if usage == PARKING {
            size_of::<Calendar>()
        } else {
            0
        };
        Self::DISCRIMINATOR.len() + size_of::<Self>() + calendar
    }

    pub fn require_of(&self, market: &Address) -> Result<()> {
        require!(self.market == *market, MarketError::WrongAccount);
        Ok(())
    }

    /// When it ends, cancelled or not.
    pub fn end(&self) -> i64 {
        self.terms.span().end(self.cancelled_at)
    }

    pub fn cancel(&mut self, now: i64) -> Result<()> {
        require!(
            self.cancelled_at == 0 && now < self.terms.until,
            MarketError::AlreadyOver
        );
        self.cancelled_at = now;
        Ok(())
    }

    /// Takes units delivered and their price since its birth, within its own limits. A corrective epoch may say less than the one
    /// before: what was paid stays paid, but what is owed beyond the leaf is owed no more, or it would take the pool of others.
    pub fn settle(&mut self, units: u64, amount: u64) -> Result<()> {
        require!(units <= self.terms.capacity, MarketError::AboveCapacity);
        require!(
            u128::from(self.ask) * u128::from(units) <= u128::from(amount),
            MarketError::BelowAsk
        );
        (self.settled_units, self.settled_amount) = (units, amount);
        Ok(())
    }

    /// Whether it is ordered directly, and not cleared in an area.
    pub fn is_direct(&self) -> bool {
        self.terms.usage != ENERGY
    }

    /// Requires that an order names this offer, not another that was at its address.
    pub fn require_named(&self, order: &Order, address: &Address) -> Result<()> {
        require!(
            order.counterparty == *address && order.counterparty_birth == self.birth,
            MarketError::WrongOffer
        );
        Ok(())
    }

    /// Counts what an order that names it has used, and takes what it pays.
    pub fn deliver(&mut self, market: &mut Market, units: u64, amount: u64) -> Result<()> {
        let all = add(self.settled_units, units)?;
        require!(all <= self.terms.capacity, MarketError::AboveCapacity);
        self.settled_units = all;
        self.settled_amount = add(self.settled_amount, amount)?;
        market.spend(amount)?;
        self.receive(market, amount)
    }

    /// What is settled and not paid by any order yet.
    pub fn owed(&self) -> u64 {
        self.settled_amount.saturating_sub(self.paid)
    }

    /// Takes what an order or the area's pool pays: the market's fee of it, rounded down over all payments together, and the rest
    /// for the owner.
    pub fn receive(&mut self, market: &mut Market, amount: u64) -> Result<()> {
        let (fee, burn) = self.fees_of(self.paid);
        self.paid = add(self.paid, amount)?;
        let (all_fees, all_burnt) = self.fees_of(self.paid);
        // Sums of parts, which only grow.
        let (fee, burn) = (all_fees - fee, all_burnt - burn);
        let net = subtract(amount, fee)?;
        self.due = add(self.due, net)?;
        market.due = add(market.due, net)?;
        market.fees_left = add(market.fees_left, fee)?;
        market.burn_left = add(market.burn_left, burn)?;
        market.fees_total = market.fees_total.saturating_add(fee);
        Ok(())
    }

    /// The fee of so much, and the part of it that is burnt.
    #[inline(never)]
    pub fn fees_of(&self, amount: u64) -> (u64, u64) {
        let part = |of: u64, bps: u16| multiply_divide(of, bps.into(), BASIS_POINTS.into());
        let fee = part(amount, self.fee_bps);
        (fee, part(fee, self.burn_bps))
    }

    /// Takes what the owner is to be sent.
    pub fn collect(&mut self, market: &mut Market) -> Result<u64> {
        let amount = core::mem::take(&mut self.due);
        require!(amount > 0, MarketError::NothingDue);
        market.due = subtract(market.due, amount)?;
        Ok(amount)
    }
}

/// The least price before a fee that leaves `min_price` after it: `ceil(min_price x 10^4 / (10^4 - fee))`.
pub fn ask_of(min_price: u64, fee_bps: u16) -> Result<u64> {
    let rest = u64::from(BASIS_POINTS.saturating_sub(fee_bps).max(1));
    let scaled = u128::from(min_price) * u128::from(BASIS_POINTS) + u128::from(rest - 1);
    let (ask, _) = divide(scaled, rest);
    Ok(u64::try_from(ask).map_err(|_| MarketError::BadTerms)?)
}
