import type { PublicKey } from '@solana/web3.js';
import { toLatin1 } from '../../core/bytes';
import { HASH_BYTES } from '../../core/hash';
import { pageAddress } from '../addresses';
import type { Leaves } from './leaves';
import type { LeafRun } from './runs';
import { MAX_TABLE_ADDRESSES } from './sizes';
import type { TokenAccounts } from './token-accounts';

/** A lookup table of the payer's as the chain has it. */
export interface LookupTable {
  readonly address: PublicKey;
  /** 32 bytes each, in the table's order, in one piece. */
  readonly addresses: Uint8Array;
}

/** A lookup table that runs of a plan use, and what it must get before. */
export interface PlannedTable {
  /** Null: to be made. */
  readonly address: PublicKey | null;
  /** Addresses that the chain has already. */
  readonly held: number;
  /** Addresses to add, 32 bytes each. */
  readonly add: Uint8Array[];
}

export const addressKey = (bytes: Uint8Array): string => toLatin1(bytes);

/** The addresses every table of a network begins with: by the first, tables are found again. */
export const tableHead = (network: PublicKey, vault: PublicKey, tokenProgram: PublicKey): Uint8Array[] =>
  [network, vault, tokenProgram].map((key) => key.toBytes());

/** Which known tables have which owners' accounts and which pages. */
export class TableContents {
  readonly #holders = new Map<number, number[]>();
  readonly #pages = new Map<string, number[]>();

  constructor(
    readonly network: PublicKey,
    readonly known: readonly LookupTable[],
    accounts: TokenAccounts,
  ) {
    if (known.length === 0) return;
    const owners = new Map<string, number>();
    for (const [owner, state] of accounts.state.entries())
      if (state !== 0) owners.set(addressKey(accounts.address(owner)), owner);
    for (const [table, { addresses }] of known.entries()) {
      for (let at = 0; at < addresses.length; at += HASH_BYTES) {
        const key = addressKey(addresses.subarray(at, at + HASH_BYTES));
        const owner = owners.get(key);
        if (owner === undefined) note(this.#pages, key, table);
        else note(this.#holders, owner, table);
      }
    }
  }

  /** The table to take an owner's account from: rather the one its neighbour's comes from. -1: none has it. */
  tableOf(owner: number, neighbours: number): number {
    const holders = this.#holders.get(owner);
    if (!holders) return -1;
    return holders.includes(neighbours) ? neighbours : holders[0]!;
  }

  /** By table, 1 where it has the account of this page. */
  withPage(number: number): Uint8Array {
    const flags = new Uint8Array(this.known.length);
    if (this.known.length === 0) return flags;
    const key = addressKey(pageAddress({ network: this.network, number }).toBytes());
    for (const table of this.#pages.get(key) ?? []) flags[table] = 1;
    return flags;
  }
}

function note<K>(lists: Map<K, number[]>, key: K, value: number): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Puts the accounts of runs that need it into tables: those that have room left first, then new ones. */
export class TablePacker {
  readonly tables: PlannedTable[];
  readonly #pagesOf: Set<number>[];
  #open = 0;

  constructor(
    private readonly head: readonly Uint8Array[],
    private readonly contents: TableContents,
  ) {
    this.tables = contents.known.map(({ address, addresses }) => ({
      address,
      held: addresses.length / HASH_BYTES,
      add: [],
    }));
    this.#pagesOf = this.tables.map(() => new Set());
  }

  /** The table that gets all of a run's new accounts, by its place among {@link TablePacker.tables}. */
  place(run: LeafRun, leaves: Leaves, accounts: TokenAccounts, page: number, pageTables: Uint8Array): number {
    const fresh: number[] = [];
    for (let leaf = run.first; leaf < run.end; leaf++) {
      const isFresh = leaves.use[leaf] !== 0 && leaves.table[leaf]! < 0 && leaves.previous[leaf]! < run.first;
      if (isFresh) fresh.push(leaves.owner[leaf]!);
    }
    const table = this.#withRoom(fresh.length + 1);
    const { add } = this.tables[table]!;
    const pages = this.#pagesOf[table]!;
    if (pageTables[table] !== 1 && !pages.has(page)) {
      pages.add(page);
      add.push(pageAddress({ network: this.contents.network, number: page }).toBytes());
    }
    for (const owner of fresh) add.push(accounts.address(owner));
    return table;
  }

  #withRoom(addresses: number): number {
    for (; this.#open < this.tables.length; this.#open++) {
      const { held, add } = this.tables[this.#open]!;
      if (held + add.length + addresses <= MAX_TABLE_ADDRESSES) return this.#open;
    }
    this.#pagesOf.push(new Set());
    return this.tables.push({ address: null, held: 0, add: [...this.head] }) - 1;
  }
}
