import { setTimeout as pause } from 'node:timers/promises';
import { hashTree } from '@commonwire/sdk/core';
import { type Receipt, receiptMessage } from '@commonwire/sdk/oracle';
import { type Counts, fromBase58, type LogHead, MAX_LOG_BYTES } from '../domain';
import { notReady } from '../runtime/errors';
import { jsonBytes, parseJson } from '../storage/store';
import { Lane, type NewReport } from './lane';
import { type LatestEntry, latestEntries } from './latest';
import { closedLanes, lanePartition, lanesOf, ownPartition, sealedLog } from './records';
import { closeLanes, type Follows, followsSealed, type LogOwner, sealLanes } from './seal';

/** Maximum number of bytes of reports in one entry. DynamoDB's limit is 400 KB per item. */
const MAX_ENTRY_BYTES = 320 * 1024;
/** See {@link BatchLogOptions.tailMs}. */
const TAIL_MS = 5_000;
/** How long a writer whose lane was ended waits for the others to be ended before it helps, milliseconds. */
const HELP_AFTER_MS = 200;
const LOOK_MS = 20;
/** Epochs behind the last sealed one whose lanes are kept where nothing expires, for whoever looks into a dispute. */
const KEPT_EPOCHS = 2;
/**
 * How long an ended lane is kept at least, milliseconds: longer than its writer may take it for the one that collects, as
 * while an oracle that was down seals all that it missed. With the lane its end goes, which is all that stops the writer.
 */
const KEPT_MS = 600_000;
/** The item of an oracle's own partition that says which epoch collects. */
export const OPEN = 'open';

interface Waiting {
  readonly reports: readonly NewReport[];
  readonly bytes: number;
  /** What its receipt is for. */
  readonly leaf: Uint8Array | undefined;
  resolve(place: Appended): void;
  reject(error: unknown): void;
}

/** The first epoch that isn't sealed, as stored. */
interface Pointer {
  readonly epoch: number;
  /** What its log follows, if not the log of the epoch before. */
  readonly follows?: Follows;
  /** The first epoch whose lanes weren't dropped, where nothing expires. */
  readonly kept?: number;
}

/** Where a batch was stored. */
export interface Appended {
  readonly epoch: number;
  readonly lane: string;
  readonly sequence: number;
  readonly receipt?: Receipt;
}

/** The options of a {@link BatchLog}. */
export interface BatchLogOptions extends LogOwner {
  /** Maximum number of bytes of an epoch's log. */
  readonly maxBytes?: number;
  /** Milliseconds for which the epoch that collects is taken to be the one that this process found last. */
  readonly tailMs?: number;
}

/**
 * This oracle's log. Batches that arrive during a write share the next one. Each process appends to a lane of its own, so
 * that however many there are, none waits for another. A batch that comes after the lane was ended goes into the next
 * epoch's log before it is acknowledged.
 */
export class BatchLog {
  private readonly waiting: Waiting[] = [];
  private flushing = false;
  private lane: Lane | undefined;
  private open: number | undefined;
  /** When the epoch that collects was last read, milliseconds of this process. */
  private openAt = Number.NEGATIVE_INFINITY;
  private finding: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: BatchLogOptions) {}

  /**
   * Sets the first epoch that this oracle collects for; does nothing if it is already set.
   * @param follows what its log follows, if this oracle had logs before
   */
  async start(epoch: number, follows?: Follows): Promise<void> {
    const pointer: Pointer = { epoch, ...(follows && { follows }) };
    await this.options.store.insert(this.ownPartition, OPEN, jsonBytes(pointer));
    this.openAt = Number.NEGATIVE_INFINITY;
  }

  /** How many reports this oracle has refused since its start, by code. */
  refused(): Promise<Counts> {
    return this.options.store.counters(this.ownPartition, 'refused');
  }

  /**
   * Stores reports. Resolves to their place once they are stored, with a receipt for `leaf` if it is given: one signature
   * serves all that share an entry.
   * @throws OracleError `not-ready` before {@link start}; `log-full` if the log has no room
   */
  append(reports: readonly NewReport[], leaf?: Uint8Array): Promise<Appended> {
    const bytes = reports.reduce((sum, { bytes, signature }) => sum + bytes.length + signature.length, 0);
    return new Promise((resolve, reject) => {
      this.waiting.push({ reports, bytes, leaf, resolve, reject });
      if (!this.flushing) void this.flush();
    });
  }

  /** Counts reports that are refused and not stored, for the next head. */
  refuse(counts: Counts): Promise<void> {
    return this.options.store.count(this.ownPartition, 'refused', counts);
  }

  /** Whether this oracle's log of an epoch is sealed in the store, or it never had one. */
  async isPast(epoch: number): Promise<boolean> {
    const pointer = await this.pointer();
    return pointer !== undefined && pointer.epoch > epoch;
  }

  /**
   * The epoch that collects, or undefined before {@link start}. Another process may have ended it meanwhile, so this looks
   * into the store again after some seconds.
   */
  async openEpoch(): Promise<number | undefined> {
    const { tailMs = TAIL_MS } = this.options;
    if (this.open === undefined || performance.now() - this.openAt >= tailMs) {
      this.finding ??= this.findOpen().finally(() => {
        this.finding = undefined;
      });
      await this.finding;
    }
    return this.open;
  }

  /**
   * The entries of the epoch that collects and of the previous one, latest first.
   * @param known how many entries of a lane are known already, by its name: they are left out
   */
  async *latest(known: ReadonlyMap<string, number>): AsyncIterable<LatestEntry> {
    const { store, oracle } = this.options;
    const open = await this.openEpoch();
    if (open === undefined) return;
    for (const epoch of [open, open - 1]) yield* latestEntries(store, oracle, epoch, known);
  }

  /** Seals every epoch up to and including `epoch` that isn't. @returns the new heads, oldest first */
  async seal(epoch: number): Promise<LogHead[]> {
    const heads: LogHead[] = [];
    for (;;) {
      const head = await this.inTurn(() => this.sealNext(epoch));
      if (!head) return heads;
      heads.push(head);
    }
  }

  /** Drops the lanes of epochs that are sealed and up to `epoch`, where the store doesn't do so when they expire. */
  async forget(epoch: number): Promise<void> {
    const { store, oracle, now } = this.options;
    const { clear } = store;
    const item = await store.get(this.ownPartition, OPEN);
    if (!clear || !item) return;
    const pointer = parseJson(item.body) as Pointer;
    const kept = pointer.kept ?? pointer.epoch;
    if (kept > epoch || kept >= pointer.epoch - KEPT_EPOCHS) return;
    const closed = await closedLanes(store, oracle, kept);
    if (closed && now() - closed.at < KEPT_MS) return;
    for (const lane of await lanesOf(store, oracle, kept))
      await clear.call(store, lanePartition(oracle, kept, lane));
    await store.replace(
      this.ownPartition,
      OPEN,
      item.version,
      jsonBytes({ ...pointer, kept: kept + 1 } satisfies Pointer),
    );
  }

  private get ownPartition(): string {
    return ownPartition(this.options.oracle);
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    while (this.waiting.length > 0) {
      const group = this.nextGroup();
      try {
        const place = await this.write(group.flatMap(({ reports }) => [...reports]));
        // The next entry is written while this one is signed.
        void this.receipts(group, place).then((receipts) => {
          for (const [i, waiting] of group.entries())
            waiting.resolve({ ...place, ...(receipts[i] && { receipt: receipts[i] }) });
        });
      } catch (error) {
        for (const waiting of group) waiting.reject(error);
      }
    }
    this.flushing = false;
  }

  /** A receipt for each request that asks for one; none if the entry can't be signed, since it is stored all the same. */
  private async receipts(
    group: readonly Waiting[],
    { epoch, lane, sequence }: Appended,
  ): Promise<(Receipt | undefined)[]> {
    const asking = group.filter(({ leaf }) => leaf !== undefined);
    if (asking.length === 0) return [];
    const { network, oracle, signer } = this.options;
    const { root, paths } = hashTree(asking.map(({ leaf }) => leaf!));
    const message = receiptMessage({ network, oracle: fromBase58(oracle), epoch, lane, sequence, root });
    const signed = await Promise.resolve(signer.sign(message)).catch(() => undefined);
    if (!signed) return [];
    const signature = Buffer.from(signed).toString('base64');
    return group.map((waiting) => {
      const path = paths[asking.indexOf(waiting)];
      return path && { oracle, epoch, lane, sequence, path: [...path], signature };
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

  private async write(reports: readonly NewReport[]): Promise<Appended> {
    for (;;) {
      const lane = await this.ownLane();
      const sequence = await lane.append(reports);
      if (sequence !== undefined) return { epoch: lane.epoch, lane: lane.name, sequence };
      this.lane = undefined;
      await this.passed(lane.epoch);
    }
  }

  /** The lane of the epoch that collects. @throws OracleError `not-ready` */
  private async ownLane(): Promise<Lane> {
    const { store, oracle, now, maxBytes = MAX_LOG_BYTES } = this.options;
    for (;;) {
      const epoch = await this.openEpoch();
      if (epoch === undefined)
        throw notReady('the oracle has not read the network from the chain yet; try again in a moment');
      if (this.lane?.epoch === epoch) return this.lane;
      const since = await this.sinceOf(epoch);
      this.lane = await Lane.begin({ store, oracle, epoch, since, now, maxBytes });
      if (this.lane) return this.lane;
      await this.passed(epoch);
    }
  }

  /** Resolves once the lanes of an epoch have ended: soon, as somebody is ending them, or else they are ended here. */
  private async passed(epoch: number): Promise<void> {
    const { store, oracle } = this.options;
    const end = performance.now() + HELP_AFTER_MS * (1 + Math.random());
    while (!(await closedLanes(store, oracle, epoch))) {
      if (performance.now() < end) await pause(LOOK_MS);
      else await closeLanes(this.options, epoch, await this.sinceOf(epoch));
    }
    await this.findOpen();
  }

  /** When the lanes of an epoch begin, milliseconds: when those before have ended. */
  private async sinceOf(epoch: number): Promise<number> {
    const pointer = (await this.pointer())!;
    if (pointer.epoch === epoch && pointer.follows) return pointer.follows.time;
    const { store, oracle } = this.options;
    const before = await closedLanes(store, oracle, epoch - 1);
    return before?.at ?? (await followsSealed(this.options, epoch)).time;
  }

  /** The first epoch that isn't sealed. The stored one may lag behind after a crash between two writes. */
  private async pointer(): Promise<Pointer | undefined> {
    const { store, oracle } = this.options;
    const item = await store.get(this.ownPartition, OPEN);
    if (!item) return undefined;
    let pointer = parseJson(item.body) as Pointer;
    while (await sealedLog(store, oracle, pointer.epoch)) pointer = { epoch: pointer.epoch + 1 };
    return pointer;
  }

  private async findOpen(): Promise<void> {
    const { store, oracle } = this.options;
    const at = performance.now();
    let epoch = (await this.pointer())?.epoch;
    while (epoch !== undefined && (await closedLanes(store, oracle, epoch))) epoch++;
    this.open = epoch;
    this.openAt = at;
  }

  private async sealNext(upTo: number): Promise<LogHead | undefined> {
    const pointer = await this.pointer();
    if (!pointer || pointer.epoch > upTo) return undefined;
    const { epoch } = pointer;
    const follows = pointer.follows ?? (await followsSealed(this.options, epoch));
    const closed = await closeLanes(this.options, epoch, follows.time);
    const refused = await this.refused();
    const { head } = await sealLanes(this.options, epoch, closed, { follows, refused });
    await this.moveOn(epoch);
    this.openAt = Number.NEGATIVE_INFINITY;
    return head;
  }

  private async moveOn(sealed: number): Promise<void> {
    const item = await this.options.store.get(this.ownPartition, OPEN);
    if (!item) return;
    const { epoch, kept = epoch } = parseJson(item.body) as Pointer;
    if (epoch > sealed) return;
    const next: Pointer = { epoch: sealed + 1, kept };
    await this.options.store.replace(this.ownPartition, OPEN, item.version, jsonBytes(next));
  }

  /** Runs work after all earlier work has finished. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
