import { toHex } from '@commonwire/sdk/core';
import type { RegistryChange } from '@commonwire/sdk/network';
import type { Chain } from '../chain/chain';
import { DomainError, Registry } from '../domain/index';
import { OracleError } from '../runtime/errors';
import { jsonBytes, numberKey, parseJson, type Store } from '../storage/store';
import { inChainOrder } from './order';
import { fromStored, toStored } from './store';

/** Changes that were read from the chain but not stored yet, and where the next read starts. */
export interface Unread {
  /** Number of changes before these. */
  readonly first: number;
  readonly changes: readonly RegistryChange[];
  readonly cursor: string | undefined;
}

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
   * isn't moved, so that the next read finds it.
   * @throws OracleError `registry-differs` if none of the node's changes can come next
   */
  async read(): Promise<Unread> {
    await this.refresh();
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
    if (left.length === 0) return { first, changes, cursor };
    const allServed = cursor === signatures.at(-1);
    if (changes.length === 0 && allServed && !this.isGap(left))
      throw new OracleError(
        'registry-differs',
        `none of the node's changes after the ${first} known ones leads to the hash that the program announced; check the RPC node`,
      );
    return { first, changes, cursor: start };
  }

  /** Stores the changes returned by {@link read}, which are then known. */
  async save({ first, changes, cursor }: Unread): Promise<void> {
    // The hash after a change proves its position, so any other process stores the same change under that key.
    for (const [i, change] of changes.entries())
      await this.store.insert(PARTITION, numberKey(first + i), jsonBytes(toStored(change)));
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
