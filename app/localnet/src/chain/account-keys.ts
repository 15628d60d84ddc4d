import type { LiteSvm } from 'litesvm/dist/internal';
import { fromBase58, toKey } from '../encoding';
import { isReserved } from './reserved-keys';
import { isWritable } from './transaction';
import type { WireTransaction } from './wire-message';

const TABLE_HEADER_BYTES = 56;
const UPGRADEABLE_LOADER = toKey(fromBase58('BPFLoaderUpgradeab1e11111111111111111111111')!);

/** All accounts of a transaction, in the order that its instructions index them. */
export interface AccountKeys {
  keys: Buffer[];
  /** The number of keys from lookup tables: writable ones first, then readonly ones. */
  loaded: { writable: number; readonly: number };
  /** Which accounts it can write: neither reserved ones nor programs that it invokes, whatever its message says. */
  writable: boolean[];
  /** Whether a key is a program that the transaction invokes directly. */
  isInvoked: boolean[];
}

/** Resolves a transaction's accounts through its lookup tables; undefined if a table or entry is missing. */
export function resolveKeys(svm: LiteSvm, transaction: WireTransaction): AccountKeys | undefined {
  const writableLoaded: Buffer[] = [];
  const readonlyLoaded: Buffer[] = [];
  for (const lookup of transaction.lookups) {
    const table = svm.getAccount(lookup.table)?.data();
    if (!table) return undefined;
    const entry = (index: number) => {
      const start = TABLE_HEADER_BYTES + 32 * index;
      return Buffer.from(table.subarray(start, start + 32));
    };
    writableLoaded.push(...Array.from(lookup.writable, entry));
    readonlyLoaded.push(...Array.from(lookup.readonly, entry));
  }
  const keys = [...transaction.keys, ...writableLoaded, ...readonlyLoaded];
  if (keys.some((key) => key.length !== 32)) return undefined;
  const canUpgrade = keys.some((key) => toKey(key) === UPGRADEABLE_LOADER);
  const invoked = new Set(transaction.instructions.map(({ programIndex }) => programIndex));
  return {
    keys,
    loaded: { writable: writableLoaded.length, readonly: readonlyLoaded.length },
    writable: keys.map(
      (key, index) =>
        isWritable(transaction, writableLoaded.length, index) &&
        !isReserved(key) &&
        (canUpgrade || !invoked.has(index)),
    ),
    isInvoked: keys.map((_, index) => invoked.has(index)),
  };
}
