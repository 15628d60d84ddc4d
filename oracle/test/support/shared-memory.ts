import { type BlobStore, blobStore } from '../../src/storage/blobs';
import type { Range, Store, StoredItem } from '../../src/storage/store';

interface Item extends StoredItem {
  readonly counters: Record<string, number>;
}

/** What happens to a process's next request: it fails before or after it was done, or the process is killed there. */
export type Fate = 'done' | 'fails' | 'fails-late' | 'dies' | 'dies-late';

/** A process's view of a store in this process's memory. */
export interface Process {
  readonly store: Store;
  readonly blobs: BlobStore;
  /** Inserts that found their key taken, by partition. */
  readonly refused: string[];
  readonly isDead: boolean;
}

/**
 * A store in memory that several processes share, each of whose requests takes a random time and may fail or be its last. What
 * a dead process waits for never comes.
 */
export class SharedMemory {
  private readonly partitions = new Map<string, Map<string, Item>>();
  private readonly files = new Map<string, Uint8Array>();

  /** @param random numbers in [0, 1) that decide the order in which requests are done */
  constructor(private readonly random: () => number) {}

  /** @param fate decides what happens to each request */
  process(fate: () => Fate = () => 'done'): Process {
    const refused: string[] = [];
    let dead = false;
    const never = new Promise<never>(() => undefined);
    const ask = async <T>(work: () => T): Promise<T> => {
      const turn = async () => {
        for (let waits = Math.floor(this.random() * 4); waits >= 0; waits--)
          await new Promise((resolve) => setImmediate(resolve));
      };
      await turn();
      const will = dead ? 'dies' : fate();
      if (will === 'dies' || will === 'dies-late') dead = true;
      if (will === 'fails') throw new Error('the store failed');
      if (will === 'dies') return never;
      const result = work();
      await turn();
      if (dead) return never;
      if (will === 'fails-late') throw new Error('the store failed to answer');
      return result;
    };
    const { files } = this;
    const of = (partition: string) => this.of(partition);
    return {
      refused,
      get isDead() {
        return dead;
      },
      store: {
        get: (partition, sort) => ask(() => withBody(of(partition).get(sort))),
        insert: (partition, sort, body) =>
          ask(() => {
            if (withBody(of(partition).get(sort))) {
              refused.push(partition);
              return false;
            }
            of(partition).set(sort, { sort, body, version: 1, counters: {} });
            return true;
          }),
        replace: (partition, sort, version, body) =>
          ask(() => {
            if (of(partition).get(sort)?.version !== version) return false;
            of(partition).set(sort, { sort, body, version: version + 1, counters: {} });
            return true;
          }),
        query: (partition, range) => this.query(ask, partition, range),
        count: (partition, sort, amounts) =>
          ask(() => {
            const item = of(partition).get(sort) ?? { sort, body: EMPTY, version: 0, counters: {} };
            for (const [name, amount] of Object.entries(amounts))
              item.counters[name] = (item.counters[name] ?? 0) + amount;
            of(partition).set(sort, item);
          }),
        counters: (partition, sort) => ask(() => ({ ...of(partition).get(sort)?.counters })),
        clear: (partition) => ask(() => void this.partitions.delete(partition)),
      },
      blobs: blobStore({
        has: (name) => ask(() => files.has(name)),
        read: (name) => ask(() => files.get(name)),
        stream: async () => undefined,
        write: (name, bytes) => ask(() => void files.set(name, bytes)),
      }),
    };
  }

  /** Names of the partitions that have items. */
  get names(): string[] {
    return [...this.partitions.keys()];
  }

  private of(partition: string): Map<string, Item> {
    const there = this.partitions.get(partition) ?? new Map<string, Item>();
    this.partitions.set(partition, there);
    return there;
  }

  /** As DynamoDB does it: each page shows what is there when it is read. */
  private async *query(
    ask: <T>(work: () => T) => Promise<T>,
    partition: string,
    { from = '', to = '\uffff', descending = false, limit = Number.POSITIVE_INFINITY }: Range = {},
  ): AsyncGenerator<StoredItem> {
    let [after, left] = [undefined as string | undefined, limit];
    while (left > 0) {
      const page = await ask(() => {
        const items = [...this.of(partition).values()]
          .filter(({ sort }) => sort >= from && sort <= to)
          .sort((a, b) => (a.sort < b.sort ? -1 : 1));
        if (descending) items.reverse();
        const next = items.filter(
          ({ sort }) => after === undefined || (descending ? sort < after : sort > after),
        );
        return next.slice(0, Math.min(left, PAGE_ITEMS));
      });
      for (const item of page) yield item;
      left -= page.length;
      after = page.at(-1)?.sort;
      if (page.length < PAGE_ITEMS) return;
    }
  }
}

const PAGE_ITEMS = 3;
const EMPTY = new Uint8Array(0);

const withBody = (item: Item | undefined): StoredItem | undefined =>
  item && item.version > 0 ? item : undefined;
