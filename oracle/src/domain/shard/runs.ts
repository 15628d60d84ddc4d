import type { ReasonCode } from '../reasons';
import { fromBase64, readReport } from '../report-checks';
import type { GatheredReport, Log } from '../types';
import { asBuffer, Growing } from './shards';

/**
 * Reports of one shard from one source, one after another: length u16, the report's bytes, signature 64, time of receipt,
 * epoch of the log and number of copies as f64. Reports of the same device are neighbours, devices are in order of
 * index; what else the order is makes no difference.
 */
export interface Run {
  readonly bytes: Uint8Array;
  /** Whether all signatures are known to be valid, because whoever closes has checked them at ingest. */
  readonly verified: boolean;
}

/** The runs of each shard, and how many reports had no readable device, by code. */
export interface Runs {
  readonly shards: readonly (readonly Run[])[];
  readonly unreadable: ReadonlyMap<ReasonCode, number>;
}

/** A copy of a report in a run. */
export interface RunEntry {
  readonly device: number;
  /** Copies: not every library takes shared memory. */
  readonly report: Buffer;
  readonly signature: Buffer;
  readonly receivedAt: number;
  readonly epoch: number;
  readonly count: number;
  /** Where the next entry begins. */
  readonly next: number;
}

const SIGNATURE = 64;
const TRAILER = SIGNATURE + 24;
/** Where a report has its device, after its domain and network. */
const DEVICE_AT = 52;

/** Bytes of an entry besides the report. */
export const ENTRY_EXTRA = 2 + TRAILER;

/** The device of the entry at a position. */
export const deviceAt = (run: Buffer, at: number): number => run.readUInt32LE(at + 2 + DEVICE_AT);

/** Reads the entry at a position. */
export function entryAt(run: Buffer, at: number): RunEntry {
  const from = at + 2;
  const end = from + run.readUInt16LE(at);
  const times = end + SIGNATURE;
  const copy = Buffer.allocUnsafe(times - from);
  run.copy(copy, 0, from, times);
  return {
    device: run.readUInt32LE(from + DEVICE_AT),
    report: copy.subarray(0, end - from),
    signature: copy.subarray(end - from),
    receivedAt: run.readDoubleLE(times),
    epoch: run.readDoubleLE(times + 8),
    count: run.readDoubleLE(times + 16),
    next: end + TRAILER,
  };
}

/** How reports are divided: among `count` shards, the last of which also gets those of unknown devices. */
export interface Shards {
  readonly count: number;
  readonly bits: number;
}

/**
 * The logs' entries as runs.
 * @param verified the oracle whose log was written by whoever closes
 */
export function runsOfLogs(logs: readonly Log[], shards: Shards, verified?: string): Runs {
  const unreadable = new Map<ReasonCode, number>();
  const runs = logs.map(({ head, entries }) => {
    const sorter = new RunSorter(shards, unreadable);
    for (const { epoch, received_at, reports } of entries)
      for (const { report, signature } of reports) sorter.add(report, signature, received_at, epoch, 1);
    return sorter.runs(head.oracle === verified);
  });
  return { shards: transposed(runs, shards.count), unreadable };
}

/** A dataset's reports as runs. */
export function runsOfReports(gathered: Iterable<GatheredReport>, shards: Shards): Runs {
  const unreadable = new Map<ReasonCode, number>();
  const sorter = new RunSorter(shards, unreadable);
  for (const { report, copies } of gathered)
    for (const { signature, receivedAt, epoch, count } of copies)
      sorter.add(report, signature, receivedAt, epoch, count);
  return { shards: transposed([sorter.runs(false)], shards.count), unreadable };
}

const transposed = (runs: readonly (readonly Run[])[], count: number): Run[][] =>
  Array.from({ length: count }, (_, shard) =>
    runs.flatMap((one) => (one[shard]!.bytes.length > 0 ? [one[shard]!] : [])),
  );

const NO_SIGNATURE = Buffer.alloc(SIGNATURE);

/** The 64 bytes of a signature in base64. What isn't one becomes bytes that are never a valid one. */
export const signatureOf = (text: string): Uint8Array =>
  (text.length === 88 ? fromBase64(text) : undefined) ?? NO_SIGNATURE;

class RunSorter {
  private readonly piles: { readonly out: Growing; readonly places: number[] }[];

  constructor(
    private readonly shards: Shards,
    private readonly unreadable: Map<ReasonCode, number>,
  ) {
    this.piles = Array.from({ length: shards.count }, () => ({ out: new Growing(1024), places: [] }));
  }

  /** Adds a report in base64. */
  add(text: string, signature: string, receivedAt: number, epoch: number, count: number): void {
    const read = readReport(text);
    if (typeof read === 'string' || this.piles.length === 0) {
      const code = typeof read === 'string' ? read : 'unknown-device';
      this.unreadable.set(code, (this.unreadable.get(code) ?? 0) + count);
      return;
    }
    const { bytes, report } = read;
    const shard = Math.min(Math.floor(report.index / 2 ** this.shards.bits), this.piles.length - 1);
    const { out, places } = this.piles[shard]!;
    const run = out.reserve(2 + bytes.length + TRAILER);
    places.push(out.length);
    let at = run.writeUInt16LE(bytes.length, out.length);
    run.set(bytes, at);
    at += bytes.length;
    run.set(signatureOf(signature), at);
    at = run.writeDoubleLE(receivedAt, at + SIGNATURE);
    at = run.writeDoubleLE(epoch, at);
    out.length = run.writeDoubleLE(count, at);
  }

  /** What was added, sorted by device. */
  runs(verified: boolean): Run[] {
    return this.piles.map(({ out, places }) => {
      const devices = Uint32Array.from(places, (at) => deviceAt(out.bytes, at));
      const order = places.map((_, i) => i).sort((a, b) => devices[a]! - devices[b]! || a - b);
      return { bytes: inOrder(out, places, order), verified };
    });
  }
}

/** The entries in another order, in memory that threads share. */
function inOrder(out: Growing, places: readonly number[], order: readonly number[]): Uint8Array {
  const sorted = asBuffer(out.shared());
  let to = 0;
  for (const place of order) {
    const end = places[place + 1] ?? out.length;
    to += out.bytes.copy(sorted, to, places[place]!, end);
  }
  return sorted;
}
