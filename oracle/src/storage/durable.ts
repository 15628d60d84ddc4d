import { codeOf } from '@commonwire/sdk/core';
import type { Range, Store, StoredItem } from './store';

/**
 * Makes everything written so far survive a power cut.
 * @throws OracleError `disk-failed` if that failed; anything else if it could not be tried
 */
export type Sync = () => Promise<void>;

/** Is told the error of the first sync that fails. */
export type DiskFailed = (error: unknown) => void;

/** A store on this machine, where nothing expires by itself. */
export interface DroppingStore extends Store {
  /** Drops a partition's items. */
  drop(partition: string): Promise<void>;
}

/** What is lost of these is read again from the chain, so that nobody waits for the disk. */
const isReadAgain = (partition: string): boolean => partition.startsWith('registry');

/**
 * What is signed and shown to others. The tasks' thread writes it, through a store of its own, and whoever answers requests
 * shows it, so that this one can't know whether it is on disk.
 */
const isSigned = (partition: string): boolean => /^(epoch|sealed):/.test(partition);

/**
 * A store whose writes are on disk before they are answered, so that a power cut takes back nothing that was signed or
 * acknowledged. Writes that come while one sync is under way share the next. Reads, too, show nothing that isn't on disk:
 * a signature must not leave this process before.
 *
 * After a sync that failed, everything is refused: the system may have dropped what it could not write and believe it
 * written, so no later sync proves anything. Only writing it again does, which LevelDB does whenever it is opened: it
 * turns what its log still gives into a table that it syncs, and what the log gives no more was never acknowledged.
 */
export class DurableStore implements Store {
  /** Writes that the store below has done, and how many of them are on disk. */
  private written = 0;
  private synced = 0;
  /** Writes that the store below may have done or not. */
  private open = 0;
  private syncing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly store: DroppingStore,
    private readonly sync: Sync,
    private readonly diskFailed: DiskFailed = () => undefined,
  ) {}

  async get(partition: string, sort: string): Promise<StoredItem | undefined> {
    const item = await this.store.get(partition, sort);
    await this.shown(partition);
    return item;
  }

  async insert(partition: string, sort: string, body: Uint8Array): Promise<boolean> {
    return this.kept(partition, () => this.store.insert(partition, sort, body));
  }

  async replace(partition: string, sort: string, version: number, body: Uint8Array): Promise<boolean> {
    return this.kept(partition, () => this.store.replace(partition, sort, version, body));
  }

  async *query(partition: string, range?: Range): AsyncIterable<StoredItem> {
    if (isSigned(partition)) {
      // They are few, and share a sync.
      const items: StoredItem[] = [];
      for await (const item of this.store.query(partition, range)) items.push(item);
      await this.shown(partition);
      yield* items;
      return;
    }
    for await (const item of this.store.query(partition, range)) {
      await this.shown(partition);
      yield item;
    }
  }

  /** Counters aren't promised to anybody: they are on disk with the next write. */
  count(partition: string, sort: string, amounts: Readonly<Record<string, number>>): Promise<void> {
    return this.store.count(partition, sort, amounts);
  }

  counters(partition: string, sort: string): Promise<Record<string, number>> {
    return this.store.counters(partition, sort);
  }

  /** Nobody needs what is dropped, so nobody waits for the disk. */
  clear(partition: string): Promise<void> {
    return this.store.drop(partition);
  }

  private async kept(partition: string, write: () => Promise<boolean>): Promise<boolean> {
    if (isReadAgain(partition)) return write();
    this.open++;
    let isDone: boolean;
    try {
      isDone = await write();
    } finally {
      this.open--;
      this.written++;
    }
    await this.settled();
    return isDone;
  }

  /** Resolves once what was just read is on disk, even if whoever wrote it has no answer yet. */
  private async shown(partition: string): Promise<void> {
    if (this.open > 0 || isSigned(partition)) this.written++;
    await this.settled();
  }

  /** Resolves once everything that was written before this call is on disk. */
  private async settled(): Promise<void> {
    const wanted = this.written;
    while (this.synced < wanted) {
      if (this.failure) throw this.failure.error;
      this.syncing ??= this.syncAll().finally(() => {
        this.syncing = undefined;
      });
      await this.syncing;
    }
  }

  private async syncAll(): Promise<void> {
    const upTo = this.written;
    try {
      await this.sync();
      this.synced = upTo;
    } catch (error) {
      // Nothing was synced, so the next one still can be.
      if (codeOf(error, 'internal') !== 'disk-failed') throw error;
      this.failure = { error };
      this.diskFailed(error);
    }
  }
}
