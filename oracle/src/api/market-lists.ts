import type { AreaList, TraderList } from '@commonwire/sdk/oracle';
import type { Trader } from '../chain/markets';
import { currentMarket } from '../epoch/market';
import { notFound } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { offerJson, orderJson } from './market';

/** What follows an address in a list by address, in its order. @throws OracleError `not-found` if it isn't there */
function* entriesAfter<T>(
  entries: ReadonlyMap<string, T>,
  after: string | undefined,
  epoch: number,
): Generator<[string, T]> {
  if (after !== undefined && !entries.has(after))
    throw notFound(`the book of epoch ${epoch} has no ${after} to go on after; begin again without after`);
  let isBehind = after === undefined;
  for (const entry of entries) {
    if (isBehind) yield entry;
    else isBehind = entry[0] === after;
  }
}

/** The first of some entries, and the address after which the next page begins. */
function pageOf<T>(
  entries: Iterable<[string, T]>,
  limit: number,
): { page: [string, T][]; next: string | null } {
  const page: [string, T][] = [];
  for (const entry of entries) {
    if (page.length === limit) return { page, next: page.at(-1)![0] };
    page.push(entry);
  }
  return { page, next: null };
}

/**
 * Returns areas of the current epoch's book, after an address.
 * @throws OracleError `not-found`, `not-ready`
 */
export async function areaList(
  oracle: Oracle,
  { after, limit }: { after?: string; limit: number },
): Promise<AreaList> {
  const { epoch, areas } = await currentMarket(oracle, await oracle.view.latest());
  const { page, next } = pageOf(entriesAfter(areas, after, epoch), limit);
  return {
    epoch,
    areas: page.map(([area, { market, cell, lossBps, offers, orders }]) => ({
      ...{ area, market, cell, loss_bps: lossBps },
      offers: offers.length,
      orders,
    })),
    next_after: next,
  };
}

interface Sought {
  area?: string;
  device?: number;
  owner?: string;
}

/**
 * Returns offers and orders of the current epoch's book that are of an area, a device and an owner, as far as these are
 * given, after an address.
 * @throws OracleError `not-found`, `not-ready`
 */
export async function traderList(
  oracle: Oracle,
  { after, limit, ...sought }: Sought & { after?: string; limit: number },
): Promise<TraderList> {
  const { epoch, traders } = await currentMarket(oracle, await oracle.view.latest());
  const { page, next } = pageOf(matching(entriesAfter(traders, after, epoch), sought), limit);
  return {
    epoch,
    accounts: page.map(([, { market, offer, order }]) => ({
      offer: offer ? offerJson(market, offer) : null,
      order: order ? orderJson(market, order) : null,
    })),
    next_after: next,
  };
}

function* matching(
  entries: Iterable<[string, Trader]>,
  { area, device, owner }: Sought,
): Generator<[string, Trader]> {
  for (const entry of entries) {
    const { offer, order } = entry[1];
    const { area: where, owner: whose } = (offer ?? order)!;
    const isOf = device === undefined || (offer ? offer.devices.includes(device) : order!.device === device);
    if (isOf && (area ?? where) === where && (owner ?? whose) === whose) yield entry;
  }
}
