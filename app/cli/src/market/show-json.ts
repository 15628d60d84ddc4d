import {
  type Area,
  closableBy,
  collectable,
  endOf,
  expiryOf,
  finalCut,
  leftOf,
  type MarketFacts,
  type Offer,
  type Order,
  owedTo,
  QUARTER_SECONDS,
  reservationPrice,
} from '@commonwire/sdk/market';
import { offerStep, orderStep, stateOf } from './show-lines';

/** Formats a market as JSON. Amounts are base units as text, times unix seconds. */
export function marketJson({ market, network, decimals }: MarketFacts) {
  return {
    market: market.address.toBase58(),
    creator: market.creator.toBase58(),
    id: `${market.id}`,
    network: network.address.toBase58(),
    epoch: `${network.current.epoch}`,
    authority: market.authority.toBase58(),
    proposed_authority: market.proposedAuthority?.toBase58() ?? null,
    mint: market.mint.toBase58(),
    decimals,
    vault: market.vault.toBase58(),
    fee_bps: market.fees.feeBps,
    burn_bps: market.fees.burnBps,
    fee_recipient: market.fees.recipient?.toBase58() ?? null,
    fees_total: `${market.feesTotal}`,
    fees_left: `${market.feesLeft}`,
    burn_left: `${market.burnLeft}`,
    burnt_total: `${market.burntTotal}`,
    late_window_seconds: market.lateWindowSeconds,
    orders: Number(market.orders),
    offers: Number(market.offers),
    escrow: `${market.escrow}`,
    pools: `${market.pools}`,
    due: `${market.due}`,
  };
}

/** Formats an area as JSON. */
export const areaJson = (area: Area, { decimals }: Pick<MarketFacts, 'decimals'>) => ({
  area: area.address.toBase58(),
  market: area.market.toBase58(),
  h3_cell: area.cell.toString(16),
  operator: area.operator.toBase58(),
  uses: area.uses,
  loss_bps: area.lossBps,
  decimals,
  pool: `${area.pool}`,
  paid_in: `${area.paidIn}`,
  created_at: Number(area.createdAt),
});

const common = (account: Offer | Order, facts: MarketFacts) => ({
  market: account.market.toBase58(),
  id: `${account.id}`,
  birth: `${account.birth}`,
  use: account.terms.use,
  state: stateOf(facts, account),
  decimals: facts.decimals,
  from: Number(account.terms.from),
  until: Number(endOf(account)),
  cancelled_at: account.cancelledAt === 0n ? null : Number(account.cancelledAt),
  settled_units: `${account.settledUnits}`,
  settled_amount: `${account.settledAmount}`,
  closable: closableBy(facts, account) !== null,
  closable_by_epoch_cut_from: Number(finalCut(facts, account)),
  closable_from: Number(expiryOf(account)),
});

/** Formats an offer as JSON. Prices are base units for one Wh, MB, minute or metre. */
export const offerJson = (offer: Offer, facts: MarketFacts, area: Area | null) => ({
  offer: offer.address.toBase58(),
  owner: offer.owner.toBase58(),
  area: offer.area?.toBase58() ?? null,
  ...common(offer, facts),
  devices: offer.terms.devices,
  min_price: `${offer.terms.minPrice}`,
  ask: `${offer.ask}`,
  fee_bps: offer.feeBps,
  burn_bps: offer.burnBps,
  capacity: `${offer.terms.capacity}`,
  promised: `${offer.promised}`,
  paid: `${offer.paid}`,
  owed: `${owedTo(offer)}`,
  due: `${offer.due}`,
  // Null: what its area could pay wasn't read.
  collectable: offer.area && !area ? null : `${collectable(offer, area)}`,
  next: offerStep(offer, facts, area),
});

/** What an order has reserved of a bay, in unix seconds and base units; null: nothing. */
function reservationJson({ reservation }: Order) {
  if (!reservation) return null;
  const { first, quarters, checkedInAt } = reservation;
  return {
    from: Number(first * QUARTER_SECONDS),
    until: Number((first + quarters) * QUARTER_SECONDS),
    price: `${reservationPrice(reservation)}`,
    checked_in_at: checkedInAt === 0n ? null : Number(checkedInAt),
  };
}

/** Formats an order as JSON. */
export const orderJson = (order: Order, facts: MarketFacts) => ({
  order: order.address.toBase58(),
  consumer: order.consumer.toBase58(),
  counterparty: order.counterparty.toBase58(),
  ...common(order, facts),
  device: order.terms.device,
  max_price: `${order.terms.maxPrice}`,
  budget: `${order.terms.budget}`,
  escrow: `${leftOf(order)}`,
  reservation: reservationJson(order),
  next: orderStep(order, facts),
});
