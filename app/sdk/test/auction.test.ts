import { type AuctionOrder, type Clearing, clearAuction } from '@commonwire/sdk/market';
import { expect } from 'chai';
import fc from 'fast-check';

const book = (text: string): AuctionOrder[] =>
  text
    .split(', ')
    .filter(Boolean)
    .map((order) => order.split('@').map(BigInt))
    .map(([quantity, price]) => ({ quantity: quantity!, price: price! }));

const sum = (units: readonly bigint[]) => units.reduce((a, b) => a + b, 0n);

const order = fc.record({ quantity: fc.bigInt(0n, 12n), price: fc.bigInt(0n, 8n) });
const side = fc.array(order, { maxLength: 7 });

/** By its definition: the units that are wanted, and offered, at this price. */
const wantedAt = (bids: AuctionOrder[], price: bigint) =>
  sum(bids.filter((bid) => bid.price >= price).map(({ quantity }) => quantity));
const offeredAt = (asks: AuctionOrder[], price: bigint) =>
  sum(asks.filter((ask) => ask.price <= price).map(({ quantity }) => quantity));

describe('an auction at one price', () => {
  for (const [bids, asks, quantity, low, high, price, bought, sold] of [
    ['10@30, 5@20', '8@10, 6@25', 10n, 25n, 25n, 25n, [10n, 0n], [8n, 2n]],
    ['10@30', '10@10', 10n, 10n, 30n, 20n, [10n], [10n]],
    ['5@20, 5@20, 5@20', '10@10', 10n, 20n, 20n, 20n, [3n, 3n, 4n], [10n]],
    ['5@9', '5@10', 0n, null, null, null, [0n], [0n]],
    ['20@300, 15@200, 10@100', '25@100, 35@240, 30@500', 25n, 200n, 200n, 200n, [20n, 5n, 0n], [25n, 0n, 0n]],
    ['80@30, 60@24', '95@8, 38@12', 133n, 24n, 24n, 24n, [80n, 53n], [95n, 38n]],
    ['', '10@10', 0n, null, null, null, [], [0n]],
    ['3@7', '', 0n, null, null, null, [0n], []],
    ['1@10', '1@7', 1n, 7n, 10n, 8n, [1n], [1n]],
  ] as const)
    it(`clears ${bids || 'no bids'} against ${asks || 'no asks'}`, () => {
      const wanted: Clearing = { quantity, low, high, price, bids: [...bought], asks: [...sold] };
      expect(clearAuction(book(bids), book(asks))).to.deep.equal(wanted);
    });

  it('does so whatever the order in which prices are given', () => {
    const { bids, asks, ...rest } = clearAuction(book('5@20, 10@30'), book('6@25, 8@10'));
    expect([bids, asks]).to.deep.equal([
      [0n, 10n],
      [2n, 8n],
    ]);
    expect(rest).to.deep.equal({ quantity: 10n, low: 25n, high: 25n, price: 25n });
  });

  it('is exact with sums beyond 2^64', () => {
    const most = 2n ** 64n - 1n;
    const bids = [1, 2, 3].map(() => ({ quantity: most, price: most }));
    const cleared = clearAuction(bids, [{ quantity: most, price: 0n }]);
    expect(cleared.bids).to.deep.equal([most / 3n, most / 3n, most / 3n]);
    expect(cleared.price).to.equal(most);
  });

  it('tells prices apart that differ by less than a floating-point number shows', () => {
    const base = 2n ** 63n;
    expect(Number(base)).to.equal(Number(base + 2n));
    const side = (prices: readonly bigint[]) =>
      prices.map((price) => ({ quantity: 1n, price: base + price }));
    const [bids, asks] = [side([1n, 0n, 2n, 1n]), side([2n, 0n, 1n])];
    const cleared = clearAuction(bids, asks);
    expect([cleared.quantity, cleared.bids, cleared.asks]).to.deep.equal([
      2n,
      [0n, 0n, 1n, 1n],
      [0n, 1n, 1n],
    ]);
    expect([cleared.low, cleared.high]).to.deep.equal([base + 1n, base + 1n]);
  });

  it('trades the most that any price allows, at each of its prices and at no other', () => {
    fc.assert(
      fc.property(side, side, (bids, asks) => {
        const { quantity, low, high, price, ...filled } = clearAuction(bids, asks);
        const prices = Array.from({ length: 10 }, (_, p) => BigInt(p));
        const traded = prices.map(
          (p) => [wantedAt(bids, p), offeredAt(asks, p)].sort((a, b) => Number(a - b))[0]!,
        );
        expect(quantity).to.equal(traded.reduce((a, b) => (a > b ? a : b), 0n));
        expect([sum(filled.bids), sum(filled.asks)]).to.deep.equal([quantity, quantity]);
        if (price === null) {
          expect([quantity, low, high]).to.deep.equal([0n, null, null]);
          return;
        }
        expect(low! <= high! && price === (low! + high!) / 2n).to.equal(true);
        // Nobody trades against their limit, and nobody who bids or asks better than the price is left out.
        bids.forEach((bid, i) => {
          expect(filled.bids[i]! <= bid.quantity).to.equal(true);
          if (filled.bids[i]! > 0n) expect(bid.price >= high!).to.equal(true);
          if (filled.bids[i]! < bid.quantity && bid.price > low!)
            expect.fail('a bid above the price is left out');
        });
        asks.forEach((ask, i) => {
          expect(filled.asks[i]! <= ask.quantity).to.equal(true);
          if (filled.asks[i]! > 0n) expect(ask.price <= low!).to.equal(true);
          if (filled.asks[i]! < ask.quantity && ask.price < high!)
            expect.fail('an ask below the price is left out');
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives nothing to who divides an order, beside its neighbours of the same price', () => {
    fc.assert(
      fc.property(side, side, fc.nat(6), fc.bigInt(0n, 12n), (bids, asks, at, part) => {
        const whole = bids[at];
        if (!whole || whole.quantity < part) return;
        const rest = { ...whole, quantity: whole.quantity - part };
        const divided = [...bids.slice(0, at), { ...whole, quantity: part }, rest, ...bids.slice(at + 1)];
        const [one, two] = [clearAuction(bids, asks), clearAuction(divided, asks)];
        expect(two.bids[at]! + two.bids[at + 1]!).to.equal(one.bids[at]);
        expect(two.price).to.equal(one.price);
      }),
      { numRuns: 1_000 },
    );
  });

  it('error: a negative quantity or price', () => {
    for (const wrong of [
      { quantity: -1n, price: 1n },
      { quantity: 1n, price: -1n },
    ])
      expect(() => clearAuction([wrong], [])).to.throw(RangeError, /order 0/);
  });
});
