/** The lines of a dataset that are about the market. */
import { DomainError } from '../errors';
import { strictly } from '../strict-line';
import type { ChainArea, ChainMeter, ChainOffer, ChainOrder, MarketAccounts } from './accounts';
import type { DeviceMetered } from './collect';
import type { AreaClearing, Fill, Usage } from './types';

/** What an account used since its birth, as it is kept until nothing can be settled on it any more. */
export interface KeptUsage extends Usage {
  /** When the account ends, chain time, as far as that was known when it last counted. */
  readonly end: number;
}

/** The lines of the accounts that an epoch was cleared from, one an account. */
export function* bookLines(markets: readonly MarketAccounts[]): Generator<string> {
  for (const { market, areas, meters, offers, orders } of markets) {
    for (const area of areas) yield areaLine(market, area);
    yield* meters.map(meterLine);
    yield* offers.map(offerLine);
    yield* orders.map(orderLine);
  }
}

const areaLine = (market: string, { address, cell, lossBps }: ChainArea): string =>
  JSON.stringify({ area: address, market, cell, loss_bps: lossBps });

const meterLine = ({ area, device, admittedAt, removedAt }: ChainMeter): string =>
  JSON.stringify({ meter: device, area, admitted_at: admittedAt, removed_at: removedAt });

const offerLine = (offer: ChainOffer): string => {
  const { address, birth, owner, area, devices, from, until, cancelledAt, ask, capacity } = offer;
  return JSON.stringify({
    offer: address,
    birth: `${birth}`,
    owner,
    area,
    devices,
    from,
    until,
    cancelled_at: cancelledAt,
    ask: `${ask}`,
    capacity: `${capacity}`,
  });
};

const orderLine = (order: ChainOrder): string => {
  const { address, birth, owner, area, device, from, until, cancelledAt, maxPrice, budget } = order;
  return JSON.stringify({
    order: address,
    birth: `${birth}`,
    owner,
    area,
    device,
    from,
    until,
    cancelled_at: cancelledAt,
    max_price: `${maxPrice}`,
    budget: `${budget}`,
  });
};

/**
 * Reads the accounts that a dataset lists.
 * @param markets the markets of its manifest, in order
 * @throws DomainError `bad-line`
 */
export function readBook(
  lines: Iterable<string>,
  markets: readonly { readonly address: string; readonly late_seconds: number }[],
): MarketAccounts[] {
  const books = markets.map(({ address, late_seconds }) => ({
    market: address,
    lateSeconds: late_seconds,
    areas: [] as ChainArea[],
    meters: [] as ChainMeter[],
    offers: [] as ChainOffer[],
    orders: [] as ChainOrder[],
  }));
  const byArea = new Map<string, (typeof books)[number]>();
  const bookOf = (area: string, line: string) => {
    const book = byArea.get(area);
    if (!book) throw new DomainError('bad-line', `parts.book: names no area before: ${line.slice(0, 200)}`);
    return book;
  };
  for (const line of lines) {
    const read = readBookLine(line);
    if ('market' in read) {
      const book = books.find(({ market }) => market === read.market);
      if (!book)
        throw new DomainError(
          'bad-line',
          `parts.book: names no market of the manifest: ${line.slice(0, 200)}`,
        );
      book.areas.push(read.area);
      byArea.set(read.area.address, book);
    } else if ('meter' in read) bookOf(read.meter.area, line).meters.push(read.meter);
    else if ('offer' in read) bookOf(read.offer.area, line).offers.push(read.offer);
    else bookOf(read.order.area, line).orders.push(read.order);
  }
  return books;
}

type BookLine =
  | { readonly market: string; readonly area: ChainArea }
  | { readonly meter: ChainMeter }
  | { readonly offer: ChainOffer }
  | { readonly order: ChainOrder };

const readBookLine = (line: string): BookLine =>
  strictly(
    line,
    (read: BookLine) => {
      if ('market' in read) return areaLine(read.market, read.area);
      if ('meter' in read) return meterLine(read.meter);
      return 'offer' in read ? offerLine(read.offer) : orderLine(read.order);
    },
    (raw) => {
      const area = String(raw.area);
      if ('market' in raw) {
        const [market, cell] = [String(raw.market), String(raw.cell)];
        return { market, area: { address: area, cell, lossBps: whole(raw.loss_bps) } };
      }
      if ('meter' in raw) {
        const [admittedAt, removedAt] = [whole(raw.admitted_at), whole(raw.removed_at)];
        return { meter: { area, device: whole(raw.meter), admittedAt, removedAt } };
      }
      const account = {
        birth: BigInt(String(raw.birth)),
        owner: String(raw.owner),
        area,
        from: whole(raw.from),
        until: whole(raw.until),
        cancelledAt: whole(raw.cancelled_at),
      };
      if ('offer' in raw) {
        const devices = (raw.devices as unknown[]).map(whole);
        const [ask, capacity] = [BigInt(String(raw.ask)), BigInt(String(raw.capacity))];
        return { offer: { ...account, address: String(raw.offer), devices, ask, capacity } };
      }
      const [maxPrice, budget] = [BigInt(String(raw.max_price)), BigInt(String(raw.budget))];
      return {
        order: { ...account, address: String(raw.order), device: whole(raw.device), maxPrice, budget },
      };
    },
  );

function whole(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new RangeError('not a whole number');
}

/** The line of what a device metered; each report is [start, seconds, out, in]. */
export const meteredLine = ({ device, reports }: DeviceMetered): string =>
  `{"device":${device},"reports":[${reports
    .map((span) => `[${span.start},${span.seconds},"${span.out}","${span.in}"]`)
    .join(',')}]}`;

/** @throws DomainError `bad-line` */
export const readMeteredLine = (line: string): DeviceMetered =>
  strictly(line, meteredLine, (raw) => ({
    device: whole(raw.device),
    reports: (raw.reports as unknown[][]).map(([start, seconds, out, taken]) => ({
      start: whole(start),
      seconds: whole(seconds),
      out: BigInt(String(out)),
      in: BigInt(String(taken)),
    })),
  }));

const total = (fills: readonly Fill[]): string =>
  `${fills.reduce((sum, { quantity }) => sum + quantity, 0n)}`;

/** The line of an interval in an area; each of the bids and asks that trade is [account, units]. */
export function clearingLine({ area, start, quantity, low, high, price, bids, asks }: AreaClearing): string {
  const text = (amount: bigint | null) => (amount === null ? null : `${amount}`);
  const traded = (fills: readonly Fill[]) =>
    fills.flatMap(({ account, units }) => (units > 0n ? [[account, `${units}`]] : []));
  return JSON.stringify({
    area,
    start,
    demand: total(bids),
    supply: total(asks),
    quantity: `${quantity}`,
    low: text(low),
    high: text(high),
    price: text(price),
    bids: traded(bids),
    asks: traded(asks),
  });
}

/** The line of what an account used: its leaf of the usage tree, and when it ends. */
export const usageLine = ({ side, account, birth, counterparty, units, amount, end }: KeptUsage): string =>
  JSON.stringify({
    account,
    side,
    birth: `${birth}`,
    counterparty,
    units: `${units}`,
    amount: `${amount}`,
    end,
  });

/** @throws DomainError `bad-line` */
export const readUsageLine = (line: string): KeptUsage =>
  strictly(line, usageLine, (raw) => {
    if (raw.side !== 'order' && raw.side !== 'offer') throw new RangeError('neither order nor offer');
    return {
      side: raw.side,
      account: String(raw.account),
      birth: BigInt(String(raw.birth)),
      counterparty: String(raw.counterparty),
      units: BigInt(String(raw.units)),
      amount: BigInt(String(raw.amount)),
      end: whole(raw.end),
    };
  });
