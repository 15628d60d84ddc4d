import { toHex } from '@commonwire/sdk/core';
import type { UsageLeaf, UsageProof } from '@commonwire/sdk/market';
import type {
  AreaInfo,
  EnergyOfferInfo,
  EnergyOrderInfo,
  OfferList,
  OrderInfo,
  UsageLeafInfo,
} from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { ChainNetwork } from '../chain/chain';
import type { Trader } from '../chain/markets';
import type { ChainOffer, ChainOrder } from '../domain/index';
import type { Cleared } from '../epoch/cleared';
import { promotedDataset } from '../epoch/dataset';
import { type CurrentMarket, currentMarket, placeAfter } from '../epoch/market';
import { notFound, notReady } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';

/** The most datasets that one answer reads which are not remembered. */
const MOST_READ = 4;
/** An answer with so many intervals has no further epoch. */
const MOST_CLEARINGS = 2_000;
/** The most intervals of an account that are shown. */
const MOST_FILLS = 96;

/**
 * Returns the areas with an H3 cell, and what promoted epochs below `before` cleared there, latest first.
 * @throws OracleError `not-found` if none of the latest ones has such an area, `not-ready`
 */
export async function areaInfo(
  oracle: Oracle,
  { cell, before, limit }: { cell: string; before?: number; limit: number },
): Promise<AreaInfo> {
  const network = await oracle.view.latest();
  const current = network.current.epoch;
  if (current === 0) throw notReady('no epoch has been promoted yet', 10);
  const top = Math.min(before ?? Number.POSITIVE_INFINITY, current + 1) - 1;
  const areas = new Map<string, AreaInfo['areas'][number]>();
  let [epoch, read, shown] = [top, 0, 0];
  for (const end = Math.max(0, top - limit); epoch > end && shown < MOST_CLEARINGS; epoch--) {
    const dataset = await datasetOf(oracle, network, epoch);
    let cleared: Cleared | undefined = dataset === undefined ? undefined : oracle.cleared.known(dataset);
    if (dataset && !cleared) {
      if (read++ === MOST_READ) break;
      cleared = await oracle.cleared.of(dataset);
    }
    for (const { address: area, market, lossBps, clearings } of cleared?.get(cell) ?? []) {
      const there = areas.get(area) ?? { area, market, loss_bps: lossBps, clearings: [] };
      for (const { area: _, ...head } of [...clearings].reverse()) there.clearings.push({ epoch, ...head });
      areas.set(area, there);
      shown += clearings.length;
    }
  }
  if (before === undefined && areas.size === 0)
    throw notFound(
      `no offer or order counted in an area with cell ${cell} in epochs ${epoch + 1} to ${top}; ask for earlier ones with before`,
    );
  return { cell, epoch: current, areas: [...areas.values()], next_before: epoch > 0 ? epoch + 1 : null };
}

const datasetOf = async (
  oracle: Oracle,
  { current }: ChainNetwork,
  epoch: number,
): Promise<string | undefined> =>
  epoch === current.epoch ? toHex(current.datasetHash) : promotedDataset(oracle, epoch);

/**
 * Returns what an order or offer has used or delivered, with the proof to settle or close it.
 * @throws OracleError `not-found` if neither the current epoch nor the chain knows it, `not-ready`
 */
export async function orderInfo(oracle: Oracle, { address }: { address: string }): Promise<OrderInfo> {
  const network = await oracle.view.latest();
  const market = await currentMarket(oracle, network);
  const { epoch, usageRoot, tree, fills } = market;
  const account = new PublicKey(address);
  const proven = tree?.prove(account);
  const trader = market.traders.get(address) ?? (proven ? undefined : await onChain(oracle, address));
  if (!trader && !proven)
    throw notFound(
      `${address} is no order or offer of energy in the markets of this network: check the address`,
    );
  const absence = tree ? tree.proveAbsent(account) : { leaves: [], index: 0, count: 0, nodes: [] };
  return {
    account: address,
    epoch,
    usage_root: toHex(usageRoot),
    offer: trader?.offer ? offerJson(trader.market, trader.offer) : null,
    order: trader?.order ? orderJson(trader.market, trader.order) : null,
    cleared: (fills.get(address) ?? []).slice(0, MOST_FILLS).map((fill) => ({ ...fill })),
    usage: proven ? { leaf: leafJson(proven.leaf), ...proofJson(proven) } : null,
    absence: absence ? { leaves: absence.leaves.map(leafJson), ...proofJson(absence) } : null,
  };
}

/** An account that the epoch's book doesn't have: it began or ended meanwhile, or doesn't count. */
async function onChain({ chain, policy }: Oracle, address: string): Promise<Trader | undefined> {
  if (!policy.markets) return undefined;
  const trader = await chain.readTrader(address);
  return trader && policy.markets.includes(trader.market) ? trader : undefined;
}

/**
 * Returns offers of an area in the current epoch's book, after an address.
 * @throws OracleError `not-found`, `not-ready`
 */
export async function offerList(
  oracle: Oracle,
  { area, after, limit }: { area: string; after?: string; limit: number },
): Promise<OfferList> {
  const market = await currentMarket(oracle, await oracle.view.latest());
  const found = market.areas.get(area);
  if (!found) throw notFound(`no offer or order of epoch ${market.epoch} is in an area ${area}`);
  const from = after === undefined ? 0 : placeAfter(found.offers, after);
  const offers = found.offers.slice(from, from + limit);
  return {
    epoch: market.epoch,
    offers: offers.map((offer) => ({
      ...offerJson(found.market, offer),
      open_capacity: `${openCapacity(market, offer)}`,
    })),
    next_after: from + limit < found.offers.length ? offers.at(-1)!.address : null,
  };
}

function openCapacity({ tree }: CurrentMarket, { address, birth, capacity }: ChainOffer): bigint {
  const leaf = tree?.prove(new PublicKey(address))?.leaf;
  return leaf?.birth === birth ? capacity - leaf.units : capacity;
}

const accountJson = (
  market: string,
  { address, area, owner, birth, from, until, cancelledAt }: ChainOffer | ChainOrder,
) => ({
  account: address,
  market,
  area,
  owner,
  birth: `${birth}`,
  from,
  until,
  cancelled_at: cancelledAt,
});

export const offerJson = (market: string, offer: ChainOffer): EnergyOfferInfo => ({
  ...accountJson(market, offer),
  devices: [...offer.devices],
  ask: `${offer.ask}`,
  capacity: `${offer.capacity}`,
});

export const orderJson = (market: string, order: ChainOrder): EnergyOrderInfo => ({
  ...accountJson(market, order),
  device: order.device,
  max_price: `${order.maxPrice}`,
  budget: `${order.budget}`,
});

const leafJson = ({ side, account, birth, counterparty, units, amount }: UsageLeaf): UsageLeafInfo => ({
  side,
  account: account.toBase58(),
  birth: `${birth}`,
  counterparty: counterparty.toBase58(),
  units: `${units}`,
  amount: `${amount}`,
});

const proofJson = ({ index, count, nodes }: UsageProof) => ({ index, count, nodes: nodes.map(toHex) });
