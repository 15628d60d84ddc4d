/** A bid or an ask in an auction at one price for all. */
export interface AuctionOrder {
  /** Units wanted or offered; 0n takes no part. */
  quantity: bigint;
  /** The most that a bid pays for a unit, the least that an ask is paid for one, in base units. */
  price: bigint;
}

/** What an auction decides. */
export interface Clearing {
  /** Units traded: as many as find a bid that is not below its ask. */
  quantity: bigint;
  /** Prices at which just these units trade, from `low` to `high`; null if none do. */
  low: bigint | null;
  high: bigint | null;
  /** What every traded unit costs: half way between `low` and `high`, rounded down. */
  price: bigint | null;
  /** Units that each bid gets and each ask sells, in the order in which they were given. */
  bids: bigint[];
  asks: bigint[];
}

/** Orders of one price. */
interface Level {
  price: bigint;
  quantity: bigint;
  /** Places of its orders among those given, ascending. */
  places: number[];
}

/**
 * Clears a book at one price. Integers and the order of what is given decide everything, so that whoever computes it gets
 * the same: give orders sorted by their accounts' addresses. Where the last price level is filled in part, its orders share
 * by their quantities; roundings run on from each to the next, so that dividing an order gains nothing.
 *
 * @throws RangeError if a quantity or a price is negative
 */
export function clearAuction(bids: readonly AuctionOrder[], asks: readonly AuctionOrder[]): Clearing {
  const demand = levels(bids, (a, b) => (a < b ? 1 : -1));
  const supply = levels(asks, (a, b) => (a < b ? -1 : 1));
  const quantity = mostTraded(demand, supply);
  const [bought, sold] = [taken(demand, quantity), taken(supply, quantity)];
  const filled = { bids: share(bids, bought), asks: share(asks, sold) };
  if (quantity === 0n) return { quantity, low: null, high: null, price: null, ...filled };
  // What is left out bounds the price too: at any other, somebody left out would rather trade.
  const low = greatest(sold.lastFilled!, bought.firstLeft);
  const high = least(bought.lastFilled!, sold.firstLeft);
  return { quantity, low, high, price: (low + high) / 2n, ...filled };
}

/** The orders by price, the best first. */
function levels(orders: readonly AuctionOrder[], compare: (a: bigint, b: bigint) => number): Level[] {
  const byPrice = new Map<bigint, Level>();
  orders.forEach(({ price, quantity }, place) => {
    if (price < 0n || quantity < 0n) throw new RangeError(`order ${place} has a negative price or quantity`);
    if (quantity === 0n) return;
    const level = byPrice.get(price) ?? { price, quantity: 0n, places: [] };
    level.quantity += quantity;
    level.places.push(place);
    byPrice.set(price, level);
  });
  return [...byPrice.values()].sort((a, b) => compare(a.price, b.price));
}

function mostTraded(demand: readonly Level[], supply: readonly Level[]): bigint {
  let traded = 0n;
  let [bid, ask] = [0, 0];
  let [wanted, offered] = [demand[0]?.quantity ?? 0n, supply[0]?.quantity ?? 0n];
  while (bid < demand.length && ask < supply.length && demand[bid]!.price >= supply[ask]!.price) {
    const units = least(wanted, offered);
    traded += units;
    wanted -= units;
    offered -= units;
    if (wanted === 0n) wanted = demand[++bid]?.quantity ?? 0n;
    if (offered === 0n) offered = supply[++ask]?.quantity ?? 0n;
  }
  return traded;
}

/** What a side trades of each level. */
interface Taken {
  levels: { level: Level; units: bigint }[];
  /** Price of the last level of which something is traded. */
  lastFilled?: bigint;
  /** Price of the first level of which something is not. */
  firstLeft?: bigint;
}

function taken(side: readonly Level[], quantity: bigint): Taken {
  const result: Taken = { levels: [] };
  let left = quantity;
  for (const level of side) {
    const units = least(left, level.quantity);
    left -= units;
    result.levels.push({ level, units });
    if (units > 0n) result.lastFilled = level.price;
    if (units < level.quantity) result.firstLeft ??= level.price;
  }
  return result;
}

/** Divides what each level trades among its orders. @returns the units of each order given */
function share(orders: readonly AuctionOrder[], { levels }: Taken): bigint[] {
  const filled = orders.map(() => 0n);
  for (const { level, units } of levels) {
    let [before, shared] = [0n, 0n];
    for (const place of level.places) {
      before += orders[place]!.quantity;
      const until = (units * before) / level.quantity;
      filled[place] = until - shared;
      shared = until;
    }
  }
  return filled;
}

const least = (a: bigint, b = a): bigint => (a < b ? a : b);
const greatest = (a: bigint, b = a): bigint => (a > b ? a : b);
