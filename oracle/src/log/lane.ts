import { randomBytes } from 'node:crypto';
import { encodeEntry, type LoggedReport, MAX_LOG_BYTES, readEntry } from '../domain';
import { OracleError } from '../runtime/errors';
import { numberKey, type Store } from '../storage/store';
import { entryOf, type LanePlace, laneItem, lanePartition, noteLaneBytes, registerLane } from './records';

/** A report as it is appended. */
export type NewReport = Pick<LoggedReport, 'bytes' | 'signature'>;

/** What a run has of a report beyond what an entry has of it: when it was received. */
const TIME_BYTES = 6;
/** The least and the most bytes of the log that a lane reserves at once. */
const [LEAST_RESERVED, MOST_RESERVED] = [64 * 1024, 4 * 1024 * 1024];
/** How far a lane's time may be ahead of the clock, which has gone back then, milliseconds. */
const MOST_AHEAD_MS = 600_000;

/** Where and by whom a lane is written. */
export interface LaneOptions {
  readonly store: Store;
  /** The oracle's key, base58. */
  readonly oracle: string;
  readonly epoch: number;
  /** Nothing in it was received earlier, milliseconds. */
  readonly since: number;
  /** The oracle's real clock, milliseconds. */
  readonly now: () => number;
  /** Most bytes of the epoch's log, in all its lanes. */
  readonly maxBytes?: number;
}

/**
 * A part of an epoch's log that this process alone appends to, so that it never waits for another writer. Somebody else
 * ends it, also when this process is gone: then nothing more can be appended. Not for concurrent use.
 */
export class Lane {
  /** Hex of 8 random bytes, so that no two writers have the same. */
  readonly name = randomBytes(8).toString('hex');
  private readonly begun: number;
  private next = 0;
  private time: number;
  private written = 0;
  private reserved: number;
  /** Whether what it has reserved was added to what the others have. */
  private isCounted = false;

  private constructor(private readonly options: LaneOptions) {
    this.begun = options.now();
    this.time = options.since;
    this.reserved = Math.min(LEAST_RESERVED, options.maxBytes ?? MAX_LOG_BYTES);
  }

  get epoch(): number {
    return this.options.epoch;
  }

  /** Begins a lane; undefined if the epoch's lanes are about to end. */
  static async begin(options: LaneOptions): Promise<Lane | undefined> {
    const lane = new Lane(options);
    const entry = { since: lane.begun, bytes: lane.reserved };
    return (await registerLane(options.store, lane.place, entry)) ? lane : undefined;
  }

  /**
   * Stores reports as one entry.
   * @returns the entry's place, or undefined if the lane has ended: then nothing was stored
   * @throws OracleError `log-full` if the log has no room; `clock-behind` if what was received before has a time to come: this
   * would have it as well, and might count as late; errors of the store, after which it may be stored or not
   */
  async append(reports: readonly NewReport[]): Promise<number | undefined> {
    const { store, oracle, epoch, now } = this.options;
    // Also if this fails: it may be stored all the same.
    const clock = now();
    this.time = Math.max(clock, this.time);
    if (this.time - clock > MOST_AHEAD_MS) throw clockBehind(this.time - clock);
    const receivedAt = this.time;
    const entry = encodeEntry(receivedAt, reports);
    const size = entry.length + TIME_BYTES * reports.length;
    await this.reserve(size);
    const item = laneItem(entry);
    for (const partition = lanePartition(oracle, epoch, this.name); ; this.next++) {
      const slot = numberKey(this.next);
      if (!(await store.insert(partition, slot, item))) {
        const there = (await store.get(partition, slot))!;
        if (!entryOf(there)) return undefined;
        // An earlier entry of this lane whose write was answered with an error, or this one: a client library repeats a
        // write whose answer was lost.
        if (Buffer.compare(there.body, item) !== 0) continue;
      }
      this.written += size;
      return this.next++;
    }
  }

  /**
   * Reserves room in the log ahead of what is written, a little at first and more for who writes more, so that the log
   * stays below its limit and lanes needn't agree on every entry.
   */
  private async reserve(size: number): Promise<void> {
    const needed = this.written + size;
    if (this.isCounted && needed <= this.reserved) return;
    const { store, epoch, maxBytes = MAX_LOG_BYTES } = this.options;
    const more = Math.min(MOST_RESERVED, this.written);
    const bytes = Math.max(this.reserved, needed > this.reserved ? Math.max(needed, this.written + more) : 0);
    if ((await noteLaneBytes(store, this.place, { since: this.begun, bytes })) > maxBytes)
      throw logFull(epoch);
    this.reserved = bytes;
    this.isCounted = true;
  }

  private get place(): LanePlace {
    const { oracle, epoch } = this.options;
    return { oracle, epoch, name: this.name };
  }
}

/** When an entry was received, milliseconds. */
export function timeOf(entry: Uint8Array): number {
  for (const { receivedAt } of readEntry(entry)) return receivedAt;
  return 0;
}

const logFull = (epoch: number): OracleError =>
  new OracleError(
    'log-full',
    `this oracle's log of epoch ${epoch} is as long as one may be; send the reports to another oracle, or again in the next epoch`,
    { status: 503, retryAfter: 60 },
  );

const clockBehind = (ms: number): OracleError =>
  new OracleError(
    'clock-behind',
    `this oracle's clock is ${Math.round(ms / 1000)} s behind the last report that it took in or the last log that it sealed: check its clock, and send the reports to another oracle`,
    { status: 503, retryAfter: 60 },
  );

/** What a lane has. */
export interface Ended {
  readonly entries: number;
  /** When the last was received, milliseconds; 0 if there is none. */
  readonly time: number;
}

/** Items at the end of a lane that are read at once. */
const TAIL_ITEMS = 4;

/**
 * Ends a lane, so that nothing can be appended any more, or finds it ended. A writer that is faster than this is met ahead:
 * it stops there at the latest.
 */
export async function endLane(store: Store, oracle: string, epoch: number, name: string): Promise<Ended> {
  const partition = lanePartition(oracle, epoch, name);
  const end = laneItem();
  for (let step = 1; ; step *= 2) {
    const { next, time, ends } = await tailOf(store, partition);
    if (ends.has(next)) return { entries: next, time };
    // Between the last entry and an end further ahead, only the writer can have been faster, and only up to that end.
    const slot = ends.size > 0 ? next : next + step - 1;
    await store.insert(partition, numberKey(slot), end);
  }
}

/** The place behind the last entry, when that was received, and the places behind it that have ends. */
async function tailOf(
  store: Store,
  partition: string,
): Promise<{ next: number; time: number; ends: ReadonlySet<number> }> {
  const ends = new Set<number>();
  for (const limit of [TAIL_ITEMS, undefined]) {
    let count = 0;
    for await (const item of store.query(partition, { descending: true, ...(limit && { limit }) })) {
      count++;
      const entry = entryOf(item);
      if (entry) return { next: Number(item.sort) + 1, time: timeOf(entry), ends };
      ends.add(Number(item.sort));
    }
    if (limit !== undefined && count < limit) break;
  }
  return { next: 0, time: 0, ends };
}
