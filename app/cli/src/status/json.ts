import { toHex } from '@commonwire/sdk/core';
import { type EpochState, PROGRAM_ID, promotableFrom } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { type Facts, guardianOf, pauseEnd, payoutWindow, stateOf } from './facts';

const seconds = (time: bigint | null): number | null => (time === null ? null : Number(time));

/** Formats the state as JSON. Amounts are base units as text, times unix seconds. */
export function toJson(facts: Facts) {
  const { account, registered, vault, upgradeAuthority } = facts;
  const { committee, current, pending, policy, emission } = account;
  const state = stateOf(facts);
  const window = payoutWindow(facts);
  return {
    network: account.address.toBase58(),
    birth: `${account.birth}`,
    program: { address: PROGRAM_ID.toBase58(), upgrade_authority: upgradeAuthority?.toBase58() ?? null },
    state,
    paused:
      state === 'paused' ? { since: Number(account.pause.since), until: seconds(pauseEnd(account)) } : null,
    authority: account.authority.toBase58(),
    proposed_authority: account.proposedAuthority?.toBase58() ?? null,
    guardian: guardianOf(account)?.toBase58() ?? null,
    mint: account.mint.toBase58(),
    decimals: account.decimals,
    emission: {
      max_supply: `${emission.maxSupply}`,
      epoch_cap: `${emission.epochCap}`,
      halving_epochs: `${emission.halvingEpochs}`,
      initial_supply: `${account.initialSupply}`,
    },
    policy: {
      device_epoch_cap: `${policy.deviceEpochCap}`,
      epoch_seconds: policy.epochSeconds,
      challenge_seconds: policy.challengeSeconds,
      max_capacity: policy.maxCapacity,
      device_fee: `${policy.deviceFee}`,
      capacity_fee: policy.capacityFee,
      payout_limit: window.limit === null ? 'none' : `${window.limit}`,
      payout_window_seconds: policy.payoutWindowSeconds,
      oracle_bond: `${policy.oracleBond}`,
      bond_lock_seconds: policy.bondLockSeconds,
    },
    committee: { ...committee, keys: committee.keys.map((key) => new PublicKey(key).toBase58()) },
    device_count: registered,
    cuts: account.cuts.map((cut) => ({
      epoch: Number(cut.epoch),
      device_count: cut.deviceCount,
      registry_hash: toHex(cut.registryHash),
      time: Number(cut.time),
    })),
    pending: pending && {
      ...epochJson(pending),
      attempt: pending.attempt,
      posted_at: Number(pending.postedAt),
      challenge_seconds: pending.challengeSeconds,
      promotable_from: seconds(promotableFrom(facts.account, facts.now)),
      corrective: pending.corrective,
    },
    attempt: account.attempt,
    guardian_vetoes: account.guardianVetoes,
    corrective_epoch: account.correctiveEpoch ? Number(account.correctiveEpoch) : null,
    current: current.epoch ? { ...epochJson(current), promoted_at: Number(current.promotedAt) } : null,
    earned_total: `${current.earnedTotal}`,
    paid_total: `${account.totalPaid}`,
    window: {
      since: seconds(window.since),
      paid: `${window.paid}`,
      left: window.left === null ? null : `${window.left}`,
    },
    vault: { address: account.vault.toBase58(), amount: `${vault}` },
  };
}

const epochJson = (state: EpochState) => ({
  epoch: Number(state.epoch),
  ledger_root: toHex(state.ledgerRoot),
  earned_total: `${state.earnedTotal}`,
  device_count: state.deviceCount,
  registry_hash: toHex(state.registryHash),
  usage_root: toHex(state.usageRoot),
  dataset_hash: toHex(state.datasetHash),
});
