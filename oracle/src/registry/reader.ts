import { equal, toHex } from '@commonwire/sdk/core';
import { inChainOrder, type RegistryChange } from '@commonwire/sdk/network';
import type { Chain, RegistryStart } from '../chain/chain';
import { DomainError, Registry } from '../domain/index';
import { OracleError } from '../runtime/errors';
import { jsonBytes, numberKey, parseJson, type Store } from '../storage/store';
import { RegistryScan } from './scan';
import { fromStored, toStored } from './store';

/** Changes that were read from the chain but not stored yet, and where the next read starts. */
export interface Unread {
  /** Number of changes before these. */
  readonly first: number;
  readonly changes: readonly RegistryChange[];
  readonly cursor: RegistryStart | undefined;
  /** Listed transactions that are still to be read; 0 once all of them were. */
  readonly left: number;
  /** Why changes that the chain has are missing, if they are and not just for a moment. */
  readonly incomplete?: OracleError | undefined;
  /** Why reading stopped before the end, if it failed. */
  readonly failure?: unknown;
}

/** The most milliseconds that a read waits; reading goes on in the background. */
const READ_MS = 2_000;
/** Slots, about twenty minutes, after which it is stored again that nothing changed. */
const SLOTS_KEPT = 3_000;

/** Reads without progress after which the node is taken for one that no longer has what is missing. */
const FRUITLESS_READS = 3;

const PARTITION = 'registry';
/** The partition that says up to which transaction the registry is stored. */
export const CURSOR = 'registry-cursor';

/**
 * The network's registry as this oracle has read it from finalized transactions: registrations, transfers and
 * retirements. The running hash that the program gives after each change proves it and all changes before it.
 */
export class RegistryReader {
  private readonly registry = new Registry();
  private loading: Promise<void> = Promise.resolve();
  /** The registry's length at the last read that lacked something, and how many there were. */
  private fruitless = { length: 0, reads: 0 };
  private scan: RegistryScan | undefined;
  /** Up to this slot everything is known. */
  private knownTo = 0;
  /** Whether the next scan reads everything again. */
  private fromStart = false;

  /** @param readMs the most milliseconds that a read waits, unless it says otherwise */
  constructor(
    private readonly store: Store,
    private readonly chain: Pick<Chain, 'registryState' | 'registrySignatures' | 'registryChanges'>,
    private readonly readMs = READ_MS,
  ) {}

  /** The changes known so far, without reading anything. */
  get known(): Registry {
    return this.registry;
  }

  /** Loads the changes that this or another process has stored since the last call. */
  async refresh(): Promise<Registry> {
    this.loading = this.loading.catch(() => undefined).then(() => this.load());
    await this.loading;
    return this.registry;
  }

  /**
   * Reads new changes from the chain, in the chain's order, without storing them. While the registry's running hash on
   * chain is a known one, no transaction is read, whatever names the registry: up to that slot nothing has changed it.
   *
   * If a change is missing, the cursor isn't moved, so that the next read finds it. `incomplete` says so once it is sure:
   * `registry-differs` if none of the node's changes can come next, `registry-incomplete` if the node lacks some.
   * @param ms the most milliseconds to wait; what isn't read by then comes with a later call
   */
  async read(ms = this.readMs): Promise<Unread> {
    await this.refresh();
    // Read first: whatever the chain has by now the node should list.
    const { slot, ...onChain } = await this.chain.registryState();
    const first = this.registry.length;
    if (this.registry.has(toHex(onChain.hash))) {
      this.stop();
      this.fruitless = { length: first, reads: 0 };
      this.knownTo = Math.max(this.knownTo, slot);
      return { first, changes: [], cursor: { slot }, left: 0 };
    }
    const start = await this.cursor();
    this.scan ??= new RegistryScan(this.chain, this.fromStart ? {} : start);
    const isKnown = ({ registryHash }: RegistryChange) => this.registry.has(toHex(registryHash));
    const { found, signature, left: unread, ended, failure } = await this.scan.advance(ms, isKnown);
    const { changes, left } = inChainOrder(this.registry, found);
    const moved = left.length === 0 && signature !== undefined;
    const cursor = moved ? { signature, ...(!this.fromStart && { slot: start.slot }) } : start;
    if (changes.some(({ registryHash }) => equal(registryHash, onChain.hash))) {
      this.stop();
      this.fromStart = false;
      this.fruitless = { length: first, reads: 0 };
      return { first, changes, cursor: { slot }, left: 0 };
    }
    if (!ended) return { first, changes, cursor, left: unread, failure };
    this.stop();
    const allServed = unread === 0;
    const differs = left.length > 0 && changes.length === 0 && allServed && !this.isGap(left);
    const incomplete = differs ? this.differs() : this.incomplete(changes.length > 0, onChain.deviceCount);
    return { first, changes, cursor, left: 0, incomplete };
  }

  /** Stops reading in the background. */
  stop(): void {
    this.scan?.stop();
    this.scan = undefined;
  }

  private differs(): OracleError {
    return new OracleError(
      'registry-differs',
      `none of the node's changes after the ${this.registry.length} known ones leads to the hash that the program announced; check the RPC node`,
    );
  }

  /** A node may show the account before it lists the transaction: only several reads without progress say something. */
  private incomplete(hasMore: boolean, deviceCount: number): OracleError | undefined {
    const { length } = this.registry;
    const isSame = this.fruitless.length === length && !hasMore;
    this.fruitless = { length, reads: isSame ? this.fruitless.reads + 1 : 1 };
    // If the cursor is ahead of what is missing, as after a node that was wrong, only reading everything finds it.
    this.fromStart = this.fruitless.reads === FRUITLESS_READS - 1;
    if (this.fruitless.reads < FRUITLESS_READS) return undefined;
    return new OracleError(
      'registry-incomplete',
      `the RPC node keeps too little history: it leads to ${this.registry.deviceCount} of the registry's ${deviceCount} devices, or lacks a transfer; use a node that keeps all transactions of the registry`,
    );
  }

  /** Stores the changes returned by {@link read}, which are then known. */
  async save({ first, changes, cursor }: Unread): Promise<void> {
    for (const [i, change] of changes.entries()) {
      const sort = numberKey(first + i);
      const body = jsonBytes(toStored(change));
      if (await this.store.insert(PARTITION, sort, body)) continue;
      // The hash after a change proves its position. But another process may have cut the same devices into other
      // changes, if one of both has them from a dataset: then it goes on from what is stored.
      const there = await this.store.get(PARTITION, sort);
      if (!there || !equal(there.body, body)) return void (await this.refresh());
    }
    if (cursor !== undefined) await this.moveCursor(cursor);
    await this.refresh();
  }

  /** Whether the next registration is missing, judging by the indices of these. */
  private isGap(left: readonly RegistryChange[]): boolean {
    const firsts = left.flatMap((change) => (change.kind === 'registered' ? [change.devices[0]?.index] : []));
    return firsts.length > 0 && !firsts.includes(this.registry.deviceCount);
  }

  private async load(): Promise<void> {
    for await (const item of this.store.query(PARTITION, { from: numberKey(this.registry.length) })) {
      if (Number(item.sort) !== this.registry.length) return;
      const change = fromStored(parseJson(item.body));
      try {
        this.registry.apply(change, change.registryHash);
      } catch (cause) {
        if (!(cause instanceof DomainError)) throw cause;
        throw new OracleError('registry-damaged', `stored change ${item.sort}: ${cause.message}`, { cause });
      }
    }
  }

  private async cursor(): Promise<RegistryStart> {
    const item = await this.store.get(CURSOR, CURSOR);
    const stored = item ? (parseJson(item.body) as RegistryStart) : {};
    const slot = Math.max(stored.slot ?? 0, this.knownTo);
    return slot > 0 ? { ...stored, slot } : stored;
  }

  private async moveCursor(to: RegistryStart): Promise<void> {
    const item = await this.store.get(CURSOR, CURSOR);
    const body = jsonBytes(to);
    if (!item) return void (await this.store.insert(CURSOR, CURSOR, body));
    const { signature, slot = 0 } = parseJson(item.body) as RegistryStart;
    const isNews = to.signature !== undefined ? to.signature !== signature : to.slot! >= slot + SLOTS_KEPT;
    if (isNews) await this.store.replace(CURSOR, CURSOR, item.version, body);
  }
}
