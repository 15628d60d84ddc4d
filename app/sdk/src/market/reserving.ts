import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../core/anchor-values';
import type { Offer, Order } from './accounts';
import { QUARTER_SECONDS, type Reservation } from './parking';
import { instruction, marketProgram } from './program';

type NamedOrder = Pick<Order, 'address' | 'counterparty'>;

/** Base units that a quarter-hour of a bay costs. */
export const quarterPriceOf = ({ ask }: Pick<Offer, 'ask'>): bigint => (ask * QUARTER_SECONDS) / 60n;

/**
 * Reserves quarter-hours of the bay that an order names, at the offer's price, which must be left of the order's budget. The
 * driver signs: the order's consumer, or its session key.
 */
export const reserve = (args: {
  order: NamedOrder;
  driver: PublicKey;
  /** The first quarter-hour since 1970, and how many. */
  at: Pick<Reservation, 'first' | 'quarters'>;
}): TransactionInstruction =>
  signed(
    args.driver,
    instruction(
      'reserve',
      { first: bn(args.at.first), quarters: bn(args.at.quarters) },
      { driver: args.driver, order: args.order.address, offer: args.order.counterparty },
    ),
  );

/** The driver has arrived. It signs. */
export const checkIn = (args: { order: Pick<Order, 'address'>; driver: PublicKey }): TransactionInstruction =>
  signed(args.driver, instruction('checkIn', {}, { driver: args.driver, order: args.order.address }));

/**
 * Ends a reservation and pays what is due of it. The driver, who signs, cancels or leaves. Anybody else may send it, without a
 * driver, once the driver hasn't come within a quarter-hour, or the reserved time is over.
 */
export const endReservation = (args: {
  order: NamedOrder & Pick<Order, 'market'>;
  driver?: PublicKey;
}): TransactionInstruction => {
  const { order, driver } = args;
  const { address, market, counterparty: offer } = order;
  const built = instruction(
    'endReservation',
    {},
    { caller: driver ?? marketProgram.address, market, order: address, offer },
  );
  return driver ? signed(driver, built) : built;
};

function signed(by: PublicKey, built: TransactionInstruction): TransactionInstruction {
  for (const key of built.keys) key.isSigner ||= key.pubkey.equals(by);
  return built;
}
