//! Commonwire's reward engine: a registry of devices, epochs signed by a committee, and payouts anyone can settle.
#![allow(clippy::result_large_err)]

extern crate alloc;

mod committee_signatures;
pub mod errors;
pub mod events;
mod instructions;
mod payout;
pub mod seeds;
pub mod state;

#[cfg(target_arch = "bpf")]
use solana_compiler_builtins as _;
use {
    anchor_lang::prelude::*,
    instructions::*,
    state::{Emission, EpochClaim, Policy, Roles},
};

declare_id!("AyLa35eEihLZhD8PWtEigEUixae8pDLHkMk5m7KqFXZK");

#[program]
pub mod network {
    use super::*;

    #[discrim = 1]
    pub fn create_network(
        ctx: &mut Context<CreateNetwork>,
        id: u64,
        roles: Roles,
        emission: Emission,
        policy: Policy,
    ) -> Result<()> {
        let bumps = (ctx.bumps.network, ctx.bumps.registry);
        ctx.accounts.create(id, roles, emission, policy, bumps)
    }

    #[discrim = 2]
    pub fn set_committee(
        ctx: &mut Context<SetCommittee>,
        threshold: u8,
        keys: alloc::vec::Vec<[u8; 32]>,
    ) -> Result<()> {
        ctx.accounts.set(threshold, &keys)
    }

    #[discrim = 3]
    pub fn register_devices(
        ctx: &mut Context<RegisterDevices>,
        kind: u8,
        key_type: u8,
        devices: &[u8],
    ) -> Result<()> {
        let event = ctx.accounts.register(kind, key_type, devices)?;
        emit_cpi!(event);
        Ok(())
    }

    #[discrim = 4]
    pub fn cut_epoch(ctx: &mut Context<CutEpoch>) -> Result<()> {
        ctx.accounts.cut()
    }

    #[discrim = 5]
    pub fn post_epoch(ctx: &mut Context<PostEpoch>, claim: EpochClaim) -> Result<()> {
        ctx.accounts.post(&claim)
    }

    #[discrim = 6]
    pub fn promote(ctx: &mut Context<Promote>) -> Result<()> {
        ctx.accounts.promote()
    }

    #[discrim = 7]
    pub fn open_page(ctx: &mut Context<OpenPage>, number: u32) -> Result<()> {
        let bump = ctx.bumps.page;
        ctx.accounts.open(number, bump)
    }

    #[discrim = 8]
    pub fn settle(ctx: &mut Context<Settle>, run: &[u8]) -> Result<()> {
        let destinations = ctx.remaining_accounts()?;
        ctx.accounts.settle(run, &destinations)
    }
}
