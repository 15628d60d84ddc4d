import { type AuctionOrder, type Clearing, clearAuction } from '@commonwire/sdk/market';
import { flag, parseOptions, UsageError } from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Action } from '../governing/action';
import { bookClearing, bookLines } from './book-clearing';
import { readBook } from './book-file';

const MOST_U64 = 2n ** 64n - 1n;
/** More than any area has, and few enough to be read at once. */
const MOST_ORDERS = 10_000;

/** Orders such as `10@30,5@20`: units at the price of one. */
const orders = z.string().transform((text, context): AuctionOrder[] => {
  const parts = text === '' ? [] : text.split(',');
  const read = parts.map((part) => /^\s*(\d{1,20})@(\d{1,20})\s*$/.exec(part));
  const book = read.map((match) => ({ quantity: BigInt(match?.[1] ?? 0), price: BigInt(match?.[2] ?? 0) }));
  const bad = book.findIndex(
    ({ quantity, price }, place) =>
      !read[place] || quantity === 0n || quantity > MOST_U64 || price > MOST_U64,
  );
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (parts.length > MOST_ORDERS) return refuse(`has more than ${MOST_ORDERS} orders`);
  if (bad === -1) return book;
  return refuse(
    `has ${JSON.stringify(parts[bad])}, which is not UNITS@PRICE: two whole numbers below 2^64, units from 1`,
  );
});

const options = z.object({
  bids: orders.optional(),
  asks: orders.optional(),
  book: z.string().optional(),
  json: flag,
});

/** Clears an order book offline. */
export const clearAction: Action = {
  name: 'clear',
  usage: '(--bids UNITS@PRICE,... --asks UNITS@PRICE,... | --book FILE)',
  summary: 'clears an order book offline, at one price for all, by the rule of the oracles',
  options,
  async run(command, argv, write) {
    const { bids, asks, book, json } = parseOptions(command, argv, options);
    if (book !== undefined) {
      if (bids ?? asks) throw new UsageError('--book: takes the place of --bids and --asks');
      const cleared = bookClearing(readBook(book));
      for (const line of json ? [JSON.stringify(cleared)] : bookLines(cleared)) write(line);
      return;
    }
    for (const [name, side] of Object.entries({ bids, asks }))
      if (!side) throw new UsageError(`--${name} is missing; see ${command} --help`);
    const clearing = clearAuction(bids!, asks!);
    for (const line of json ? [JSON.stringify(document(clearing))] : table(bids!, asks!, clearing))
      write(line);
  },
};

/** Units and prices are u64, so they are written as decimal text. */
const document = ({ quantity, low, high, price, bids, asks }: Clearing) => ({
  quantity: String(quantity),
  low: low?.toString() ?? null,
  high: high?.toString() ?? null,
  price: price?.toString() ?? null,
  bids: bids.map(String),
  asks: asks.map(String),
});

function table(bids: readonly AuctionOrder[], asks: readonly AuctionOrder[], clearing: Clearing): string[] {
  const { quantity, low, high, price } = clearing;
  const side = (name: string, orders: readonly AuctionOrder[], filled: readonly bigint[]) =>
    orders.map((order, place) => `${name}  ${filled[place]} of ${order.quantity} at ${order.price}`);
  return [
    price === null
      ? 'nothing trades: no bid reaches an ask'
      : `${quantity} units trade at ${price}, between ${low} and ${high}`,
    ...side('bid', bids, clearing.bids),
    ...side('ask', asks, clearing.asks),
  ];
}
