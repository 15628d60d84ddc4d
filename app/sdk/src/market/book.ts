import type { Connection, PublicKey } from '@solana/web3.js';
import {
  type Area,
  fetchAreas,
  fetchMeters,
  fetchOffers,
  fetchOrders,
  type Meter,
  type Offer,
  type Order,
  type ReadAt,
} from './accounts';

/** What a market has, and has not closed, in any order. */
export interface Book {
  areas: Area[];
  /** Of areas with energy, also those that were removed. */
  meters: Meter[];
  offers: Offer[];
  orders: Order[];
}

/** Fetches all that is offered and ordered in a market. The node must allow searches for accounts. */
export async function fetchBook(connection: Connection, market: PublicKey, at?: ReadAt): Promise<Book> {
  const areas = await fetchAreas(connection, market, at);
  const meters: Meter[] = [];
  for (const { address, uses } of areas)
    if (uses.includes('energy'))
      for (const meter of await fetchMeters(connection, address, at)) meters.push(meter);
  return {
    areas,
    meters,
    offers: await fetchOffers(connection, market, at),
    orders: await fetchOrders(connection, market, at),
  };
}
