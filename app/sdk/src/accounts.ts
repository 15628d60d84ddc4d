import type { BN, IdlAccounts } from '@coral-xyz/anchor';
import { type AccountInfo, type Commitment, type Connection, PublicKey } from '@solana/web3.js';
import { CommonwireError } from './errors';
import type { Network } from './generated/network';
import { ownerRecordAddress, PAGE_SLOTS, pageAddress, registryAddress } from './pda';
import type { Emission, NetworkPolicy } from './policy';
import { coder, PROGRAM_ID } from './program';

/** An account that is missing, or isn't what its address was taken for. */
export class AccountError extends CommonwireError {
  declare readonly code: 'account_missing' | 'account_foreign' | 'account_malformed';
}

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

/** What an epoch's roots stand for. Amounts are base units since the start. */
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
  /** Seconds that the network had been paused in all when it was posted: later pauses prolong the challenge period. */
  pausedBefore: bigint;
  /** Whether it may take back what devices earned. */
  corrective: boolean;
}

/** A network's last pause; times are chain time, unix seconds. */
export interface Pause {
  /** 0n: there was none. */
  since: bigint;
  /** When it ends or ended; `FOREVER`: when the authority says so. */
  until: bigint;
  /** Seconds of all pauses before. */
  before: bigint;
  /** Before this the guardian may not pause. */
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
  /** Whether rewards are put into the vault rather than minted. */
  funded: boolean;
  /** Closed for ever. */
  closed: boolean;
  pause: Pause;
  initialSupply: bigint;
  emission: Emission;
  policy: NetworkPolicy;
  committee: { version: number; threshold: number; keys: Uint8Array[] };
  lastCutEpoch: bigint;
  lastCutTime: bigint;
  /** Cuts that are still kept: the last two. */
  cuts: Cut[];
  pending: PendingEpoch | null;
  /** `epoch` 0n: none was promoted yet. */
  current: EpochState & { promotedAt: bigint };
  /** Least attempt that the next post may carry. */
  attempt: number;
  /** Times that the guardian made the next epoch void. */
  guardianVetoes: number;
  /** Epoch that may correct earlier ones; 0n: none. */
  correctiveEpoch: bigint;
  deviceEarnedMax: bigint;
  totalPaid: bigint;
  /** The payout window: when it began, and what was paid in it. */
  window: { start: bigint; paid: bigint };
}

/** The last change of who a device earns for. */
export interface OwnerRecord {
  network: PublicKey;
  index: number;
  owner: PublicKey;
  /** First epoch whose ledger shows it. */
  effectiveEpoch: bigint;
  retired: boolean;
}

/** Lamports behind an oracle. */
export interface Bond {
  network: PublicKey;
  oracle: Uint8Array;
  depositor: PublicKey;
  lamports: bigint;
  /** Chain time from which they can be withdrawn; 0n: not asked for. */
  unlocksAt: bigint;
}

/** A device's leaf under the root of `epoch`, kept for a challenge. */
export interface Witness {
  payer: PublicKey;
  network: PublicKey;
  index: number;
  epoch: bigint;
  owner: PublicKey;
  earned: bigint;
}

/**
 * Chain time from which the pending epoch can be promoted, if nothing is paused from `now` on: paused time doesn't count in
 * its challenge period. Null: nothing is pending.
 */
export function promotableFrom({ pending, pause }: NetworkAccount, now: bigint): bigint | null {
  if (!pending) return null;
  const end = now < pause.until ? now : pause.until;
  const paused = pause.since === 0n ? 0n : pause.before + end - pause.since;
  return pending.postedAt + BigInt(pending.challengeSeconds) + paused - pending.pausedBefore;
}

/** A network's registry account. */
export interface RegistryAccount {
  network: PublicKey;
  /** Running hash over every change. */
  hash: Uint8Array;
  /** 24 hashes. */
  frontier: Uint8Array[];
  deviceCount: number;
}

/** A page: what 1,024 neighbouring devices were paid since the start. */
export interface PageAccount {
  payer: PublicKey;
  /** Base units, 1,024 slots. */
  paid: BigUint64Array;
}

/** @throws AccountError `account_malformed` */
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

/** @throws AccountError `account_malformed` */
export function decodeRegistry(address: PublicKey, data: Uint8Array): RegistryAccount {
  const { network, hash, frontier, deviceCount } = decode('registry', address, data);
  return { network, hash: bytes(hash), frontier: frontier.map(bytes), deviceCount };
}

const PAGE_DISCRIMINATOR = coder.accounts.accountDiscriminator('page');

/** @throws AccountError `account_malformed` */
export function decodePage(address: PublicKey, data: Uint8Array): PageAccount {
  // Slots are read in place: Anchor's coder makes an object of each, which is slow for 1,024.
  const head = PAGE_DISCRIMINATOR.length + 32 + 4 + 20;
  const isPage = PAGE_DISCRIMINATOR.equals(data.subarray(0, PAGE_DISCRIMINATOR.length));
  if (!isPage || data.length !== head + 8 * PAGE_SLOTS) throw malformed('page', address);
  const payer = new PublicKey(data.subarray(PAGE_DISCRIMINATOR.length, PAGE_DISCRIMINATOR.length + 32));
  return { payer, paid: new BigUint64Array(Uint8Array.from(data.subarray(head)).buffer) };
}

/** @throws AccountError `account_malformed` */
export function decodeOwnerRecord(address: PublicKey, data: Uint8Array): OwnerRecord {
  const { network, index, owner, effectiveEpoch, retired } = decode('ownerRecord', address, data);
  return { network, index, owner, effectiveEpoch: big(effectiveEpoch), retired: retired === 1 };
}

/** @throws AccountError `account_malformed` */
export function decodeBond(address: PublicKey, data: Uint8Array): Bond {
  const { network, oracle, depositor, lamports, unlocksAt } = decode('bond', address, data);
  return { network, oracle: bytes(oracle), depositor, lamports: big(lamports), unlocksAt: big(unlocksAt) };
}

/** @throws AccountError `account_malformed` */
export function decodeWitness(address: PublicKey, data: Uint8Array): Witness {
  const { payer, network, index, epoch, owner, earned } = decode('witness', address, data);
  return { payer, network, index, epoch: big(epoch), owner, earned: big(earned) };
}

/** The record of a device's last change of owner; null where there was none. @throws AccountError */
export async function fetchOwnerRecord(
  connection: Connection,
  at: { network: PublicKey; index: number },
  commitment?: Commitment,
): Promise<OwnerRecord | null> {
  const address = ownerRecordAddress(at);
  const info = await connection.getAccountInfo(address, commitment);
  return info?.owner.equals(PROGRAM_ID) ? decodeOwnerRecord(address, info.data) : null;
}

/** @throws AccountError */
export async function fetchNetwork(
  connection: Connection,
  address: PublicKey,
  commitment?: Commitment,
): Promise<NetworkAccount> {
  const info = own(address, await connection.getAccountInfo(address, commitment), 'network');
  return decodeNetwork(address, info);
}

/** @throws AccountError */
export async function fetchRegistry(
  connection: Connection,
  network: PublicKey,
  commitment?: Commitment,
): Promise<RegistryAccount> {
  const address = registryAddress(network);
  return decodeRegistry(
    address,
    own(address, await connection.getAccountInfo(address, commitment), 'registry'),
  );
}

/** Pages by number; null where one isn't open yet. @throws AccountError */
export async function fetchPages(
  connection: Connection,
  network: PublicKey,
  numbers: readonly number[],
  commitment?: Commitment,
): Promise<(PageAccount | null)[]> {
  const addresses = numbers.map((number) => pageAddress({ network, number }));
  const infos = await connection.getMultipleAccountsInfo(addresses, commitment);
  return infos.map((info, i) =>
    info?.owner.equals(PROGRAM_ID) ? decodePage(addresses[i]!, info.data) : null,
  );
}

type Names = keyof IdlAccounts<Network>;

function decode<N extends Names>(name: N, address: PublicKey, data: Uint8Array): IdlAccounts<Network>[N] {
  try {
    return coder.accounts.decode<IdlAccounts<Network>[N]>(name, Buffer.from(data));
  } catch (cause) {
    throw malformed(name, address, cause);
  }
}

const malformed = (name: string, address: PublicKey, cause?: unknown): AccountError =>
  new AccountError('account_malformed', `account ${address} does not hold a ${name}`, { cause });

function own(address: PublicKey, info: AccountInfo<Buffer> | null, name: string): Buffer {
  if (!info) throw new AccountError('account_missing', `there is no ${name} at ${address} on this cluster`);
  if (!info.owner.equals(PROGRAM_ID)) {
    throw new AccountError(
      'account_foreign',
      `account ${address} belongs to program ${info.owner}, not ${PROGRAM_ID}`,
    );
  }
  return info.data;
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

const big = (value: BN): bigint => BigInt(value.toString());
const bytes = (value: readonly number[]): Uint8Array => Uint8Array.from(value);
