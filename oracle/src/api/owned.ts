import { MOST_PAGES_AT_ONCE, pageOf } from '../chain/paid-pages';
import { firstAbove } from '../registry/owners';
import type { Oracle } from '../runtime/oracle';

/** Devices that one answer looks at to find those of an owner, so that its cost is bounded. */
const LOOKED_AT = 4096;

/** Which devices an answer is about. */
export interface Slice {
  /** The lowest index. */
  readonly from: number;
  /** The most devices. */
  readonly limit: number;
}

/** Some indices in ascending order, and the one after which the next page begins. */
export interface Page {
  readonly found: number[];
  readonly next: number | null;
}

/**
 * The devices that an owner has, had or will have and for which a condition holds: as many as are within the slice,
 * and lie on so few pages of payments that one request to the RPC node reads them.
 */
export function candidatesFrom(
  { owners }: Pick<Oracle, 'owners'>,
  owner: Uint8Array,
  { from, limit }: Slice,
  holds: (index: number) => boolean,
): Page {
  const candidates = owners.candidates(owner);
  const found: number[] = [];
  const pages = new Set<number>();
  let at = firstAbove(candidates, from - 1);
  for (const end = Math.min(candidates.length, at + LOOKED_AT); at < end && found.length < limit; at++) {
    const index = candidates[at]!;
    if (!holds(index)) continue;
    if (pages.size === MOST_PAGES_AT_ONCE && !pages.has(pageOf(index))) break;
    pages.add(pageOf(index));
    found.push(index);
  }
  return { found, next: at < candidates.length ? candidates[at - 1]! : null };
}
