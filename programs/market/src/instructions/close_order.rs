use {
    super::{nodes, UsageClaim},
    crate::{
        checks::{load, now, pay, require_destination, same},
        errors::MarketError,
        network::Network,
        state::{subtract, Area, Market, Offer, Order, EXPIRY_SECONDS, PARKING},
    },
    anchor_lang::prelude::*,
    commonwire_merkle::usage::{self, account_of, hash_of, LEAF_BYTES},
    commonwire_uses::parking::quarter_of,
};

/// Why an order can be closed.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub enum Closing {
    /// It was cancelled before it began, ended 30 days ago, or names an offer and ended before the late window. There is no proof.
    Over,
    /// This is its leaf in an epoch that was cut after its end and the late window; the proof is the path.
    Used(UsageClaim),
    /// It has no leaf in such an epoch, as the leaves before and after its address show. The proof: one of them if it would be the
    /// first or the last leaf, both if not, none of an empty tree; then the nodes.
    Unused { index: u32, count: u32 },
}

/// Closes an order: settles energy for the last time, and returns what is left of its budget, and its rent. Anyone may call it.
#[derive(Accounts)]
pub struct CloseOrder {
    /// CHECK: its address; read in `close`.
    #[account(constraint(same(network.address(), &market.network) @ MarketError::WrongNetwork))]
    pub network: UncheckedAccount,
    #[account(mut)]
    pub market: Box<Account<Market>>,
    /// CHECK: its address. The area, or the offer, which may be closed: loaded in `close`.
    #[account(mut, constraint(same(counterparty.address(), &order.counterparty) @ MarketError::WrongArea))]
    pub counterparty: UncheckedAccount,
    #[account(mut, close = consumer)]
    pub order: Box<Account<Order>>,
    /// CHECK: gets the rent.
    #[account(mut, constraint(same(consumer.address(), &order.consumer) @ MarketError::WrongPayer))]
    pub consumer: UncheckedAccount,
    /// CHECK: its address.
    #[account(mut, constraint(same(vault.address(), &market.vault) @ MarketError::WrongVault))]
    pub vault: UncheckedAccount,
    /// CHECK: a token account of the consumer: checked in `close`.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: its address.
    #[account(constraint(same(token_program.address(), &market.token_program) @ MarketError::WrongTokenProgram))]
    pub token_program: UncheckedAccount,
}

impl CloseOrder {
    pub fn close(&mut self, closing: Closing, proof: &[u8]) -> Result<()> {
        self.order.require_of(self.market.address())?;
        let now = now()?;
        match closing {
            Closing::Over => {
                let expired = now >= self.order.end().saturating_add(EXPIRY_SECONDS);
                // The offer's owner has the late window for the last voucher; no oracle knows of it.
                let late = match self.order.terms.usage {
                    PARKING => 0,
                    _ => self.market.late_window_seconds.into(),
                };
                let settled =
                    self.order.is_direct() && now >= self.order.end().saturating_add(late);
                let over = self.order.never_began() || settled || expired;
                require!(over, MarketError::StillOpen);
            }
            Closing::Used(claim) => {
                let network = self.final_epoch(now)?;
                let order = (usage::ORDER, self.order.address(), self.order.birth);
                claim.require_proven(&network, order, self.counterparty.address(), proof)?;
                let paid = self.order.settle_last(claim.units, claim.amount)?;
                // SAFETY: loaded nowhere else in this instruction.
                let mut area = unsafe { load::<Area>(&self.counterparty)? };
                area.pay_in(&mut self.market, paid)?;
            }
            Closing::Unused { index, count } => {
                let network = self.final_epoch(now)?;
                require_absent(&network, self.order.address(), (index, count), proof)?;
            }
        }
        self.leave_offer(now)?;
        let destination = self.destination.account();
        require_destination(&self.market, destination, &self.order.consumer)?;
        let left = self.order.left();
        self.market.spend(left)?;
        self.market.orders = subtract(self.market.orders, 1)?;
        pay(&self.market, [self.vault.account(), destination], left);
        Ok(())
    }

    /// Takes the order from the count of the offer that it names, unless that was closed, and perhaps made anew: a reservation
    /// is void then. Otherwise it must have ended, or ends here 30 days after the order's end.
    fn leave_offer(&mut self, now: i64) -> Result<()> {
        // SAFETY: loaded nowhere else in this instruction: the counterparty of a direct order is no area.
        let Some(mut offer) = (unsafe { living_offer(&self.counterparty, &self.order)? }) else {
            return Ok(());
        };
        if self.order.is_reserved() {
            let expired = now >= self.order.end().saturating_add(EXPIRY_SECONDS);
            require!(expired, MarketError::StillReserved);
            // Nobody has ended it: it pays what it owes all the same.
            let reservation = self.order.reservation();
            let nobody = self.consumer.account();
            let outcome = self.order.end_reservation((&offer, nobody), now)?;
            let ended = (&reservation, outcome.free_from);
            Offer::release(&mut offer, quarter_of(now), ended)?;
            offer.deliver(&mut self.market, outcome.minutes, outcome.pays)?;
        }
        offer.orders = subtract(offer.orders, 1)?;
        Ok(())
    }

    /// The network, whose current epoch must be the last for the order, which no offer settles directly.
    fn final_epoch(&self, now: i64) -> Result<Network> {
        require!(!self.order.is_direct(), MarketError::WrongUse);
        let network = Network::read(self.network.account())?;
        network.require_unpaused(now)?;
        self.market.require_final(&network, self.order.end())?;
        Ok(network)
    }
}

/// The offer that an order names, at whose address `account` is; none if it was closed, or made anew, or it is an area.
///
/// # Safety
/// It is loaded nowhere else in the instruction.
pub unsafe fn living_offer(
    account: &UncheckedAccount,
    order: &Order,
) -> Result<Option<Account<Offer>>> {
    let is_offer = {
        let view = account.account();
        let data = view.try_borrow()?;
        view.owned_by(&crate::ID) && data.starts_with(Offer::DISCRIMINATOR)
    };
    if !is_offer {
        return Ok(None);
    }
    // SAFETY: the caller's.
    let offer = unsafe { load::<Offer>(account)? };
    Ok((offer.birth == order.counterparty_birth).then_some(offer))
}

/// Requires that the usage tree has no leaf of `account`.
#[inline(never)]
fn require_absent(
    network: &Network,
    account: &Address,
    (index, count): (u32, u32),
    proof: &[u8],
) -> Result<()> {
    // Nothing at all was used.
    if network.usage_root == [0; 32] {
        return Ok(());
    }
    let account = account.as_array();
    let first = proof.first_chunk::<LEAF_BYTES>();
    let root = match first {
        None if count == 0 && proof.is_empty() => Some(usage::root_of(0, &[0; 32])),
        None => None,
        Some(leaf) => {
            let rest = &proof[LEAF_BYTES..];
            let (is_first, is_last) = (index == 0, index.checked_add(1) == Some(count));
            if (is_first && account < account_of(leaf)) || (is_last && account > account_of(leaf)) {
                usage::climb(&hash_of(leaf), (index, count), nodes(rest)?)
            } else {
                let next = rest.first_chunk().ok_or(MarketError::NotAbsent)?;
                let between = account_of(leaf) < account && account < account_of(next);
                require!(between, MarketError::NotAbsent);
                let pair = [&hash_of(leaf), &hash_of(next)];
                usage::climb_pair(pair, (index, count), nodes(&rest[LEAF_BYTES..])?)
            }
        }
    };
    require!(
        root.is_some_and(|root| root == network.usage_root),
        MarketError::WrongProof
    );
    Ok(())
}
