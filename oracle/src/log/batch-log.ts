import { fromHex, type Signer } from '@commonwire/sdk/core';
import { type Receipt, receiptMessage, receiptTree } from '@commonwire/sdk/oracle';
import {
  type Counts,
  fromBase58,
  type LogEntry,
  type LogHead,
  logHeadMessage,
  nextEntry,
  type SignedReport,
  sortedCounts,
} from '../domain';
import { notReady, OracleError } from '../runtime/errors';
import { jsonBytes, parseJson, type Store } from '../storage/store';
import { entriesBackwards, lastRecord, MAX_LOG_BYTES, recordBytes, writeRecord } from './records';

/** Maximum number of bytes of reports in one entry. DynamoDB's limit is 400 KB per item. */
const MAX_ENTRY_BYTES = 320 * 1024;
/** See {@link BatchLogOptions.tailMs}. */
const TAIL_MS = 5_000;
/** The item of an oracle's own partition that says which epoch collects. */
export const OPEN = 'open';
const ZERO_HASH = '0'.repeat(64);

/** The position of the next record. `time` is the last time in the log, so that times never go backwards. */
interface Tail {
  epoch: number;
  sequence: number;
  previous: string;
  time: number;
  /** Of the log so far. */
  bytes: number;
  refused: Counts;
}

interface Waiting {
  readonly reports: readonly SignedReport[];
  readonly bytes: number;
  /** What its receipt is for. */
  readonly leaf: Uint8Array | undefined;
  resolve(place: Appended): void;
  reject(error: unknown): void;
}

/** The last sealed log that the next one follows, if it isn't that of the epoch before. */
export interface Follows {
  /** Hash of its head, hex. */
  readonly previous: string;
  /** When it was sealed, milliseconds. */
  readonly time: number;
  readonly refused: Counts;
}

/** Which epoch collects, as stored. */
interface Pointer {
  readonly epoch: number;
  readonly follows?: Follows;
}

/** The position at which a batch was stored. */
export interface Appended {
  readonly epoch: number;
  readonly sequence: number;
  readonly receipt?: Receipt;
}

/** The options of a {@link BatchLog}. */
export interface BatchLogOptions {
  readonly store: Store;
  /** The network's address, 32 bytes. */
  readonly network: Uint8Array;
  /** This oracle's key, base58. */
  readonly oracle: string;
  readonly signer: Signer;
  /** The oracle's real clock, milliseconds. */
  readonly now: () => number;
  /** Maximum number of bytes of an epoch's log. */
  readonly maxBytes?: number;
  /** Milliseconds for which the end of the log is taken to be where this process left it. */
  readonly tailMs?: number;
}

/**
 * This oracle's append-only log. Batches that arrive during a write share the next one. Each record is only written to
 * an empty slot, so several processes may append to one log and nothing can be appended after a seal: a batch that
 * loses the race against the seal goes into the next epoch's log before it is acknowledged.
 */
export class BatchLog {
  private readonly waiting: Waiting[] = [];
  private flushing = false;
  private tail: Tail | undefined;
  /** When the tail was last read or written, milliseconds of this process. */
  private tailAt = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: BatchLogOptions) {}

  /**
   * Sets the first epoch that this oracle collects for; does nothing if it is already set.
   * @param follows what its log follows, if this oracle had logs before
   */
  async start(epoch: number, follows?: Follows): Promise<void> {
    const pointer: Pointer = { epoch, ...(follows && { follows }) };
    await this.options.store.insert(this.ownPartition, OPEN, jsonBytes(pointer));
  }

  /** How many reports this oracle has refused since its start, by code. */
  refused(): Promise<Counts> {
    return this.options.store.counters(this.ownPartition, 'refused');
  }

  /**
   * Stores reports. Resolves to their position once they are stored, with a receipt for `leaf` if it is given: one
   * signature serves all that share an entry.
   * @throws OracleError `not-ready` before {@link start}; `log-full` if peers could not copy a longer log
   */
  append(reports: readonly SignedReport[], leaf?: Uint8Array): Promise<Appended> {
    const bytes = reports.reduce(
      (sum, { report, signature }) => sum + report.length + signature.length + 32,
      0,
    );
    return new Promise((resolve, reject) => {
      this.waiting.push({ reports, bytes, leaf, resolve, reject });
      if (!this.flushing) void this.flush();
    });
  }

  /** Counts reports that are refused and not stored, for the next head. */
  refuse(counts: Counts): Promise<void> {
    return this.options.store.count(this.ownPartition, 'refused', counts);
  }

  /** Whether this oracle's log of an epoch is sealed in the store, so that nothing can be added to it. */
  async isPast(epoch: number): Promise<boolean> {
    const tail = await this.inTurn(() => this.locate());
    return tail !== undefined && tail.epoch > epoch;
  }

  /**
   * The collecting epoch, or undefined before {@link start}. Another process may have sealed it meanwhile, so this looks
   * into the store again after some seconds.
   */
  async openEpoch(): Promise<number | undefined> {
    const { tailMs = TAIL_MS } = this.options;
    if (!this.tail || performance.now() - this.tailAt >= tailMs)
      await this.inTurn(async () => this.know(await this.locate()));
    return this.tail?.epoch;
  }

  private know(tail: Tail | undefined): Tail | undefined {
    this.tail = tail;
    this.tailAt = performance.now();
    return tail;
  }

  /** The entries of the collecting epoch and the previous one, latest first. */
  async *latest(): AsyncIterable<LogEntry> {
    const open = await this.openEpoch();
    if (open === undefined) return;
    for (const epoch of [open, open - 1])
      yield* entriesBackwards(this.options.store, this.options.oracle, epoch);
  }

  /** Seals every open epoch up to and including `epoch`. @returns the new heads, oldest first */
  async seal(epoch: number): Promise<LogHead[]> {
    const heads: LogHead[] = [];
    for (;;) {
      const head = await this.inTurn(() => this.sealOpen(epoch));
      if (!head) return heads;
      heads.push(head);
    }
  }

  private get ownPartition(): string {
    return ownPartition(this.options.oracle);
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    while (this.waiting.length > 0) {
      const group = this.nextGroup();
      try {
        const { entry, ...place } = await this.inTurn(() =>
          this.write(group.flatMap(({ reports }) => [...reports])),
        );
        // The next entry is written while this one is signed.
        void this.receipts(group, place, entry).then((receipts) => {
          for (const [i, waiting] of group.entries())
            waiting.resolve({ ...place, ...(receipts[i] && { receipt: receipts[i] }) });
        });
      } catch (error) {
        this.tail = undefined;
        for (const waiting of group) waiting.reject(error);
      }
    }
    this.flushing = false;
  }

  /** A receipt for each request that asks for one; none if the entry can't be signed, since it is stored all the same. */
  private async receipts(
    group: readonly Waiting[],
    place: Appended,
    entry: string,
  ): Promise<(Receipt | undefined)[]> {
    const asking = group.filter(({ leaf }) => leaf !== undefined);
    if (asking.length === 0) return [];
    const { network, oracle, signer } = this.options;
    const { root, paths } = receiptTree(asking.map(({ leaf }) => leaf!));
    const message = receiptMessage({
      network,
      oracle: fromBase58(oracle),
      ...place,
      entry: fromHex(entry),
      root,
    });
    const signed = await Promise.resolve(signer.sign(message)).catch(() => undefined);
    if (!signed) return [];
    const signature = Buffer.from(signed).toString('base64');
    return group.map((waiting) => {
      const path = paths[asking.indexOf(waiting)];
      return path && { oracle, ...place, entry, path, signature };
    });
  }

  private nextGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.waiting) {
      if (count > 0 && bytes + waiting.bytes > MAX_ENTRY_BYTES) break;
      bytes += waiting.bytes;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private async write(reports: readonly SignedReport[]): Promise<Appended & { entry: string }> {
    const { store, network, oracle, now, maxBytes = MAX_LOG_BYTES } = this.options;
    for (;;) {
      const tail = this.tail ?? this.know(await this.locate());
      if (!tail)
        throw notReady('the oracle has not read the network from the chain yet; try again in a moment');
      const { epoch, sequence, previous } = tail;
      const received_at = Math.max(now(), tail.time);
      const entry = nextEntry(network, { oracle, epoch, sequence, received_at, reports, previous });
      const bytes = tail.bytes + recordBytes({ entry }).length;
      if (bytes > maxBytes) throw logFull(epoch);
      if (await writeRecord(store, { oracle, epoch, slot: sequence }, { entry, bytes })) {
        this.know({ ...tail, sequence: sequence + 1, previous: entry.hash, time: received_at, bytes });
        return { epoch, sequence, entry: entry.hash };
      }
      this.tail = undefined;
    }
  }

  private async sealOpen(upTo: number): Promise<LogHead | undefined> {
    const { store, network, oracle, signer, now } = this.options;
    for (;;) {
      const tail = await this.locate();
      if (!tail || tail.epoch > upTo) return undefined;
      const total = await store.counters(this.ownPartition, 'refused');
      const unsigned = {
        oracle,
        epoch: tail.epoch,
        entries: tail.sequence,
        sealed_at: Math.max(now(), tail.time),
        head: tail.previous,
        refused: growth(tail.refused, total),
      };
      const signature = await signer.sign(logHeadMessage(network, unsigned));
      const head = { ...unsigned, signature: Buffer.from(signature).toString('base64') };
      const place = { oracle, epoch: tail.epoch, slot: tail.sequence };
      this.tail = undefined;
      if (!(await writeRecord(store, place, { head, refused: sortedCounts(total) }))) continue;
      await this.moveOn(tail.epoch);
      return head;
    }
  }

  /** Reads the tail from the store, since another process may have appended or sealed. */
  private async locate(): Promise<Tail | undefined> {
    const { store, oracle } = this.options;
    const item = await store.get(this.ownPartition, OPEN);
    if (!item) return undefined;
    const pointer = parseJson(item.body) as Pointer;
    let { epoch } = pointer;
    let last = await lastRecord(store, oracle, epoch);
    // The pointer may lag behind the seals after a crash between the two writes.
    while (last && 'head' in last) last = await lastRecord(store, oracle, ++epoch);
    const follows = epoch === pointer.epoch ? pointer.follows : undefined;
    const before = follows ?? (await this.sealBefore(epoch));
    const base = { epoch, refused: before.refused };
    if (!last) return { ...base, sequence: 0, previous: before.previous, time: before.time + 1, bytes: 0 };
    const { sequence, hash, received_at } = last.entry;
    return { ...base, sequence: sequence + 1, previous: hash, time: received_at, bytes: last.bytes ?? 0 };
  }

  private async sealBefore(epoch: number): Promise<Follows> {
    const record = await lastRecord(this.options.store, this.options.oracle, epoch - 1);
    if (!record || !('head' in record)) return { previous: ZERO_HASH, time: 0, refused: {} };
    return { previous: record.head.head, time: record.head.sealed_at, refused: record.refused };
  }

  private async moveOn(sealed: number): Promise<void> {
    const pointer = await this.options.store.get(this.ownPartition, OPEN);
    if (!pointer || (parseJson(pointer.body) as { epoch: number }).epoch > sealed) return;
    await this.options.store.replace(
      this.ownPartition,
      OPEN,
      pointer.version,
      jsonBytes({ epoch: sealed + 1 }),
    );
  }

  /** Runs work after all earlier work has finished. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}

const logFull = (epoch: number): OracleError =>
  new OracleError(
    'log-full',
    `this oracle's log of epoch ${epoch} is as long as peers can copy; send the reports to another oracle, or again in the next epoch`,
    { status: 503, retryAfter: 60 },
  );

/** The partition of what an oracle keeps about its own log. */
export const ownPartition = (oracle: string): string => `log:${oracle}`;

/** Returns the growth since `before` by code, without zeros. */
function growth(before: Counts, total: Counts): Counts {
  const grown = Object.entries(total).map(([code, count]) => [code, count - (before[code] ?? 0)] as const);
  return sortedCounts(Object.fromEntries(grown.filter(([, count]) => count > 0)));
}
