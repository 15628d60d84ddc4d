import { AddressLookupTableProgram, PublicKey } from '@solana/web3.js';
import { HASH_BYTES } from '../../core/hash';
import { sleep } from '../../core/sleep';
import { addressKey, IndexedTable, type PlannedTable, tableStep } from '../settlement';
import { type CrankContext, job } from './context';
import { readTables, recentSlots } from './table-accounts';

/** Tries of a table's step, each after reading what the chain has. */
const ATTEMPTS = 4;
/** The oldest slots that the chain remembers: it will have forgotten them when a table's transaction lands. */
const FORGOTTEN_SOON = 64;
export const TABLE_UNITS = 60_000;

/** Tables as they have become. */
export interface BuiltTables {
  /** By their places in the plan, ready to be looked up in; undefined where one could not be made or filled. */
  readonly tables: readonly (IndexedTable | undefined)[];
  /** Those that landed. */
  readonly transactions: number;
  /** Addresses of each before and now. */
  readonly sizes: readonly { before: number; after: number }[];
}

/** Makes and fills the tables of a plan, all at once, each step by step. */
export class TableBuilder {
  #slots: number[] = [];
  #newest = 0;
  #reading: Promise<void> | undefined;

  constructor(private readonly context: CrankContext) {}

  async build(planned: readonly PlannedTable[], progress: (done: number) => void): Promise<BuiltTables> {
    let transactions = 0;
    const step = () => progress(++transactions);
    const addresses = await Promise.all(planned.map((table) => this.#fill(table, step)));
    const made = addresses.filter((address) => address !== undefined);
    const accounts = await readTables(this.context.connection, made);
    const extensions = accounts.map((account) => account?.extendedAt ?? 0n);
    if (transactions > 0) await this.#slotAfter(extensions.reduce((a, b) => (a > b ? a : b), 0n));
    const byAddress = new Map(made.map((address, i) => [address, accounts[i]]));
    const built = addresses.map((address) => address && byAddress.get(address));
    return {
      transactions,
      tables: built.map((account, i) => {
        const isReady =
          account?.deactivatedAt === null && missing(planned[i]!.add, account.addresses).length === 0;
        return isReady ? new IndexedTable(account) : undefined;
      }),
      sizes: built.map((account, i) => {
        const before = planned[i]!.held;
        return { before, after: account ? account.addresses.length / HASH_BYTES : before };
      }),
    };
  }

  async #fill({ address, add }: PlannedTable, step: () => void): Promise<PublicKey | undefined> {
    let table = address ?? undefined;
    let left: readonly Uint8Array[] = add;
    const size = tableStep(this.context.price > 0n);
    for (let failures = 0; left.length > 0 && failures < ATTEMPTS && !this.context.signal.aborted; ) {
      const isNew = table === undefined;
      const { target, sending } = await this.#extend(table, left.slice(0, size));
      if (sending.kind === 'confirmed') {
        step();
        table = target;
        left = left.slice(size);
        continue;
      }
      failures += 1;
      // It may have landed all the same. Another's table at the address is none of this plan's.
      const [account] = await readTables(this.context.connection, [target]);
      if (!account || (isNew && sending.kind === 'refused')) continue;
      table = target;
      left = missing(left, account.addresses);
    }
    return table;
  }

  async #extend(table: PublicKey | undefined, addresses: readonly Uint8Array[]) {
    const authority = this.context.payer.publicKey;
    const keys = addresses.map((bytes) => new PublicKey(bytes));
    const [create, created] = table
      ? [undefined, table]
      : AddressLookupTableProgram.createLookupTable({
          authority,
          payer: authority,
          recentSlot: await this.#slot(),
        });
    const extend = AddressLookupTableProgram.extendLookupTable({
      payer: authority,
      authority,
      lookupTable: created,
      addresses: keys,
    });
    const instructions = create ? [create, extend] : [extend];
    const sending = await this.context.sender.send(job(this.context, instructions, TABLE_UNITS));
    return { target: created, sending };
  }

  /** A slot that no table of this builder was derived from, waiting for a new one where there is none. */
  async #slot(): Promise<number> {
    for (;;) {
      const slot = this.#slots.shift();
      if (slot !== undefined) return slot;
      // Nothing is sent any more, so any will do.
      if (this.context.signal.aborted) return 0;
      this.#reading ??= this.#readSlots().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
      if (this.#slots.length === 0) await sleep(this.context.pollMs);
    }
  }

  async #readSlots(): Promise<void> {
    const recent = await recentSlots(this.context.connection);
    // Short histories are those of young chains, which forget nothing yet.
    const kept =
      recent.length > 2 * FORGOTTEN_SOON ? recent.slice(0, recent.length - FORGOTTEN_SOON) : recent;
    this.#slots = kept.filter((slot) => slot > this.#newest);
    this.#newest = Math.max(this.#newest, recent[0] ?? 0);
  }

  async #slotAfter(slot: bigint): Promise<void> {
    const { connection, pollMs, signal } = this.context;
    while (!signal.aborted && BigInt(await connection.getSlot('processed')) <= slot) await sleep(pollMs);
  }
}

function missing(wanted: readonly Uint8Array[], addresses: Uint8Array): Uint8Array[] {
  const held = new Set<string>();
  for (let at = 0; at < addresses.length; at += HASH_BYTES)
    held.add(addressKey(addresses.subarray(at, at + HASH_BYTES)));
  return wanted.filter((address) => !held.has(addressKey(address)));
}
