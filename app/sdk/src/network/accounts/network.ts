import type { IdlAccounts } from '@coral-xyz/anchor';
import { type Commitment, type Connection, PublicKey } from '@solana/web3.js';
import { big, bytes } from '../../core/anchor-values';
import type { Network } from '../../generated/network';
import type { Emission, NetworkPolicy } from '../policy';
import { dataOf, decode } from '../program';

/** The end of an epoch's collection. */
export interface Cut {
  epoch: bigint;
  deviceCount: number;
  registryHash: Uint8Array;
  /** Most that one device may earn in the epoch, base units. */
  deviceEpochCap: bigint;
  /** Chain time, unix seconds. */
  time: bigint;
}

/** The outcome of an epoch. Amounts are base units since the start. */
export interface EpochState {
  epoch: bigint;
  ledgerRoot: Uint8Array;
  earnedTotal: bigint;
  deviceCount: number;
  registryHash: Uint8Array;
  usageRoot: Uint8Array;
  datasetHash: Uint8Array;
}

export interface PendingEpoch extends EpochState {
  attempt: number;
  committeeVersion: number;
  deviceEpochCap: bigint;
  /** Chain time, unix seconds. */
  postedAt: bigint;
  challengeSeconds: number;
  /** Total seconds that the network had been paused when it was posted: later pauses extend the challenge period. */
  pausedBefore: bigint;
  /** Whether it may take back what devices have earned. */
  corrective: boolean;
}

/** A network's last pause; times are chain time, unix seconds. */
export interface Pause {
  /** 0n: there was none. */
  since: bigint;
  /** When it ends or ended; `FOREVER`: only when the authority ends it. */
  until: bigint;
  /** Total seconds of all earlier pauses. */
  before: bigint;
  /** The guardian may not pause before this time. */
  guardianFrom: bigint;
}

/** End of a pause that only the authority ends. */
export const FOREVER = 2n ** 63n - 1n;

/** Whether a network is paused at this chain time. */
export const isPaused = ({ pause }: NetworkAccount, now: bigint): boolean =>
  pause.since !== 0n && now < pause.until;

/** A network's account. Epochs and amounts are bigint, hashes 32 bytes. */
export interface NetworkAccount {
  address: PublicKey;
  creator: PublicKey;
  id: bigint;
  /** Slot of creation. */
  birth: bigint;
  authority: PublicKey;
  /** Becomes the authority once it accepts; null: nobody. */
  proposedAuthority: PublicKey | null;
  /** The default address: nobody. */
  guardian: PublicKey;
  mint: PublicKey;
  decimals: number;
  vault: PublicKey;
  tokenProgram: PublicKey;
  /** Whether rewards are deposited in the vault rather than minted. */
  funded: boolean;
  /** Permanently closed. */
  closed: boolean;
  pause: Pause;
  initialSupply: bigint;
  emission: Emission;
  policy: NetworkPolicy;
  committee: { version: number; threshold: number; keys: Uint8Array[] };
  lastCutEpoch: bigint;
  lastCutTime: bigint;
  /** The last two cuts. */
  cuts: Cut[];
  pending: PendingEpoch | null;
  /** `epoch` 0n: none has been promoted yet. */
  current: EpochState & { promotedAt: bigint };
  /** Least attempt that the next post may carry. */
  attempt: number;
  /** How often the guardian has vetoed the next epoch. */
  guardianVetoes: number;
  /** Epoch that may correct earlier ones; 0n: none. */
  correctiveEpoch: bigint;
  deviceEarnedMax: bigint;
  totalPaid: bigint;
  /** The payout window: its start, and the amount paid in it. */
  window: { start: bigint; paid: bigint };
}

/**
 * Returns the chain time from which the pending epoch can be promoted if nothing is paused from `now` on: paused time
 * doesn't count towards its challenge period. Null: nothing is pending.
 */
export function promotableFrom({ pending, pause }: NetworkAccount, now: bigint): bigint | null {
  if (!pending) return null;
  const end = now < pause.until ? now : pause.until;
  const paused = pause.since === 0n ? 0n : pause.before + end - pause.since;
  return pending.postedAt + BigInt(pending.challengeSeconds) + paused - pending.pausedBefore;
}

/** @throws AccountError `account-malformed` */
export function decodeNetwork(address: PublicKey, data: Uint8Array): NetworkAccount {
  const raw = decode('network', address, data);
  const { committee, pending, current, policy, emission, pause } = raw;
  return {
    address,
    creator: raw.creator,
    id: big(raw.id),
    birth: big(raw.birth),
    authority: raw.authority,
    proposedAuthority: raw.proposedAuthority.equals(PublicKey.default) ? null : raw.proposedAuthority,
    guardian: raw.guardian,
    mint: raw.mint,
    decimals: raw.decimals,
    vault: raw.vault,
    tokenProgram: raw.tokenProgram,
    funded: raw.funded === 1,
    closed: raw.closed === 1,
    pause: {
      since: big(pause.since),
      until: big(pause.until),
      before: big(pause.before),
      guardianFrom: big(pause.guardianFrom),
    },
    initialSupply: big(raw.initialSupply),
    emission: {
      maxSupply: big(emission.maxSupply),
      epochCap: big(emission.epochCap),
      halvingEpochs: big(emission.halvingEpochs),
    },
    policy: {
      ...policy,
      deviceEpochCap: big(policy.deviceEpochCap),
      payoutLimit: big(policy.payoutLimit),
      oracleBond: big(policy.oracleBond),
      deviceFee: big(policy.deviceFee),
    },
    committee: {
      version: committee.version,
      threshold: committee.threshold,
      keys: committee.keys.slice(0, committee.members).map(bytes),
    },
    lastCutEpoch: big(raw.lastCutEpoch),
    lastCutTime: big(raw.lastCutTime),
    cuts: raw.cuts
      .filter((cut) => !cut.epoch.isZero())
      .map((cut) => ({
        epoch: big(cut.epoch),
        deviceCount: cut.deviceCount,
        registryHash: bytes(cut.registryHash),
        deviceEpochCap: big(cut.deviceEpochCap),
        time: big(cut.time),
      })),
    pending: pending.epoch.isZero()
      ? null
      : {
          ...epochState(pending),
          attempt: pending.attempt,
          committeeVersion: pending.committeeVersion,
          deviceEpochCap: big(pending.deviceEpochCap),
          postedAt: big(pending.postedAt),
          challengeSeconds: pending.challengeSeconds,
          pausedBefore: big(pending.pausedBefore),
          corrective: pending.corrective === 1,
        },
    current: { ...epochState(current), promotedAt: big(current.promotedAt) },
    attempt: raw.attempt,
    guardianVetoes: raw.guardianVetoes,
    correctiveEpoch: big(raw.correctiveEpoch),
    deviceEarnedMax: big(raw.deviceEarnedMax),
    totalPaid: big(raw.totalPaid),
    window: { start: big(raw.windowStart), paid: big(raw.windowPaid) },
  };
}

/** @throws AccountError */
export async function fetchNetwork(
  connection: Connection,
  address: PublicKey,
  commitment?: Commitment,
): Promise<NetworkAccount> {
  const info = dataOf(address, await connection.getAccountInfo(address, commitment), 'network');
  return decodeNetwork(address, info);
}

type RawEpoch = IdlAccounts<Network>['network']['current'];

const epochState = (raw: Omit<RawEpoch, 'promotedAt' | 'pad'>): EpochState => ({
  epoch: big(raw.epoch),
  ledgerRoot: bytes(raw.ledgerRoot),
  earnedTotal: big(raw.earnedTotal),
  deviceCount: raw.deviceCount,
  registryHash: bytes(raw.registryHash),
  usageRoot: bytes(raw.usageRoot),
  datasetHash: bytes(raw.datasetHash),
});
