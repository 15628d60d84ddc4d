/**
 * Clears the energy market: a pure function of accounts on chain, of what was metered, and of what was used before. It has no
 * clock, counts in whole numbers, and sorts what it is given, so that all oracles find the same and anybody can repeat it.
 */
import { Kind } from '@commonwire/sdk/device';
import { clearAuction } from '@commonwire/sdk/market';
import { bytewise } from './by-address';
import { INTERVAL, MeteredQuantities } from './metered';
import type {
  AreaClearing,
  ClearingInput,
  ClearingResult,
  EnergyOffer,
  EnergyOrder,
  Fill,
  MarketArea,
  Usage,
} from './types';

const WHOLE = 10_000n;
const MOST_U64 = (1n << 64n) - 1n;

/**
 * The intervals that an epoch with this cut clears: those that ended so long before it and were not cleared.
 * @returns the beginning of the first that it doesn't clear
 */
export function clearableUntil(clearedUntil: number, cutTime: number, lateSeconds: number): number {
  const last = Math.floor((cutTime - lateSeconds) / INTERVAL) * INTERVAL;
  return Math.max(clearedUntil, last);
}

/** Clears every interval that can be, in each area of the book. */
export function clearMarket(input: ClearingInput): ClearingResult {
  const { book, clearedUntil, cutTime } = input;
  const clearing = new MarketClearing(input);
  const until = clearableUntil(clearedUntil, cutTime, book.lateSeconds);
  const areas = byAddress(book.areas);
  const clearings: AreaClearing[] = [];
  for (let start = clearedUntil; start < until; start += INTERVAL)
    for (const area of areas) {
      const cleared = clearing.clear(area, start);
      if (cleared) clearings.push(cleared);
    }
  return { clearings, usage: clearing.usage(), clearedUntil: until };
}

/** An account, and what it used. */
interface Running<T> {
  readonly account: T;
  /** Whether its owner has all its devices, which is so for the whole epoch or not at all. */
  readonly owned: boolean;
  units: bigint;
  amount: bigint;
}

/** An account that takes part in an interval. */
interface Part<T> {
  readonly running: Running<T>;
  readonly quantity: bigint;
  readonly price: bigint;
}

class MarketClearing {
  readonly #quantities: MeteredQuantities;
  readonly #offers: ReadonlyMap<string, readonly Running<EnergyOffer>[]>;
  readonly #orders: ReadonlyMap<string, readonly Running<EnergyOrder>[]>;
  readonly #admitted: ReadonlyMap<string, readonly { readonly from: number; readonly end: number }[]>;

  constructor(private readonly input: ClearingInput) {
    const { book, reports, usage } = input;
    this.#quantities = new MeteredQuantities(reports);
    const used = new Map(usage.map((one) => [`${one.side} ${one.account} ${one.birth}`, one]));
    const running = <T extends EnergyOffer | EnergyOrder>(side: Usage['side'], accounts: readonly T[]) =>
      groupBy(
        byAddress(accounts).map((account): Running<T> => {
          const { units = 0n, amount = 0n } = used.get(`${side} ${account.address} ${account.birth}`) ?? {};
          return { account, owned: this.#isOwned(account), units, amount };
        }),
        ({ account }) => account.area,
      );
    this.#offers = running('offer', book.offers);
    this.#orders = running('order', book.orders);
    this.#admitted = groupBy(book.meters, ({ area, device }) => `${area} ${device}`);
  }

  /** Undefined if nobody wants or has to sell anything. */
  clear(area: MarketArea, start: number): AreaClearing | undefined {
    const bids = this.#demand(area, start);
    const best = bids.reduce((most, { price }) => (price > most ? price : most), 0n);
    const asks = this.#supply(area, start, best);
    if (bids.length === 0 && asks.length === 0) return undefined;
    const { quantity, low, high, price, ...filled } = clearAuction(bids, asks);
    const take = <T extends EnergyOffer | EnergyOrder>(parts: readonly Part<T>[], units: readonly bigint[]) =>
      parts.map(({ running, quantity, price: limit }, i): Fill => {
        running.units += units[i]!;
        running.amount += units[i]! * (price ?? 0n);
        return { account: running.account.address, quantity, price: limit, units: units[i]! };
      });
    return {
      area: area.address,
      start,
      quantity,
      low,
      high,
      price,
      bids: take(bids, filled.bids),
      asks: take(asks, filled.asks),
    };
  }

  /** What every account used, by address; none of those that used nothing. */
  usage(): Usage[] {
    const of = <T extends EnergyOffer | EnergyOrder>(
      side: Usage['side'],
      accounts: Iterable<readonly Running<T>[]>,
    ): Usage[] =>
      [...accounts].flat().flatMap(({ account, units, amount }) => {
        const { address, birth, area } = account;
        return units === 0n ? [] : [{ side, account: address, birth, counterparty: area, units, amount }];
      });
    const all = [...of('order', this.#orders.values()), ...of('offer', this.#offers.values())];
    return bytewise(all, ({ account }) => account);
  }

  /** What a meter's orders want: the best payer first, if there are several, since no Wh is taken twice. */
  #demand(area: MarketArea, start: number): Part<EnergyOrder>[] {
    const left = new Map<number, bigint>();
    const parts = new Map<Running<EnergyOrder>, Part<EnergyOrder>>();
    const orders = this.#takingPart(this.#orders.get(area.address), start);
    for (const running of stable(orders, (a, b) => compare(b.account.maxPrice, a.account.maxPrice))) {
      const { meter, maxPrice, budget } = running.account;
      if (maxPrice <= 0n) continue;
      const taken = left.get(meter) ?? this.#quantities.of(meter, start)!.in;
      // A budget that ends within the interval pays for so much of it.
      const quantity = least(taken, greatest(0n, budget - running.amount) / maxPrice);
      left.set(meter, taken - quantity);
      if (quantity > 0n) parts.set(running, { running, quantity, price: maxPrice });
    }
    return inBookOrder(orders, parts);
  }

  /**
   * What offers have to sell: no more than the meter exported, nor than the devices behind it reported. The cheapest first, if
   * several share a meter or devices, since no Wh is sold twice.
   * @param best what the best payer gives: no amount may outgrow 64 bits
   */
  #supply({ address, lossBps }: MarketArea, start: number, best: bigint): Part<EnergyOffer>[] {
    const kept = WHOLE - BigInt(lossBps);
    if (kept <= 0n) return [];
    const exported = new Map<number, bigint>();
    const generated = new Map<number, bigint>();
    const parts = new Map<Running<EnergyOffer>, Part<EnergyOffer>>();
    const offers = this.#takingPart(this.#offers.get(address), start);
    for (const running of stable(offers, (a, b) => compare(a.account.ask, b.account.ask))) {
      const { meter, generators, ask, capacity } = running.account;
      const delivered = exported.get(meter) ?? this.#quantities.of(meter, start)!.out;
      const own = [...new Set(generators)].map((device): [number, bigint] => [
        device,
        generated.get(device) ?? this.#quantities.of(device, start)?.out ?? 0n,
      ]);
      const generation = own.reduce((sum, [, units]) => sum + units, 0n);
      const arriving = (least(delivered, generation) * kept) / WHOLE;
      const room = best > 0n ? (MOST_U64 - running.amount) / best : MOST_U64;
      const quantity = least(arriving, least(greatest(0n, capacity - running.units), room));
      if (quantity <= 0n) continue;
      let spent =
        quantity === arriving ? least(delivered, generation) : (quantity * WHOLE + kept - 1n) / kept;
      exported.set(meter, delivered - spent);
      for (const [device, units] of own) {
        const part = least(units, spent);
        generated.set(device, units - part);
        spent -= part;
      }
      parts.set(running, { running, quantity, price: ask });
    }
    return inBookOrder(offers, parts);
  }

  /** Accounts whose time it is, whose owner has all their devices, and whose meter is admitted and covers the interval. */
  #takingPart<T extends EnergyOffer | EnergyOrder>(
    accounts: readonly Running<T>[] = [],
    start: number,
  ): Running<T>[] {
    return accounts.filter(
      ({ owned, account: { area, meter, from, end } }) =>
        owned &&
        isWithin(start, { from, end }) &&
        (this.#admitted.get(`${area} ${meter}`) ?? []).some((span) => isWithin(start, span)) &&
        this.#quantities.of(meter, start)?.whole === true,
    );
  }

  #isOwned(account: EnergyOffer | EnergyOrder): boolean {
    const { owner, meter } = account;
    const generators = 'generators' in account ? account.generators : [];
    return (
      this.#belongs(meter, Kind.meter, owner) &&
      generators.every((device) => this.#belongs(device, Kind.energy, owner))
    );
  }

  #belongs(index: number, kind: number, owner: string): boolean {
    const device = this.input.device(index);
    return device?.kind === kind && device.owner === owner;
  }
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

const isWithin = (start: number, { from, end }: { from: number; end: number }): boolean =>
  from <= start && start + INTERVAL <= end;

/** The auction shares roundings by the order in which accounts are given: that of their addresses. */
const inBookOrder = <T>(all: readonly Running<T>[], parts: ReadonlyMap<Running<T>, Part<T>>): Part<T>[] =>
  all.flatMap((running) => parts.get(running) ?? []);

const byAddress = <T extends { readonly address: string }>(list: readonly T[]): T[] =>
  bytewise(list, ({ address }) => address);

const stable = <T>(list: readonly T[], order: (a: T, b: T) => number): T[] => [...list].sort(order);
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
