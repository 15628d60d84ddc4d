import { expect } from 'chai';
import {
  type ChainOffer,
  type ChainOrder,
  inOneArea,
  type MarketAccounts,
} from '../../../src/domain/market/accounts';

const account = (address: string, changes: { birth?: bigint; area?: string; from?: number } = {}) => ({
  address,
  birth: 1n,
  owner: 'household',
  area: 'a',
  from: 0,
  until: 1_000_000,
  cancelledAt: 0,
  ...changes,
});
const offer = (address: string, devices: number[], changes = {}): ChainOffer => ({
  ...account(address, changes),
  devices,
  ask: 10n,
  capacity: 1_000n,
});
const order = (address: string, device: number, changes = {}): ChainOrder => ({
  ...account(address, changes),
  device,
  maxPrice: 30n,
  budget: 1_000n,
});
const market = (name: string, offers: ChainOffer[], orders: ChainOrder[] = []): MarketAccounts => ({
  market: name,
  lateSeconds: 7_200,
  areas: [],
  meters: [],
  offers,
  orders,
});
const keptOf = (markets: readonly MarketAccounts[]) =>
  inOneArea(markets).map(({ offers, orders }) => [...offers, ...orders].map(({ address }) => address));

describe('a device in several areas', () => {
  it('sells in one of them alone: a meter that two areas have admitted, of one market or of two', () => {
    const [here, there] = [offer('here', [1, 2]), offer('there', [1, 3], { birth: 2n, area: 'b' })];
    expect(keptOf([market('m', [there, here])])).to.deep.equal([['here']]);
    expect(keptOf([market('m', [here]), market('n', [{ ...there, birth: 1n }])])).to.deep.equal([
      ['here'],
      [],
    ]);
  });

  it('sells in one of them alone: a generator behind two meters', () => {
    const offers = [offer('first', [1, 9]), offer('second', [2, 9], { birth: 2n, area: 'b' })];
    expect(keptOf([market('m', offers)])).to.deep.equal([['first']]);
  });

  it('is where the account that begins first is, whatever its birth', () => {
    const offers = [offer('later', [1, 2], { from: 900 }), offer('sooner', [1, 2], { birth: 2n, area: 'b' })];
    expect(keptOf([market('m', offers, [order('order', 1, { birth: 3n, from: 900 })])])).to.deep.equal([
      ['sooner'],
    ]);
  });

  it('has any number of accounts in one area, and leaves those of others alone', () => {
    const offers = [offer('cheap', [1, 2]), offer('dear', [1, 3], { birth: 2n })];
    const orders = [order('own', 1, { birth: 3n }), order('other', 4, { birth: 4n, area: 'b' })];
    expect(keptOf([market('m', offers, orders)])).to.deep.equal([['cheap', 'dear', 'own', 'other']]);
  });
});
