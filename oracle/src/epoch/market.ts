import { toHex } from '@commonwire/sdk/core';
import { UsageTree } from '@commonwire/sdk/market';
import { PublicKey } from '@solana/web3.js';
import type { ChainNetwork } from '../chain/chain';
import type { Trader } from '../chain/markets';
import { type ChainArea, type ChainOffer, leafOf, type Manifest, readBook } from '../domain/index';
import { notReady, OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { parseJson } from '../storage/store';
import { currentState, fetchBlob } from './dataset';
import { Latest } from './latest';
import { clearingHead, linesIn, tradesOf } from './market-lines';

/** What an interval cleared for an account. Amounts are decimal text. */
interface AccountFill {
  readonly start: number;
  readonly units: string;
  readonly price: string;
}

/** An area with what the book has in it. */
interface BookArea extends Pick<ChainArea, 'cell' | 'lossBps'> {
  readonly market: string;
  /** In order of their addresses. */
  readonly offers: readonly ChainOffer[];
  readonly orders: number;
}

/** The market by the dataset that is current on chain. */
export interface CurrentMarket {
  readonly epoch: number;
  readonly usageRoot: Uint8Array;
  /** Undefined if the epoch has no market. */
  readonly tree: UsageTree | undefined;
  /** Offers and orders of the epoch's book, by address. */
  readonly traders: ReadonlyMap<string, Trader>;
  /** Areas of the book, by address. */
  readonly areas: ReadonlyMap<string, BookArea>;
  /** What the epoch cleared for an account, latest first. */
  readonly fills: ReadonlyMap<string, readonly AccountFill[]>;
}

/** The most trades that are remembered: the latest. */
const MOST_FILLS = 1_000_000;

const markets = new Latest<CurrentMarket>();

/**
 * Rebuilds the market that is current in `network` from its dataset, and checks its usage against the root on chain.
 * @throws OracleError `not-ready` if no epoch has been promoted, or nobody has its dataset; `usage-differs`
 */
export async function currentMarket(oracle: Oracle, network: ChainNetwork): Promise<CurrentMarket> {
  const { epoch, datasetHash, usageRoot } = network.current;
  if (epoch === 0) throw notReady('no epoch has been promoted yet', 10);
  const key = `${epoch}:${toHex(datasetHash)}:${toHex(usageRoot)}`;
  return markets.of(oracle, key, () => rebuild(oracle, network));
}

async function rebuild(oracle: Oracle, network: ChainNetwork): Promise<CurrentMarket> {
  const { epoch, datasetHash, usageRoot } = network.current;
  const { market } = await currentState(oracle, network);
  const manifest = parseJson(await fetchBlob(oracle, epoch, toHex(datasetHash))) as Manifest;
  const { book = [], clearings = [] } = manifest.parts;
  const tree = market && new UsageTree(market.usage.map(leafOf));
  if (toHex(tree?.root ?? new Uint8Array(32)) !== toHex(usageRoot))
    throw new OracleError(
      'usage-differs',
      `the dataset of epoch ${epoch} doesn't give the usage root on chain`,
    );
  const lines: string[] = [];
  for (const { sha256 } of book) lines.push(...linesIn(await fetchBlob(oracle, epoch, sha256)));
  const traders = new Map<string, Trader>();
  const areas = new Map<string, BookArea & { offers: ChainOffer[]; orders: number }>();
  for (const accounts of readBook(lines, manifest.markets ?? [])) {
    const of = accounts.market;
    for (const { address, cell, lossBps } of accounts.areas)
      areas.set(address, { market: of, cell, lossBps, offers: [], orders: 0 });
    for (const order of accounts.orders) {
      traders.set(order.address, { market: of, order });
      areas.get(order.area)!.orders++;
    }
    for (const offer of accounts.offers) {
      traders.set(offer.address, { market: of, offer });
      areas.get(offer.area)!.offers.push(offer);
    }
  }
  const fills = await fillsIn(oracle, epoch, clearings);
  return { epoch, usageRoot, tree, traders, areas, fills };
}

/** The latest trades of each account. */
async function fillsIn(
  oracle: Oracle,
  epoch: number,
  parts: Manifest['parts']['reports'],
): Promise<Map<string, AccountFill[]>> {
  const fills = new Map<string, AccountFill[]>();
  let left = MOST_FILLS;
  // Lines of a market are in order of their intervals.
  for (const { sha256 } of [...parts].reverse()) {
    if (left <= 0) break;
    for (const line of [...linesIn(await fetchBlob(oracle, epoch, sha256))].reverse()) {
      const { start, price } = clearingHead(line);
      if (price === null) continue;
      const trades = tradesOf(line);
      left -= trades.length;
      if (left < 0) break;
      for (const [account, units] of trades) {
        const there = fills.get(account) ?? [];
        there.push({ start, units, price });
        fills.set(account, there);
      }
    }
  }
  return fills;
}

/** Where an address would be among offers in order of the bytes of their addresses. */
export function placeAfter(offers: readonly ChainOffer[], after: string): number {
  const key = new PublicKey(after).toBuffer();
  let [low, high] = [0, offers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (new PublicKey(offers[middle]!.address).toBuffer().compare(key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
