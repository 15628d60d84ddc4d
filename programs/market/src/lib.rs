//! What devices deliver, offered, ordered and paid for: energy between neighbours, bandwidth, parking and rides.
// An instruction has as many arguments as its interface says.
#![allow(clippy::result_large_err, clippy::too_many_arguments)]

extern crate alloc;

mod checks;
pub mod errors;
mod instructions;
pub mod network;
pub mod seeds;
pub mod state;

#[cfg(target_arch = "bpf")]
use solana_compiler_builtins as _;
use {
    anchor_lang::prelude::*,
    instructions::*,
    state::{Fees, OfferTerms, OrderTerms},
};

declare_id!("GJFM55iUgTZHYNkkbWUaLrYLcKxXjvzTzdvtQiT8K9Ne");

#[program]
pub mod market {
    use super::*;

    #[discrim = 1]
    pub fn create_market(
        ctx: &mut Context<CreateMarket>,
        id: u64,
        authority: Address,
        fees: Fees,
        late_window_seconds: u32,
    ) -> Result<()> {
        ctx.accounts
            .create(id, authority, fees, late_window_seconds)
    }

    #[discrim = 2]
    pub fn propose_authority(ctx: &mut Context<Govern>, authority: Address) -> Result<()> {
        ctx.accounts.propose_authority(authority)
    }

    #[discrim = 3]
    pub fn accept_authority(ctx: &mut Context<Govern>) -> Result<()> {
        ctx.accounts.accept_authority()
    }

    #[discrim = 4]
    pub fn set_fees(ctx: &mut Context<Govern>, fees: Fees) -> Result<()> {
        ctx.accounts.set_fees(fees)
    }

    #[discrim = 5]
    pub fn create_area(
        ctx: &mut Context<CreateArea>,
        cell: u64,
        operator: Address,
        loss_bps: u16,
        uses: u8,
    ) -> Result<()> {
        ctx.accounts.create(cell, operator, loss_bps, uses)
    }

    #[discrim = 6]
    pub fn set_operator(ctx: &mut Context<SetOperator>, operator: Address) -> Result<()> {
        ctx.accounts.set(operator)
    }

    #[discrim = 7]
    pub fn admit_meter(ctx: &mut Context<AdmitMeter>, device: u32) -> Result<()> {
        ctx.accounts.admit(device)
    }

    #[discrim = 8]
    pub fn remove_meter(ctx: &mut Context<RemoveMeter>) -> Result<()> {
        ctx.accounts.remove()
    }

    #[discrim = 9]
    pub fn close_meter(ctx: &mut Context<CloseMeter>) -> Result<()> {
        ctx.accounts.close()
    }

    #[discrim = 10]
    pub fn create_offer(ctx: &mut Context<CreateOffer>, id: u64, terms: OfferTerms) -> Result<()> {
        ctx.accounts.create(id, terms)
    }

    #[discrim = 11]
    pub fn cancel_offer(ctx: &mut Context<CancelOffer>) -> Result<()> {
        ctx.accounts.cancel()
    }

    #[discrim = 12]
    pub fn collect(ctx: &mut Context<Collect>) -> Result<()> {
        ctx.accounts.collect()
    }

    #[discrim = 13]
    pub fn close_offer(ctx: &mut Context<CloseOffer>) -> Result<()> {
        ctx.accounts.close()
    }

    #[discrim = 14]
    pub fn create_order(ctx: &mut Context<CreateOrder>, id: u64, terms: OrderTerms) -> Result<()> {
        ctx.accounts.create(id, terms)
    }

    #[discrim = 15]
    pub fn cancel_order(ctx: &mut Context<CancelOrder>) -> Result<()> {
        ctx.accounts.cancel()
    }

    #[discrim = 16]
    pub fn settle_use(ctx: &mut Context<SettleUse>, claim: UsageClaim, path: &[u8]) -> Result<()> {
        ctx.accounts.settle(&claim, path)
    }

    #[discrim = 17]
    pub fn close_order(
        ctx: &mut Context<CloseOrder>,
        closing: Closing,
        proof: &[u8],
    ) -> Result<()> {
        ctx.accounts.close(closing, proof)
    }

    #[discrim = 18]
    pub fn withdraw_fees(ctx: &mut Context<WithdrawFees>) -> Result<()> {
        ctx.accounts.withdraw()
    }

    #[discrim = 19]
    pub fn settle_voucher(ctx: &mut Context<SettleVoucher>, units: u64, cost: u64) -> Result<()> {
        ctx.accounts.settle(units, cost)
    }

    #[discrim = 20]
    pub fn reserve(ctx: &mut Context<Reserve>, first: u64, quarters: u64) -> Result<()> {
        ctx.accounts.reserve(first, quarters)
    }

    #[discrim = 21]
    pub fn check_in(ctx: &mut Context<CheckIn>) -> Result<()> {
        ctx.accounts.check_in()
    }

    #[discrim = 22]
    pub fn end_reservation(ctx: &mut Context<EndReservation>) -> Result<()> {
        ctx.accounts.end()
    }
}
