use {
    super::{Offer, Span, BANDWIDTH, ENERGY, PARKING},
    crate::errors::MarketError,
    anchor_lang::{
        bytemuck::{Pod, Zeroable},
        prelude::*,
    },
    commonwire_uses::voucher::{self, Totals},
};

/// What is ordered. It never changes.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct OrderTerms {
    /// Base units that it may spend in all: they are put in escrow.
    pub budget: u64,
    /// Most base units a unit.
    pub max_price: u64,
    /// Chain times; whole quarters of an hour between them count.
    pub from: i64,
    pub until: i64,
    /// Bandwidth: Ed25519 key that signs vouchers. Parking: it may reserve, check in and leave like the consumer; zero: nobody else
    /// may. Zero otherwise.
    pub session_key: [u8; 32],
    /// Energy: index of the consumer's meter in the network's registry.
    pub device: u32,
    /// 0: energy; 1: bandwidth; 2: parking; 3: a ride.
    pub usage: u8,
    pub _pad: [u8; 3],
}

impl OrderTerms {
    pub fn validate(&self) -> Result<()> {
        let signs = self.session_key != [0; 32];
        let used = match self.usage {
            ENERGY => !signs,
            BANDWIDTH => signs,
            PARKING => true,
            // No instruction of this version would pay for them.
            _ => false,
        };
        let good = used && self.budget > 0 && self.max_price > 0;
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

/// Something that a consumer buys. Address: `["order", market, consumer, id]`.
#[account]
pub struct Order {
    pub market: Address,
    /// Paid budget and rent, and gets back what is left; a seed of the address.
    pub consumer: Address,
    /// Energy: the area in which it is cleared. Otherwise the offer.
    pub counterparty: Address,
    /// Chosen by the consumer; a seed of the address.
    pub id: u64,
    /// Which order it is of all that were ever at this address.
    pub birth: u64,
    /// That of the offer; 0 for an area.
    pub counterparty_birth: u64,
    pub terms: OrderTerms,
    pub created_at: i64,
    /// 0: it wasn't cancelled.
    pub cancelled_at: i64,
    /// Units used, and what was paid for them, as far as they were settled.
    pub settled_units: u64,
    pub settled_amount: u64,
    pub bump: u8,
    pub _pad: [u8; 7],
    /// Parking: the first quarter-hour since 1970 that is reserved, how many there are, and the price of each. 0: none.
    pub reserved_first: u64,
    pub reserved_quarters: u64,
    pub quarter_price: u64,
    /// 0: the driver hasn't checked in.
    pub checked_in_at: i64,
    /// Reserved for later versions.
    pub _reserved: [u8; 32],
}

impl Order {
    pub fn require_of(&self, market: &Address) -> Result<()> {
        require!(self.market == *market, MarketError::WrongAccount);
        Ok(())
    }

    /// When it ends, cancelled or not.
    pub fn end(&self) -> i64 {
        self.terms.span().end(self.cancelled_at)
    }

    /// Whether it names an offer, and is not cleared in an area.
    pub fn is_direct(&self) -> bool {
        self.terms.usage != ENERGY
    }

    /// Whether it was cancelled before it began, so that nothing can have been used.
    pub fn never_began(&self) -> bool {
        self.end() <= self.terms.from
    }

    pub fn cancel(&mut self, now: i64) -> Result<()> {
        require!(!self.is_reserved(), MarketError::StillReserved);
        require!(
            self.cancelled_at == 0 && now < self.terms.until,
            MarketError::AlreadyOver
        );
        self.cancelled_at = now;
        Ok(())
    }

    /// Counts units used and their price since its birth, within its own limits. Returns what is to be paid now.
    pub fn settle(&mut self, units: u64, amount: u64) -> Result<u64> {
        require!(
            units >= self.settled_units && amount >= self.settled_amount,
            MarketError::LeafBehind
        );
        require!(amount <= self.terms.budget, MarketError::AboveBudget);
        require!(
            u128::from(amount) <= u128::from(self.terms.max_price) * u128::from(units),
            MarketError::AbovePrice
        );
        let paid = amount - self.settled_amount;
        (self.settled_units, self.settled_amount) = (units, amount);
        Ok(paid)
    }

    /// Settles for the last time. A leaf that a corrective epoch has lowered takes nothing more: what was paid stays paid.
    pub fn settle_last(&mut self, units: u64, amount: u64) -> Result<u64> {
        if amount <= self.settled_amount {
            return Ok(0);
        }
        self.settle(units, amount)
    }

    /// Counts what a voucher of its session key says of an offer that it names. Returns the units and the amount that are new.
    pub fn redeem(&mut self, voucher: &Totals, offer: &Offer) -> Result<(u64, u64)> {
        let settled = Totals {
            units: self.settled_units,
            cost: self.settled_amount,
        };
        let terms = voucher::Terms {
            budget: self.terms.budget,
            greatest_price: self.terms.max_price,
            least_price: offer.ask,
        };
        let paid = voucher::step(&settled, voucher, &terms).map_err(MarketError::from)?;
        (self.settled_units, self.settled_amount) = (voucher.units, voucher.cost);
        // The step has checked that neither goes back.
        Ok((voucher.units - settled.units, paid))
    }

    /// What of its budget is left.
    pub fn left(&self) -> u64 {
        self.terms.budget.saturating_sub(self.settled_amount)
    }
}
