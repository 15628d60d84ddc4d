use {
    crate::{
        errors::MarketError,
        state::{Market, Offer, Order, BANDWIDTH},
    },
    anchor_lang::prelude::*,
    commonwire_onchain::ed25519,
    commonwire_uses::voucher::{self, Totals},
};

/// Pays an offer what the session key of an order that names it has signed, at once. Anyone may call it; no oracle has a say, so
/// neither has the network's pause.
///
/// The key signs the transaction, or an Ed25519 instruction directly before this one: whoever holds only a voucher needs the
/// second, and the first works without the precompile.
#[derive(Accounts)]
pub struct SettleVoucher {
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut)]
    pub order: Account<Order>,
    #[account(mut)]
    pub offer: Account<Offer>,
    /// CHECK: the order's session key, which signs; or the sysvar of instructions. Checked in `settle`.
    pub proof: UncheckedAccount,
}

impl SettleVoucher {
    pub fn settle(&mut self, units: u64, cost: u64) -> Result<()> {
        let market = self.market.address();
        self.order.require_of(market)?;
        self.offer.require_of(market)?;
        self.offer
            .require_named(&self.order, self.offer.address())?;
        require!(self.order.terms.usage == BANDWIDTH, MarketError::WrongUse);
        let voucher = Totals { units, cost };
        self.require_signed(&voucher)?;
        let (used, paid) = self.order.redeem(&voucher, &self.offer)?;
        self.offer.deliver(&mut self.market, used, paid)
    }

    fn require_signed(&self, voucher: &Totals) -> Result<()> {
        let key = &self.order.terms.session_key;
        let proof = self.proof.account();
        if proof.is_signer() && proof.address().as_array() == key {
            return Ok(());
        }
        let instructions = Sysvar::<SysvarInstructions>::load(*proof)
            .map_err(|_| MarketError::VoucherNotSigned)?;
        let order = self.order.address().as_array();
        let message = voucher::message(crate::ID.as_array(), order, self.order.birth, voucher);
        let mut signed = false;
        ed25519::for_each_signature(&instructions, |by, text| {
            signed |= by == key && text == message;
            Ok::<(), MarketError>(())
        })?;
        require!(signed, MarketError::VoucherNotSigned);
        Ok(())
    }
}
