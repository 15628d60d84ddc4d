/**
 * Runs: the reports of a shard's devices in an oracle's log, sorted, so that a shard can be closed, copied and checked
 * alone. docs/formats.md has the bytes.
 */
import { ascii, sha256, toHex } from '@commonwire/sdk/core';
import { MAX_REPORT_BYTES, reportHash } from '@commonwire/sdk/device';
import { DomainError } from './errors';
import type { Run, RunReference } from './types';

/** Devices of a shard: one subtree of the ledger, of depth 16. */
export const SHARD_DEVICES = 65_536;
/** Shards of the largest registry: the ledger has depth 24. */
export const MAX_SHARDS = 256;
/** Most bytes of a page: small enough to be fetched, checked and thrown away as one. */
export const PAGE_BYTES = 1024 * 1024;

export const shardOf = (device: number): number => Math.floor(device / SHARD_DEVICES);

const TIME_BYTES = 6;
const SIGNATURE_BYTES = 64;
/** Where a report's fields are in its bytes, and the length of one without extra bytes. */
const DOMAIN = ascii('commonwire:report:v1');
const [INDEX, START, EXTRA, FIXED] = [52, 96, 125, 126];

/** A report in a log. */
export interface LoggedReport {
  /** As the device signed it. */
  readonly bytes: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  /** Milliseconds of the oracle's real clock. */
  readonly receivedAt: number;
}

const MAX_RECORD_BYTES = TIME_BYTES + SIGNATURE_BYTES + MAX_REPORT_BYTES;
/** Bytes of the shortest report in a page. */
export const MIN_RECORD_BYTES = TIME_BYTES + SIGNATURE_BYTES + FIXED;

/** Where the parts of a record in a page begin, and where a report has its device. */
export const RECORD = {
  time: 0,
  signature: TIME_BYTES,
  report: TIME_BYTES + SIGNATURE_BYTES,
  device: INDEX,
} as const;

/** The device of a valid page's record. */
export const deviceAt = (page: Buffer, at: number): number => page.readUInt32LE(at + RECORD.report + INDEX);

/** Where a valid page's record ends. */
export const recordEnd = (page: Buffer, at: number): number =>
  at + RECORD.report + FIXED + page[at + RECORD.report + EXTRA]!;

const bad = (why: string): DomainError => new DomainError('bad-log', why);

const buffer = ({ buffer: memory, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(memory, byteOffset, length);

/** Returns the length of the report at an offset, which is encoded as one, though its values may be nonsense. */
function reportLength(bytes: Buffer, at: number): number {
  const length = FIXED + (bytes[at + EXTRA] ?? Number.NaN);
  // Not a number if the report is cut off.
  if (!(at + length <= bytes.length)) throw bad('a report is cut off');
  if (bytes.compare(DOMAIN, 0, DOMAIN.length, at, at + DOMAIN.length) !== 0)
    throw bad('it has something else than reports');
  return length;
}

/** Orders two records of valid pages, which are of one device, by start and hash of the report: 0 if it is the same. */
export function compareRecords(a: Buffer, i: number, b: Buffer, j: number): number {
  const [from, other] = [i + RECORD.report, j + RECORD.report];
  const order = startAt(a, from) - startAt(b, other);
  if (order !== 0) return order;
  const [end, otherEnd] = [recordEnd(a, i), recordEnd(b, j)];
  if (a.compare(b, other, otherEnd, from, end) === 0) return 0;
  // Copies: not every library takes shared memory.
  const hashed = (page: Buffer, first: number, last: number) =>
    reportHash(Uint8Array.from(page.subarray(first, last)));
  return Buffer.compare(hashed(a, from, end), hashed(b, other, otherEnd));
}

// Times beyond 2^53 are refused when the report is decoded; here they only need an order.
const startAt = (bytes: Buffer, report: number): number => Number(bytes.readBigUInt64LE(report + START));

/** Whether bytes are encoded as a report; its values may be nonsense. */
export const isReport = (bytes: Uint8Array): boolean =>
  bytes.length === FIXED + (bytes[EXTRA] ?? Number.NaN) &&
  buffer(bytes).compare(DOMAIN, 0, DOMAIN.length, 0, DOMAIN.length) === 0;

/**
 * Encodes a lane's entry: the reports that were received at one time.
 * @throws DomainError `bad-log` for what isn't encoded as a report, or has no signature of 64 bytes
 */
export function encodeEntry(
  receivedAt: number,
  reports: readonly Pick<LoggedReport, 'bytes' | 'signature'>[],
): Uint8Array {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntLE(receivedAt, 0, TIME_BYTES);
  const parts: Uint8Array[] = [time];
  for (const { bytes, signature } of reports) {
    if (!isReport(bytes)) throw bad('it has something else than reports');
    if (signature.length !== SIGNATURE_BYTES) throw bad('a signature does not have 64 bytes');
    parts.push(signature, bytes);
  }
  return Buffer.concat(parts);
}

/** Where the reports of an entry begin, each behind its signature. @throws DomainError `bad-log` */
function* offsetsIn(bytes: Buffer): Generator<number> {
  if (bytes.length < TIME_BYTES) throw bad('an entry is cut off');
  for (let at = TIME_BYTES; at < bytes.length; ) {
    const from = at + SIGNATURE_BYTES;
    yield from;
    at = from + reportLength(bytes, from);
  }
}

const reportAt = (bytes: Buffer, from: number): LoggedReport => ({
  bytes: bytes.subarray(from, from + reportLength(bytes, from)),
  signature: bytes.subarray(from - SIGNATURE_BYTES, from),
  receivedAt: bytes.readUIntLE(0, TIME_BYTES),
});

/** The reports of an entry. @throws DomainError `bad-log` */
export function* readEntry(entry: Uint8Array): Generator<LoggedReport> {
  const bytes = buffer(entry);
  for (const from of offsetsIn(bytes)) yield reportAt(bytes, from);
}

/** The reports of a page. @throws DomainError `bad-log` */
export function* readPage(page: Uint8Array): Generator<LoggedReport> {
  const bytes = buffer(page);
  for (let at = 0; at < bytes.length; ) {
    const from = at + TIME_BYTES + SIGNATURE_BYTES;
    const end = from + reportLength(bytes, from);
    const receivedAt = bytes.readUIntLE(at, TIME_BYTES);
    yield { bytes: bytes.subarray(from, end), signature: bytes.subarray(at + TIME_BYTES, from), receivedAt };
    at = end;
  }
}

/** What a report is about, without decoding the rest. */
const placeOf = (bytes: Uint8Array): { device: number; start: number } => {
  const view = buffer(bytes);
  return { device: view.readUInt32LE(INDEX), start: startAt(view, 0) };
};

interface Sorted extends LoggedReport {
  readonly device: number;
  readonly start: number;
  hash?: Uint8Array;
}

const hashOf = (report: Sorted): Uint8Array => {
  report.hash ??= reportHash(report.bytes);
  return report.hash;
};

/** By device, start and hash; the earliest copy of a report first, and of those the one with the lowest signature. */
const inOrder = (a: Sorted, b: Sorted): number =>
  a.device - b.device ||
  a.start - b.start ||
  Buffer.compare(hashOf(a), hashOf(b)) ||
  a.receivedAt - b.receivedAt ||
  Buffer.compare(a.signature, b.signature);

/** Positions in entries as one number: fewer than 2^32 entries of less than 2^20 bytes, as stores have them. */
const ENTRY = 2 ** 20;

/** A page of a run. */
interface Page {
  readonly bytes: Uint8Array;
  readonly reports: number;
}

/**
 * Sorts a log's reports, in whatever order they were received, into one run a shard, by shard, whose pages are to be read
 * before the next run. Of copies of a report only the first counts. Takes little more memory than the entries.
 * @throws DomainError `bad-log`
 */
export function* sortedRuns(
  entries: readonly Uint8Array[],
): Generator<{ readonly shard: number; readonly pages: Iterable<Page> }> {
  const buffers = entries.map(buffer);
  const shards = new Map<number, number[]>();
  for (const [i, bytes] of buffers.entries()) {
    if (bytes.length >= ENTRY) throw bad(`an entry has ${bytes.length} bytes`);
    for (const from of offsetsIn(bytes)) {
      const shard = shardOf(bytes.readUInt32LE(from + INDEX));
      const there = shards.get(shard);
      if (there) there.push(i * ENTRY + from);
      else shards.set(shard, [i * ENTRY + from]);
    }
  }
  for (const [shard, positions] of [...shards].sort(([a], [b]) => a - b)) {
    shards.delete(shard);
    yield { shard, pages: pagesOf(shard, buffers, positions) };
  }
}

/** The runs of {@link sortedRuns} with all their pages. */
export function* toRuns(entries: readonly Uint8Array[]): Generator<Run> {
  for (const { shard, pages } of sortedRuns(entries)) {
    const all = [...pages];
    const reports = all.reduce((sum, page) => sum + page.reports, 0);
    yield { shard, reports, pages: all.map(({ bytes }) => bytes) };
  }
}

function* pagesOf(shard: number, entries: readonly Buffer[], positions: readonly number[]): Generator<Page> {
  let reports = 0;
  let page = Buffer.allocUnsafe(Math.min(PAGE_BYTES, positions.length * MAX_RECORD_BYTES));
  let end = 0;
  for (const position of inRunOrder(shard, entries, positions)) {
    const entry = entries[Math.floor(position / ENTRY)]!;
    const from = position % ENTRY;
    const length = FIXED + entry[from + EXTRA]!;
    // A page ends before the first report with which it would be too long.
    if (end + TIME_BYTES + SIGNATURE_BYTES + length > PAGE_BYTES) {
      yield { bytes: page.subarray(0, end), reports };
      page = Buffer.allocUnsafe(PAGE_BYTES);
      [end, reports] = [0, 0];
    }
    end += entry.copy(page, end, 0, TIME_BYTES);
    end += entry.copy(page, end, from - SIGNATURE_BYTES, from + length);
    reports++;
  }
  yield { bytes: page.subarray(0, end), reports };
}

/** The positions of a shard's reports by device, start and hash, without those of copies. */
function* inRunOrder(
  shard: number,
  entries: readonly Buffer[],
  positions: readonly number[],
): Generator<number> {
  const deviceAt = (position: number): number =>
    entries[Math.floor(position / ENTRY)]!.readUInt32LE((position % ENTRY) + INDEX) - shard * SHARD_DEVICES;
  // Where the positions of each device begin.
  const begin = new Uint32Array(SHARD_DEVICES + 1);
  for (const position of positions) begin[deviceAt(position) + 1]!++;
  for (let device = 0; device < SHARD_DEVICES; device++) begin[device + 1]! += begin[device]!;
  const next = begin.slice();
  const sorted = new Float64Array(positions.length);
  for (const position of positions) sorted[next[deviceAt(position)]!++] = position;
  for (let device = 0; device < SHARD_DEVICES; device++) {
    const [from, to] = [begin[device]!, begin[device + 1]!];
    if (to - from === 1) yield sorted[from]!;
    else if (to > from) yield* ofDevice(entries, sorted.subarray(from, to));
  }
}

function* ofDevice(entries: readonly Buffer[], positions: Float64Array): Generator<number> {
  const reports = Array.from(positions, (position) => {
    const report = reportAt(entries[Math.floor(position / ENTRY)]!, position % ENTRY);
    return { ...report, ...placeOf(report.bytes), position };
  });
  let last: Sorted | undefined;
  for (const report of reports.sort(inOrder)) {
    if (!last || follows(last, report)) yield report.position;
    last = report;
  }
}

/** What a head says of a run. */
export const referTo = ({ shard, reports, pages }: Run): RunReference => ({
  shard,
  reports,
  pages: pages.map((page) => toHex(sha256(page))),
});

/** The times, in milliseconds, between which a log's reports were received, both inclusive. */
export interface ReceivedBetween {
  readonly from: number;
  readonly to: number;
}

/**
 * Checks a run page by page, in order, so that it needs no more memory than a page: that it is the only way to write what
 * it holds, of its shard alone and received in the time of its log. Whether its reports are valid is for the close.
 */
export class RunCheck {
  /** Those of the pages so far. */
  reports = 0;
  private length = 0;
  private last: Sorted | undefined;

  constructor(
    private readonly run: Pick<RunReference, 'shard' | 'reports'>,
    private readonly received: ReceivedBetween,
  ) {}

  /** Goes on behind a page that was checked before, with so many reports up to its end. */
  resume(page: Uint8Array, reports: number): void {
    for (const report of readPage(page)) this.last = { ...report, ...placeOf(report.bytes) };
    this.reports = reports;
    this.length = page.length;
  }

  /** @throws DomainError `bad-log` */
  page(page: Uint8Array): void {
    const { shard } = this.run;
    if (page.length > PAGE_BYTES) throw bad(`run ${shard}: a page is longer than ${PAGE_BYTES} bytes`);
    let first = true;
    for (const report of readPage(page)) {
      const one: Sorted = { ...report, ...placeOf(report.bytes) };
      const size = TIME_BYTES + SIGNATURE_BYTES + one.bytes.length;
      if (first && this.last && this.length + size <= PAGE_BYTES)
        throw bad(`run ${shard}: a page ends too early`);
      if (shardOf(one.device) !== shard) throw bad(`run ${shard}: a report of device ${one.device} is in it`);
      if (this.last && !follows(this.last, one)) throw bad(`run ${shard}: not in order`);
      if (one.receivedAt < this.received.from || one.receivedAt > this.received.to)
        throw bad(`run ${shard}: a report was received outside the time of the log`);
      this.last = one;
      this.reports++;
      first = false;
    }
    if (first) throw bad(`run ${shard}: a page is empty`);
    this.length = page.length;
  }

  /** Checks the whole, after its last page. @throws DomainError `bad-log` */
  end(): void {
    const { shard, reports } = this.run;
    if (this.reports !== reports)
      throw bad(`run ${shard}: it has ${this.reports} reports, not the ${reports} that are signed`);
  }
}

const follows = (a: Sorted, b: Sorted): boolean =>
  (a.device - b.device || a.start - b.start || Buffer.compare(hashOf(a), hashOf(b))) < 0;
