//! Commonwire's reward engine: a registry of devices, epochs signed by a committee, and payouts anyone can settle.
#![allow(clippy::result_large_err)]

extern crate alloc;

mod committee_signatures;
mod equivocation;
pub mod errors;
pub mod events;
mod instructions;
mod payout;
pub mod seeds;
pub mod settlement;
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
        funded: bool,
        emission: Emission,
        policy: Policy,
    ) -> Result<()> {
        let bumps = (ctx.bumps.network, ctx.bumps.registry);
        ctx.accounts
            .create(id, roles, funded, emission, policy, bumps)
    }

    #[discrim = 2]
    pub fn set_committee(
        ctx: &mut Context<SetCommittee>,
        threshold: u8,
        keys: alloc::vec::Vec<[u8; 32]>,
    ) -> Result<()> {
        let bonds = ctx.remaining_accounts()?;
        ctx.accounts.set(threshold, &keys, &bonds)
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
        ctx.accounts.open(number)
    }

    #[discrim = 8]
    pub fn settle(ctx: &mut Context<Settle>, run: &[u8]) -> Result<()> {
        let destinations = ctx.remaining_accounts()?;
        ctx.accounts.settle(run, &destinations)
    }

    #[discrim = 9]
    pub fn set_policy(ctx: &mut Context<Govern>, policy: Policy) -> Result<()> {
        ctx.accounts.set_policy(policy)
    }

    #[discrim = 10]
    pub fn set_guardian(ctx: &mut Context<Govern>, guardian: Address) -> Result<()> {
        ctx.accounts.set_guardian(guardian)
    }

    #[discrim = 11]
    pub fn propose_authority(ctx: &mut Context<Govern>, authority: Address) -> Result<()> {
        ctx.accounts.propose_authority(authority)
    }

    #[discrim = 12]
    pub fn accept_authority(ctx: &mut Context<AcceptAuthority>) -> Result<()> {
        ctx.accounts.accept()
    }

    #[discrim = 13]
    pub fn pause(ctx: &mut Context<Guard>) -> Result<()> {
        ctx.accounts.pause()
    }

    #[discrim = 14]
    pub fn unpause(ctx: &mut Context<Govern>) -> Result<()> {
        ctx.accounts.unpause()
    }

    #[discrim = 15]
    pub fn veto_epoch(ctx: &mut Context<Guard>) -> Result<()> {
        ctx.accounts.veto()
    }

    #[discrim = 16]
    pub fn name_corrective(ctx: &mut Context<Govern>, epoch: u64) -> Result<()> {
        ctx.accounts.name_corrective(epoch)
    }

    #[discrim = 17]
    pub fn witness_leaf(
        ctx: &mut Context<WitnessLeaf>,
        index: u32,
        owner: Address,
        earned: u64,
        proof: &[u8],
    ) -> Result<()> {
        ctx.accounts.witness(index, owner, earned, proof)
    }

    #[discrim = 18]
    pub fn close_witness(_ctx: &mut Context<CloseWitness>) -> Result<()> {
        Ok(())
    }

    #[discrim = 19]
    pub fn challenge_epoch(
        ctx: &mut Context<ChallengeEpoch>,
        index: u32,
        owner: Address,
        earned: u64,
        proof: &[u8],
    ) -> Result<()> {
        ctx.accounts.challenge(index, owner, earned, proof)
    }

    #[discrim = 20]
    pub fn transfer_device(
        ctx: &mut Context<ChangeOwner>,
        index: u32,
        earned: u64,
        new_owner: Address,
        proof: &[u8],
    ) -> Result<()> {
        let event = ctx.accounts.transfer(index, earned, new_owner, proof)?;
        emit_cpi!(event);
        Ok(())
    }

    #[discrim = 21]
    pub fn retire_device(
        ctx: &mut Context<ChangeOwner>,
        index: u32,
        earned: u64,
        proof: &[u8],
    ) -> Result<()> {
        let event = ctx.accounts.retire(index, earned, proof)?;
        emit_cpi!(event);
        Ok(())
    }

    #[discrim = 22]
    pub fn fund_vault(ctx: &mut Context<FundVault>, amount: u64) -> Result<()> {
        ctx.accounts.fund(amount)
    }

    #[discrim = 23]
    pub fn deposit_bond(
        ctx: &mut Context<DepositBond>,
        oracle: [u8; 32],
        lamports: u64,
    ) -> Result<()> {
        ctx.accounts.deposit(oracle, lamports)
    }

    #[discrim = 24]
    pub fn unlock_bond(ctx: &mut Context<ReturnBond>) -> Result<()> {
        ctx.accounts.unlock()
    }

    #[discrim = 25]
    pub fn withdraw_bond(ctx: &mut Context<ReturnBond>) -> Result<()> {
        ctx.accounts.withdraw()
    }

    #[discrim = 26]
    pub fn slash(ctx: &mut Context<Slash>) -> Result<()> {
        let bonds = ctx.remaining_accounts()?;
        ctx.accounts.slash(&bonds)
    }

    #[discrim = 27]
    pub fn withdraw_fees(ctx: &mut Context<WithdrawFees>) -> Result<()> {
        ctx.accounts.withdraw()
    }

    #[discrim = 28]
    pub fn close_network(ctx: &mut Context<Govern>) -> Result<()> {
        ctx.accounts.close()
    }

    #[discrim = 29]
    pub fn close_page(_ctx: &mut Context<ClosePage>) -> Result<()> {
        Ok(())
    }
}
