import { Kind } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  type ClearingInput,
  type ClearingResult,
  clearableUntil,
  clearMarket,
  INTERVAL,
  type MeteredReport,
} from '../../../src/domain';
import { AREA, type House, house, marketOf, meterOf, named, panelsOf, quarter, START } from './book';

const seller = (exported: number, ask: number, more: Partial<House> = {}): House => ({
  exported: [exported],
  imported: [0],
  generated: [exported],
  ask,
  ...more,
});
const buyer = (imported: number, bid: number, more: Partial<House> = {}): House => ({
  exported: [0],
  imported: [imported],
  generated: [0],
  bid,
  ...more,
});
const usageOf = ({ usage }: ClearingResult, name: string) => {
  const found = usage.find(({ account }) => account === named(name));
  return found && [found.units, found.amount];
};
const replaced = (
  input: ClearingInput,
  device: number,
  reports: readonly MeteredReport[],
): ClearingInput => ({
  ...input,
  reports: [...input.reports].filter((report) => report.device !== device).concat(reports),
});

describe('clearing of the energy market', () => {
  it('sells what a house exported to one that imported, at one price', () => {
    const result = clearMarket(marketOf([seller(1_000, 10), buyer(600, 30)]));
    expect(result.clearings).to.have.length(1);
    expect(result.clearings[0]).to.deep.include({ area: AREA, start: START, quantity: 600n, price: 10n });
    expect(usageOf(result, 'offer 0')).to.deep.equal([600n, 6_000n]);
    expect(usageOf(result, 'order 1')).to.deep.equal([600n, 6_000n]);
    expect(result.usage.map(({ counterparty }) => counterparty)).to.deep.equal([AREA, AREA]);
  });
  it('clears an interval once, in the first epoch that is cut late enough', () => {
    const end = START + INTERVAL;
    const input = marketOf([seller(1_000, 10), buyer(600, 30)], { cutTime: end + 7_199 });
    const early = clearMarket(input);
    expect(early).to.deep.equal({ clearings: [], usage: [], clearedUntil: START });
    const first = clearMarket({ ...input, cutTime: end + 7_200 });
    expect(first.clearedUntil).to.equal(end);
    const { clearedUntil, usage } = first;
    const again = clearMarket({ ...input, clearedUntil, usage, cutTime: end + 7_200 + INTERVAL - 1 });
    expect(again).to.deep.equal({ clearings: [], usage, clearedUntil });
    expect(clearableUntil(end, START, 7_200)).to.equal(end);
  });
  it('the area loses a part on the way', () => {
    const result = clearMarket(marketOf([seller(1_001, 10), buyer(5_000, 10)], {}, 500));
    expect(usageOf(result, 'offer 0')).to.deep.equal([950n, 9_500n]);
    expect(clearMarket(marketOf([seller(1_001, 10), buyer(5_000, 10)], {}, 10_000)).usage).to.deep.equal([]);
  });
  it('sells no more than the devices behind the meter reported', () => {
    const result = clearMarket(marketOf([seller(1_000, 10, { generated: [700] }), buyer(5_000, 10)]));
    expect(usageOf(result, 'offer 0')).to.deep.equal([700n, 7_000n]);
  });
  it('a budget that ends within the interval pays for a part of it, and for nothing afterwards', () => {
    const two = { exported: [500, 500], imported: [0, 0], generated: [500, 500], ask: 10 };
    const result = clearMarket(
      marketOf([two, { exported: [0, 0], imported: [400, 400], generated: [0, 0], bid: 10, budget: 5_009 }]),
    );
    expect(usageOf(result, 'order 1')).to.deep.equal([500n, 5_000n]);
    expect(result.clearings.map(({ quantity }) => quantity)).to.deep.equal([400n, 100n]);
  });
  it('an offer that changed hands sells nothing, nor does an order whose meter did', () => {
    const input = marketOf([seller(1_000, 10), buyer(600, 30)]);
    for (const sold of [meterOf(0), panelsOf(0), meterOf(1)]) {
      const device: ClearingInput['device'] = (index) => {
        const found = input.device(index);
        return index === sold && found ? { ...found, owner: named('stranger') } : found;
      };
      expect(clearMarket({ ...input, device }).usage, `${sold}`).to.deep.equal([]);
      const retired: ClearingInput['device'] = (index) => (index === sold ? undefined : input.device(index));
      expect(clearMarket({ ...input, device: retired }).usage, `${sold}`).to.deep.equal([]);
    }
  });
  it('devices of another kind are neither meters nor generators', () => {
    const input = marketOf([seller(1_000, 10), buyer(600, 30)]);
    const other: ClearingInput['device'] = (index) => ({ ...input.device(index)!, kind: Kind.energy });
    expect(clearMarket({ ...input, device: other }).usage).to.deep.equal([]);
  });
  it('a meter takes part only if its reports cover the interval exactly', () => {
    const input = marketOf([seller(1_000, 10), buyer(600, 30)]);
    const part = (from: number, seconds: number, out: bigint): MeteredReport => ({
      ...quarter(meterOf(0), 0, 0),
      start: START + from,
      seconds,
      out,
    });
    const sold = (reports: readonly MeteredReport[]) => {
      const found = usageOf(clearMarket(replaced(input, meterOf(0), reports)), 'offer 0');
      return found?.[0] ?? 0n;
    };
    expect(sold([part(0, 300, 200n), part(300, 600, 250n)])).to.equal(450n);
    expect(sold([part(300, 600, 250n), part(0, 300, 200n)])).to.equal(450n);
    expect(sold([part(0, 300, 200n), part(360, 540, 250n)])).to.equal(0n);
    expect(sold([part(0, 840, 400n)])).to.equal(0n);
    expect(sold([part(0, 1_800, 400n)])).to.equal(0n);
    expect(sold([part(-900, 1_800, 400n)])).to.equal(0n);
    expect(sold([part(0, 900, 400n), part(-60, 120, 1n)])).to.equal(0n);
    expect(sold([])).to.equal(0n);
  });
  it('only admitted meters, and accounts within their time', () => {
    const input = marketOf([seller(1_000, 10), buyer(600, 30)]);
    const { book } = input;
    const later = { from: START + INTERVAL, end: START + 9 * INTERVAL };
    const none = [
      { ...book, meters: book.meters.slice(1) },
      { ...book, meters: book.meters.map((meter) => ({ ...meter, ...later })) },
      { ...book, meters: book.meters.map((meter) => ({ ...meter, area: named('elsewhere') })) },
      { ...book, offers: book.offers.map((offer) => ({ ...offer, ...later })) },
      { ...book, orders: book.orders.map((order) => ({ ...order, end: START + INTERVAL - 1 })) },
      { ...book, areas: [] },
    ];
    for (const other of none) expect(clearMarket({ ...input, book: other }).usage).to.deep.equal([]);
    const result = clearMarket({ ...input, book: { ...book, areas: [...book.areas] } });
    expect(result.usage).to.have.length(2);
  });
  it('what a former account at an address used counts neither for nor against the new one', () => {
    const input = marketOf([seller(1_000, 10, { capacity: 1_000 }), buyer(600, 30)]);
    const before = { side: 'offer' as const, account: named('offer 0'), counterparty: AREA };
    const of = (birth: bigint) =>
      clearMarket({ ...input, usage: [{ ...before, birth, units: 900n, amount: 7n }] });
    expect(usageOf(of(99n), 'offer 0')).to.deep.equal([600n, 6_000n]);
    expect(usageOf(of(1n), 'offer 0')).to.deep.equal([1_000n, 7n + 100n * 30n]);
  });
  it('accounts that share a meter share what it measured', () => {
    const input = marketOf([seller(1_000, 10), buyer(600, 30)]);
    const { book } = input;
    const again = <T extends { birth: bigint }>(
      list: readonly T[],
      name: string,
      changes: Partial<T>,
    ): T[] => [...list, { ...list[0]!, address: named(name), birth: 100n, ...changes }];
    const offers = again(book.offers, 'second offer', { ask: 12n });
    const orders = again(book.orders, 'second order', { maxPrice: 20n });
    const result = clearMarket({ ...input, book: { ...book, offers, orders } });
    const [cleared] = result.clearings;
    expect(cleared!.asks.map(({ quantity }) => quantity)).to.deep.equal([1_000n]);
    expect(cleared!.bids.map(({ quantity, price }) => [quantity, price])).to.deep.equal([[600n, 30n]]);
  });
  it('prices and units near 2^63 neither overflow nor stop the market', () => {
    const huge = 2n ** 63n;
    const input = marketOf([seller(4_000_000, 1), buyer(4_000_000, 1)]);
    const { book } = input;
    const result = clearMarket({
      ...input,
      book: {
        ...book,
        offers: book.offers.map((offer) => ({ ...offer, ask: huge, capacity: 2n ** 64n - 1n })),
        orders: book.orders.map((order) => ({ ...order, maxPrice: huge, budget: 2n ** 64n - 1n })),
      },
    });
    expect(usageOf(result, 'offer 0')).to.deep.equal([1n, huge]);
  });
});

describe('properties of clearing', () => {
  const houses = fc.array(house(3, 40), { minLength: 1, maxLength: 6 });
  const runs = { numRuns: 60 };

  it('nobody beyond their limits; bought is sold; paid is owed', () => {
    fc.assert(
      fc.property(houses, fc.integer({ min: 0, max: 3_000 }), (list, loss) => {
        const input = marketOf(list, {}, loss);
        const { clearings, usage } = clearMarket(input);
        const sum = (side: string, what: 'units' | 'amount') =>
          usage.reduce((total, one) => (one.side === side ? total + one[what] : total), 0n);
        expect(sum('order', 'units')).to.equal(sum('offer', 'units'));
        expect(sum('order', 'amount')).to.equal(sum('offer', 'amount'));
        for (const { account, units, amount } of usage) {
          const order = input.book.orders.find((one) => one.address === account);
          const offer = input.book.offers.find((one) => one.address === account);
          if (order) expect(amount <= order.budget && amount <= order.maxPrice * units).to.equal(true);
          if (offer) expect(units <= offer.capacity && amount >= offer.ask * units).to.equal(true);
        }
        for (const { start, bids, asks } of clearings) {
          const k = (start - START) / INTERVAL;
          for (const { account, units } of bids) {
            const i = list.findIndex((_, at) => named(`order ${at}`) === account);
            expect(units <= BigInt(list[i]!.imported[k]!)).to.equal(true);
          }
          for (const { account, units } of asks) {
            const { exported, generated } =
              list[list.findIndex((_, at) => named(`offer ${at}`) === account)]!;
            const own = BigInt(Math.min(exported[k]!, generated[k]!));
            expect(units * 10_000n <= own * BigInt(10_000 - loss)).to.equal(true);
          }
        }
      }),
      runs,
    );
  });

  it('the order of accounts, meters and reports changes nothing', () => {
    const shuffled = fc.infiniteStream(fc.nat());
    fc.assert(
      fc.property(houses, shuffled, (list, random) => {
        const shuffle = <T>(items: Iterable<T>): T[] =>
          [...items]
            .map((item) => ({ item, key: random.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const input = marketOf(list);
        const { book } = input;
        const other = {
          ...input,
          book: {
            ...book,
            meters: shuffle(book.meters),
            offers: shuffle(book.offers),
            orders: shuffle(book.orders),
          },
          reports: shuffle(input.reports),
        };
        expect(clearMarket(other)).to.deep.equal(clearMarket(input));
      }),
      runs,
    );
  });

  it('clearing interval by interval, or all at once, is the same', () => {
    fc.assert(
      fc.property(houses, (list) => {
        const input = marketOf(list);
        const whole = clearMarket(input);
        let step: ClearingResult = { clearings: [], usage: [], clearedUntil: START };
        const clearings = [];
        for (let cut = START + 7_200; cut <= input.cutTime; cut += INTERVAL) {
          step = clearMarket({ ...input, cutTime: cut, usage: step.usage, clearedUntil: step.clearedUntil });
          clearings.push(...step.clearings);
        }
        expect({ ...step, clearings }).to.deep.equal(whole);
      }),
      runs,
    );
  });

  it('no other way to trade has a greater welfare', () => {
    const small = fc.array(house(1, 4), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(small, (list) => {
        const { clearings } = clearMarket(marketOf(list));
        const [cleared] = clearings;
        if (!cleared) return;
        const welfare = [
          ...cleared.bids.map(({ units, price }) => units * price),
          ...cleared.asks.map(({ units, price }) => -units * price),
        ];
        const found = welfare.reduce((sum, one) => sum + one, 0n);
        expect(found).to.equal(bestWelfare(cleared.bids, cleared.asks));
      }),
      runs,
    );
  });
});

type Side = readonly { readonly quantity: bigint; readonly price: bigint }[];

/** The greatest value of what is bought less the cost of what is sold, of all ways to trade whole units. */
function bestWelfare(bids: Side, asks: Side): bigint {
  // best[q]: the best value for q units of a side, unit by unit and account by account.
  const values = (side: Side, better: (a: bigint, b: bigint) => boolean): bigint[] => {
    let best: bigint[] = [0n];
    for (const { quantity, price } of side) {
      const next: bigint[] = [];
      best.forEach((value, units) => {
        for (let more = 0n; more <= quantity; more++) {
          const [at, total] = [units + Number(more), value + more * price];
          const known = next[at];
          if (known === undefined || better(total, known)) next[at] = total;
        }
      });
      best = next;
    }
    return best;
  };
  const worth = values(bids, (a, b) => a > b);
  const cost = values(asks, (a, b) => a < b);
  return worth.reduce((most, value, units) => {
    const paid = cost[units];
    return paid !== undefined && value - paid > most ? value - paid : most;
  }, 0n);
}
