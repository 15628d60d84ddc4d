import { DomainError } from '../errors';
import { fromBase64 } from '../report-checks';
import { compareRecords, deviceAt, isReport, RECORD, recordEnd, SHARD_DEVICES } from '../run';
import type { GatheredReport, Log, ReportCopy, Run } from '../types';
import { asBuffer, Growing, shardCount, sharedBytes } from './shards';

/** Reports that a shard judges, from one source: records as in a log's pages, one after another and in their order. */
export interface ShardRun {
  readonly bytes: Uint8Array;
  /** The epoch of the log that they are in. */
  readonly epoch: number;
  /** Whether all signatures are known to be valid, because whoever closes has checked them at ingest. */
  readonly verified: boolean;
  /** How many copies each report stands for; one if absent. */
  readonly copies?: Float64Array;
}

/** A report of a run. */
export interface RunEntry {
  /** Copies: not every library takes shared memory. */
  readonly report: Buffer;
  readonly signature: Buffer;
  readonly receivedAt: number;
  /** Where the next entry begins. */
  readonly next: number;
}

/** Reads the entry at a position. */
export function entryAt(run: Buffer, at: number): RunEntry {
  const next = recordEnd(run, at);
  const copy = Buffer.allocUnsafe(next - at);
  run.copy(copy, 0, at, next);
  return {
    report: copy.subarray(RECORD.report),
    signature: copy.subarray(RECORD.signature, RECORD.report),
    receivedAt: copy.readUIntLE(RECORD.time, RECORD.signature),
    next,
  };
}

/** How reports are divided: among `count` shards of 2^`bits` devices. */
export interface Shards {
  readonly count: number;
  readonly bits: number;
}

/** The shards that are judged: one also if there are no devices, since their logs may have reports all the same. */
export const judgedShards = ({ deviceCount, bits }: { deviceCount: number; bits: number }): Shards => ({
  count: Math.max(1, shardCount(deviceCount, bits)),
  bits,
});

/** Devices from `first` up to, and without, `end`. */
export interface DeviceRange {
  readonly first: number;
  readonly end: number;
}

/** The devices whose reports a shard judges: the last one's also those that aren't registered. */
export const judgedRange = (shard: number, { count, bits }: Shards): DeviceRange => ({
  first: shard * 2 ** bits,
  end: shard >= count - 1 ? Number.POSITIVE_INFINITY : (shard + 1) * 2 ** bits,
});

/** Whether a log's run may have reports of these devices. */
export const concerns = ({ shard }: Pick<Run, 'shard'>, { first, end }: DeviceRange): boolean =>
  shard * SHARD_DEVICES < end && (shard + 1) * SHARD_DEVICES > first;

/** What a log's run has of these devices, in memory that threads share. Its pages are valid. */
export function shardRun(
  { shard, pages }: Pick<Run, 'shard' | 'pages'>,
  range: DeviceRange,
  source: Pick<ShardRun, 'epoch' | 'verified'>,
): ShardRun {
  const bytes = sharedBytes(pages.reduce((sum, page) => sum + page.length, 0));
  let at = 0;
  for (const page of pages) {
    bytes.set(page, at);
    at += page.length;
  }
  const isWithin = shard * SHARD_DEVICES >= range.first && (shard + 1) * SHARD_DEVICES <= range.end;
  return { bytes: isWithin ? bytes : cutOut(bytes, range), ...source };
}

function cutOut(bytes: Uint8Array, { first, end }: DeviceRange): Uint8Array {
  const run = asBuffer(bytes);
  const seek = (from: number, device: number): number => {
    let at = from;
    while (at < run.length && deviceAt(run, at) < device) at = recordEnd(run, at);
    return at;
  };
  const from = seek(0, first);
  return bytes.subarray(from, seek(from, end));
}

/** What logs in memory have of these devices. */
export const runsOfLogs = (logs: readonly Log[], range: DeviceRange): ShardRun[] =>
  logs.flatMap(({ head, runs }) =>
    runs
      .filter((run) => concerns(run, range))
      .map((run) => shardRun(run, range, { epoch: head.epoch, verified: false })),
  );

/**
 * A dataset's reports by shard. What isn't encoded as a report is left out: no log can have it, so that whoever compares
 * the outcome finds it missing.
 * @throws DomainError `bad-dataset` for a time that no log can have
 */
export function runsOfReports(gathered: Iterable<GatheredReport>, { count, bits }: Shards): ShardRun[][] {
  const shards = Array.from({ length: count }, () => new Map<number, RunSorter>());
  for (const { report: text, copies } of gathered) {
    const report = fromBase64(text);
    if (!report || !isReport(report)) continue;
    const device = Buffer.from(report).readUInt32LE(RECORD.device);
    const byEpoch = shards[Math.min(Math.floor(device / 2 ** bits), count - 1)]!;
    for (const copy of copies) {
      const sorter = byEpoch.get(copy.epoch) ?? new RunSorter(copy.epoch);
      byEpoch.set(copy.epoch, sorter);
      sorter.add(report, copy);
    }
  }
  return shards.map((byEpoch) => [...byEpoch.values()].map((sorter) => sorter.run()));
}

const SIGNATURE_BYTES = RECORD.report - RECORD.signature;
const NO_SIGNATURE = Buffer.alloc(SIGNATURE_BYTES);
/** Later times don't fit into a record. */
const LATEST = 2 ** (8 * RECORD.signature);

/** The 64 bytes of a signature in base64. What isn't one becomes bytes that are never a valid one. */
export const signatureOf = (text: string): Uint8Array => {
  const bytes = fromBase64(text);
  return bytes?.length === SIGNATURE_BYTES ? bytes : NO_SIGNATURE;
};

/** Sorts reports that come in any order. */
class RunSorter {
  private readonly out = new Growing(1024);
  private readonly places: number[] = [];
  private readonly copies: number[] = [];

  constructor(private readonly epoch: number) {}

  add(report: Uint8Array, { signature, receivedAt, count }: ReportCopy): void {
    if (!(receivedAt >= 0 && receivedAt < LATEST))
      throw new DomainError('bad-dataset', `parts.reports: received_at is ${receivedAt}`);
    const run = this.out.reserve(RECORD.report + report.length);
    this.places.push(this.out.length);
    this.copies.push(count);
    const at = run.writeUIntLE(receivedAt, this.out.length, RECORD.signature);
    run.set(signatureOf(signature), at);
    run.set(report, at + SIGNATURE_BYTES);
    this.out.length += RECORD.report + report.length;
  }

  /** What was added, sorted by device, start and hash. */
  run(): ShardRun {
    const { out, places, copies, epoch } = this;
    const devices = Uint32Array.from(places, (at) => deviceAt(out.bytes, at));
    const inOrder = (a: number, b: number): number =>
      devices[a]! - devices[b]! || compareRecords(out.bytes, places[a]!, out.bytes, places[b]!) || a - b;
    const order = places.map((_, i) => i).sort(inOrder);
    const bytes = asBuffer(sharedBytes(out.length));
    let to = 0;
    for (const place of order)
      to += out.bytes.copy(bytes, to, places[place]!, places[place + 1] ?? out.length);
    return { bytes, epoch, verified: false, copies: Float64Array.from(order, (place) => copies[place]!) };
  }
}
