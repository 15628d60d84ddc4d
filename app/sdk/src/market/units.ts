import { parseUnits } from '../core/amounts';
import { tokens } from '../core/words';
import type { Use } from './terms';

/** In what people count a use: a kWh is 1,000 of the Wh that a market counts. */
export const USE_UNITS: Readonly<Record<Use, { name: string; decimals: number }>> = {
  energy: { name: 'kWh', decimals: 3 },
  bandwidth: { name: 'MB', decimals: 0 },
  parking: { name: 'minutes', decimals: 0 },
  ride: { name: 'km', decimals: 3 },
};

/** The name of one, as in `0.3 tokens a kWh`. */
const ONE: Readonly<Record<Use, string>> = { energy: 'kWh', bandwidth: 'MB', parking: 'minute', ride: 'km' };

/**
 * The base units for each of a market's units that a price in tokens states, such as `0.3` a kWh.
 * @returns undefined where that is no number, too large, or not a whole number of base units for each Wh, MB, minute or metre
 */
export function parsePrice(text: string, use: Use, decimals: number): bigint | undefined {
  const price = parseUnits(text, decimals);
  const size = 10n ** BigInt(USE_UNITS[use].decimals);
  return price === undefined || price % size !== 0n ? undefined : price / size;
}

/** A price as people read it: `0.3 tokens a kWh`. */
export const priceText = (price: bigint, use: Use, decimals: number): string =>
  `${tokens(price * 10n ** BigInt(USE_UNITS[use].decimals), decimals)} tokens a ${ONE[use]}`;

/** A quantity as people read it: `1.5 kWh`. */
export const quantityText = (units: bigint, use: Use): string =>
  `${tokens(units, USE_UNITS[use].decimals)} ${USE_UNITS[use].name}`;
