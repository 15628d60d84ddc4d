import { equal, toHex } from '@commonwire/sdk/core';
import { inChainOrder, type RegistryChange } from '@commonwire/sdk/network';
import type { Chain } from '../chain/chain';
import { DomainError, Registry } from '../domain/index';
import { OracleError } from '../runtime/errors';
import { jsonBytes, numberKey, parseJson, type Store } from '../storage/store';
import { fromStored, toStored } from './store';

/** Changes that were read from the chain but not stored yet, and where the next read starts. */
export interface Unread {
  /** Number of changes before these. */
  readonly first: number;
  readonly changes: readonly RegistryChange[];
  readonly cursor: string | undefined;
  /** Why changes that the chain has are missing, if they are and not just for a moment. */
  readonly incomplete?: OracleError | undefined;
}

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

  constructor(
    private readonly store: Store,
    private readonly chain: Chain,
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
   * Reads new changes from the chain, in the chain's order, without storing them. If a change is missing, the cursor
   * isn't moved, so that the next read finds it. `incomplete` says so once it is sure: `registry-differs` if none of the
   * node's changes can come next, `registry-incomplete` if the node lacks some.
   */
  async read(): Promise<Unread> {
    await this.refresh();
    // Read first: whatever the chain has by now the node should list.
    const onChain = await this.chain.registryState();
    const start = await this.cursor();
    const signatures = await this.chain.registrySignatures(start);
    const found: RegistryChange[] = [];
    let cursor = start;
    for (const signature of signatures) {
      const changes = await this.chain.registryChanges(signature);
      // A node may list a transaction before it serves it: stop there and retry with the next read.
      if (!changes) break;
      found.push(...changes);
      cursor = signature;
    }
    const fresh = found.filter(({ registryHash }) => !this.registry.has(toHex(registryHash)));
    const first = this.registry.length;
    const { changes, left } = inChainOrder(this.registry, fresh);
    const isThere =
      this.registry.has(toHex(onChain.hash)) ||
      changes.some(({ registryHash }) => equal(registryHash, onChain.hash));
    if (isThere) {
      this.fruitless = { length: first, reads: 0 };
      return { first, changes, cursor: left.length === 0 ? cursor : start };
    }
    const allServed = cursor === signatures.at(-1);
    const differs = left.length > 0 && changes.length === 0 && allServed && !this.isGap(left);
    const incomplete = differs ? this.differs() : this.incomplete(changes.length > 0, onChain.deviceCount);
    return { first, changes, cursor: left.length === 0 ? cursor : start, incomplete };
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

  private async cursor(): Promise<string | undefined> {
    const item = await this.store.get(CURSOR, CURSOR);
    return item && (parseJson(item.body) as { signature: string }).signature;
  }

  private async moveCursor(signature: string): Promise<void> {
    const item = await this.store.get(CURSOR, CURSOR);
    const body = jsonBytes({ signature });
    if (!item) await this.store.insert(CURSOR, CURSOR, body);
    else await this.store.replace(CURSOR, CURSOR, item.version, body);
  }
}
