/** The market's plan: who trades, and what it would cost without it. Prices are base units of the payment token a Wh. */

/** Households of the street, each with a meter. */
export const HOUSEHOLDS = 30;
/** The first of them have solar panels too. */
export const WITH_PANELS = 12;

/** Decimals of the payment token. */
export const DECIMALS = 6;
const TOKEN = 1_000_000n;

/** What a household pays the grid for a Wh that it takes: 0.30 USD a kWh. */
export const GRID_TARIFF = 300n;
/** What the grid pays for a Wh that a household delivers: 0.08 USD a kWh. */
export const FEED_IN_TARIFF = 80n;

/** The most that each household pays a neighbour, and the least that it wants after the fee: drawn between these. */
export const BIDS = { least: 210, most: 290 } as const;
export const ASKS = { least: 90, most: 160 } as const;

/** What the market takes of each payment, and what is lost of exported energy on its way, in basis points. */
export const FEE_BPS = 200;
export const LOSS_BPS = 300;
/** How long the clearing waits for late reports. */
export const LATE_WINDOW_SECONDS = 12 * 3_600;

/** The most that a household can spend, and deliver, on a day: more than its connection can bring about. */
export const DAILY_BUDGET = 20n * TOKEN;
export const DAILY_CAPACITY = 150_000n;

/** H3 resolution of the area: a neighbourhood of about 1 km. */
export const AREA_RESOLUTION = 8;

/**
 * The days on which the street trades, counted from the first midnight of the measured days: offers and orders are made before
 * the first. Not every day, since 42 more devices would slow a demo down that lives for long.
 */
const DAYS_APART = 4;
export const tradingDays = (forever: boolean): number[] =>
  Array.from({ length: forever ? 24 : 1 }, (_, round) => 1 + round * DAYS_APART);

/** The café's Wi-Fi, at 0.01 USD a MB, and what a guest reads: more than one step, and so more than one voucher. */
export const WIFI = {
  price: 10_000n,
  capacity: 1_000_000n,
  budget: TOKEN,
  seconds: 30n * 86_400n,
  kilobits: 100_000,
  bytes: 12_000_000,
} as const;
