/** Clears the market of a book, and shows it. */
import {
  type AreaClearing,
  type ClearingInput,
  clearMarket,
  type Fill,
  type Usage,
} from '@commonwire/oracle/domain';
import { count } from '@commonwire/sdk/core';

/** What was cleared, as it is printed: units and amounts in decimal. */
export interface BookClearing {
  readonly cleared_until: number;
  readonly clearings: readonly (Text<Omit<AreaClearing, 'bids' | 'asks'>> & {
    readonly bids: readonly Text<Fill>[];
    readonly asks: readonly Text<Fill>[];
  })[];
  readonly usage: readonly Text<Usage>[];
}

/** A record whose amounts are text. */
type Text<T> = {
  readonly [K in keyof T]: bigint extends T[K] ? string | Exclude<T[K], bigint> : T[K];
};

const text = <T extends object>(record: T): Text<T> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, typeof value === 'bigint' ? `${value}` : value]),
  ) as Text<T>;

export function bookClearing(input: ClearingInput): BookClearing {
  const { clearings, usage, clearedUntil } = clearMarket(input);
  return {
    cleared_until: clearedUntil,
    clearings: clearings.map(({ bids, asks, ...one }) => ({
      ...text(one),
      bids: bids.map(text),
      asks: asks.map(text),
    })),
    usage: usage.map(text),
  };
}

/** The same for people. */
export function* bookLines({ cleared_until, clearings, usage }: BookClearing): Generator<string> {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  for (const { area, start, quantity, low, high, price, bids, asks } of clearings) {
    const sides = `${count(bids.length, 'bid')}, ${count(asks.length, 'ask')}`;
    const traded =
      price === null ? 'nothing trades' : `${quantity} Wh at ${price}, between ${low} and ${high}`;
    yield `${at(start)}  area ${area}: ${traded} (${sides})`;
  }
  yield `${count(clearings.length, 'clearing')}; cleared until ${at(cleared_until)}`;
  for (const { side, account, units, amount } of usage)
    yield `${side} ${account}: ${units} Wh for ${amount} in all`;
}
