/** The market's part of an epoch's close: what it is cleared from, and what comes of it. */
import { type UsageLeaf, UsageTree } from '@commonwire/sdk/market';
import { PublicKey } from '@solana/web3.js';
import { fromBase58, toBase58 } from '../address';
import { DomainError } from '../errors';
import { type PartGroup, toParts } from '../parts';
import type { Policy } from '../policy';
import { type RegistrySnapshot, viewOf } from '../registry';
import type { Cut, DatasetPart, Manifest, RegistryView } from '../types';
import {
  accountsAt,
  bookOf,
  deviceSeconds,
  devicesOf,
  EXPIRY,
  endsOf,
  type Intervals,
  inOneArea,
  intervalsOf,
  type MarketAccounts,
} from './accounts';
import { bytewise } from './by-address';
import { clearMarket } from './clear';
import { behind, type Collected, type Collecting, type DeviceMetered, withCollected } from './collect';
import { MARKET_GROUPS, type MarketGroup } from './groups';
import { bookLines, clearingLine, type KeptUsage, meteredLine, usageLine } from './lines';
import type { AreaClearing, MeteredReport } from './types';

/** What the next epoch's clearing starts from. */
export interface MarketState {
  /** The first interval that isn't cleared, of each market. */
  readonly cleared: readonly { readonly market: string; readonly until: number }[];
  /** By device: reports of intervals that some market has not cleared. */
  readonly metered: readonly DeviceMetered[];
  /** By account. */
  readonly usage: readonly KeptUsage[];
}

/** What an epoch adds to a dataset for its markets. */
export interface Traded {
  readonly markets: NonNullable<Manifest['markets']>;
  readonly references: Readonly<Record<MarketGroup, PartGroup['references']>>;
  readonly parts: readonly DatasetPart[];
  /** 32 bytes. */
  readonly usageRoot: Uint8Array;
  readonly next: MarketState;
}

/** What is kept of reports for the next epoch: those behind the first interval that some market has not cleared. */
export const keptMetered = (
  metered: readonly DeviceMetered[],
  cleared: MarketState['cleared'],
): DeviceMetered[] =>
  cleared.length === 0 ? [] : behind(metered, Math.min(...cleared.map(({ until }) => until)));

/** What of an epoch its markets depend on, besides what its shards collected. */
export interface TradeInput {
  readonly policy: Policy;
  readonly cut: Cut;
  readonly previous: { readonly market?: MarketState };
  /** The accounts of the markets that the policy names, in its order. */
  readonly markets?: readonly MarketAccounts[];
}

interface Trading {
  readonly accounts: MarketAccounts;
  readonly intervals: Intervals;
}

/** The markets that the policy names, with their accounts that count at the cut. @throws DomainError `bad-market` */
function tradingOf({ policy, cut, previous, markets = [] }: TradeInput, view: RegistryView): Trading[] {
  const named = policy.markets ?? [];
  const read = markets.map(({ market }) => market);
  if (read.length !== named.length || named.some((market, i) => market !== read[i]))
    throw new DomainError('bad-market', `the policy names the markets ${named}, but there are ${read}`);
  const intervals = markets.map(({ market: address, lateSeconds }) => {
    const known = previous.market?.cleared.find(({ market }) => market === address)?.until;
    return intervalsOf(policy, cut, lateSeconds, known);
  });
  const counting = (all: readonly MarketAccounts[]) =>
    all.map((accounts, i) => accountsAt(accounts, { policy, cut, view, since: intervals[i]!.from }));
  // Twice, for the areas and meters that nothing is left in.
  return counting(inOneArea(counting(markets))).map((accounts, i) => ({
    accounts,
    intervals: intervals[i]!,
  }));
}

/** The lines of the accounts that count in an epoch, of all that its markets have. @throws DomainError `bad-market` */
export const bookAtCut = (input: TradeInput, view: RegistryView): string[] => [
  ...bookLines(tradingOf(input, view).map(({ accounts }) => accounts)),
];

/** The devices whose reports the markets of an epoch need; undefined if it has none. @throws DomainError `bad-market` */
export function collectingOf(input: TradeInput, view: RegistryView): Collecting | undefined {
  const trading = tradingOf(input, view);
  if (trading.length === 0) return undefined;
  return collecting(trading);
}

const collecting = (trading: readonly Trading[]): Collecting => ({
  devices: new Set(trading.flatMap(({ accounts }) => devicesOf(accounts))),
  since: Math.min(...trading.map(({ intervals }) => intervals.from)),
});

/**
 * Clears the markets of an epoch. Undefined if the policy names none, and nothing that was used before can still be settled.
 * @param shards what each shard collected
 */
export function trade(
  input: TradeInput,
  { registry, collecting: planned }: { registry: RegistrySnapshot; collecting?: Collecting },
  shards: readonly { readonly metered: readonly Collected[] }[],
): Traded | undefined {
  const { policy, cut, previous } = input;
  const before = previous.market;
  if (!planned && !before?.usage.some((one) => isSettleable(one, cut.time))) return undefined;
  const view = viewOf(registry);
  const trading = tradingOf(input, view);
  const found = shards.flatMap(({ metered }) => metered);
  const metered = planned ? withCollected(before?.metered ?? [], found, planned) : [];
  const cleared = trading.map((one) =>
    clear(one, { policy, cut, view, metered, usage: before?.usage ?? [] }),
  );
  const usage = usageAfter(
    trading,
    cleared.flatMap(({ usage: used }) => used),
    before?.usage ?? [],
    cut.time,
  );
  const groups = {
    book: toParts(bookLines(trading.map(({ accounts }) => accounts))),
    metered: toParts(metered.map(meteredLine)),
    clearings: toParts(cleared.flatMap(({ clearings }) => clearings.map(clearingLine))),
    usage: toParts(usage.map(usageLine)),
  };
  const state = trading.map(({ accounts: { market }, intervals: { until } }) => ({ market, until }));
  return {
    markets: trading.map(({ accounts: { market, lateSeconds }, intervals: { from, until } }) => ({
      address: market,
      late_seconds: lateSeconds,
      cleared_from: from,
      cleared_until: until,
    })),
    references: {
      book: groups.book.references,
      metered: groups.metered.references,
      clearings: groups.clearings.references,
      usage: groups.usage.references,
    },
    parts: MARKET_GROUPS.flatMap((group) => groups[group].parts),
    usageRoot: new UsageTree(usage.map(leafOf)).root,
    next: { cleared: state, metered: keptMetered(metered, state), usage },
  };
}

/** The leaf of the usage tree that a line of usage stands for. */
export const leafOf = ({ side, account, birth, counterparty, units, amount }: KeptUsage): UsageLeaf => ({
  side,
  account: new PublicKey(fromBase58(account)),
  birth,
  counterparty: new PublicKey(fromBase58(counterparty)),
  units,
  amount,
});

interface Facts {
  readonly policy: Policy;
  readonly cut: Cut;
  readonly view: RegistryView;
  readonly metered: readonly DeviceMetered[];
  readonly usage: readonly KeptUsage[];
}

function clear(
  { accounts, intervals: { from } }: Trading,
  { policy, cut, view, metered, usage }: Facts,
): { clearings: readonly AreaClearing[]; usage: readonly KeptUsage[] } {
  const ends = endsOf(accounts);
  const cleared = clearMarket({
    book: bookOf(accounts, policy),
    device: (index) => {
      const device = view.isRetired(index) ? undefined : view.device(index);
      return device && { kind: device.kind, owner: toBase58(device.owner) };
    },
    reports: reportsIn(metered),
    usage,
    clearedUntil: from,
    cutTime: deviceSeconds(policy, cut.time),
  });
  const used = cleared.usage.map((one) => ({ ...one, end: ends.get(one.account)!.end }));
  return { clearings: cleared.clearings, usage: used };
}

function* reportsIn(metered: readonly DeviceMetered[]): Generator<MeteredReport> {
  for (const { device, reports } of metered) for (const span of reports) yield { device, ...span };
}

/** Whether a proof may still be needed: later, an order closes without one. */
const isSettleable = ({ end }: KeptUsage, now: number): boolean => end + EXPIRY > now;

/**
 * What every account used since its birth, by account. What isn't in the book any more stays as long as it can be settled: a
 * leaf that is missing would prove that nothing was used. An account that was born again takes the place of the one before.
 */
function usageAfter(
  trading: readonly Trading[],
  used: readonly KeptUsage[],
  before: readonly KeptUsage[],
  now: number,
): KeptUsage[] {
  const inBook = new Set(trading.flatMap(({ accounts }) => [...endsOf(accounts).keys()]));
  const kept = before.filter((one) => !inBook.has(one.account) && isSettleable(one, now));
  return bytewise([...kept, ...used], ({ account }) => account);
}
