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
  /** Its orders among the side's places: from this one to that before `end`. */
  first: number;
  end: number;
}

/** Orders by price, the best first. */
interface Side {
  orders: readonly AuctionOrder[];
  /** Those that take part, in order of their levels, and among equals as they were given. */
  places: readonly number[];
  levels: readonly Level[];
}

/**
 * Clears a book at one price. Integers and the order of what is given decide everything, so that whoever computes it gets
 * the same: give orders sorted by their accounts' addresses. Where the last price level is filled in part, its orders share
 * by their quantities; roundings run on from each to the next, so that dividing an order gains nothing.
 *
 * @throws RangeError if a quantity or a price is negative
 */
export function clearAuction(bids: readonly AuctionOrder[], asks: readonly AuctionOrder[]): Clearing {
  const demand = sideOf(bids, -1);
  const supply = sideOf(asks, 1);
  const quantity = mostTraded(demand.levels, supply.levels);
  const [bought, sold] = [taken(demand, quantity), taken(supply, quantity)];
  const filled = { bids: share(demand, bought), asks: share(supply, sold) };
  if (quantity === 0n) return { quantity, low: null, high: null, price: null, ...filled };
  // What is left out bounds the price too: at any other, somebody left out would rather trade.
  const low = greatest(sold.lastFilled!, bought.firstLeft);
  const high = least(bought.lastFilled!, sold.firstLeft);
  return { quantity, low, high, price: (low + high) / 2n, ...filled };
}

/** @param direction 1: the lowest price is the best; -1: the highest */
function sideOf(orders: readonly AuctionOrder[], direction: 1 | -1): Side {
  const given: number[] = [];
  orders.forEach(({ price, quantity }, place) => {
    if (price < 0n || quantity < 0n) throw new RangeError(`order ${place} has a negative price or quantity`);
    if (quantity > 0n) given.push(place);
  });
  const places = sorted(given, (place) => orders[place]!.price, direction);
  const levels: Level[] = [];
  let last: Level | undefined;
  places.forEach((place, i) => {
    const { price, quantity } = orders[place]!;
    if (last?.price !== price) {
      last = { price, quantity: 0n, first: i, end: i };
      levels.push(last);
    }
    last.quantity += quantity;
    last.end = i + 1;
  });
  return { orders, places, levels };
}

/**
 * Sorts places by their price; equals stay as they were given. A sort that compares whole numbers of any size takes most of the
 * time of a large auction: so this one sorts the nearest numbers of the processor, and only compares what these don't tell apart.
 */
function sorted(
  places: readonly number[],
  priceOf: (place: number) => bigint,
  direction: 1 | -1,
): readonly number[] {
  const nearest = Float64Array.from(places, (place) => direction * Number(priceOf(place)));
  const distinct = nearest.slice().sort();
  let groups = 0;
  for (const one of distinct) if (groups === 0 || one !== distinct[groups - 1]) distinct[groups++] = one;
  const groupOf = Uint32Array.from(nearest, (one) => placeIn(distinct, groups, one));
  const starts = new Uint32Array(groups + 1);
  for (const group of groupOf) starts[group + 1]! += 1;
  for (let group = 0; group < groups; group++) starts[group + 1]! += starts[group]!;
  const next = starts.slice();
  const ordered = new Array<number>(places.length);
  places.forEach((place, i) => {
    ordered[next[groupOf[i]!]!++] = place;
  });
  for (let group = 0; group < groups; group++) {
    const [first, end] = [starts[group]!, starts[group + 1]!];
    const price = priceOf(ordered[first]!);
    let alike = true;
    for (let i = first + 1; i < end && alike; i++) alike = priceOf(ordered[i]!) === price;
    if (alike) continue;
    const apart = ordered.slice(first, end);
    apart.sort((a, b) => direction * compare(priceOf(a), priceOf(b)));
    ordered.splice(first, apart.length, ...apart);
  }
  return ordered;
}

/** Where a number is among the first `count` of ascending ones, of which it is one. */
function placeIn(ascending: Float64Array, count: number, value: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
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

/** What a side trades. */
interface Taken {
  /** Of each level. */
  units: bigint[];
  /** Price of the last level of which something is traded. */
  lastFilled?: bigint;
  /** Price of the first level of which something is not. */
  firstLeft?: bigint;
}

function taken({ levels }: Side, quantity: bigint): Taken {
  const result: Taken = { units: [] };
  let left = quantity;
  for (const level of levels) {
    const units = least(left, level.quantity);
    left -= units;
    result.units.push(units);
    if (units > 0n) result.lastFilled = level.price;
    if (units < level.quantity) result.firstLeft ??= level.price;
  }
  return result;
}

/** Divides what each level trades among its orders. @returns the units of each order given */
function share({ orders, places, levels }: Side, { units }: Taken): bigint[] {
  const filled = orders.map(() => 0n);
  levels.forEach(({ quantity, first, end }, level) => {
    if (units[level] === 0n) return;
    let [before, shared] = [0n, 0n];
    for (let i = first; i < end; i++) {
      const place = places[i]!;
      before += orders[place]!.quantity;
      const until = (units[level]! * before) / quantity;
      filled[place] = until - shared;
      shared = until;
    }
  });
  return filled;
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const least = (a: bigint, b = a): bigint => (a < b ? a : b);
const greatest = (a: bigint, b = a): bigint => (a > b ? a : b);
