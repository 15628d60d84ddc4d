import type { Offer, Order } from '@commonwire/sdk/market';
import { FEED_IN_TARIFF, GRID_TARIFF, LOSS_BPS } from './plan';

const WHOLE = 10_000n;

/** Energy that was bought and sold. Wh, and base units. */
export interface Traded {
  /** Arrived at those who bought it. */
  units: bigint;
  /** What they paid, and what sellers have of it: less the fee. */
  paid: bigint;
  earned: bigint;
}

export const NOTHING: Traded = { units: 0n, paid: 0n, earned: 0n };

export const plus = (one: Traded, other: Traded): Traded => ({
  units: one.units + other.units,
  paid: one.paid + other.paid,
  earned: one.earned + other.earned,
});

/** What offers and orders have settled, by their accounts. Those of other uses don't count. */
export function tradedBy(orders: readonly Order[], offers: readonly Offer[]): Traded {
  const energy = orders.filter(({ terms }) => terms.use === 'energy');
  const sold = offers.filter(({ terms }) => terms.use === 'energy');
  const sum = (amounts: readonly bigint[]) => amounts.reduce((all, amount) => all + amount, 0n);
  return {
    units: sum(energy.map(({ settledUnits }) => settledUnits)),
    paid: sum(energy.map(({ settledAmount }) => settledAmount)),
    earned: sum(sold.map(({ paid, feeBps }) => paid - (paid * BigInt(feeBps)) / WHOLE)),
  };
}

/**
 * What trading was worth to both sides: to buyers what the grid would have taken for the same Wh, less what they paid; to
 * sellers what they earned, less what the grid would have paid for what they exported, which is more than what arrived.
 */
export function savedBy({ units, paid, earned }: Traded): bigint {
  const kept = WHOLE - BigInt(LOSS_BPS);
  const exported = (units * WHOLE + kept - 1n) / kept;
  return units * GRID_TARIFF - paid + (earned - exported * FEED_IN_TARIFF);
}
