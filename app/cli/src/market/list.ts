import { time, tokens } from '@commonwire/sdk/core';
import {
  type Area,
  endOf,
  fetchAreas,
  fetchMarketAccount,
  fetchOffers,
  fetchOrders,
  leftOf,
  type MarketFacts,
  type Offer,
  type Order,
  priceText,
  quantityText,
  readMarketFacts,
} from '@commonwire/sdk/market';
import { address, clusterUrl, flag, parseOptions } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { telling } from '../progress';
import { searching } from '../search';
import { table } from '../table';
import { areaJson, offerJson, orderJson } from './show-json';
import { stateOf } from './show-lines';

const KINDS = ['areas', 'offers', 'orders'] as const;
type Listed = (typeof KINDS)[number];

const options = z.object({
  url: clusterUrl,
  market: address,
  what: z.enum(KINDS, `is not one of ${KINDS.join(', ')}`).default('offers'),
  owner: address.optional(),
  account: z.array(address).default([]),
  json: flag,
});

interface Found {
  areas: Area[];
  offers: Offer[];
  orders: Order[];
}

/** Lists what belongs to a market. */
export const listAction: Action = {
  name: 'list',
  usage: '--market ADDRESS [--what areas|offers|orders] [--owner ADDRESS] [--account ADDRESS ...]',
  summary:
    "lists a market's areas, offers or orders: all, those of one owner, or the named ones where the node doesn't search",
  options,
  async run(command, argv, write) {
    const values = parseOptions(command, argv, options);
    const { url, market, what, owner, account: named, json } = values;
    const connection = await connect(url);
    const read = async () => {
      const facts = await readMarketFacts(connection, market);
      const found =
        named.length > 0 ? await fetchNamed(connection, what, named) : await search(connection, what, market);
      return { facts, found: ofOwner(found, owner) };
    };
    const { facts, found } = await telling(() => `reading ${what}`, read);
    // Where energy is cleared isn't asked for each: what an area could pay now is in `market show`.
    const documents = {
      areas: found.areas.map((area) => areaJson(area, facts)),
      offers: found.offers.map((offer) => offerJson(offer, facts, null)),
      orders: found.orders.map((order) => orderJson(order, facts)),
    };
    if (json) write(JSON.stringify({ market: market.toBase58(), [what]: documents[what] }));
    else for (const line of linesOf(what, found, facts)) write(line);
  },
};

const NOTHING: Found = { areas: [], offers: [], orders: [] };

/** @throws CliError `wrong-account` */
async function fetchNamed(connection: Connection, what: Listed, named: readonly PublicKey[]): Promise<Found> {
  const found = await Promise.all(named.map((at) => fetchMarketAccount(connection, at)));
  const other = found.find(({ kind }) => `${kind}s` !== what);
  if (other)
    throw new CliError(
      'wrong-account',
      `--account: ${other.account.address} is the market program's ${other.kind}: list it with --what ${other.kind}s`,
    );
  return { ...NOTHING, [what]: found.map(({ account }) => account) };
}

const search = (connection: Connection, what: Listed, market: PublicKey): Promise<Found> =>
  searching(connection, what, 'name them with --account ADDRESS, or use another node', async () => ({
    ...NOTHING,
    [what]: await { areas: fetchAreas, offers: fetchOffers, orders: fetchOrders }[what](connection, market),
  }));

/** In the order in which they were made. */
function ofOwner({ areas, offers, orders }: Found, owner: PublicKey | undefined): Found {
  const is = (key: PublicKey) => owner === undefined || key.equals(owner);
  const byBirth = (a: Offer | Order, b: Offer | Order) => Number(a.birth - b.birth);
  return {
    areas: areas.filter(({ operator }) => is(operator)).sort((a, b) => Number(a.createdAt - b.createdAt)),
    offers: offers.filter((offer) => is(offer.owner)).sort(byBirth),
    orders: orders.filter((order) => is(order.consumer)).sort(byBirth),
  };
}

function linesOf(what: Listed, { areas, offers, orders }: Found, facts: MarketFacts): string[] {
  const { decimals } = facts;
  const price = (value: bigint, { terms: { use } }: Offer | Order) => priceText(value, use, decimals);
  const rows = {
    areas: areas.map((area) => [
      ...[`${area.address}`, area.cell.toString(16), area.uses.join(','), `${area.operator}`],
      tokens(area.pool, decimals),
    ]),
    offers: offers.map((offer) => [
      ...[`${offer.address}`, offer.terms.use, stateOf(facts, offer), price(offer.ask, offer)],
      quantityText(offer.settledUnits, offer.terms.use),
      quantityText(offer.terms.capacity, offer.terms.use),
      time(endOf(offer)),
    ]),
    orders: orders.map((order) => [
      ...[`${order.address}`, order.terms.use, stateOf(facts, order), price(order.terms.maxPrice, order)],
      quantityText(order.settledUnits, order.terms.use),
      tokens(leftOf(order), decimals),
      time(endOf(order)),
    ]),
  }[what];
  if (rows.length === 0) return [`no ${what}`];
  const heads = {
    areas: ['area', 'H3 cell', 'uses', 'operator', 'pool'],
    offers: ['offer', 'use', 'state', 'asks', 'sold', 'capacity', 'until'],
    orders: ['order', 'use', 'state', 'pays at most', 'bought', 'in escrow', 'until'],
  };
  return table(heads[what], rows);
}
