//! Commonwire's reward engine: a registry of devices, epochs signed by a committee, and payouts anyone can settle.
// An instruction has as many arguments as its interface says.
#![allow(clippy::result_large_err, clippy::too_many_arguments)]

extern crate alloc;

mod committee_signatures;
pub mod entrypoint;
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
    state::{Emission, EpochClaim, Floors, Policy, Roles, Rule},
};

declare_id!("AyLa35eEihLZhD8PWtEigEUixae8pDLHkMk5m7KqFXZK");

#[program]
pub mod network {
    use super::*;

    #[discrim = 1]
    pub fn create_network(
        ctx: &mut Context<CreateNetwork>,
        id: u64,
        genesis_hash: [u8; 32],
        roles: Roles,
        funded: bool,
        emission: Emission,
        floors: Floors,
        policy: Policy,
    ) -> Result<()> {
        let bumps = (ctx.bumps.network, ctx.bumps.registry);
        ctx.accounts.create(
            id,
            genesis_hash,
            roles,
            funded,
            emission,
            (floors, policy),
            bumps,
        )
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
        max_fee: u64,
        devices: &[u8],
    ) -> Result<()> {
        let event = ctx.accounts.register(kind, key_type, max_fee, devices)?;
        emit_cpi!(event);
        Ok(())
    }

    #[discrim = 4]
    pub fn cut_epoch(ctx: &mut Context<CutEpoch>) -> Result<()> {
        ctx.accounts.cut()
    }

    #[discrim = 5]
    pub fn post_epoch(
        ctx: &mut Context<PostEpoch>,
        claim: EpochClaim,
        opening: &[u8],
    ) -> Result<()> {
        let approvals = ctx.remaining_accounts()?;
        ctx.accounts.post(&claim, opening, &approvals)
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
    pub fn unpause(ctx: &mut Context<Guard>) -> Result<()> {
        ctx.accounts.unpause()
    }

    #[discrim = 15]
    pub fn veto_epoch(ctx: &mut Context<Guard>, root: [u8; 32]) -> Result<()> {
        ctx.accounts.veto(&root)
    }

    #[discrim = 16]
    pub fn name_corrective(ctx: &mut Context<Govern>, epoch: u64) -> Result<()> {
        ctx.accounts.name_corrective(epoch)
    }

    #[discrim = 17]
    pub fn demand_leaf(ctx: &mut Context<DemandLeaf>, index: u32) -> Result<()> {
        ctx.accounts.demand(index)
    }

    #[discrim = 18]
    pub fn answer_demand(
        ctx: &mut Context<AnswerDemand>,
        owner: Address,
        earned: u64,
        proof: &[u8],
    ) -> Result<()> {
        ctx.accounts.answer(owner, earned, proof)
    }

    #[discrim = 19]
    pub fn challenge_epoch(
        ctx: &mut Context<ChallengeEpoch>,
        index: u32,
        claim: LeafClaim,
        proof: &[u8],
        before: Option<LeafClaim>,
        before_proof: &[u8],
        device: &[u8],
        device_path: &[u8],
    ) -> Result<()> {
        let bonds = ctx.remaining_accounts()?;
        let device = RegistryProof::given(device, device_path);
        let before = before.map(|leaf| (leaf, before_proof));
        ctx.accounts
            .challenge(index, &claim, proof, before, device, &bonds)
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
    pub fn close_network(ctx: &mut Context<Govern>, heir: Address) -> Result<()> {
        ctx.accounts.close(heir)
    }

    #[discrim = 29]
    pub fn close_page(_ctx: &mut Context<ClosePage>) -> Result<()> {
        Ok(())
    }

    #[discrim = 30]
    pub fn approve_epoch(ctx: &mut Context<ApproveEpoch>, claim: EpochClaim) -> Result<()> {
        ctx.accounts.approve(&claim)
    }

    #[discrim = 31]
    pub fn close_approval(ctx: &mut Context<CloseApproval>) -> Result<()> {
        ctx.accounts.require_old()
    }

    #[discrim = 32]
    pub fn close_demand(ctx: &mut Context<CloseDemand>) -> Result<()> {
        ctx.accounts.close()
    }

    #[discrim = 33]
    pub fn apply_rule_change(ctx: &mut Context<ApplyChange>, rule: Rule) -> Result<()> {
        let bonds = ctx.remaining_accounts()?;
        ctx.accounts.apply(rule, &bonds)
    }

    #[discrim = 34]
    pub fn cancel_rule_change(ctx: &mut Context<Guard>, rule: Rule) -> Result<()> {
        ctx.accounts.cancel_change(rule)
    }

    #[discrim = 35]
    pub fn resign(ctx: &mut Context<Resign>) -> Result<()> {
        ctx.accounts.resign()
    }

    #[discrim = 36]
    pub fn finish_close(ctx: &mut Context<FinishClose>) -> Result<()> {
        ctx.accounts.finish()
    }

    #[discrim = 37]
    pub fn withdraw_surplus(ctx: &mut Context<WithdrawSurplus>) -> Result<()> {
        ctx.accounts.withdraw()
    }
}
