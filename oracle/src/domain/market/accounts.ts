/** The accounts of a market as the chain has them, and those of them that count at a cut. */
import { Kind } from '@commonwire/sdk/device';
import { EXPIRY_SECONDS } from '@commonwire/sdk/market';
import { fromBase58 } from '../address';
import { deviceTime } from '../device-time';
import type { Policy } from '../policy';
import type { Cut, RegistryView } from '../types';
import { bytewise } from './by-address';
import { INTERVAL } from './metered';
import type { MarketBook } from './types';

/** An area, which never changes in what matters here. */
export interface ChainArea {
  readonly address: string;
  /** H3 cell, hex. */
  readonly cell: string;
  readonly lossBps: number;
}

/** A meter that an area's operator admitted. Times are the chain's, unix seconds, here and below; 0: not removed. */
export interface ChainMeter {
  readonly area: string;
  /** Index in the registry. */
  readonly device: number;
  readonly admittedAt: number;
  readonly removedAt: number;
}

interface ChainAccount {
  readonly address: string;
  readonly birth: bigint;
  readonly owner: string;
  readonly area: string;
  readonly from: number;
  readonly until: number;
  /** 0: it wasn't cancelled. */
  readonly cancelledAt: number;
}

export interface ChainOffer extends ChainAccount {
  /** The meter, and then the energy devices behind it. */
  readonly devices: readonly number[];
  readonly ask: bigint;
  readonly capacity: bigint;
}

export interface ChainOrder extends ChainAccount {
  /** The meter. */
  readonly device: number;
  readonly maxPrice: bigint;
  readonly budget: bigint;
}

/** What a market has for energy, in any order. */
export interface MarketAccounts {
  readonly market: string;
  readonly lateSeconds: number;
  readonly areas: readonly ChainArea[];
  readonly meters: readonly ChainMeter[];
  readonly offers: readonly ChainOffer[];
  readonly orders: readonly ChainOrder[];
}

/** How long after its end an account can be closed without any epoch, seconds. */
export const EXPIRY = Number(EXPIRY_SECONDS);

/**
 * The longest that an interval waits to be cleared. It is half of the time after which accounts close whatever happens: so
 * whoever reads the accounts within the other half of that time after a cut still finds each that counts.
 */
export const MOST_BEHIND = EXPIRY / 2;

/** The most offers, and orders, of a market that count: those that were made first. */
const MOST_ACCOUNTS = 100_000;
/** The most of them of one meter, so that its owner can't take all the places. */
const MOST_OF_METER = 8;

/** The intervals that an epoch clears in a market, in device time: from the first to that before `until`. */
export interface Intervals {
  readonly from: number;
  readonly until: number;
}

/** Device time of a chain time, both unix seconds: they are the same outside of development. */
export const deviceSeconds = (policy: Pick<Policy, 'clock'>, time: number): number =>
  Math.floor(deviceTime(policy, time * 1000) / 1000);

const floor = (time: number): number => Math.floor(time / INTERVAL) * INTERVAL;
const ceil = (time: number): number => Math.ceil(time / INTERVAL) * INTERVAL;

/**
 * The intervals that an epoch with this cut clears in a market.
 * @param cleared the first that was not cleared before; undefined if no epoch has named the market: nothing was kept for it
 */
export function intervalsOf(
  policy: Pick<Policy, 'clock'>,
  { time }: Pick<Cut, 'time'>,
  lateSeconds: number,
  cleared: number | undefined,
): Intervals {
  const now = deviceSeconds(policy, time);
  const last = floor(now - lateSeconds);
  const from = cleared === undefined ? last : Math.max(cleared, floor(now - MOST_BEHIND));
  return { from, until: Math.max(from, last) };
}

/** When an account ends, by what was known of it at the cut. */
const endOf = ({ until, cancelledAt }: Pick<ChainAccount, 'until' | 'cancelledAt'>): number =>
  cancelledAt === 0 ? until : Math.min(until, nextInterval(cancelledAt));

/** What is made or cancelled counts from the next interval on. */
const nextInterval = (time: number): number => floor(time) + INTERVAL;

/** What happened at the cut or later isn't known yet. */
const before = (time: number, { time: cut }: Pick<Cut, 'time'>): number => (time < cut ? time : 0);

const belongs = (view: RegistryView, index: number, kind: number, owner: string): boolean => {
  const device = view.isRetired(index) ? undefined : view.device(index);
  return device?.kind === kind && Buffer.compare(device.owner, fromBase58(owner)) === 0;
};

/** What the accounts that count must be known by. */
export interface Counting {
  readonly policy: Pick<Policy, 'clock'>;
  readonly cut: Pick<Cut, 'time'>;
  /** The registry at the cut. */
  readonly view: RegistryView;
  /** The first interval that isn't cleared. */
  readonly since: number;
}

/**
 * The accounts of a market that count in an epoch, as they were at its cut, in order of their addresses. Whoever reads the
 * chain after the cut finds the same ones, because none of them can have been closed yet:
 *
 * - what begins after the cut doesn't count: it may be cancelled and closed before it begins;
 * - what has begun can be closed by an epoch that was cut after its end and the late window, and that was promoted. Such
 *   an epoch has cleared its last interval, so it is over here;
 * - what ended 30 days ago closes whatever happens. By then its intervals have been too old to be cleared for 15 days.
 */
export function accountsAt(accounts: MarketAccounts, counting: Counting): MarketAccounts {
  const { policy, cut, view, since } = counting;
  const isOpen = (end: number): boolean => floor(deviceSeconds(policy, end)) > since;
  const meters = accounts.meters
    .filter(({ admittedAt }) => admittedAt < cut.time)
    .map((meter) => ({ ...meter, removedAt: before(meter.removedAt, cut) }))
    .filter(({ removedAt }) => removedAt === 0 || isOpen(nextInterval(removedAt)));
  const admitted = new Set(meters.map(nameOf));
  const areas = new Set(accounts.areas.map(({ address }) => address));
  const counts = <T extends ChainAccount>(list: readonly T[], meterOf: (account: T) => number): T[] =>
    list
      .map((account) => ({ ...account, cancelledAt: before(account.cancelledAt, cut) }))
      .filter((account) => {
        const { area, owner, from } = account;
        const end = endOf(account);
        const meter = meterOf(account);
        return (
          from <= cut.time &&
          end > from &&
          isOpen(end) &&
          areas.has(area) &&
          admitted.has(nameOf({ area, device: meter })) &&
          belongs(view, meter, Kind.meter, owner)
        );
      });
  const orders = counts(accounts.orders, ({ device }) => device);
  const offers = counts(accounts.offers, ({ devices }) => devices[0] ?? -1).filter(({ devices, owner }) =>
    devices.slice(1).every((device) => belongs(view, device, Kind.energy, owner)),
  );
  const kept = {
    orders: first(orders, ({ device }) => device),
    offers: first(offers, ({ devices }) => devices[0]!),
  };
  const named = new Set([
    ...kept.orders.map(nameOf),
    ...kept.offers.map(({ area, devices }) => nameOf({ area, device: devices[0]! })),
  ]);
  const kinds = [...kept.orders, ...kept.offers];
  const used = new Set(kinds.map(({ area }) => area));
  return {
    market: accounts.market,
    lateSeconds: accounts.lateSeconds,
    areas: bytewise(
      accounts.areas.filter(({ address }) => used.has(address)),
      ({ address }) => address,
    ),
    meters: bytewise(
      meters.filter((meter) => named.has(nameOf(meter))).sort((a, b) => a.device - b.device),
      ({ area }) => area,
    ),
    offers: bytewise(kept.offers, ({ address }) => address),
    orders: bytewise(kept.orders, ({ address }) => address),
  };
}

const nameOf = ({ area, device }: { area: string; device: number }): string => `${area} ${device}`;

/** Those that were made first: births grow within a market. */
function first<T extends ChainAccount>(
  accounts: readonly T[],
  meterOf: (account: T) => number,
): readonly T[] {
  const byMeter = new Map<number, number>();
  return [...accounts]
    .sort((a, b) => (a.birth < b.birth ? -1 : 1))
    .filter((account) => {
      const earlier = byMeter.get(meterOf(account)) ?? 0;
      byMeter.set(meterOf(account), earlier + 1);
      return earlier < MOST_OF_METER;
    })
    .slice(0, MOST_ACCOUNTS);
}

/**
 * Of the accounts of all markets those whose devices are in no other area: else two areas, which are cleared apart, would sell
 * one Wh twice. A device is where the first account is that has it, by when it begins. Its owner alone decides that, since
 * others' accounts with it don't count.
 */
export function inOneArea(markets: readonly MarketAccounts[]): MarketAccounts[] {
  const all = markets.flatMap(({ offers, orders }, market) => [
    ...offers.map((account) => ({ market, account, devices: account.devices })),
    ...orders.map((account) => ({ market, account, devices: [account.device] })),
  ]);
  all.sort(
    (a, b) =>
      a.account.from - b.account.from || a.market - b.market || (a.account.birth < b.account.birth ? -1 : 1),
  );
  const areas = new Map<number, string>();
  const kept = new Set<ChainAccount>();
  for (const { account, devices } of all) {
    if (devices.some((device) => (areas.get(device) ?? account.area) !== account.area)) continue;
    for (const device of devices) areas.set(device, account.area);
    kept.add(account);
  }
  return markets.map((accounts) => ({
    ...accounts,
    offers: accounts.offers.filter((offer) => kept.has(offer)),
    orders: accounts.orders.filter((order) => kept.has(order)),
  }));
}

/** The devices whose reports these accounts are cleared from. */
export function devicesOf({ offers, orders }: MarketAccounts): number[] {
  return [...offers.flatMap(({ devices }) => devices), ...orders.map(({ device }) => device)];
}

/** When each offer and order ends, chain time, with its birth, by address. */
export const endsOf = ({
  offers,
  orders,
}: MarketAccounts): Map<string, { readonly birth: bigint; readonly end: number }> =>
  new Map(
    [...offers, ...orders].map((account) => [account.address, { birth: account.birth, end: endOf(account) }]),
  );

/** These accounts as the clearing knows them, in device time. */
export function bookOf(accounts: MarketAccounts, policy: Pick<Policy, 'clock'>): MarketBook {
  const span = (from: number, end: number) => ({
    from: ceil(deviceSeconds(policy, from)),
    end: end === Number.POSITIVE_INFINITY ? end : floor(deviceSeconds(policy, end)),
  });
  return {
    lateSeconds: accounts.lateSeconds,
    areas: accounts.areas,
    meters: accounts.meters.map(({ area, device, admittedAt, removedAt }) => ({
      area,
      device,
      ...span(nextInterval(admittedAt), removedAt === 0 ? Number.POSITIVE_INFINITY : nextInterval(removedAt)),
    })),
    offers: accounts.offers.map(({ devices, ...offer }) => ({
      ...offer,
      ...span(offer.from, endOf(offer)),
      meter: devices[0]!,
      generators: devices.slice(1),
    })),
    orders: accounts.orders.map(({ device, ...order }) => ({
      ...order,
      ...span(order.from, endOf(order)),
      meter: device,
    })),
  };
}
