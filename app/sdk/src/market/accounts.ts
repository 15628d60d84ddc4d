import type { IdlAccounts } from '@coral-xyz/anchor';
import { type Commitment, type Connection, PublicKey } from '@solana/web3.js';
import { big } from '../core/anchor-values';
import type { Market as MarketIdl } from '../generated/market';
import { CALENDAR_BYTES, type Calendar, decodeCalendar, type Reservation } from './parking';
import { coder, dataOf, decode, marketProgram } from './program';
import {
  EXPIRY_SECONDS,
  type MarketFees,
  nextInterval,
  type OfferTerms,
  type OrderTerms,
  USES,
  type Use,
} from './terms';

/** Where what devices deliver is sold, in one token. Sums in base units. */
export interface Market {
  address: PublicKey;
  creator: PublicKey;
  id: bigint;
  network: PublicKey;
  authority: PublicKey;
  /** Null: nobody is proposed. */
  proposedAuthority: PublicKey | null;
  mint: PublicKey;
  tokenProgram: PublicKey;
  vault: PublicKey;
  /** What new offers copy. */
  fees: MarketFees;
  lateWindowSeconds: number;
  /** Offers and orders made since the start. */
  births: bigint;
  /** What the vault holds: for orders, areas, offers' owners, and fees, a part of which is to be burnt. */
  escrow: bigint;
  pools: bigint;
  due: bigint;
  feesLeft: bigint;
  burnLeft: bigint;
  /** Since the start. */
  feesTotal: bigint;
  burntTotal: bigint;
  /** Open orders and offers. */
  orders: bigint;
  offers: bigint;
  /** Whether its token is its network's reward token. */
  paysReward: boolean;
}

/** A place within which energy is cleared at one price. */
export interface Area {
  address: PublicKey;
  market: PublicKey;
  /** H3 cell. */
  cell: bigint;
  operator: PublicKey;
  /** What orders paid and offers were not paid yet. */
  pool: bigint;
  paidIn: bigint;
  createdAt: bigint;
  lossBps: number;
  uses: Use[];
}

/** A meter that an area's operator has admitted. */
export interface Meter {
  address: PublicKey;
  area: PublicKey;
  payer: PublicKey;
  admittedAt: bigint;
  /** 0n: it is admitted. */
  removedAt: bigint;
  device: number;
}

export interface Offer {
  address: PublicKey;
  market: PublicKey;
  owner: PublicKey;
  /** Null: it is ordered directly. */
  area: PublicKey | null;
  id: bigint;
  birth: bigint;
  terms: OfferTerms;
  /** Least base units a unit before the fee. */
  ask: bigint;
  createdAt: bigint;
  /** 0n: it wasn't cancelled. */
  cancelledAt: bigint;
  settledUnits: bigint;
  settledAmount: bigint;
  /** Of the settled amount, what orders have paid; the rest is owed. */
  paid: bigint;
  /** What the owner can collect. */
  due: bigint;
  /** Open orders that name it. */
  orders: bigint;
  /** Parking: minutes that are reserved. */
  promised: bigint;
  /** Parking: which quarter-hours are taken. Null otherwise. */
  calendar: Calendar | null;
  feeBps: number;
  burnBps: number;
}

export interface Order {
  address: PublicKey;
  market: PublicKey;
  consumer: PublicKey;
  /** The area in which energy is cleared, or the offer. */
  counterparty: PublicKey;
  id: bigint;
  birth: bigint;
  counterpartyBirth: bigint;
  terms: OrderTerms;
  createdAt: bigint;
  cancelledAt: bigint;
  settledUnits: bigint;
  settledAmount: bigint;
  /** Parking: what it has reserved. */
  reservation: OrderReservation | null;
}

/** What an order has reserved of a bay. */
export interface OrderReservation extends Reservation {
  /** 0n: the driver hasn't checked in. */
  checkedInAt: bigint;
}

type Raw<N extends keyof IdlAccounts<MarketIdl>> = IdlAccounts<MarketIdl>[N];

const orNull = (key: PublicKey): PublicKey | null => (key.equals(PublicKey.default) ? null : key);

/** @throws AccountError `account-malformed` */
export function decodeMarket(address: PublicKey, data: Uint8Array): Market {
  const raw = decode('market', address, data);
  const { creator, network, authority, mint, tokenProgram, vault, lateWindowSeconds } = raw;
  const sums = mapValues(raw, [
    'id',
    'births',
    'escrow',
    'pools',
    'due',
    'feesLeft',
    'burnLeft',
    'feesTotal',
    'burntTotal',
    'orders',
    'offers',
  ]);
  return {
    address,
    ...{ creator, network, authority, mint, tokenProgram, vault, lateWindowSeconds },
    ...sums,
    proposedAuthority: orNull(raw.proposedAuthority),
    fees: { ...raw.fees, recipient: orNull(raw.fees.recipient) },
    paysReward: raw.paysReward === 1,
  };
}

/** @throws AccountError `account-malformed` */
export function decodeArea(address: PublicKey, data: Uint8Array): Area {
  const { market, operator, lossBps, uses, ...raw } = decode('area', address, data);
  return {
    address,
    ...{ market, operator, lossBps },
    ...mapValues(raw, ['cell', 'pool', 'paidIn', 'createdAt']),
    uses: USES.filter((_, bit) => (uses >> bit) & 1),
  };
}

/** @throws AccountError `account-malformed` */
export function decodeMeter(address: PublicKey, data: Uint8Array): Meter {
  const { area, payer, device, ...raw } = decode('meter', address, data);
  return { address, area, payer, device, ...mapValues(raw, ['admittedAt', 'removedAt']) };
}

/** @throws AccountError `account-malformed` */
export function decodeOffer(address: PublicKey, data: Uint8Array): Offer {
  const { market, owner, area, terms, feeBps, burnBps, ...raw } = decode('offer', address, data);
  return {
    address,
    ...{ market, owner, feeBps, burnBps },
    area: orNull(area),
    ...mapValues(raw, [
      'id',
      'birth',
      'ask',
      'createdAt',
      'cancelledAt',
      'settledUnits',
      'settledAmount',
      'paid',
      'due',
      'orders',
      'promised',
    ]),
    terms: offerTerms(terms),
    calendar: USES[terms.usage] === 'parking' ? decodeCalendar(data.subarray(-CALENDAR_BYTES)) : null,
  };
}

/** @throws AccountError `account-malformed` */
export function decodeOrder(address: PublicKey, data: Uint8Array): Order {
  const raw = decode('order', address, data);
  const { market, consumer, counterparty, terms } = raw;
  return {
    address,
    ...{ market, consumer, counterparty },
    ...mapValues(raw, [
      'id',
      'birth',
      'counterpartyBirth',
      'createdAt',
      'cancelledAt',
      'settledUnits',
      'settledAmount',
    ]),
    terms: orderTerms(terms),
    reservation: reservationOf(raw),
  };
}

function reservationOf(raw: Raw<'order'>): OrderReservation | null {
  const { reservedFirst, reservedQuarters, ...rest } = mapValues(raw, [
    'reservedFirst',
    'reservedQuarters',
    'quarterPrice',
    'checkedInAt',
  ]);
  return reservedQuarters === 0n ? null : { first: reservedFirst, quarters: reservedQuarters, ...rest };
}

const offerTerms = (raw: Raw<'offer'>['terms']): OfferTerms => ({
  use: USES[raw.usage]!,
  ...mapValues(raw, ['minPrice', 'capacity', 'from', 'until']),
  devices: raw.devices.slice(0, raw.deviceCount),
  cancelFeeBps: raw.cancelFeeBps,
});

const orderTerms = (raw: Raw<'order'>['terms']): OrderTerms => ({
  use: USES[raw.usage]!,
  ...mapValues(raw, ['budget', 'maxPrice', 'from', 'until']),
  device: raw.device,
  sessionKey: raw.sessionKey.some((byte: number) => byte !== 0) ? Uint8Array.from(raw.sessionKey) : null,
});

/** The named numbers of an account, as bigints. */
function mapValues<N extends string>(
  raw: Record<N, Parameters<typeof big>[0]>,
  names: readonly N[],
): Record<N, bigint> {
  return Object.fromEntries(names.map((name) => [name, big(raw[name])])) as Record<N, bigint>;
}

/** When an order or offer ends, cancelled or not. */
export function endOf({ terms: { until }, cancelledAt }: Offer | Order): bigint {
  const cancelled = nextInterval(cancelledAt);
  return cancelledAt !== 0n && cancelled < until ? cancelled : until;
}

/** When an order or offer closes whatever happens. */
export const expiryOf = (account: Offer | Order): bigint => endOf(account) + EXPIRY_SECONDS;

const DECODERS = {
  market: decodeMarket,
  area: decodeArea,
  meter: decodeMeter,
  offer: decodeOffer,
  order: decodeOrder,
};
type Decoded = { [N in keyof typeof DECODERS]: ReturnType<(typeof DECODERS)[N]> };

async function fetchOne<N extends keyof Decoded>(
  kind: N,
  connection: Connection,
  address: PublicKey,
  commitment?: Commitment,
): Promise<Decoded[N]> {
  const data = dataOf(address, await connection.getAccountInfo(address, commitment), kind);
  return DECODERS[kind](address, data) as Decoded[N];
}

/** @throws AccountError */
export const fetchMarket = (
  connection: Connection,
  address: PublicKey,
  commitment?: Commitment,
): Promise<Market> => fetchOne('market', connection, address, commitment);

/** @throws AccountError */
export const fetchArea = (connection: Connection, address: PublicKey): Promise<Area> =>
  fetchOne('area', connection, address);

/** @throws AccountError */
export const fetchMeter = (connection: Connection, address: PublicKey): Promise<Meter> =>
  fetchOne('meter', connection, address);

/** @throws AccountError */
export const fetchOffer = (connection: Connection, address: PublicKey): Promise<Offer> =>
  fetchOne('offer', connection, address);

/** @throws AccountError */
export const fetchOrder = (connection: Connection, address: PublicKey): Promise<Order> =>
  fetchOne('order', connection, address);

/** Every account but a market names the account it belongs to first. */
const PARENT_AT = coder.accounts.accountDiscriminator('offer').length;

/** As of when accounts are read. */
export interface ReadAt {
  commitment?: Commitment;
  /** A node that has not seen this slot refuses. */
  minContextSlot?: number;
}

async function fetchAll<N extends 'area' | 'meter' | 'offer' | 'order'>(
  kind: N,
  connection: Connection,
  parent: PublicKey,
  at: ReadAt = {},
): Promise<Decoded[N][]> {
  const found = await connection.getProgramAccounts(marketProgram.address, {
    ...at,
    filters: [
      { memcmp: coder.accounts.memcmp(kind) },
      { memcmp: { offset: PARENT_AT, bytes: parent.toBase58() } },
    ],
  });
  return found.map(({ pubkey, account }) => DECODERS[kind](pubkey, account.data) as Decoded[N]);
}

/** Fetches all areas of a market. */
export const fetchAreas = (connection: Connection, market: PublicKey, at?: ReadAt): Promise<Area[]> =>
  fetchAll('area', connection, market, at);

/** Fetches all meters of an area, also those that were removed. */
export const fetchMeters = (connection: Connection, area: PublicKey, at?: ReadAt): Promise<Meter[]> =>
  fetchAll('meter', connection, area, at);

/** Fetches all offers of a market that aren't closed. */
export const fetchOffers = (connection: Connection, market: PublicKey, at?: ReadAt): Promise<Offer[]> =>
  fetchAll('offer', connection, market, at);

/** Fetches all orders of a market that aren't closed. */
export const fetchOrders = (connection: Connection, market: PublicKey, at?: ReadAt): Promise<Order[]> =>
  fetchAll('order', connection, market, at);
