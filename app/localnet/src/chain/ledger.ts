import type { TransactionMetadata } from 'litesvm/dist/internal';
import { type ByteKey, toKey } from '../encoding';
import type { TransactionError } from './errors';
import type { TokenBalance } from './token-balances';
import { signatureOf } from './transaction';

/** A transaction that landed, including failed ones. */
export interface LedgerEntry {
  /** The transaction's bytes. The first signature follows one length byte. */
  wire: Buffer;
  slot: number;
  /** Position in its slot. */
  index: number;
  err: TransactionError | null;
  /** Lamports paid by the first signer. */
  fee: bigint;
  /** All keys in the order that instructions index them: the message's, loaded writable, loaded readonly. */
  keys: Buffer[];
  loaded: { writable: number; readonly: number };
  /** Which of the keys it could write. */
  writable: readonly boolean[];
  /** The texts of its memo instructions; null if it has none. */
  memo: string | null;
  /** Lamports of every key, in the order of `keys`. */
  preBalances: BigUint64Array;
  postBalances: BigUint64Array;
  preTokenBalances: TokenBalance[];
  postTokenBalances: TokenBalance[];
  /** Logs, inner instructions and compute units. LiteSVM decodes them lazily. */
  meta: TransactionMetadata;
}

interface Generation {
  entries: LedgerEntry[];
  bySignature: Map<ByteKey, LedgerEntry>;
  byAddress: Map<ByteKey, LedgerEntry[]>;
  bySlot: Map<number, LedgerEntry[]>;
}

const GENERATIONS = 4;

/**
 * Landed transactions by signature, slot and address, in order. It holds at most `capacity` transactions in four
 * generations. The oldest generation is dropped as a whole, which costs nothing per transaction.
 */
export class Ledger {
  /** Number of transactions ever added. */
  count = 0;
  private generations: Generation[] = [];
  private droppedUpTo: number | undefined;

  constructor(private readonly capacity: number) {}

  /** Adds an entry that is newer than all others. */
  add(entry: LedgerEntry): void {
    const generation = this.writable();
    generation.entries.push(entry);
    generation.bySignature.set(toKey(signatureOf(entry.wire)), entry);
    append(generation.bySlot, entry.slot, entry);
    for (const key of entry.keys) append(generation.byAddress, toKey(key), entry);
    this.count++;
  }

  private writable(): Generation {
    const newest = this.generations.at(-1);
    if (newest && newest.entries.length < Math.ceil(this.capacity / GENERATIONS)) return newest;
    if (this.generations.length === GENERATIONS) {
      this.droppedUpTo = this.generations.shift()?.entries.at(-1)?.slot;
    }
    const fresh = { entries: [], bySignature: new Map(), byAddress: new Map(), bySlot: new Map() };
    this.generations.push(fresh);
    return fresh;
  }

  /** Finds an entry by its first signature. */
  find(signature: Uint8Array): LedgerEntry | undefined {
    const key = toKey(signature);
    for (const { bySignature } of this.generations) {
      const entry = bySignature.get(key);
      if (entry) return entry;
    }
    return undefined;
  }

  /** Returns a slot's entries in order. */
  inSlot(slot: number): LedgerEntry[] {
    return this.generations.flatMap(({ bySlot }) => bySlot.get(slot) ?? []);
  }

  /** Yields the entries that mention an address, newest first. */
  *mentioning(address: Uint8Array): Generator<LedgerEntry> {
    const key = toKey(address);
    for (const { byAddress } of this.generations.toReversed()) {
      const entries = byAddress.get(key) ?? [];
      for (let i = entries.length - 1; i >= 0; i--) yield entries[i]!;
    }
  }

  /** Returns the number of entries in a slot so far. */
  countInSlot(slot: number): number {
    return this.generations.reduce((sum, { bySlot }) => sum + (bySlot.get(slot)?.length ?? 0), 0);
  }

  /** Returns the slots with entries from `start` to `end`, both included, ascending. */
  slotsBetween(start: number, end: number): number[] {
    const slots: number[] = [];
    for (let slot = start; slot <= end; slot++) {
      if (this.generations.some(({ bySlot }) => bySlot.has(slot))) slots.push(slot);
    }
    return slots;
  }

  /** The first slot whose entries are all kept; undefined if none was ever dropped. */
  get firstWholeSlot(): number | undefined {
    if (this.droppedUpTo === undefined) return undefined;
    return this.droppedUpTo + 1;
  }
}

function append<K>(lists: Map<K, LedgerEntry[]>, key: K, entry: LedgerEntry): void {
  const list = lists.get(key);
  if (list) list.push(entry);
  else lists.set(key, [entry]);
}
