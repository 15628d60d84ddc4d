import { jsonBytes, parseJson, type Store } from '../storage/store';

class StoredFacts {
  constructor(
    private readonly store: Store,
    readonly epoch: number,
    private readonly kind: Kind,
  ) {}

  async read<T>(name: string): Promise<T | undefined> {
    const item = await this.store.get(this.partition, name);
    return item && (parseJson(item.body) as T);
  }

  /** Writes a fact unless there already is one. @returns the stored fact */
  async decide<T>(name: string, fact: T): Promise<T> {
    if (await this.store.insert(this.partition, name, jsonBytes(fact))) return fact;
    return (await this.read<T>(name)) ?? fact;
  }

  /** Returns the facts whose names begin with `prefix`, ordered by name. */
  async list<T>(prefix: string): Promise<T[]> {
    const facts: T[] = [];
    for await (const item of this.store.query(this.partition, { from: prefix, to: `${prefix}\uffff` }))
      facts.push(parseJson(item.body) as T);
    return facts;
  }

  private get partition(): string {
    return partitionOf(this.epoch, this.kind);
  }
}

/** Facts that an oracle stores about an epoch, each written once under a name. Values are JSON. */
export type EpochFacts = Pick<StoredFacts, 'epoch' | 'read' | 'decide' | 'list'>;

/**
 * Facts of a kind have partitions of their own, since that is what roles on AWS tell apart: what this oracle decided and
 * signed; which dataset was promoted; since when it waits for its turn to send.
 */
type Kind = 'epoch' | 'promoted' | 'turns';

/** The facts that a store keeps about an epoch. */
export const factsOf = (store: Store, epoch: number, kind: Kind = 'epoch'): EpochFacts =>
  new StoredFacts(store, epoch, kind);

const partitionOf = (epoch: number, kind: Kind = 'epoch'): string => `${kind}:${epoch}`;

/** When waiting for an attempt began, milliseconds of this oracle's clock. */
export interface Attempt {
  readonly attempt: number;
  readonly since: number;
}

/** How far above the lowest attempt the chain accepts attempts. */
export const ATTEMPT_WINDOW = 255;

/**
 * Returns this oracle's current attempt. It starts at the chain's attempt and goes up by one whenever `attemptMs`
 * passes without the epoch being posted, so that a dead leader or a split can't block an epoch. Above the last attempt
 * that the chain accepts, as after a long pause, it starts over: earlier proposals are still valid and may yet be
 * signed.
 */
export async function currentAttempt(
  store: Store,
  epoch: number,
  { least, now, attemptMs }: { least: number; now: number; attemptMs: number },
): Promise<Attempt> {
  const partition = partitionOf(epoch);
  const item = await store.get(partition, 'attempt');
  if (!item) {
    const begun = { attempt: least, since: now };
    if (await store.insert(partition, 'attempt', jsonBytes(begun))) return begun;
    return currentAttempt(store, epoch, { least, now, attemptMs });
  }
  const there = parseJson(item.body) as Attempt;
  const over = now - there.since >= attemptMs;
  const taken = there.attempt >= least && there.attempt <= least + ATTEMPT_WINDOW;
  if (taken && !over) return there;
  const attempt = Math.max(least, there.attempt + (over ? 1 : 0));
  const next = { attempt: attempt > least + ATTEMPT_WINDOW ? least : attempt, since: now };
  if (await store.replace(partition, 'attempt', item.version, jsonBytes(next))) return next;
  return currentAttempt(store, epoch, { least, now, attemptMs });
}
