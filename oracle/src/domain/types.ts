import type { Report, SignedReport } from '@commonwire/sdk/device';
import type { RegistryEntry } from '@commonwire/sdk/network';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';

export type { Report, SignedReport };

/** A device as the network's registry has it. */
export interface Device {
  readonly index: number;
  /** 0 = Ed25519, 1 = P-256. */
  readonly keyType: number;
  /** 33 bytes: an Ed25519 key followed by one zero byte, or a compressed P-256 point. */
  readonly deviceKey: Uint8Array;
  /** The wallet the device earns for, 32 bytes. */
  readonly owner: Uint8Array;
  /** 1 energy, 2 bandwidth, 3 parking, 4 sensor. */
  readonly kind: number;
  /** The H3 cell the owner asserts the device stands in. */
  readonly h3Cell: bigint;
  /** In the kind's unit: watts for energy. */
  readonly capacity: number;
}

/** How a wallet that a report names stands to the device: see {@link RegistryView.standing}. */
export type Standing = 'owner' | 'former-owner' | 'stranger';

/**
 * What the registry says of an epoch: as a cut fixed it, or as the chain has it now. Devices beyond `deviceCount` don't
 * exist in it, nor do changes made later.
 */
export interface RegistryView {
  readonly deviceCount: number;
  /** Running hash over every change, 32 bytes. */
  readonly hash: Uint8Array;
  /** The device, with the owner it earns for in the epoch. */
  device(index: number): Device | undefined;
  /** Whether the device earns nothing any more in the epoch. */
  isRetired(index: number): boolean;
  /**
   * How a wallet stood to the device in the view's epoch, or an earlier one that is given. `owner`: the device earned for
   * it then or in the epoch before, since nobody can tell a device of its new owner at the moment of a cut.
   * `former-owner`: an owner before those.
   */
  standing(index: number, owner: Uint8Array, epoch?: number): Standing;
  /** Every change since the start, in order; neighbouring registrations are one. */
  entries(): Iterable<RegistryEntry>;
}

/** What an epoch's cut fixed on chain. `time` is the chain's unix time of the cut, in seconds. */
export interface Cut {
  readonly device_count: number;
  /** Hex. */
  readonly registry_hash: string;
  readonly time: number;
}

/** The most that the chain lets an epoch earn, decimal: what lies above could not be posted, or not be paid. */
export interface Limits {
  /** Growth of the total: the emission's cap for this epoch, and what the maximum supply leaves. */
  readonly epoch: string;
  /** Growth of one device. */
  readonly device: string;
}

/** One batch in an oracle's append-only log of an epoch. Hashes are hex, `oracle` is base58. */
export interface LogEntry {
  readonly oracle: string;
  readonly epoch: number;
  /** 0, 1, ... within the epoch. */
  readonly sequence: number;
  /** Milliseconds of the oracle's real clock. */
  readonly received_at: number;
  readonly reports: readonly SignedReport[];
  /** The hash of the entry before it; for entry 0 the head hash of the oracle's last epoch, zeros if none. */
  readonly previous: string;
  readonly hash: string;
}

/** Counts by reason code; keys are sorted in canonical JSON. */
export type Counts = Readonly<Record<string, number>>;

/** What an oracle signs when it seals its log of an epoch. */
export interface LogHead {
  readonly oracle: string;
  readonly epoch: number;
  readonly entries: number;
  /** Milliseconds of the oracle's real clock. */
  readonly sealed_at: number;
  /** Hash of the last entry; of the last epoch's head if there is no entry. */
  readonly head: string;
  /** What was refused without being stored, by code. */
  readonly refused: Counts;
  /** Base64 of the oracle's 64-byte Ed25519 signature over `logHeadMessage`. */
  readonly signature: string;
}

/** One oracle's whole log of one epoch. */
export interface Log {
  readonly head: LogHead;
  readonly entries: readonly LogEntry[];
}

/** What a later log of this oracle must follow. */
export interface LastHead {
  readonly oracle: string;
  readonly epoch: number;
  readonly head: string;
  readonly sealed_at: number;
}

/** `accepted` pays by its score; `zeroed` is honest and pays nothing; `duplicate` was counted in an earlier epoch. */
export type Outcome = 'accepted' | 'zeroed' | 'rejected' | 'duplicate';

/** A distinct report as gathered from the logs, before any rule. */
export interface GatheredReport {
  /** Base64, as it was sent. */
  readonly report: string;
  /** Every copy is kept: one with a bad signature or time must not spoil a good one. */
  readonly copies: readonly ReportCopy[];
}

/** Where and when a report was found; `count` copies alike. */
export interface ReportCopy {
  /** Of the log it was found in: an oracle that was down brings an earlier one. */
  readonly epoch: number;
  /** Base64. */
  readonly signature: string;
  /** Milliseconds of the receiving oracle's real clock. */
  readonly receivedAt: number;
  readonly count: number;
}

/** A validly signed report of a known device, inside the time window: what the dataset lists. */
export interface Evidence {
  /** Hex SHA-256 of the report's bytes. */
  readonly hash: string;
  /** The report's bytes in base64, as they were sent. */
  readonly text: string;
  readonly report: Report;
  /** Base64; the least of the valid ones. */
  readonly signature: string;
  /** Of the earliest log with a valid copy. */
  readonly epoch: number;
  /** The least among valid copies, milliseconds. */
  readonly receivedAt: number;
  /** How many valid copies the logs of the epoch held. */
  readonly copies: number;
}

/** What was decided about one report of the dataset. */
export interface Verdict {
  readonly evidence: Evidence;
  readonly outcome: Outcome;
  /** Why it doesn't count in full; empty for an accepted report that does. */
  readonly reasons: readonly ReasonCode[];
  /** Verified units x quality x density weight; 0 unless accepted. */
  readonly score: bigint;
  /** The part of the device's reward this report brought, before any debt was taken. */
  readonly paid: bigint;
}

/** A report still inside the late window, remembered so that no minute is counted twice. */
export interface RecentReport {
  /** Device time, unix seconds. */
  readonly start: number;
  readonly seconds: number;
  /** Hex SHA-256 of the report's bytes. */
  readonly hash: string;
  readonly sequence: bigint;
  readonly value: bigint;
  /** Seconds for which the value has stood still, up to and with this report. */
  readonly stillSeconds: number;
  /** False if it stood still for too long, or another report claimed one of its minutes: they stay taken and pay nothing. */
  readonly counted: boolean;
  /** What it brought and is not yet owed back. */
  readonly paid: bigint;
}

/** What the rules remember of a device; a device that is not the active index of its key has none. */
export interface DeviceState {
  readonly index: number;
  /** The epoch in which its key first spoke for this index. */
  readonly activated: number;
  /** Owed for conflicts found after their interval was paid; taken from later earnings. */
  readonly debt: bigint;
  /** Ordered by (start, hash). */
  readonly recent: readonly RecentReport[];
}

/** What an epoch's close starts from: the outcome of the one before. */
export interface PreviousState {
  /** SHA-256 of the previous manifest, hex; null before the first epoch. */
  readonly datasetHash: string | null;
  readonly epoch: number;
  /** Device time, unix seconds: no report that starts earlier is accepted any more. */
  readonly horizon: number;
  readonly heads: readonly LastHead[];
  /** Earned since the start, by device index. */
  readonly earned: BigUint64Array;
  readonly devices: ReadonlyMap<number, DeviceState>;
}

/** One device's line of the reward table. */
export interface Reward {
  readonly index: number;
  readonly owner: Uint8Array;
  readonly score: bigint;
  /** Its share of the budget, after the cap and before debt. */
  readonly reward: bigint;
  /** The part of `reward` taken for debt. */
  readonly repaid: bigint;
  readonly debt: bigint;
  /** Since the start; never falls. */
  readonly earned: bigint;
}

/** A part of the dataset as the manifest names it; the hash and sizes are of the uncompressed bytes. */
export interface PartReference {
  readonly sha256: string;
  readonly bytes: number;
  readonly lines: number;
}

/** A part's canonical NDJSON bytes under their hash. Compression is up to the storage. */
export interface DatasetPart {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** The sums of an epoch; amounts are decimal strings. */
export interface Totals {
  readonly accepted: number;
  readonly zeroed: number;
  readonly rejected: number;
  /** Copies beyond the first, and reports counted in an earlier epoch. */
  readonly duplicate: number;
  /** Not validly signed or outside the time window, by code: heads' counts and what the logs held of them. */
  readonly refused_by_code: Counts;
  readonly rejected_by_code: Counts;
  /** What was split: the policy's budget, or less where the chain lets less be earned. */
  readonly budget: string;
  /** Devices' shares before debt; what is not allocated is not minted. */
  readonly allocated: string;
  readonly unallocated: string;
  /** The part of `allocated` that went into debts; earned grew by the rest. */
  readonly repaid: string;
  readonly earned_total: string;
}

/** What `dataset_hash` is the SHA-256 of, in canonical JSON. */
export interface Manifest {
  readonly version: 1;
  /** Version of the rules that the epoch was closed by; the policy's. */
  readonly rules_version: number;
  readonly network: string;
  readonly program: string;
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
  /** The last included head of every oracle ever included, by address. */
  readonly heads: readonly LastHead[];
  readonly horizon: number;
  /** What the logs held that wasn't validly signed or lay outside the time window, by code. */
  readonly unverified: Counts;
  readonly parts: {
    readonly registry: readonly PartReference[];
    readonly reports: readonly PartReference[];
    readonly rewards: readonly PartReference[];
    readonly state: readonly PartReference[];
  };
  readonly totals: Totals;
  /** Hex. */
  readonly ledger_root: string;
  /** Hex. */
  readonly usage_root: string;
}

/** A manifest of whatever rules: only software that has them can read its policy. */
export interface AnyManifest extends Omit<Manifest, 'policy'> {
  readonly policy: unknown;
}

/** The network an oracle works for, as the signed messages name it. */
export interface NetworkIdentity {
  /** 32 bytes. */
  readonly network: Uint8Array;
  /** 32 bytes. */
  readonly program: Uint8Array;
  /** The network's creation slot. */
  readonly birth: bigint;
}

/** Checks one signature; `publicKey` is 32 bytes for Ed25519, 33 for P-256. */
export type VerifySignature = (input: {
  keyType: number;
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}) => boolean;
