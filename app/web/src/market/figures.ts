import type { AreaClearingInfo, OrderInfo } from '@commonwire/sdk/oracle';
import { formatFloored, formatTokens } from '../format';

const DAY_SECONDS = 86_400;
/** Wh in a kWh. */
const KILO = 1000n;
const TARIFF = 'commonwire.tariff';

/** Wh as kWh. */
export const energyText = (units: bigint): string => `${formatFloored(units, KILO, 3)} kWh`;

/** Base units a Wh as tokens a kWh. */
export const priceOf = (price: bigint, decimals: number): string => formatTokens(price * KILO, decimals);

/** What a meter bought or sold, in Wh and base units. */
export interface Traded {
  units: bigint;
  amount: bigint;
}

/** A meter's last day with trades. */
export interface MeterDay {
  /** Unix seconds; null: nothing was traded. */
  from: number | null;
  bought: Traded;
  sold: Traded;
}

/** Sums up what a meter's orders and offers traded in the day up to the last interval in which any did. */
export function dayOf(accounts: readonly OrderInfo[]): MeterDay {
  const last = Math.max(...accounts.flatMap(({ cleared }) => cleared.map(({ start }) => start)));
  const none = (): Traded => ({ units: 0n, amount: 0n });
  const day: MeterDay = { from: null, bought: none(), sold: none() };
  if (!Number.isFinite(last)) return day;
  day.from = last - (last % DAY_SECONDS);
  for (const { cleared, offer } of accounts)
    for (const { start, units, price } of cleared) {
      if (start < day.from) continue;
      const side = offer ? day.sold : day.bought;
      side.units += BigInt(units);
      side.amount += BigInt(units) * BigInt(price);
    }
  return day;
}

/** What a day's trades were worth more than at the reader's tariffs: base units for a kWh bought and a kWh sold. */
export const savedOn = ({ bought, sold }: MeterDay, buying: bigint, selling: bigint): bigint =>
  (bought.units * buying) / KILO - bought.amount + sold.amount - (sold.units * selling) / KILO;

/** Clearings with the earliest first, each interval once. */
export const byTime = (clearings: readonly AreaClearingInfo[]): AreaClearingInfo[] =>
  [...new Map(clearings.map((one) => [one.start, one])).values()].sort((a, b) => a.start - b.start);

/** The tariffs that this browser remembers: tokens for a kWh bought and sold, as text. */
export function rememberedTariff(): { buying: string; selling: string } {
  const [buying = '', selling = ''] = (localStorage.getItem(TARIFF) ?? '').split(' ');
  return { buying, selling };
}

export const rememberTariff = ({ buying, selling }: { buying: string; selling: string }): void =>
  localStorage.setItem(TARIFF, `${buying.trim()} ${selling.trim()}`);
