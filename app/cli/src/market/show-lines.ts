import { time, tokens } from '@commonwire/sdk/core';
import {
  type Area,
  closableBy,
  collectable,
  endOf,
  expiryOf,
  isMissed,
  leftOf,
  type MarketFacts,
  type Offer,
  type Order,
  type OrderReservation,
  owedTo,
  priceText,
  QUARTER_SECONDS,
  quantityText,
  reservationPrice,
} from '@commonwire/sdk/market';
import { feesText } from './fees';
import { closingText } from './trading';

type Line = [label: string, value: string];

const shownIn =
  ({ decimals }: MarketFacts) =>
  (amount: bigint): string =>
    `${tokens(amount, decimals)} tokens`;

/** Formats a market for people as labels and values. */
export function marketLines(facts: MarketFacts): Line[] {
  const { market, network } = facts;
  const show = shownIn(facts);
  return [
    ['market', `${market.address}, paid in ${market.mint}`],
    ['network', `${network.address}, at epoch ${network.current.epoch}`],
    ['authority', `${market.authority}`],
    ...(market.proposedAuthority
      ? [['', `${market.proposedAuthority} becomes the authority once it accepts`] as Line]
      : []),
    ...feesText(market.fees).map((text, at): Line => [at === 0 ? 'fees' : '', text]),
    ['', `${show(market.feesTotal)} since the start, ${show(market.feesLeft)} of them not withdrawn`],
    ['open', `${market.orders} orders and ${market.offers} offers`],
    ['escrow', `${show(market.escrow)} for orders`],
    ['pools', `${show(market.pools)} paid by orders and not yet by areas to offers`],
    ['due', `${show(market.due)} to be collected by sellers`],
    ['vault', `${market.vault}`],
    ['late window', `${market.lateWindowSeconds / 3_600} hours`],
  ];
}

/** Formats an area for people. */
export function areaLines(area: Area, facts: MarketFacts): Line[] {
  const show = shownIn(facts);
  return [
    ['area', `${area.address}, H3 cell ${area.cell.toString(16)}`],
    ['market', `${area.market}`],
    ['uses', `${area.uses.join(', ')}; ${area.lossBps / 100} % of exported energy is lost`],
    ['operator', `${area.operator}`],
    ['paid in', `${show(area.paidIn)} by orders since ${time(area.createdAt)}`],
    ['pool', `${show(area.pool)} of that not yet paid to offers`],
  ];
}

/** `open`, `not begun` or `over`. */
export function stateOf({ now }: MarketFacts, account: Offer | Order): 'not begun' | 'open' | 'over' {
  if (now >= endOf(account)) return 'over';
  return now < account.terms.from ? 'not begun' : 'open';
}

function stateLines(facts: MarketFacts, account: Offer | Order): Line[] {
  const { terms, cancelledAt } = account;
  const end = endOf(account);
  const cancelled = cancelledAt === 0n ? '' : `, cancelled ${time(cancelledAt)}`;
  return [
    ['state', `${stateOf(facts, account)}${cancelled}`],
    ['time', end > terms.from ? `from ${time(terms.from)} until ${time(end)}` : 'it never began'],
  ];
}

/** Formats an offer for people. */
export function offerLines(offer: Offer, facts: MarketFacts, area: Area | null): Line[] {
  const { terms, address } = offer;
  const { use } = terms;
  const show = shownIn(facts);
  const price = (value: bigint) => priceText(value, use, facts.decimals);
  return [
    ['offer', `${address}, ${use} of devices ${terms.devices.join(', ')}`],
    ...stateLines(facts, offer),
    ['owner', `${offer.owner}`],
    ['sold in', offer.area ? `area ${offer.area}` : 'orders that name it'],
    [
      'price',
      `${price(terms.minPrice)} at least; ${price(offer.ask)} with its fee of ${offer.feeBps / 100} %`,
    ],
    [
      'capacity',
      `${quantityText(terms.capacity, use)}, of which ${quantityText(offer.settledUnits, use)} are sold`,
    ],
    ...(use === 'parking' ? [['reserved', quantityText(offer.promised, use)] as Line] : []),
    [
      'sold for',
      `${show(offer.settledAmount)}, of which ${show(offer.paid)} are paid and ${show(owedTo(offer))} owed`,
    ],
    ['to collect', show(collectable(offer, area))],
    ['next', offerStep(offer, facts, area)],
  ];
}

/** What can be done next with an offer. */
export function offerStep(offer: Offer, facts: MarketFacts, area: Area | null): string {
  if (collectable(offer, area) > 0n) return `commonwire offer collect --offer ${offer.address}`;
  if (closableBy(facts, offer) && owedTo(offer) === 0n)
    return `commonwire offer close --offer ${offer.address}`;
  if (owedTo(offer) > 0n)
    return `settle the orders of its area: commonwire market settle --market ${offer.market} --usage FILE`;
  if (stateOf(facts, offer) === 'over') return closingText(facts, offer);
  if (offer.terms.use === 'parking')
    return `commonwire parking reserve --offer ${offer.address} --from TIME --until TIME`;
  if (offer.terms.use !== 'energy') return 'what it delivers is paid by the vouchers of its guests';
  return 'what it delivers is settled with each epoch: commonwire market settle';
}

/** Formats an order for people. */
export function orderLines(order: Order, facts: MarketFacts): Line[] {
  const { terms, address } = order;
  const { use } = terms;
  const show = shownIn(facts);
  return [
    ['order', `${address}, ${use}${use === 'energy' ? ` for meter ${terms.device}` : ''}`],
    ...stateLines(facts, order),
    ['consumer', `${order.consumer}`],
    ['bought in', `${use === 'energy' ? 'area' : 'offer'} ${order.counterparty}`],
    ['price', `${priceText(terms.maxPrice, use, facts.decimals)} at most`],
    ['budget', show(terms.budget)],
    ['paid', `${show(order.settledAmount)} for ${quantityText(order.settledUnits, use)}`],
    ['in escrow', show(leftOf(order))],
    ...(order.reservation ? reservationLines(order.reservation, facts) : []),
    ['next', orderStep(order, facts)],
  ];
}

function reservationLines(reservation: OrderReservation, facts: MarketFacts): Line[] {
  const { first, quarters, checkedInAt } = reservation;
  const [from, until] = [first * QUARTER_SECONDS, (first + quarters) * QUARTER_SECONDS];
  const came = checkedInAt === 0n ? 'nobody has checked in' : `checked in ${time(checkedInAt)}`;
  return [
    ['reserved', `from ${time(from)} until ${time(until)}`],
    ['', `for ${shownIn(facts)(reservationPrice(reservation))}; ${came}`],
  ];
}

/** What can be done next with what an order has reserved. */
function reservationStep({ address, reservation }: Order, { now }: MarketFacts): string {
  const run = (action: string) => `commonwire parking ${action} --order ${address}`;
  const { first, quarters, checkedInAt } = reservation!;
  if (checkedInAt !== 0n)
    return now < (first + quarters) * QUARTER_SECONDS ? `the driver: ${run('leave')}` : run('end');
  if (isMissed(reservation!, now)) return run('end');
  return `the driver: ${run(now < first * QUARTER_SECONDS ? 'cancel' : 'check-in')}`;
}

/** What can be done next with an order. */
export function orderStep(order: Order, facts: MarketFacts): string {
  if (order.reservation && facts.now < expiryOf(order)) return reservationStep(order, facts);
  const by = closableBy(facts, order);
  const close = `commonwire order close --order ${order.address}`;
  if (by === 'time') return close;
  if (by === 'epoch') return `${close} --usage FILE`;
  if (stateOf(facts, order) === 'over') return closingText(facts, order);
  if (order.terms.use === 'parking')
    return `commonwire parking reserve --offer ${order.counterparty} --order ${order.address} --from TIME --until TIME`;
  if (order.terms.use !== 'energy') return 'what it uses is paid by the vouchers of its session key';
  return 'what it uses is settled with each epoch: commonwire market settle';
}
