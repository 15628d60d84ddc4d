import { AccountError } from '@commonwire/sdk/core';
import {
  fetchAreas,
  fetchMarket,
  fetchMarketAccount,
  fetchMeters,
  fetchOffers,
  fetchOrders,
  type Offer,
  type Order,
} from '@commonwire/sdk/market';
import { decodeNetwork } from '@commonwire/sdk/network';
import { type Connection, type Finality, PublicKey } from '@solana/web3.js';
import type { ChainOffer, ChainOrder, MarketAccounts } from '../domain/index';
import { notReady, OracleError } from '../runtime/errors';

/** Where markets are read. */
export interface MarketSource {
  readonly connection: Connection;
  readonly network: PublicKey;
  readonly commitment: Finality;
}

/**
 * Reads the accounts of markets for the close of an epoch, at a slot in which its cut is known and the epoch before is
 * current. A later epoch would have let accounts be closed that this one must clear.
 * @throws OracleError `not-ready` if the node is behind or the epoch is over, `wrong-market`; AccountError
 */
export async function readMarkets(
  source: MarketSource,
  addresses: readonly string[],
  epoch: number,
): Promise<MarketAccounts[]> {
  const minContextSlot = await slotOf(source, epoch);
  const markets: MarketAccounts[] = [];
  for (const address of addresses)
    markets.push(await readMarket(source, new PublicKey(address), minContextSlot));
  await slotOf(source, epoch);
  return markets;
}

/** A slot in which this epoch is the next to be promoted, and cut. @throws OracleError `not-ready` */
async function slotOf({ connection, network, commitment }: MarketSource, epoch: number): Promise<number> {
  const { value, context } = await connection.getAccountInfoAndContext(network, commitment);
  const account = value && decodeNetwork(network, value.data);
  const isNext = account?.current.epoch === BigInt(epoch) - 1n;
  if (isNext && account.cuts.some((cut) => cut.epoch === BigInt(epoch))) return context.slot;
  throw notReady(`the RPC node has no cut of epoch ${epoch}, or the epoch is promoted`);
}

async function readMarket(
  { connection, network, commitment }: MarketSource,
  address: PublicKey,
  minContextSlot: number,
): Promise<MarketAccounts> {
  const at = { commitment, minContextSlot };
  const market = await fetchMarket(connection, address, commitment);
  if (!market.network.equals(network))
    throw new OracleError(
      'wrong-market',
      `the policy names market ${address}, which is of network ${market.network}: take it out of the policy's markets`,
    );
  const areas = (await fetchAreas(connection, address, at)).filter(({ uses }) => uses.includes('energy'));
  const meters: Awaited<ReturnType<typeof fetchMeters>>[number][] = [];
  for (const area of areas)
    for (const meter of await fetchMeters(connection, area.address, at)) meters.push(meter);
  const [offers, orders] = [
    await fetchOffers(connection, address, at),
    await fetchOrders(connection, address, at),
  ];
  return {
    market: address.toBase58(),
    lateSeconds: market.lateWindowSeconds,
    areas: areas.map(({ address: area, cell, lossBps }) => ({
      address: area.toBase58(),
      cell: cell.toString(16),
      lossBps,
    })),
    meters: meters.map(({ area, device, admittedAt, removedAt }) => ({
      area: area.toBase58(),
      device,
      admittedAt: Number(admittedAt),
      removedAt: Number(removedAt),
    })),
    offers: offers.flatMap(energyOffer),
    orders: orders.flatMap(energyOrder),
  };
}

/** An offer as the clearing knows it; none if it is of something else than energy. */
const energyOffer = ({ address, area, terms, owner, ask, ...offer }: Offer): ChainOffer[] =>
  area && terms.use === 'energy'
    ? [
        {
          ...{ address: address.toBase58(), birth: offer.birth, owner: owner.toBase58() },
          ...{ area: area.toBase58(), devices: terms.devices, ...timesOf(terms, offer) },
          ...{ ask, capacity: terms.capacity },
        },
      ]
    : [];

/** The same of an order. */
const energyOrder = ({ address, consumer, counterparty, terms, ...order }: Order): ChainOrder[] =>
  terms.use === 'energy'
    ? [
        {
          ...{ address: address.toBase58(), birth: order.birth, owner: consumer.toBase58() },
          ...{ area: counterparty.toBase58(), device: terms.device, ...timesOf(terms, order) },
          ...{ maxPrice: terms.maxPrice, budget: terms.budget },
        },
      ]
    : [];

/** An offer or order of energy, and its market. */
export interface Trader {
  readonly market: string;
  readonly offer?: ChainOffer;
  readonly order?: ChainOrder;
}

/** Reads an offer or order of energy; undefined if there is none at this address. */
export async function readTrader(
  { connection }: Pick<MarketSource, 'connection'>,
  address: string,
): Promise<Trader | undefined> {
  const found = await fetchMarketAccount(connection, new PublicKey(address)).catch((error: unknown) => {
    if (error instanceof AccountError) return undefined;
    throw error;
  });
  if (found?.kind !== 'offer' && found?.kind !== 'order') return undefined;
  const market = found.account.market.toBase58();
  const [offer] = found.kind === 'offer' ? energyOffer(found.account) : [];
  const [order] = found.kind === 'order' ? energyOrder(found.account) : [];
  return offer ? { market, offer } : order && { market, order };
}

const timesOf = (
  { from, until }: { from: bigint; until: bigint },
  { cancelledAt }: { cancelledAt: bigint },
) => ({ from: Number(from), until: Number(until), cancelledAt: Number(cancelledAt) });
