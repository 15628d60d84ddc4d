import { AccountError } from '@commonwire/sdk/core';
import { endOf, fetchOffer, fetchOrder, marketProgram, type Offer, type Order } from '@commonwire/sdk/market';
import { type Connection, PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { SessionError } from './errors';
import type { FindOrder } from './order';

/** Where the Clock sysvar has its unix time. */
const CLOCK_TIME_AT = 32;

/** Reads the orders that name this offer, and can be used now, from the chain. */
export const ordersOnChain =
  (connection: Connection, offer: PublicKey): FindOrder =>
  async (address) => {
    const [sold, order, clock] = await Promise.all([
      fetchOffer(connection, offer),
      findOrder(connection, address),
      connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY),
    ]);
    if (!clock) throw new SessionError('order_unusable', 'the RPC node does not know the time: try again');
    const session = requireUsable(sold, order, clock.data.readBigInt64LE(CLOCK_TIME_AT));
    const { budget, maxPrice } = order.terms;
    return {
      program: marketProgram.address.toBytes(),
      order: order.address.toBytes(),
      birth: order.birth,
      session,
      terms: { budget, greatestPrice: maxPrice, leastPrice: sold.ask },
      settled: { units: order.settledUnits, cost: order.settledAmount },
    };
  };

async function findOrder(connection: Connection, address: string): Promise<Order> {
  try {
    return await fetchOrder(connection, new PublicKey(address));
  } catch (cause) {
    if (!(cause instanceof AccountError)) throw cause;
    throw new SessionError('order_unusable', cause.message, { cause });
  }
}

/** Returns the session key of an order for which the offer would be paid. */
function requireUsable(offer: Offer, order: Order, now: bigint): Uint8Array {
  const refuse = (message: string): never => {
    throw new SessionError('order_unusable', `order ${order.address} ${message}`);
  };
  if (!order.counterparty.equals(offer.address) || order.counterpartyBirth !== offer.birth)
    return refuse('names another offer: make one that names this');
  if (now < order.terms.from) return refuse(`begins at ${order.terms.from}: come back then`);
  // From here on its money may go back while a session goes on.
  if (order.cancelledAt !== 0n || now >= endOf(order))
    return refuse('was cancelled or is over: make another');
  if (offer.settledUnits >= offer.terms.capacity) return refuse('names an offer that is sold out');
  return order.terms.sessionKey ?? refuse('has no session key: make one that has');
}
