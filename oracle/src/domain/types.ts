import type { Report, SignedReport } from '@commonwire/sdk/device';
import type { RegistryEntry } from '@commonwire/sdk/network';
import type { Hold } from './denylist';
import type { MarketGroup } from './market/groups';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';

export type { Report, SignedReport };

/** A device as recorded in the network's registry. */
export interface Device {
  readonly index: number;
  /** 0 = Ed25519, 1 = P-256. */
  readonly keyType: number;
  /** 33 bytes: an Ed25519 key followed by one zero byte, or a compressed P-256 point. */
  readonly deviceKey: Uint8Array;
  /** The wallet the device earns for, 32 bytes. */
  readonly owner: Uint8Array;
  /** 1 energy, 2 bandwidth, 3 parking, 4 sensor, 5 meter. */
  readonly kind: number;
  /** The H3 cell in which the owner asserts the device is. */
  readonly h3Cell: bigint;
  /** In the kind's capacity unit, such as watts for energy. */
  readonly capacity: number;
}

/** The relation of a wallet to a device: see {@link RegistryView.standing}. */
export type Standing = 'owner' | 'former-owner' | 'stranger';

/**
 * The registry as of a cut or as of now, seen from an epoch. It contains no devices beyond `deviceCount` and no later
 * changes.
 */
export interface RegistryView {
  readonly deviceCount: number;
  /** Running hash over every change, 32 bytes. */
  readonly hash: Uint8Array;
  /** The device, with the owner it earns for in the epoch. */
  device(index: number): Device | undefined;
  /** Whether the device is retired, and so earns nothing, in the epoch. */
  isRetired(index: number): boolean;
  /**
   * Returns the relation of a wallet to the device in the view's epoch, or in an earlier `epoch` if given. `owner`: the
   * device earned for the wallet in that epoch or the one before it, since a device can't learn of its new owner at the
   * moment of a cut. `former-owner`: an earlier owner. `stranger`: none of these.
   */
  standing(index: number, owner: Uint8Array, epoch?: number): Standing;
  /**
   * Every change since the start, in order; neighbouring registrations are merged. Each device and each change of owner
   * counts as one; the first `from` are left out.
   */
  entries(from?: number): Iterable<RegistryEntry>;
}

/** An epoch's cut as recorded on chain. `time` is the chain's unix time of the cut, in seconds. */
export interface Cut {
  readonly device_count: number;
  /** Hex. */
  readonly registry_hash: string;
  readonly time: number;
}

/** The most that can be earned in an epoch, as decimals: the chain would refuse to accept or pay more. */
export interface Limits {
  /** Limit of the total's growth: the lower of the emission cap for this epoch and the rest of the maximum supply. */
  readonly epoch: string;
  /** Limit of one device's growth. */
  readonly device: string;
}

/** Counts by reason code; keys are sorted in canonical JSON. */
export type Counts = Readonly<Record<string, number>>;

/** The head that an oracle signs when it seals its log of an epoch. Hashes are hex, `oracle` is base58. */
export interface LogHead {
  readonly oracle: string;
  readonly epoch: number;
  /** How many reports its runs have. */
  readonly reports: number;
  /** Milliseconds of the oracle's real clock. */
  readonly sealed_at: number;
  /** Hash of the oracle's last head, or zeros if there is none. */
  readonly previous: string;
  /** Root of the tree over its runs; zeros if it has none. */
  readonly root: string;
  /** Counts of the reports that were refused and not stored, by code. */
  readonly refused: Counts;
  /** Base64 of the oracle's 64-byte Ed25519 signature over `logHeadMessage`. */
  readonly signature: string;
}

/** A run of a log as its head commits to it: the reports of one shard's devices, by device, start and hash. */
export interface RunReference {
  readonly shard: number;
  readonly reports: number;
  /** SHA-256 of each page, hex, in order. */
  readonly pages: readonly string[];
}

/** An oracle's sealed log of an epoch, as what it consists of. */
export interface SealedLog {
  readonly head: LogHead;
  /** By shard; shards without reports have none. */
  readonly runs: readonly RunReference[];
}

/** A run with its bytes, cut into pages. */
export interface Run {
  readonly shard: number;
  readonly reports: number;
  readonly pages: readonly Uint8Array[];
}

/** An oracle's complete log of an epoch. */
export interface Log {
  readonly head: LogHead;
  readonly runs: readonly Run[];
}

/** An oracle's last included head, which its next log must follow. */
export interface LastHead {
  readonly oracle: string;
  readonly epoch: number;
  /** The hash of what the oracle signed, hex: see `headHash`. */
  readonly head: string;
  readonly sealed_at: number;
}

/** `accepted` earns by score; `zeroed` is honest but earns nothing; `duplicate` was counted in an earlier epoch. */
export type Outcome = 'accepted' | 'zeroed' | 'rejected' | 'duplicate';

/** A distinct report as gathered from the logs, before any rule is applied. */
export interface GatheredReport {
  /** Base64, as it was sent. */
  readonly report: string;
  /** Every copy, since one with a bad signature or time must not spoil a good one. */
  readonly copies: readonly ReportCopy[];
}

/** Where and when a report was found. Stands for `count` identical copies. */
export interface ReportCopy {
  /** Epoch of the log it was found in; may be an earlier one if the oracle was down. */
  readonly epoch: number;
  /** Base64. */
  readonly signature: string;
  /** Milliseconds of the receiving oracle's real clock. */
  readonly receivedAt: number;
  readonly count: number;
}

/** A validly signed report of a known device, inside the time window. The dataset lists these. */
export interface Evidence {
  /** Hex SHA-256 of the report's bytes. */
  readonly hash: string;
  /** The report's bytes in base64, as sent. */
  readonly text: string;
  readonly report: Report;
  /** Base64; the lowest of the valid ones. */
  readonly signature: string;
  /** Epoch of the earliest log with a valid copy. */
  readonly epoch: number;
  /** The earliest among valid copies, in milliseconds. */
  readonly receivedAt: number;
  /** Number of valid copies in the epoch's logs. */
  readonly copies: number;
}

/** The verdict on a report of the dataset. */
export interface Verdict {
  readonly evidence: Evidence;
  readonly outcome: Outcome;
  /** Why the report doesn't count in full; empty if it does. */
  readonly reasons: readonly ReasonCode[];
  /** Verified units x quality x density weight; 0 unless accepted. */
  readonly score: bigint;
  /** The report's part of the device's reward, before debt is deducted. */
  readonly paid: bigint;
}

/** A report inside the late window, remembered so that no minute counts twice. */
export interface RecentReport {
  /** Device time, unix seconds. */
  readonly start: number;
  readonly seconds: number;
  /** Hex SHA-256 of the report's bytes. */
  readonly hash: string;
  readonly sequence: bigint;
  readonly value: bigint;
  /** Seconds for which the value has not changed, including this report. */
  readonly stillSeconds: number;
  /** False if it stood still for too long, or another report claimed one of its minutes: they stay taken and pay nothing. */
  readonly counted: boolean;
  /** The report's part of a reward, unless it has become a debt. */
  readonly paid: bigint;
}

/** What of an energy device counted in the last thirty days, by span: see `kinds/energy/month.ts`. */
export interface Month {
  /** The last span, in spans since 1970. */
  readonly last: number;
  /** Wh, in order of time; the last span's at the end. */
  readonly energy: readonly number[];
}

/** The state of a device between epochs; only the active index of a key has one. */
export interface DeviceState {
  readonly index: number;
  /** The epoch in which the key first signed for this index. */
  readonly activated: number;
  /** The amount owed for conflicts that were found after the reports had earned; deducted from later rewards. */
  readonly debt: bigint;
  /** Ordered by (start, hash). */
  readonly recent: readonly RecentReport[];
  /** Of an energy device that delivered something: what counted in the last thirty days. */
  readonly month?: Month | undefined;
  /** Of a device that is listed, or has held pay left. */
  readonly hold?: Hold | undefined;
}

/** A device's line in the reward table. */
export interface Reward {
  readonly index: number;
  readonly owner: Uint8Array;
  readonly score: bigint;
  /** The device's share of the budget, after the cap and before debt. */
  readonly reward: bigint;
  /** The part of `reward` that went into debt. */
  readonly repaid: bigint;
  readonly debt: bigint;
  /** Total since the start; never decreases. */
  readonly earned: bigint;
  /** What this epoch pays of the amount that was held, and what is held after it. */
  readonly released: bigint;
  readonly held: bigint;
}

/** A manifest's reference to a part of the dataset. The hash and sizes are those of the uncompressed bytes. */
export interface PartReference {
  readonly sha256: string;
  readonly bytes: number;
  readonly lines: number;
}

/** A part's canonical NDJSON bytes and their hash. Compression is up to the storage. */
export interface DatasetPart {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** The totals of an epoch; amounts are decimal strings. */
export interface Totals {
  readonly accepted: number;
  readonly zeroed: number;
  readonly rejected: number;
  /** Copies beyond the first, and reports counted in an earlier epoch. */
  readonly duplicate: number;
  /** Reports that weren't validly signed or were outside the time window, by code: those in heads and those in logs. */
  readonly refused_by_code: Counts;
  readonly rejected_by_code: Counts;
  /** The amount that was split: the policy's budget, or the chain's limit if that is lower. */
  readonly budget: string;
  /** Sum of the rewards before debt. The rest of the budget is not minted. */
  readonly allocated: string;
  readonly unallocated: string;
  /** The part of `allocated` that went into debts. */
  readonly repaid: string;
  /** The part of what was held that this epoch pays or, above the cap of a device, holds again. */
  readonly released: string;
  /** What is held after it: earned_total and held grew by `allocated` less `repaid`. */
  readonly held: string;
  readonly earned_total: string;
}

/** What a manifest says of a shard. The sums of all shards add up to the totals; amounts are decimal strings. */
export interface ShardEntry {
  /** How many of the manifest's parts are the shard's. */
  readonly parts: { readonly reports: number; readonly rewards: number; readonly state: number };
  /** Counts of its copies in the logs that failed a check, by code. */
  readonly unverified: Counts;
  readonly accepted: number;
  readonly zeroed: number;
  readonly rejected: number;
  readonly duplicate: number;
  readonly rejected_by_code: Counts;
  /** Sums of scores by the kind's name, if there are any. */
  readonly scores: Readonly<Record<string, string>>;
  readonly allocated: string;
  readonly repaid: string;
  readonly released: string;
  readonly held: string;
  /** Earned since the start by its devices. */
  readonly earned: string;
  /** The ledger's node above its devices, hex. */
  readonly ledger_node: string;
}

/** The manifest of a dataset. `dataset_hash` is the SHA-256 of its canonical JSON. */
export interface Manifest {
  readonly version: 3;
  /** Version of the rules that the epoch was closed by; the policy's. */
  readonly rules_version: number;
  readonly network: string;
  readonly program: string;
  /** Genesis hash of the cluster, hex. */
  readonly genesis_hash: string;
  /** The network's creation slot, decimal. */
  readonly birth: string;
  readonly epoch: number;
  /** Hex SHA-256 of the previous manifest, null for the first. */
  readonly previous: string | null;
  readonly cut: Cut;
  readonly limits: Limits;
  readonly policy: Policy;
  /** In committee order, then by epoch. */
  readonly logs: readonly LogHead[];
  /** The last included head of every oracle that ever had one, ordered by address. */
  readonly heads: readonly LastHead[];
  readonly horizon: number;
  /** Counts of copies in the logs that failed a check of ingest, such as signature or time, by code. */
  readonly unverified: Counts;
  readonly parts: {
    readonly registry: readonly PartReference[];
    readonly reports: readonly PartReference[];
    readonly rewards: readonly PartReference[];
    readonly state: readonly PartReference[];
    /** What the shards decided together of single devices. */
    readonly reduction: readonly PartReference[];
  } & Readonly<Partial<Record<MarketGroup, readonly PartReference[]>>>;
  /** A shard has 2^`shard_bits` devices. */
  readonly shard_bits: number;
  /** In order of devices, as the parts of reports, rewards and state are: each part belongs to one shard. */
  readonly shards: readonly ShardEntry[];
  readonly totals: Totals;
  /** Hex. */
  readonly ledger_root: string;
  /** The preimage of the ledger's root, hex: `post_epoch` requires it. See `LedgerTree.opening`. */
  readonly ledger_opening: string;
  /** Given if the epoch has markets, or leaves of markets that it had. In the policy's order. */
  readonly markets?: readonly {
    readonly address: string;
    readonly late_seconds: number;
    /** The intervals that were cleared, device time: from this one on, up to that before `cleared_until`. */
    readonly cleared_from: number;
    readonly cleared_until: number;
  }[];
  /** Hex. */
  readonly usage_root: string;
}

/** A manifest of whatever rules: only software that has them can read its policy. */
export interface AnyManifest extends Omit<Manifest, 'policy' | 'totals' | 'shards'> {
  readonly policy: unknown;
  readonly totals: MaybeHeld<Totals>;
  readonly shards: readonly MaybeHeld<ShardEntry>[];
}

/** Rules before version 5 held nothing, and said nothing of it. */
type MaybeHeld<T extends { released: string; held: string }> = Omit<T, 'released' | 'held'> &
  Partial<Pick<T, 'released' | 'held'>>;

/** The network an oracle works for, as the signed messages name it. */
export interface NetworkIdentity {
  /** 32 bytes. */
  readonly network: Uint8Array;
  /** 32 bytes. */
  readonly program: Uint8Array;
  /** The network's creation slot. */
  readonly birth: bigint;
  /** Genesis hash of the cluster, 32 bytes. */
  readonly genesisHash: Uint8Array;
}

/** Checks one signature; `publicKey` is 32 bytes for Ed25519, 33 for P-256. */
export type VerifySignature = (input: {
  keyType: number;
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}) => boolean;
