/** Groups of parts that only the dataset of a network with a market has. */
export const MARKET_GROUPS = ['book', 'metered', 'clearings', 'usage'] as const;
export type MarketGroup = (typeof MARKET_GROUPS)[number];
