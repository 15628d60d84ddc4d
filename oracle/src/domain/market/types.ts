/** What the energy market is cleared from, and what comes of it. Addresses are base58, times unix seconds, energy is in Wh. */

/** When an account takes part: from the beginning of an interval to that of another. */
interface Span {
  readonly from: number;
  readonly end: number;
}

/** An H3 cell within which energy clears at one price. */
export interface MarketArea {
  readonly address: string;
  /** Part of what is exported that is lost on the way, basis points. */
  readonly lossBps: number;
}

/** A meter that an area's operator admitted. */
export interface AdmittedMeter extends Span {
  readonly area: string;
  /** Index in the registry. */
  readonly device: number;
}

/** What offers and orders of energy have in common. Each is at an address, and was born there once. */
interface MarketAccount extends Span {
  readonly address: string;
  readonly birth: bigint;
  readonly owner: string;
  readonly area: string;
  /** The meter's index in the registry. */
  readonly meter: number;
}

export interface EnergyOffer extends MarketAccount {
  /** Energy devices behind the meter. */
  readonly generators: readonly number[];
  /** Least base units a Wh, before the fee. */
  readonly ask: bigint;
  /** Most Wh that it delivers in all. */
  readonly capacity: bigint;
}

export interface EnergyOrder extends MarketAccount {
  /** Most base units a Wh. */
  readonly maxPrice: bigint;
  /** Most base units in all. */
  readonly budget: bigint;
}

/** The accounts of a market, in any order. */
export interface MarketBook {
  /** How long after an interval it may be cleared: reports may come late. */
  readonly lateSeconds: number;
  readonly areas: readonly MarketArea[];
  readonly meters: readonly AdmittedMeter[];
  readonly offers: readonly EnergyOffer[];
  readonly orders: readonly EnergyOrder[];
}

/** A device of the registry, as the market must know it. */
export interface MarketDevice {
  readonly kind: number;
  readonly owner: string;
}

/** An accepted report of a meter or an energy device. No two of a device share a minute. */
export interface MeteredReport {
  readonly device: number;
  readonly start: number;
  readonly seconds: number;
  /** Delivered: by a meter to the grid, by an energy device at all. */
  readonly out: bigint;
  /** Taken from the grid; 0n for an energy device. */
  readonly in: bigint;
}

/** What an account has used or delivered since its birth: what a leaf of the usage tree says. */
export interface Usage {
  readonly side: 'order' | 'offer';
  readonly account: string;
  readonly birth: bigint;
  /** Its area. */
  readonly counterparty: string;
  readonly units: bigint;
  /** Base units, before the fee. */
  readonly amount: bigint;
}

/** An account's part in a clearing. */
export interface Fill {
  readonly account: string;
  /** Wh that it wanted or had to sell, and at which price. */
  readonly quantity: bigint;
  readonly price: bigint;
  /** Wh that it got or sold. */
  readonly units: bigint;
}

/** The market of an area in an interval. */
export interface AreaClearing {
  readonly area: string;
  /** When the interval begins. */
  readonly start: number;
  readonly quantity: bigint;
  /** See `Clearing` of the SDK; null if nothing trades. */
  readonly low: bigint | null;
  readonly high: bigint | null;
  readonly price: bigint | null;
  /** By the account's address. */
  readonly bids: readonly Fill[];
  readonly asks: readonly Fill[];
}

/** Everything that a clearing depends on. */
export interface ClearingInput {
  readonly book: MarketBook;
  /** The device of an index in the epoch, unless it is retired. */
  readonly device: (index: number) => MarketDevice | undefined;
  /** In any order. */
  readonly reports: Iterable<MeteredReport>;
  /** Before the first interval, of accounts in the book and others. */
  readonly usage: readonly Usage[];
  /** The first interval that was not cleared before. */
  readonly clearedUntil: number;
  /** Chain time of the epoch's cut. */
  readonly cutTime: number;
}

/** What follows from it. */
export interface ClearingResult {
  /** By interval and area; none of an area in which nobody wanted or had to sell anything. */
  readonly clearings: readonly AreaClearing[];
  /** By the account's address; none of accounts that used nothing, or are no longer in the book. */
  readonly usage: readonly Usage[];
  /** The first interval that is not cleared yet. */
  readonly clearedUntil: number;
}
