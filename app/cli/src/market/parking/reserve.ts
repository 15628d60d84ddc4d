import { tokens } from '@commonwire/sdk/core';
import {
  advanceCalendar,
  CALENDAR_QUARTERS,
  createOrder,
  decodeOrder,
  endOf,
  fetchOrder,
  isTaken,
  leftOf,
  type Offer,
  type Order,
  orderAddress,
  QUARTER_SECONDS,
  quarterOf,
  quarterPriceOf,
  type Reservation,
  reservationPrice,
  reserve,
  takeQuarters,
} from '@commonwire/sdk/market';
import { address, UsageError } from '@commonwire/sdk/node';
import type { PublicKey } from '@solana/web3.js';
import { CliError } from '../../errors';
import type { Action } from '../../governing/action';
import { date } from '../../owning/options';
import { defineMarketAction, nothing, type Plan } from '../action';
import { number } from '../options';
import { requireTokens } from '../order-actions';
import { tokensOf, watchTokens } from '../subjects';
import { placeOf } from '../trading';
import { requireBay } from './bay';
import { inBoth, zoneOf, zoneOption } from './zone';

/** A driver reserves a bay. */
export const reserveAction: Action = defineMarketAction({
  name: 'reserve',
  about: 'offer',
  usage: '--from TIME --until TIME [--session-key ADDRESS] [--id N | --order ORDER] [--zone NAME]',
  summary:
    'reserves a bay and puts its price in escrow, with a new order, or one that has enough left; the session key may check in and leave, too',
  options: {
    from: date,
    until: date,
    'session-key': address.optional(),
    id: number.optional(),
    order: address.optional(),
    zone: zoneOption,
  },
  plan: async ({ connection, subject: offer, facts, signer, values }) => {
    const zone = zoneOf(values.zone);
    const { decimals } = facts;
    const { 'session-key': session, id, order: named } = values;
    if (named && (id !== undefined || session))
      throw new UsageError('--order: goes without --id and --session-key, which are for a new order');
    requireBay(offer);
    const wanted = reservationOf(offer, values);
    const price = reservationPrice(wanted);
    const [from, until] = timesOf(wanted);
    const said = {
      effects: [
        `reserves bay ${offer.address} from ${inBoth(zone, from)} until ${inBoth(zone, until)}`,
        `${tokens(price, decimals)} tokens stay in escrow for it`,
        // Anybody can offer any device: the market proves neither its owner nor that there is a bay.
        `it is offered by ${offer.owner} as device ${offer.terms.devices.join(', ')} of the network; not to come, or to cancel, costs ${offer.terms.cancelFeeBps / 100} % at least`,
      ],
      watched: watchTokens(facts, "driver's tokens", tokensOf(facts, signer)),
      made: { from: `${from}`, until: `${until}`, price: `${price}` },
    };
    const check = () => requireFree(offer, wanted, facts.now, zone);
    const nextOf = (at: PublicKey) => [
      `once there, within a quarter of an hour from the start: commonwire parking check-in --order ${at}`,
    ];
    if (named) {
      const order = await fetchOrder(connection, named);
      requireUsable(order, offer, signer, price, decimals);
      if (isReserved(order, offer, wanted)) return nothing(`order ${named} has reserved just that`);
      check();
      const made = { ...said.made, order: `${named}` };
      return {
        ...said,
        groups: [[reserve({ order, driver: signer, at: wanted })]],
        next: nextOf(named),
        made,
      };
    }
    const addressOf = (number: bigint) =>
      orderAddress({ market: offer.market, consumer: signer, id: number });
    const place = await placeOf(connection, id, addressOf, decodeOrder);
    const made = { ...said.made, order: place.at.toBase58(), id: `${place.id}` };
    if (place.there) {
      if (isReserved(place.there, offer, wanted))
        return { ...nothing(`order ${place.id} has reserved just that: ${place.at}`), made };
      throw new UsageError(`--id: ${signer} has another order ${place.id} already: ${place.at}`);
    }
    check();
    await requireTokens(connection, facts, signer, price);
    const ordering = createOrder({
      market: facts.market,
      consumer: signer,
      id: place.id,
      offer: offer.address,
      terms: {
        ...{ use: 'parking', budget: price, maxPrice: offer.ask, from: facts.now, until, device: 0 },
        sessionKey: session?.toBytes() ?? null,
      },
    });
    const order = { address: place.at, counterparty: offer.address };
    const reserving = reserve({ order, driver: signer, at: wanted });
    return { ...said, groups: [[ordering, reserving]], next: nextOf(place.at), made } satisfies Plan;
  },
});

/** The quarter-hours that a time touches. @throws UsageError */
function reservationOf(offer: Offer, { from, until }: { from: bigint; until: bigint }): Reservation {
  if (from >= until) throw new UsageError('--until: must be later than --from');
  const first = quarterOf(from);
  const quarters = quarterOf(until + QUARTER_SECONDS - 1n) - first;
  return { first, quarters, quarterPrice: quarterPriceOf(offer) };
}

const timesOf = ({ first, quarters }: Reservation): [from: bigint, until: bigint] => [
  first * QUARTER_SECONDS,
  (first + quarters) * QUARTER_SECONDS,
];

/** Whether an order has reserved just that, of the same bay. */
const isReserved = ({ counterparty, reservation }: Order, offer: Offer, wanted: Reservation): boolean =>
  counterparty.equals(offer.address) &&
  reservation?.first === wanted.first &&
  reservation.quarters === wanted.quarters;

/** Requires that the bay is free then, for people in words of time. @throws CliError ParkingError */
function requireFree(offer: Offer, wanted: Reservation, now: bigint, zone: string): void {
  const { first, quarters } = wanted;
  const [, until] = timesOf(wanted);
  const end = endOf(offer);
  if ((first + 1n) * QUARTER_SECONDS <= offer.terms.from || until > end)
    throw new CliError(
      'reservation-outside',
      `bay ${offer.address} is offered from ${inBoth(zone, offer.terms.from)} until ${inBoth(zone, end)}: choose a time within`,
    );
  const calendar = advanceCalendar(requireBay(offer), quarterOf(now));
  const held = calendar.from + CALENDAR_QUARTERS;
  for (let quarter = first; quarter < first + quarters && quarter < held; quarter++)
    if (isTaken(calendar, quarter))
      throw new CliError(
        'bay-taken',
        `bay ${offer.address} is taken at ${inBoth(zone, quarter * QUARTER_SECONDS)}: choose another time, which commonwire parking calendar ${offer.address} shows, or another bay`,
      );
  takeQuarters(calendar, first, quarters);
}

/** Requires that an order can reserve it. @throws CliError */
function requireUsable(order: Order, offer: Offer, signer: PublicKey, price: bigint, decimals: number): void {
  const { address: at, consumer, counterparty, terms } = order;
  const session = terms.sessionKey;
  const isDriver =
    consumer.equals(signer) || (session !== null && Buffer.from(session).equals(signer.toBuffer()));
  if (!isDriver)
    throw new CliError(
      'wrong-key',
      `order ${at} is of ${consumer}: name the file of its key, or of its session key`,
    );
  if (!counterparty.equals(offer.address) || order.counterpartyBirth !== offer.birth)
    throw new CliError('wrong-offer', `order ${at} names ${counterparty}, another offer: leave out --order`);
  if (price > leftOf(order) && !order.reservation)
    throw new CliError(
      'reservation-over-budget',
      `order ${at} has ${tokens(leftOf(order), decimals)} tokens left, but that costs ${tokens(price, decimals)}: leave out --order`,
    );
}
