import { tokens } from '@commonwire/sdk/core';
import {
  absentOutcome,
  cancelOrder,
  checkIn,
  endOf,
  endReservation,
  fetchOffer,
  isMissed,
  leaveOutcome,
  type MarketFacts,
  nextInterval,
  type Offer,
  type Order,
  type OrderReservation,
  QUARTER_SECONDS,
  requireCheckIn,
} from '@commonwire/sdk/market';
import { type Connection, PublicKey } from '@solana/web3.js';
import type { Role } from '../../acting';
import { CliError } from '../../errors';
import type { Action } from '../../governing/action';
import { defineMarketAction, nothing, type Plan } from '../action';
import { found } from '../subjects';
import { inUtc } from './zone';

const driverOf = ({ consumer, terms: { sessionKey } }: Order): Role => ({
  name: "order's consumer",
  address: consumer,
  also: sessionKey ? new PublicKey(sessionKey) : undefined,
});

/** What was reserved. @throws CliError `nothing-reserved` */
function requireReserved({ address, reservation }: Order): OrderReservation {
  if (reservation) return reservation;
  throw new CliError(
    'nothing-reserved',
    `order ${address} has no reservation: it has ended, or there never was one; see commonwire market show ${address}`,
  );
}

/** What is done with what an order has reserved, in the order of the help. */
export const reservedActions: readonly Action[] = [
  defineMarketAction({
    name: 'check-in',
    about: 'order',
    usage: '',
    summary: 'the driver has arrived: from the start of what is reserved, for a quarter of an hour',
    options: {},
    role: driverOf,
    plan: ({ subject: order, facts, signer }) => {
      const reservation = requireReserved(order);
      const { first, quarters, checkedInAt } = reservation;
      const until = inUtc((first + quarters) * QUARTER_SECONDS);
      if (checkedInAt !== 0n) return nothing(`the driver checked in ${inUtc(checkedInAt)}`);
      requireCheckIn(reservation, facts.now);
      return {
        groups: [[checkIn({ order, driver: signer })]],
        effects: [`the driver is there; the bay is reserved until ${until}`],
        next: [`when the driver leaves: commonwire parking leave --order ${order.address}`],
      };
    },
  }),
  defineMarketAction({
    name: 'leave',
    about: 'order',
    usage: '',
    summary:
      'the driver leaves after having checked in, and pays the quarter-hours that began, or the cancellation fee',
    options: {},
    role: driverOf,
    plan: async ({ connection, subject: order, facts, signer }) => {
      if (requireReserved(order).checkedInAt === 0n)
        throw new CliError(
          'not-checked-in',
          `nobody has checked in with order ${order.address}: cancel it with commonwire parking cancel`,
        );
      return ending(connection, order, facts, signer);
    },
  }),
  defineMarketAction({
    name: 'cancel',
    about: 'order',
    usage: '',
    summary: 'the driver cancels what is reserved; within an hour of its start that costs half an hour',
    options: {},
    role: driverOf,
    plan: async ({ connection, subject: order, facts, signer }) => {
      if (requireReserved(order).checkedInAt !== 0n)
        throw new CliError(
          'already-checked-in',
          `the driver has checked in with order ${order.address}: leave with commonwire parking leave`,
        );
      return ending(connection, order, facts, signer);
    },
  }),
  defineMarketAction({
    name: 'end',
    about: 'order',
    usage: '',
    summary:
      'ends what is reserved once nobody has come for a quarter of an hour, or its time is over, and pays the owner; anybody may',
    options: {},
    plan: async ({ connection, subject: order, facts }) => {
      const reservation = requireReserved(order);
      const { first, quarters, checkedInAt } = reservation;
      const end = (first + quarters) * QUARTER_SECONDS;
      const decided = checkedInAt === 0n ? isMissed(reservation, facts.now) : facts.now >= end;
      if (!decided)
        throw new CliError(
          'not-driver',
          `only the driver can end what order ${order.address} has reserved before ${inUtc(checkedInAt === 0n ? (first + 1n) * QUARTER_SECONDS : end)}`,
        );
      return ending(connection, order, facts);
    },
  }),
];

/**
 * Ends a reservation. An order that lasts no longer than what it had reserved is cancelled with it, if its consumer signs, so that
 * the rest of its budget can come back with the quarter of an hour.
 */
async function ending(
  connection: Connection,
  order: Order,
  facts: MarketFacts,
  driver?: PublicKey,
): Promise<Plan> {
  const reservation = requireReserved(order);
  const { first, quarters } = reservation;
  const offer = await livingOffer(connection, order);
  const outcome = offer && outcomeOf(offer, reservation, facts.now);
  const end = (first + quarters) * QUARTER_SECONDS;
  const { terms, address, cancelledAt } = order;
  const cancels =
    driver?.equals(order.consumer) &&
    cancelledAt === 0n &&
    terms.until <= end &&
    nextInterval(facts.now) < terms.until;
  const closable = cancels ? nextInterval(facts.now) : terms.until;
  const show = (amount: bigint) => `${tokens(amount, facts.decimals)} tokens`;
  const pays = outcome?.pays ?? 0n;
  const ends = endReservation({ order, ...(driver ? { driver } : {}) });
  return {
    groups: [cancels ? [ends, cancelOrder(order)] : [ends]],
    effects: [
      offer
        ? `the order pays ${show(pays)} of ${show(reservation.quarterPrice * quarters)} to bay ${offer.address}`
        : 'the order pays nothing: its bay was closed',
      ...(outcome && outcome.freeFrom < first + quarters
        ? [`the bay is free from ${inUtc(outcome.freeFrom * QUARTER_SECONDS)} on`]
        : []),
      ...(cancels ? [`order ${address} ends ${inUtc(closable)}`] : []),
    ],
    next: [
      closable > facts.now
        ? `from ${inUtc(closable)} on the rest comes back: commonwire order close --order ${address}`
        : `the rest comes back: commonwire order close --order ${address}`,
    ],
    made: { offer: `${order.counterparty}`, pays: `${pays}` },
  };
}

/** The offer that an order names; null if it was closed, and perhaps made anew. */
async function livingOffer(connection: Connection, order: Order): Promise<Offer | null> {
  const offer = await found(connection, order.counterparty, fetchOffer);
  return offer?.birth === order.counterpartyBirth ? offer : null;
}

/** What the program will pay. */
function outcomeOf(offer: Offer, reservation: OrderReservation, now: bigint) {
  const fee = BigInt(offer.terms.cancelFeeBps);
  if (reservation.checkedInAt !== 0n) return leaveOutcome(reservation, now, fee);
  const outcome = absentOutcome(reservation, now, fee);
  const isWithdrawn = offer.cancelledAt !== 0n && reservation.first * QUARTER_SECONDS >= endOf(offer);
  return isWithdrawn ? { ...outcome, pays: 0n } : outcome;
}
