import type { IdlAccounts } from '@coral-xyz/anchor';
import { type Commitment, type Connection, PublicKey } from '@solana/web3.js';
import { big, bytes } from '../../core/anchor-values';
import type { Network } from '../../generated/network';
import type { Emission, NetworkFloors, NetworkPolicy } from '../policy';
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
  /** Chain time of its cut, unix seconds. */
  cutTime: bigint;
  ledgerRoot: Uint8Array;
  earnedTotal: bigint;
  deviceCount: number;
  registryHash: Uint8Array;
  usageRoot: Uint8Array;
  datasetHash: Uint8Array;
}

/** The oracles whose signatures count. */
export interface CommitteeState {
  version: number;
  threshold: number;
  /** Ed25519 keys, 32 bytes each. */
  keys: Uint8Array[];
  /** The bond that admitted each member; null where none was required. */
  bonds: (PublicKey | null)[];
}

export interface PendingEpoch extends EpochState {
  attempt: number;
  /** The committee that posted it. */
  committee: CommitteeState;
  /** Positions in that committee of the members who signed or approved. */
  signers: number[];
  deviceEpochCap: bigint;
  /** Chain time, unix seconds. */
  postedAt: bigint;
  postedSlot: bigint;
  /** Unpaused seconds that it was open when a demanded leaf was last shown, and the slot; slot 0n: none was. */
  shown: { after: bigint; slot: bigint };
  challengeSeconds: number;
  /** Least slots of its challenge period. */
  challengeSlots: number;
  /** Seconds to answer a demand. */
  answerSeconds: number;
  /** Leaves that were demanded and not shown yet: while there are any it can't be promoted. */
  openDemands: number;
  /** Total seconds that the network had been paused when it was posted: later pauses extend the challenge period. */
  pausedBefore: bigint;
  /** Whether it may take back what devices have earned. */
  corrective: boolean;
}

/** Changes of rules that were announced; `from`: chain time from which each may be applied. */
export interface RuleChanges {
  policy: { from: bigint; policy: NetworkPolicy } | null;
  committee: { from: bigint; threshold: number; keys: Uint8Array[] } | null;
  /** The default address: nobody. */
  guardian: { from: bigint; guardian: PublicKey } | null;
}

/** Seconds without a pause during which a closing network still pays. */
export const CLOSING_SECONDS = 30n * 24n * 60n * 60n;

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
  /** The authority can't end a guardian's pause before this time. */
  heldUntil: bigint;
}

/** End of a pause that only the authority ends. */
export const FOREVER = 2n ** 63n - 1n;

/** Whether a network is paused at this chain time. */
export const isPaused = ({ pause }: NetworkAccount, now: bigint): boolean =>
  pause.since !== 0n && now < pause.until;

/** Total seconds that the network has been paused until this chain time. */
export function pausedSeconds({ pause }: Pick<NetworkAccount, 'pause'>, now: bigint): bigint {
  if (pause.since === 0n) return 0n;
  const last = (now < pause.until ? now : pause.until) - pause.since;
  return pause.before + (last > 0n ? last : 0n);
}

/** A network's account. Epochs and amounts are bigint, hashes 32 bytes. */
export interface NetworkAccount {
  address: PublicKey;
  creator: PublicKey;
  id: bigint;
  /** Slot of creation. */
  birth: bigint;
  /** Genesis hash of its cluster, 32 bytes. */
  genesisHash: Uint8Array;
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
  /** `closing`: nothing more is posted, what was earned is still paid. */
  life: 'open' | 'closing' | 'closed';
  /** Chain time at which closing began, and all pauses until then in seconds; null: it didn't. */
  closing: { since: bigint; pausedBefore: bigint } | null;
  /** Gets the mint authority once a network that mints is closed; the default address: none was named. */
  heir: PublicKey;
  pause: Pause;
  initialSupply: bigint;
  emission: Emission;
  policy: NetworkPolicy;
  floors: NetworkFloors;
  committee: CommitteeState;
  changes: RuleChanges;
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
  /** How often the guardian has withdrawn its own replacement; it may twice. */
  guardianRefusals: number;
  /** Epoch that may correct earlier ones; 0n: none. */
  correctiveEpoch: bigint;
  /** Chain time from which that epoch must have been cut to correct anything; 0n: any. */
  correctiveFrom: bigint;
  deviceEarnedMax: bigint;
  totalPaid: bigint;
  /** Most that was ever earned in all, which is what has been minted. */
  mintedTotal: bigint;
  /** Deposited by funders since the start. */
  fundedTotal: bigint;
  /** What a closed network has left for its funders. */
  surplus: bigint;
  /** The payout window: its start, and the amount paid in it. */
  window: { start: bigint; paid: bigint };
}

/**
 * Returns the chain time from which the pending epoch can be promoted if nothing is paused from `now` on and no leaf is
 * demanded: paused time doesn't count towards its challenge period. Null: nothing is pending.
 */
export function promotableFrom(account: NetworkAccount, now: bigint): bigint | null {
  const { pending } = account;
  if (!pending) return null;
  const paused = pausedSeconds(account, now);
  const seconds = BigInt(pending.challengeSeconds);
  // A leaf that was shown late can be challenged for half a period more.
  const shown = pending.shown.slot === 0n ? 0n : pending.shown.after + (seconds + 1n) / 2n;
  return pending.postedAt + (shown > seconds ? shown : seconds) + paused - pending.pausedBefore;
}

/** @throws AccountError `account-malformed` */
export function decodeNetwork(address: PublicKey, data: Uint8Array): NetworkAccount {
  const raw = decode('network', address, data);
  const { committee, pending, current, emission, pause, changes, floors } = raw;
  return {
    address,
    creator: raw.creator,
    id: big(raw.id),
    birth: big(raw.birth),
    genesisHash: bytes(raw.genesisHash),
    authority: raw.authority,
    proposedAuthority: raw.proposedAuthority.equals(PublicKey.default) ? null : raw.proposedAuthority,
    guardian: raw.guardian,
    mint: raw.mint,
    decimals: raw.decimals,
    vault: raw.vault,
    tokenProgram: raw.tokenProgram,
    funded: raw.funded === 1,
    life: LIVES[raw.closed] ?? 'closed',
    closing: raw.closingSince.isZero()
      ? null
      : { since: big(raw.closingSince), pausedBefore: big(raw.closingPausedBefore) },
    heir: raw.heir,
    pause: {
      since: big(pause.since),
      until: big(pause.until),
      before: big(pause.before),
      guardianFrom: big(pause.guardianFrom),
      heldUntil: big(pause.heldUntil),
    },
    initialSupply: big(raw.initialSupply),
    emission: {
      maxSupply: big(emission.maxSupply),
      epochCap: big(emission.epochCap),
      halvingEpochs: big(emission.halvingEpochs),
    },
    policy: policyState(raw.policy),
    floors: { ...floors },
    committee: committeeState(committee),
    changes: {
      policy: changes.policyFrom.isZero()
        ? null
        : { from: big(changes.policyFrom), policy: policyState(changes.policy) },
      committee: changes.committeeFrom.isZero()
        ? null
        : {
            from: big(changes.committeeFrom),
            threshold: changes.committee.threshold,
            keys: changes.committee.keys.slice(0, changes.committee.members).map(bytes),
          },
      guardian: changes.guardianFrom.isZero()
        ? null
        : { from: big(changes.guardianFrom), guardian: changes.guardian },
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
          committee: committeeState(pending.committee),
          signers: positionsOf(pending.signers),
          deviceEpochCap: big(pending.deviceEpochCap),
          postedAt: big(pending.postedAt),
          postedSlot: big(pending.postedSlot),
          shown: { after: big(pending.shownAfter), slot: big(pending.shownSlot) },
          challengeSeconds: pending.challengeSeconds,
          challengeSlots: pending.challengeSlots,
          answerSeconds: pending.answerSeconds,
          openDemands: pending.openDemands,
          pausedBefore: big(pending.pausedBefore),
          corrective: pending.corrective === 1,
        },
    current: { ...epochState(current), promotedAt: big(current.promotedAt) },
    attempt: raw.attempt,
    guardianVetoes: raw.guardianVetoes,
    guardianRefusals: raw.guardianRefusals,
    correctiveEpoch: big(raw.correctiveEpoch),
    correctiveFrom: big(raw.correctiveFrom),
    deviceEarnedMax: big(raw.deviceEarnedMax),
    totalPaid: big(raw.totalPaid),
    mintedTotal: big(raw.mintedTotal),
    fundedTotal: big(raw.fundedTotal),
    surplus: big(raw.surplus),
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

/** By the number on chain. */
const LIVES = ['open', 'closing', 'closed'] as const;

type RawNetwork = IdlAccounts<Network>['network'];
type RawEpoch = RawNetwork['current'];

const committeeState = (raw: RawNetwork['committee']): CommitteeState => ({
  version: raw.version,
  threshold: raw.threshold,
  keys: raw.keys.slice(0, raw.members).map(bytes),
  bonds: (raw.bonds as number[][])
    .slice(0, raw.members)
    .map((bond) => (bond.some((byte) => byte !== 0) ? new PublicKey(bytes(bond)) : null)),
});

/** Positions of the bits that are set. */
const positionsOf = (bits: number): number[] =>
  Array.from({ length: 32 }, (_, i) => i).filter((i) => (bits >>> i) & 1);

const policyState = (raw: RawNetwork['policy']): NetworkPolicy => ({
  ...raw,
  deviceEpochCap: big(raw.deviceEpochCap),
  payoutLimit: big(raw.payoutLimit),
  oracleBond: big(raw.oracleBond),
  deviceFee: big(raw.deviceFee),
  demandBond: big(raw.demandBond),
});

/** Bonds of the members who signed a pending epoch, in the order in which a challenge names them. */
export const signerBonds = ({ committee, signers }: PendingEpoch): PublicKey[] =>
  signers.flatMap((position) => committee.bonds[position] ?? []);

const epochState = (raw: Omit<RawEpoch, 'promotedAt' | 'pad'>): EpochState => ({
  epoch: big(raw.epoch),
  cutTime: big(raw.cutTime),
  ledgerRoot: bytes(raw.ledgerRoot),
  earnedTotal: big(raw.earnedTotal),
  deviceCount: raw.deviceCount,
  registryHash: bytes(raw.registryHash),
  usageRoot: bytes(raw.usageRoot),
  datasetHash: bytes(raw.datasetHash),
});
