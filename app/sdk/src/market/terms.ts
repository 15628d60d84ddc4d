import { PublicKey } from '@solana/web3.js';
import { bn } from '../core/anchor-values';

/** Uses that a market sells, at the numbers by which the chain knows them. */
export const USES = ['energy', 'bandwidth', 'parking', 'ride'] as const;
export type Use = (typeof USES)[number];

/** Length of what is cleared together: orders and offers begin and end at its multiples. */
export const INTERVAL_SECONDS = 900n;

/** Time after its end from which an order or offer closes whatever happens. */
export const EXPIRY_SECONDS = 30n * 86_400n;

const BASIS_POINTS = 10_000n;

/** The devices of an offer: at most eight. */
const MAX_DEVICES = 8;

/** What a market takes of every payment. */
export interface MarketFees {
  /** Token account that receives what isn't burnt, such as the income vault of a stake pool; null: none yet. */
  recipient: PublicKey | null;
  /** Part of each payment, in basis points. */
  feeBps: number;
  /** Part of the fee that is burnt, in basis points. */
  burnBps: number;
}

/** What is offered. Times are unix seconds; whole quarters of an hour between them count. */
export interface OfferTerms {
  use: Use;
  /** Least base units a unit that the owner wants, after the fee. */
  minPrice: bigint;
  /** Most units that it delivers in all. */
  capacity: bigint;
  from: bigint;
  until: bigint;
  /** Indices in the network's registry. Energy: the meter, and then what generates behind it. */
  devices: readonly number[];
  /** Parking: part of the price that a cancelled reservation costs, in basis points. */
  cancelFeeBps: number;
}

/** What is ordered. */
export interface OrderTerms {
  use: Use;
  /** Base units that it may spend in all. */
  budget: bigint;
  /** Most base units a unit. */
  maxPrice: bigint;
  from: bigint;
  until: bigint;
  /** Energy: index of the consumer's meter in the network's registry. */
  device: number;
  /** Bandwidth: signs vouchers. Parking, where it may be null: acts for the driver. Null otherwise. */
  sessionKey: Uint8Array | null;
}

/** The first interval that begins after `time`: from then on counts what is made or cancelled now. */
export const nextInterval = (time: bigint): bigint => (time / INTERVAL_SECONDS + 1n) * INTERVAL_SECONDS;

/** Least price before a fee that leaves `minPrice` after it. */
export function askOf(minPrice: bigint, feeBps: number): bigint {
  const rest = BASIS_POINTS - BigInt(feeBps);
  return (minPrice * BASIS_POINTS + rest - 1n) / rest;
}

export const feesArgument = ({ recipient, feeBps, burnBps }: MarketFees) => ({
  recipient: recipient ?? PublicKey.default,
  feeBps,
  burnBps,
});

/** @throws RangeError if it names more than eight devices */
export function offerArgument(terms: OfferTerms) {
  if (terms.devices.length > MAX_DEVICES)
    throw new RangeError(`an offer has ${MAX_DEVICES} devices at most, not ${terms.devices.length}`);
  return {
    minPrice: bn(terms.minPrice),
    capacity: bn(terms.capacity),
    from: bn(terms.from),
    until: bn(terms.until),
    devices: Array.from({ length: MAX_DEVICES }, (_, i) => terms.devices[i] ?? 0),
    cancelFeeBps: terms.cancelFeeBps,
    deviceCount: terms.devices.length,
    usage: USES.indexOf(terms.use),
    pad: [0, 0, 0, 0],
  };
}

export const orderArgument = (terms: OrderTerms) => ({
  budget: bn(terms.budget),
  maxPrice: bn(terms.maxPrice),
  from: bn(terms.from),
  until: bn(terms.until),
  sessionKey: [...(terms.sessionKey ?? new Uint8Array(32))],
  device: terms.device,
  usage: USES.indexOf(terms.use),
  pad: [0, 0, 0],
});
