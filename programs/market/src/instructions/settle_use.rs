use {
    crate::{
        checks::{load, now, same},
        errors::MarketError,
        network::Network,
        state::{Area, Market, Offer, Order},
    },
    anchor_lang::prelude::*,
    commonwire_merkle::{
        usage::{self, Leaf},
        Hash,
    },
};

/// What a leaf of the usage tree says about an account, and where it is in the tree. The account says the rest.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct UsageClaim {
    /// Units and base units since the account's birth.
    pub units: u64,
    pub amount: u64,
    /// Position among the tree's leaves, and how many there are.
    pub index: u32,
    pub count: u32,
}

impl UsageClaim {
    /// Requires that the leaf and `path` prove the usage root of the network's current epoch.
    #[inline(never)]
    pub fn require_proven(
        &self,
        network: &Network,
        (side, account, birth): (u8, &Address, u64),
        counterparty: &Address,
        path: &[u8],
    ) -> Result<()> {
        let leaf = Leaf {
            side,
            account: account.as_array(),
            birth,
            counterparty: counterparty.as_array(),
            units: self.units,
            amount: self.amount,
        };
        let root = usage::climb(&leaf.hash(), (self.index, self.count), nodes(path)?);
        require!(
            root.is_some_and(|root| root == network.usage_root),
            MarketError::WrongProof
        );
        Ok(())
    }
}

/// The nodes of a proof.
pub fn nodes(proof: &[u8]) -> Result<&[Hash]> {
    let (nodes, rest) = proof.as_chunks();
    require!(rest.is_empty(), MarketError::WrongProof);
    Ok(nodes)
}

/// Settles energy that an order used or an offer delivered, as the network's current epoch has it. Anyone may call it.
///
/// The caller names units and amount, and neither is trusted: the leaf that they make with the account must prove the usage root.
/// An order pays into its area's pool; an offer is paid as much of what it is owed as is there. Each keeps to its own limits,
/// whatever a dishonest committee signs.
#[derive(Accounts)]
pub struct SettleUse {
    /// CHECK: its address; read in `settle`.
    #[account(constraint(same(network.address(), &market.network) @ MarketError::WrongNetwork))]
    pub network: UncheckedAccount,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut)]
    pub area: Account<Area>,
    /// CHECK: an order or an offer of the market: loaded in `settle`.
    #[account(mut)]
    pub account: UncheckedAccount,
}

impl SettleUse {
    pub fn settle(&mut self, claim: &UsageClaim, path: &[u8]) -> Result<()> {
        let network = Network::read(self.network.account())?;
        network.require_unpaused(now()?)?;
        let is_order = {
            let data = self.account.account().try_borrow()?;
            data.starts_with(Order::DISCRIMINATOR)
        };
        match is_order {
            true => self.settle_order(&network, claim, path),
            false => self.settle_offer(&network, claim, path),
        }
    }

    fn settle_order(&mut self, network: &Network, claim: &UsageClaim, path: &[u8]) -> Result<()> {
        // SAFETY: loaded nowhere else in this instruction.
        let mut order = unsafe { load::<Order>(&self.account)? };
        order.require_of(self.market.address())?;
        let area = self.area.address();
        require!(same(&order.counterparty, area), MarketError::WrongArea);
        let account = (usage::ORDER, self.account.address(), order.birth);
        claim.require_proven(network, account, area, path)?;
        let before = order.settled_units;
        let paid = order.settle(claim.units, claim.amount)?;
        require!(
            paid > 0 || order.settled_units > before,
            MarketError::NothingToSettle
        );
        self.area.pay_in(&mut self.market, paid)
    }

    fn settle_offer(&mut self, network: &Network, claim: &UsageClaim, path: &[u8]) -> Result<()> {
        // SAFETY: loaded nowhere else in this instruction.
        let mut offer = unsafe { load::<Offer>(&self.account)? };
        offer.require_of(self.market.address())?;
        let area = self.area.address();
        require!(same(&offer.area, area), MarketError::WrongArea);
        let account = (usage::OFFER, self.account.address(), offer.birth);
        claim.require_proven(network, account, area, path)?;
        let state = |offer: &Offer| (offer.settled_units, offer.settled_amount, offer.paid);
        let before = state(&offer);
        offer.settle(claim.units, claim.amount)?;
        draw(&mut self.market, &mut self.area, &mut offer)?;
        require!(state(&offer) != before, MarketError::NothingToSettle);
        Ok(())
    }
}

/// Pays an offer as much of what it is owed as its area's pool has.
pub fn draw(market: &mut Market, area: &mut Area, offer: &mut Offer) -> Result<()> {
    let amount = area.pay_out(market, offer.owed())?;
    offer.receive(market, amount)
}
