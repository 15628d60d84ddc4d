import { toHex } from '@commonwire/sdk/core';
import {
  type EpochState,
  type NetworkPolicy,
  NO_LIMIT,
  PROGRAM_ID,
  promotableFrom,
} from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { closableFrom, type Facts, guardianOf, pauseEnd, payoutWindow, stateOf } from './facts';

const seconds = (time: bigint | null): number | null => (time === null ? null : Number(time));

/** Formats the state as JSON. Amounts are base units as text, times unix seconds. */
export function toJson(facts: Facts) {
  const { account, registered, vault, upgradeAuthority } = facts;
  const { changes, committee, current, floors, pending, policy, emission } = account;
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
    policy: policyJson(policy),
    floors: {
      epoch_seconds: floors.epochSeconds,
      challenge_seconds: floors.challengeSeconds,
      payout_window_seconds: floors.payoutWindowSeconds,
      change_delay_seconds: floors.changeDelaySeconds,
    },
    committee: {
      version: committee.version,
      threshold: committee.threshold,
      keys: keysJson(committee.keys),
    },
    changes: {
      policy: changes.policy && {
        from: Number(changes.policy.from),
        policy: policyJson(changes.policy.policy),
      },
      committee: changes.committee && {
        from: Number(changes.committee.from),
        threshold: changes.committee.threshold,
        keys: keysJson(changes.committee.keys),
      },
      guardian: changes.guardian && {
        from: Number(changes.guardian.from),
        guardian: changes.guardian.guardian.toBase58(),
      },
    },
    closable_from: seconds(closableFrom(facts)),
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
      signers: keysJson(pending.signers.flatMap((at) => pending.committee.keys[at] ?? [])),
      open_demands: pending.openDemands,
    },
    attempt: account.attempt,
    guardian_vetoes: account.guardianVetoes,
    corrective_epoch: account.correctiveEpoch ? Number(account.correctiveEpoch) : null,
    corrective_from: account.correctiveEpoch ? Number(account.correctiveFrom) : null,
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

const policyJson = (policy: NetworkPolicy) => ({
  device_epoch_cap: `${policy.deviceEpochCap}`,
  epoch_seconds: policy.epochSeconds,
  challenge_seconds: policy.challengeSeconds,
  max_capacity: policy.maxCapacity,
  device_fee: `${policy.deviceFee}`,
  capacity_fee: policy.capacityFee,
  payout_limit: policy.payoutLimit === NO_LIMIT ? 'none' : `${policy.payoutLimit}`,
  payout_window_seconds: policy.payoutWindowSeconds,
  oracle_bond: `${policy.oracleBond}`,
  bond_lock_seconds: policy.bondLockSeconds,
  demand_bond: `${policy.demandBond}`,
  answer_seconds: policy.answerSeconds,
  challenge_slots: policy.challengeSlots,
});

const keysJson = (keys: readonly Uint8Array[]): string[] => keys.map((key) => new PublicKey(key).toBase58());

const epochJson = (state: EpochState) => ({
  epoch: Number(state.epoch),
  ledger_root: toHex(state.ledgerRoot),
  earned_total: `${state.earnedTotal}`,
  device_count: state.deviceCount,
  registry_hash: toHex(state.registryHash),
  usage_root: toHex(state.usageRoot),
  dataset_hash: toHex(state.datasetHash),
});
