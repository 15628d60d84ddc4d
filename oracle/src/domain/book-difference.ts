import { compareLines, type Difference } from './difference';
import { bookAtCut, type MarketAccounts, MOST_BEHIND, readBook } from './market';
import { type PartSource, servedLines } from './parts';
import type { PreviousState } from './state';
import type { Manifest, RegistryView } from './types';

/** A published book, and what the accounts of it that count are known by. */
export interface PublishedBook {
  readonly manifest: Manifest;
  readonly part: PartSource;
  readonly previous: Pick<PreviousState, 'market'>;
  /** The registry at the cut. */
  readonly view: RegistryView;
}

/** The accounts of a dataset's markets as the chain has them. */
export interface BookOnChain {
  /** In the manifest's order. */
  readonly markets: readonly MarketAccounts[];
  /** Chain time, unix seconds, not after they were read. */
  readonly now: number;
  /** Whether the epoch was pending after they were read: nothing that counts in it can have been closed then. */
  readonly pending: boolean;
}

/** How a published book compares with the chain. */
export interface ComparedBook {
  readonly difference: Difference | null;
  /** Lines of the book. */
  readonly listed: number;
  /** Accounts that the chain doesn't have any more: it says nothing of them. */
  readonly closed: number;
}

/**
 * Compares the book that an epoch was cleared from with the accounts on chain: all that count at the cut must be listed as
 * they are there, and nothing else. Accounts that may have been closed since are taken as they are listed.
 * @throws DomainError `bad-line`, `bad-market`
 */
export function compareBook(
  { manifest, part, previous, view }: PublishedBook,
  { markets, now, pending }: BookOnChain,
): ComparedBook {
  const { policy, cut, parts } = manifest;
  const lines = [...servedLines(parts.book ?? [], part)];
  const listed = readBook(lines, manifest.markets ?? []);
  const mayBeClosed = { accounts: !pending, meters: !pending && now >= cut.time + MOST_BEHIND };
  let closed = 0;
  const whole = markets.map((onChain, i) => {
    const added = closedSince(listed[i]!, onChain, mayBeClosed);
    closed += added.meters.length + added.offers.length + added.orders.length;
    return {
      ...onChain,
      meters: [...onChain.meters, ...added.meters],
      offers: [...onChain.offers, ...added.offers],
      orders: [...onChain.orders, ...added.orders],
    };
  });
  const expected = bookAtCut({ policy, cut, previous, markets: whole }, view);
  const difference = compareLines('book', lines, expected) ?? null;
  return { difference, listed: lines.length, closed };
}

/** What a book lists that isn't on chain, as far as it may have been closed since. */
function closedSince(
  listed: MarketAccounts,
  onChain: MarketAccounts,
  may: { accounts: boolean; meters: boolean },
): Pick<MarketAccounts, 'meters' | 'offers' | 'orders'> {
  return {
    meters: may.meters
      ? missing(listed.meters, onChain.meters, (meter) => `${meter.area} ${meter.device} ${meter.admittedAt}`)
      : [],
    offers: may.accounts ? missing(listed.offers, onChain.offers, nameOf) : [],
    orders: may.accounts ? missing(listed.orders, onChain.orders, nameOf) : [],
  };
}

const nameOf = ({ address, birth }: { address: string; birth: bigint }): string => `${address} ${birth}`;

function missing<T>(listed: readonly T[], onChain: readonly T[], name: (one: T) => string): T[] {
  const there = new Set(onChain.map(name));
  return listed.filter((one) => !there.has(name(one)));
}
