use {
    super::place,
    crate::{
        checks::{load, now, open, same},
        errors::MarketError,
        seeds,
        state::{add, Area, Market, Meter, Offer, Order, OrderTerms, Span, ENERGY},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::tokens::transfer,
};

/// Orders energy in an area, from the next interval on, or what one offer delivers, from now on; and puts the budget in escrow.
/// Who owns a meter is proven by the network's ledger when the order is cleared.
#[derive(Accounts)]
pub struct CreateOrder {
    /// Owns the tokens, and pays the rent.
    #[account(mut)]
    pub consumer: Signer,
    #[account(mut)]
    pub market: Box<Account<Market>>,
    /// CHECK: made in `create` at its address.
    #[account(mut)]
    pub order: UncheckedAccount,
    /// Energy: where it is cleared.
    pub area: Option<Account<Area>>,
    /// Energy: the consumer's meter, which the area's operator has admitted.
    pub meter: Option<Account<Meter>>,
    /// Other uses: what is ordered.
    #[account(mut)]
    pub offer: Option<Account<Offer>>,
    /// CHECK: the token program checks that it is the consumer's and of the vault's mint.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(vault.address(), &market.vault) @ MarketError::WrongVault))]
    pub vault: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(token_program.address(), &market.token_program) @ MarketError::WrongTokenProgram))]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreateOrder {
    pub fn create(&mut self, id: u64, mut terms: OrderTerms) -> Result<()> {
        terms.validate()?;
        let now = now()?;
        let market = *self.market.address();
        let area = place(
            &market,
            (&self.area, &self.meter),
            (terms.usage, terms.device),
        )?;
        let (span, counterparty, counterparty_birth) = match &mut self.offer {
            None => {
                require!(terms.usage == ENERGY, MarketError::WrongOffer);
                (Span::admit(now, terms.from, terms.until)?, area, 0)
            }
            Some(offer) => {
                let span = name(&market, offer, &terms, now)?;
                (span, *offer.address(), offer.birth)
            }
        };
        (terms.from, terms.until) = (span.from, span.until);
        let (mut view, consumer) = (*self.order.account(), *self.consumer.address());
        let bump = open(
            self.consumer.account(),
            &mut view,
            [
                seeds::ORDER,
                market.as_ref(),
                consumer.as_ref(),
                &id.to_le_bytes(),
            ],
            Order::DISCRIMINATOR.len() + size_of::<Order>(),
            Order::DISCRIMINATOR,
        )?;
        // SAFETY: loaded nowhere else in this instruction.
        let mut order = unsafe { load::<Order>(&self.order)? };
        order.market = market;
        order.consumer = consumer;
        order.counterparty = counterparty;
        order.id = id;
        order.birth = self.market.next_birth()?;
        order.counterparty_birth = counterparty_birth;
        order.terms = terms;
        order.created_at = now;
        order.bump = bump;
        self.market.orders = add(self.market.orders, 1)?;
        self.market.escrow = add(self.market.escrow, terms.budget)?;
        transfer(
            self.token_program.address(),
            [
                self.source.account(),
                self.vault.account(),
                self.consumer.account(),
            ],
            terms.budget,
        );
        Ok(())
    }
}

/// Counts an order that names an offer, and returns the time in which it does.
fn name(market: &Address, offer: &mut Offer, terms: &OrderTerms, now: i64) -> Result<Span> {
    offer.require_of(market)?;
    require!(
        terms.usage != ENERGY && terms.usage == offer.terms.usage,
        MarketError::WrongOffer
    );
    require!(terms.max_price >= offer.ask, MarketError::PriceTooLow);
    offer.orders = add(offer.orders, 1)?;
    let offered = Span {
        from: offer.terms.from,
        until: offer.end(),
    };
    Span::meet(now, terms.span(), offered)
}

/// Cancels an order, from the next interval on.
#[derive(Accounts)]
pub struct CancelOrder {
    #[account(constraint(same(consumer.address(), &order.consumer) @ MarketError::NotOwner))]
    pub consumer: Signer,
    #[account(mut)]
    pub order: Box<Account<Order>>,
}

impl CancelOrder {
    pub fn cancel(&mut self) -> Result<()> {
        self.order.cancel(now()?)
    }
}
