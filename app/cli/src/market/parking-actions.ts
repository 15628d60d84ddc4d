import { parseUnits, time, tokens } from '@commonwire/sdk/core';
import {
  absentOutcome,
  advanceCalendar,
  askOf,
  checkIn,
  createOffer,
  createOrder,
  decodeOffer,
  decodeOrder,
  endReservation,
  fetchOffer,
  isMissed,
  leaveOutcome,
  type Offer,
  type Order,
  offerAddress,
  orderAddress,
  ParkingError,
  parsePrice,
  priceText,
  QUARTER_MINUTES,
  QUARTER_SECONDS,
  quantityText,
  quarterOf,
  requireCheckIn,
  reserve,
  takeQuarters,
  USE_UNITS,
} from '@commonwire/sdk/market';
import { UsageError } from '@commonwire/sdk/node';
import type { Role } from '../acting';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { date } from '../owning/options';
import { duration } from '../staking/duration';
import { defineMarketAction, nothing } from './action';
import { calendarAction } from './calendar';
import { decimalText, device, number, percentage } from './options';
import { requireTokens, tokensOf, watchTokens } from './subjects';
import { placeOf, spanOf } from './trading';

const driverOf = ({ consumer }: Order): Role => ({ name: "order's consumer", address: consumer });

/** What owners of bays and drivers do, in the order of the help. */
export const parkingActions: readonly Action[] = [
  defineMarketAction({
    name: 'offer',
    about: 'market',
    usage:
      '--device BAY --price TOKENS [--capacity MINUTES] [--cancel-fee PERCENT] [--from TIME] --until TIME [--id N]',
    summary: 'offers a bay for at least --price a minute after the fee; never changes but for cancelling',
    options: {
      device,
      price: decimalText,
      capacity: decimalText.optional(),
      'cancel-fee': percentage.default(500),
      from: date.optional(),
      until: date,
      id: number.optional(),
    },
    plan: async ({ connection, subject: market, facts, signer: owner, values }) => {
      const { decimals } = facts;
      const minPrice = parsePrice(values.price, 'parking', decimals);
      if (!minPrice)
        throw new UsageError(
          `--price: ${values.price} tokens a minute is zero, too large or has more than ${decimals} decimals`,
        );
      const span = spanOf(facts, values);
      const capacity = values.capacity
        ? parseUnits(values.capacity, USE_UNITS.parking.decimals)
        : (span.until - span.from) / 60n;
      if (!capacity)
        throw new UsageError(
          `--capacity: ${values.capacity} is zero, too large or no whole number of minutes`,
        );
      const cancelFeeBps = values['cancel-fee'];
      const addressOf = (id: bigint) => offerAddress({ market: market.address, owner, id });
      const { id, at, there } = await placeOf(connection, values.id, addressOf, decodeOffer);
      const made = { offer: at.toBase58(), id: `${id}` };
      if (there) {
        const { terms } = there;
        const isSame =
          terms.use === 'parking' &&
          terms.minPrice === minPrice &&
          terms.cancelFeeBps === cancelFeeBps &&
          terms.devices.join() === `${values.device}` &&
          (values.capacity === undefined || terms.capacity === capacity);
        if (isSame) return { ...nothing(`offer ${id} is made with just these terms: ${at}`), made };
        throw new UsageError(`--id: ${owner} has another offer ${id} already: ${at}`);
      }
      const terms = { use: 'parking', minPrice, capacity, devices: [values.device], cancelFeeBps } as const;
      const ask = askOf(minPrice, market.fees.feeBps);
      return {
        groups: [[createOffer({ market: market.address, owner, id, terms: { ...terms, ...span } })]],
        effects: [
          `offer ${at}: bay ${values.device} for ${quantityText(capacity, 'parking')} at most, from ${time(span.from)} until ${time(span.until)}`,
          `a driver pays ${priceText(ask, 'parking', decimals)}, the owner gets ${priceText(minPrice, 'parking', decimals)}; cancelling costs ${cancelFeeBps / 100} %`,
        ],
        next: [`Drivers see when it is free: commonwire parking calendar ${at}`],
        made,
      };
    },
  }),
  calendarAction,
  defineMarketAction({
    name: 'reserve',
    about: 'offer',
    usage: '--at TIME --for DURATION [--id N]',
    summary: 'reserves a bay, with the price in escrow: orders it and takes its time in one transaction',
    options: { at: date, for: duration, id: number.optional() },
    plan: async ({ connection, subject: offer, facts, signer: consumer, values }) => {
      const { market, decimals, now } = facts;
      const at = quartersOf(values.at, BigInt(values.for));
      const addressOf = (id: bigint) => orderAddress({ market: market.address, consumer, id });
      const { id, at: address, there } = await placeOf(connection, values.id, addressOf, decodeOrder);
      const made = { order: address.toBase58(), id: `${id}` };
      if (there) {
        const { reservation, counterparty } = there;
        const isSame =
          counterparty.equals(offer.address) &&
          reservation?.first === at.first &&
          reservation.quarters === at.quarters;
        if (isSame) return { ...nothing(`order ${id} has reserved just that: ${address}`), made };
        throw new UsageError(`--id: ${consumer} has another order ${id} already: ${address}`);
      }
      requireFree(offer, at, now);
      const until = (at.first + at.quarters) * QUARTER_SECONDS;
      const budget = offer.ask * QUARTER_MINUTES * at.quarters;
      await requireTokens(connection, facts, consumer, budget);
      const terms = {
        ...{ use: 'parking', budget, maxPrice: offer.ask, from: now, until },
        ...{ device: offer.terms.devices[0]!, sessionKey: null },
      } as const;
      const reserving = { order: { address, counterparty: offer.address }, driver: consumer, at };
      return {
        groups: [[createOrder({ market, consumer, id, terms, offer: offer.address }), reserve(reserving)]],
        effects: [
          `order ${address}: bay ${terms.device} from ${time(values.at)} until ${time(until)}, ${tokens(budget, decimals)} tokens in escrow`,
          `check in from ${time(values.at)} until ${time(values.at + QUARTER_SECONDS)}; cancelling costs ${offer.terms.cancelFeeBps / 100} %, in the last hour before or without checking in half an hour if that is more`,
        ],
        watched: watchTokens(facts, "driver's tokens", tokensOf(facts, consumer)),
        next: [`On arrival: commonwire parking check-in --order ${address}`],
        made,
      };
    },
  }),
  defineMarketAction({
    name: 'check-in',
    about: 'order',
    usage: '',
    summary: 'the driver has arrived: in the first quarter of an hour of what is reserved',
    options: {},
    role: driverOf,
    plan: ({ subject: order, facts, signer: driver }) => {
      const reservation = reservedBy(order);
      if (reservation.checkedInAt !== 0n)
        return nothing(`the driver has checked in ${time(reservation.checkedInAt)}`);
      asCliError(() => requireCheckIn(reservation, facts.now));
      return {
        groups: [[checkIn({ order, driver })]],
        effects: [`the driver of order ${order.address} has arrived`],
        next: [`When you leave: commonwire parking leave --order ${order.address}`],
      };
    },
  }),
  defineMarketAction({
    name: 'leave',
    about: 'order',
    usage: '',
    summary:
      'ends a reservation: the driver cancels, or leaves after having checked in; anybody may once the driver has not come, or its time is over',
    options: {},
    plan: async ({ connection, subject: order, facts, signer }) => {
      if (!order.reservation) return nothing('nothing is reserved, or it has ended');
      const reservation = order.reservation;
      const { now, decimals } = facts;
      const isOver =
        reservation.checkedInAt === 0n
          ? isMissed(reservation, now)
          : quarterOf(now) >= reservation.first + reservation.quarters;
      const isDriver = signer.equals(order.consumer);
      if (!isDriver && !isOver)
        throw new CliError(
          'not-driver',
          `--keypair: it is the key of ${signer}, but only the driver ${order.consumer} may end the reservation before its time`,
        );
      const offer = await fetchOffer(connection, order.counterparty);
      const fee = BigInt(offer.terms.cancelFeeBps);
      const outcome =
        reservation.checkedInAt === 0n
          ? absentOutcome(reservation, now, fee)
          : leaveOutcome(reservation, now, fee);
      const show = (amount: bigint) => `${tokens(amount, decimals)} tokens`;
      return {
        groups: [[endReservation({ order, ...(isDriver && { driver: signer }) })]],
        effects: [
          `order ${order.address} pays ${show(outcome.pays)} for ${quantityText(outcome.minutes, 'parking')}${outcome.minutes === 0n ? ', as it was not used' : ''}`,
        ],
        next: [`What is left comes back: commonwire order close --order ${order.address}`],
      };
    },
  }),
];

/** The quarter-hours that a time and a duration name. @throws UsageError */
function quartersOf(start: bigint, seconds: bigint): { first: bigint; quarters: bigint } {
  if (start % QUARTER_SECONDS !== 0n)
    throw new UsageError(
      `--at: ${time(start)} is no quarter of an hour: give a time that ends with :00, :15, :30 or :45`,
    );
  if (seconds % QUARTER_SECONDS !== 0n)
    throw new UsageError('--for: is no whole number of quarters of an hour, such as 45m or 2h');
  return { first: start / QUARTER_SECONDS, quarters: seconds / QUARTER_SECONDS };
}

/** @throws CliError with the code by which the program would refuse it */
function requireFree(
  offer: Offer,
  { first, quarters }: { first: bigint; quarters: bigint },
  now: bigint,
): void {
  const { calendar } = offer;
  if (!calendar)
    throw new CliError('wrong-use', `offer ${offer.address} is of ${offer.terms.use}, which has no calendar`);
  asCliError(() => takeQuarters(advanceCalendar(calendar, quarterOf(now)), first, quarters));
}

function reservedBy(order: Order): NonNullable<Order['reservation']> {
  if (order.reservation) return order.reservation;
  throw new CliError(
    'nothing-reserved',
    `order ${order.address} has reserved nothing, or that has ended: reserve a bay with commonwire parking reserve`,
  );
}

/** @throws CliError with the code of the rule that refuses */
function asCliError<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ParkingError) throw new CliError(error.code, error.message, { cause: error });
    throw error;
  }
}
