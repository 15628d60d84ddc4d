//! Things that a community funds, owns and earns from: solar farms, hotspots, car parks.
// An instruction has as many arguments as its interface says.
#![allow(clippy::result_large_err, clippy::too_many_arguments)]

extern crate alloc;

mod checks;
pub mod errors;
mod instructions;
mod network;
pub mod seeds;
mod share_account;
mod signing;
pub mod state;

#[cfg(target_arch = "bpf")]
use solana_compiler_builtins as _;
use {
    anchor_lang::prelude::*,
    instructions::*,
    network::Registration,
    state::{Metadata, Terms},
};

declare_id!("GCumZyZHUaPWHByRQ78mxMk1Xa7BBVXEyDj7exX1xbCA");

#[program]
pub mod assets {
    use super::*;

    #[discrim = 1]
    pub fn create_asset(
        ctx: &mut Context<CreateAsset>,
        id: u64,
        authority: Address,
        compliance: Address,
        terms: Terms,
        metadata: Metadata,
    ) -> Result<()> {
        ctx.accounts
            .create(id, authority, compliance, terms, metadata)
    }

    #[discrim = 2]
    pub fn fund(ctx: &mut Context<Fund>, amount: u64) -> Result<()> {
        ctx.accounts.fund(amount)
    }

    #[discrim = 3]
    pub fn finalize(ctx: &mut Context<Finalize>) -> Result<()> {
        ctx.accounts.finalize()
    }

    #[discrim = 4]
    pub fn refund(ctx: &mut Context<Leave>) -> Result<()> {
        ctx.accounts.refund()
    }

    #[discrim = 5]
    pub fn announce_tranche(
        ctx: &mut Context<Decide>,
        evidence_hash: [u8; 32],
        evidence: [u8; 128],
    ) -> Result<()> {
        ctx.accounts.announce(evidence_hash, evidence)
    }

    #[discrim = 6]
    pub fn object_tranche(ctx: &mut Context<ObjectTranche>) -> Result<()> {
        ctx.accounts.object()
    }

    #[discrim = 7]
    pub fn pay_tranche(ctx: &mut Context<PayTranche>) -> Result<()> {
        ctx.accounts.pay()
    }

    #[discrim = 8]
    pub fn open_claw_back(ctx: &mut Context<Decide>) -> Result<()> {
        ctx.accounts.open_claw_back()
    }

    #[discrim = 9]
    pub fn redeem(ctx: &mut Context<Leave>, amount: u64) -> Result<()> {
        ctx.accounts.redeem(amount)
    }

    #[discrim = 10]
    pub fn stake_shares(ctx: &mut Context<StakeShares>, amount: u64) -> Result<()> {
        ctx.accounts.stake(amount)
    }

    #[discrim = 11]
    pub fn unstake_shares(ctx: &mut Context<UnstakeShares>, amount: u64) -> Result<()> {
        ctx.accounts.unstake(amount)
    }

    #[discrim = 12]
    pub fn close_stake(ctx: &mut Context<CloseStake>) -> Result<()> {
        ctx.accounts.close()
    }

    #[discrim = 13]
    pub fn deposit_revenue(
        ctx: &mut Context<DepositRevenue>,
        stream: u8,
        amount: u64,
    ) -> Result<()> {
        ctx.accounts.deposit(stream, amount)
    }

    #[discrim = 14]
    pub fn sweep(ctx: &mut Context<Sweep>, stream: u8) -> Result<()> {
        ctx.accounts.sweep(stream)
    }

    #[discrim = 15]
    pub fn claim(ctx: &mut Context<Claim>, stream: u8) -> Result<()> {
        ctx.accounts.claim(stream)
    }

    #[discrim = 16]
    pub fn set_permit(
        ctx: &mut Context<SetPermit>,
        wallet: Address,
        jurisdiction: u16,
        expires_at: i64,
    ) -> Result<()> {
        ctx.accounts.set(wallet, jurisdiction, expires_at)
    }

    #[discrim = 17]
    pub fn sync_permit(ctx: &mut Context<SyncPermit>) -> Result<()> {
        ctx.accounts.sync()
    }

    #[discrim = 18]
    pub fn register_devices(
        ctx: &mut Context<ManageDevices>,
        kind: u8,
        key_type: u8,
        max_fee: u64,
        devices: &[u8],
    ) -> Result<()> {
        let registration = Registration {
            kind,
            key_type,
            max_fee,
            devices,
        };
        ctx.accounts.register(&registration)
    }

    #[discrim = 19]
    pub fn retire_device(
        ctx: &mut Context<ManageDevices>,
        index: u32,
        earned: u64,
        proof: &[u8],
    ) -> Result<()> {
        ctx.accounts.retire(index, earned, proof)
    }

    #[discrim = 20]
    pub fn propose_authority(ctx: &mut Context<Decide>, authority: Address) -> Result<()> {
        ctx.accounts.propose_authority(authority)
    }

    #[discrim = 21]
    pub fn accept_authority(ctx: &mut Context<Decide>) -> Result<()> {
        ctx.accounts.accept_authority()
    }

    #[discrim = 22]
    pub fn close_asset(ctx: &mut Context<CloseAsset>) -> Result<()> {
        ctx.accounts.close()
    }
}
