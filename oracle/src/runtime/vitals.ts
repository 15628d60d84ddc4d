import type { ChainWatch, Sighting } from '../chain/watch';
import type { BatchLog } from '../log/batch-log';
import type { Peers } from '../log/peers';
import { jsonBytes, parseJson, type Store } from '../storage/store';
import { within } from './deadline';
import { OracleError, reasonOf } from './errors';

/** The most milliseconds that one probe may take. */
const PROBE_MS = 8_000;
/** Holds what functions on AWS noticed, for the function that answers `/health`. */
const PARTITION = 'vitals';
const SIGNS = 'signs';
const TASK = 'task:';

/** The last success of a probe and, if it failed since, why. Times are milliseconds of the oracle's clock. */
export interface Reading<T> {
  readonly value?: T;
  readonly at?: number;
  readonly failure?: string;
}

/** What a task did last. `failed`: the error's code. */
export interface TaskSign {
  readonly at: number;
  readonly milliseconds: number;
  readonly failed: string | null;
}

/** Everything that an oracle noticed about itself and its surroundings. */
export interface Signs {
  /** Since when this is watched. */
  readonly since: number;
  /** Milliseconds between two observations. */
  readonly everyMs: number;
  readonly chain: Reading<Sighting>;
  /** When the chain's slot was last seen to grow. */
  readonly grewAt: number;
  readonly store: Reading<{ readonly milliseconds: number; readonly collecting: number | null }>;
  /** By URL. */
  readonly peers: Readonly<Record<string, Reading<{ readonly oracle: string }>>>;
  readonly tasks: Readonly<Record<string, TaskSign>>;
  /** The task in progress. */
  readonly running: { readonly task: string; readonly since: number } | null;
}

/** The parts of an oracle that are watched. */
export interface VitalParts {
  readonly watch?: ChainWatch;
  readonly peers: Peers;
  readonly store: Store;
  readonly log: Pick<BatchLog, 'openEpoch'>;
  readonly now: () => number;
  readonly pace: number;
}

/** Observes what an oracle depends on, so that its health can be told at any time without waiting for anything. */
export class Vitals {
  private signs: Signs;

  /** @param everyMs milliseconds between two calls of {@link observe} */
  constructor(
    private readonly oracle: VitalParts,
    everyMs = 5_000,
  ) {
    const since = oracle.now();
    this.signs = {
      since,
      everyMs,
      chain: {},
      grewAt: since,
      store: {},
      peers: Object.fromEntries(oracle.peers.urls.map((url) => [url, {}])),
      tasks: {},
      running: null,
    };
  }

  /** The latest observations. */
  get latest(): Signs {
    return this.signs;
  }

  /** Looks at chain, store and peers, all at once and each for a limited time. Never throws. */
  async observe(): Promise<void> {
    const { watch, peers, store, log, now } = this.oracle;
    const looks = peers.urls.map((url) =>
      this.probe(
        `the peer ${peers.at(url).url}`,
        async () => ({ oracle: (await peers.at(url).health()).oracle }),
        (peer) => {
          this.signs = {
            ...this.signs,
            peers: { ...this.signs.peers, [url]: peer(this.signs.peers[url] ?? {}) },
          };
        },
      ),
    );
    const chain = this.probe(
      'the RPC node',
      () => look(watch),
      (read) => {
        const before = this.signs.chain.value?.slot ?? -1;
        const next = read(this.signs.chain);
        const grew = (next.value?.slot ?? -1) > before;
        this.signs = { ...this.signs, chain: next, grewAt: grew ? now() : this.signs.grewAt };
      },
    );
    const stored = this.probe(
      'the store',
      async () => {
        const begun = performance.now();
        // A write, since a full disk can still be read.
        await store.count(PARTITION, 'writes', { probes: 1 });
        const collecting = (await log.openEpoch()) ?? null;
        return { milliseconds: Math.round(performance.now() - begun), collecting };
      },
      (read) => {
        this.signs = { ...this.signs, store: read(this.signs.store) };
      },
    );
    await Promise.all([...looks, chain, stored]);
  }

  /** Notes that a task begins. @returns a function to call when it ends, with the error's code if it failed */
  begin(task: string): (failed?: string) => TaskSign {
    const since = this.oracle.now();
    this.signs = { ...this.signs, running: { task, since } };
    return (failed) => {
      const at = this.oracle.now();
      const milliseconds = (at - since) / this.oracle.pace;
      const sign = { at, milliseconds, failed: failed ?? null };
      this.signs = { ...this.signs, running: null, tasks: { ...this.signs.tasks, [task]: sign } };
      return sign;
    };
  }

  /** Takes over what a task does in another thread of this process. */
  note({ running, task, sign }: Pick<Signs, 'running'> & { task?: string; sign?: TaskSign }): void {
    const tasks = task && sign ? { ...this.signs.tasks, [task]: sign } : this.signs.tasks;
    this.signs = { ...this.signs, running, tasks };
  }

  /** Stores what this process observed, for other processes of the same oracle. It does so every `everyMs`. */
  async saveObservations(everyMs: number): Promise<void> {
    const { tasks: _, running: __, ...signs } = this.signs;
    await this.put(SIGNS, { ...signs, everyMs });
  }

  /**
   * Stores how a task of this process ended.
   * @param token of the lease by which it was done: what an earlier holder says late is left out
   */
  async saveTask(task: string, token: number): Promise<void> {
    const sign = this.signs.tasks[task];
    if (sign) await this.put(TASK + task, { ...sign, token }, token);
  }

  /** Takes over what other processes of this oracle stored. */
  async load(): Promise<void> {
    const tasks: Record<string, TaskSign> = {};
    for await (const { sort, body } of this.oracle.store.query(PARTITION)) {
      if (sort === SIGNS)
        this.signs = { ...this.signs, ...(parseJson(body) as Omit<Signs, 'tasks' | 'running'>) };
      if (sort.startsWith(TASK)) tasks[sort.slice(TASK.length)] = parseJson(body) as TaskSign;
    }
    this.signs = { ...this.signs, tasks };
  }

  /** @param token of the writer's lease, if it needs one */
  private async put(sort: string, value: unknown, token = Number.POSITIVE_INFINITY): Promise<void> {
    const { store } = this.oracle;
    const there = await store.get(PARTITION, sort);
    const last = there ? (parseJson(there.body) as { token?: number }) : {};
    if ((last.token ?? 0) > token) return;
    if (there) await store.replace(PARTITION, sort, there.version, jsonBytes(value));
    else await store.insert(PARTITION, sort, jsonBytes(value));
  }

  private async probe<T>(
    what: string,
    work: () => Promise<T>,
    set: (read: (before: Reading<T>) => Reading<T>) => void,
  ): Promise<void> {
    try {
      const value = await within(PROBE_MS, what, work());
      const at = this.oracle.now();
      set(() => ({ value, at }));
    } catch (error) {
      set(({ value, at }) => ({ value, at, failure: reasonOf(error) }));
    }
  }
}

function look(watch: ChainWatch | undefined): Promise<Sighting> {
  if (!watch) throw new OracleError('not-watched', 'this oracle does not watch the chain');
  return watch.look();
}

/** Observes every `everyMs` until it is stopped. */
export class Watching {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private current: Promise<void> = Promise.resolve();

  /** @param observed called after each observation */
  constructor(
    private readonly vitals: Vitals,
    private readonly observed: () => Promise<void>,
  ) {
    this.next(0);
  }

  /** Waits for the observation in progress. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  private next(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.current = this.vitals
        .observe()
        .then(this.observed)
        .finally(() => this.next(this.vitals.latest.everyMs));
    }, ms);
  }
}
