import { toHex } from '@commonwire/sdk/core';
import { fromBase58 } from '../address';

/** Sorts by the bytes of an address; what has the same one stays in its order. */
export function bytewise<T>(list: readonly T[], addressOf: (one: T) => string): T[] {
  const keyed = list.map((one) => ({ one, key: toHex(fromBase58(addressOf(one))) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ one }) => one);
}
