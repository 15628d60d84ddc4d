import { fromHex } from '@commonwire/sdk/core';
import { provenUsage } from '@commonwire/sdk/market';
import { expect } from 'chai';
import { toBase58 } from '../src/domain';
import {
  AREA,
  accounts,
  DEVICES,
  LATE,
  MARKET,
  offerOf,
  orderOf,
  ownerOf,
  quarterOf,
  quarters,
} from './domain/market/street';
import { address, HOUR, makePolicy, NOON } from './domain/support';
import { World } from './support/world';

const CELL = '882681a339fffff';
const named = (name: string) => toBase58(address(name));

describe("an oracle's answers about the energy market", function () {
  this.timeout(120_000);
  let world: World;
  const dearer = offerOf({ address: named('dearer'), birth: 3n, ask: 31n });

  before(async () => {
    world = await new World(1, DEVICES).start();
    world.chain.threshold = 1;
    world.chain.markets = [accounts({ offers: [offerOf(), dearer] })];
    await restart();
    await world.tick();
  });
  after(() => world.stop());

  const client = () => world.at(0).client;
  const root = () => world.chain.current.usageRoot;
  async function restart(): Promise<void> {
    await world.kill(0);
    await world.run(0, { policy: makePolicy({ markets: [MARKET] }) });
  }
  async function codeOf(answer: Promise<unknown>): Promise<unknown> {
    return answer.then(
      () => undefined,
      (error) => [error.status, error.code],
    );
  }

  it('error: nothing is promoted yet, or asked wrongly', async () => {
    const order = orderOf().address;
    for (const answer of [
      client().area(CELL),
      client().order(order),
      client().offers({ area: AREA }),
      client().areas(),
    ])
      expect(await codeOf(answer)).to.deep.equal([503, 'not-ready']);
    for (const path of [
      'areas/882681a339ffff',
      `areas/${CELL}?limit=65`,
      'orders/nobody',
      'offers',
      `offers?area=${AREA}&after=1`,
    ]) {
      const response = await fetch(`${client().url}/v1/${path}`);
      const { error } = (await response.json()) as { error: { code: string } };
      expect([response.status, error.code], path).to.deep.equal([400, 'bad-parameter']);
    }
  });

  it('tell what was cleared, also after a restart', async () => {
    // The first epoch begins to keep what is metered in its late window, and the second one clears it.
    const first = quarters(NOON + HOUR - LATE, NOON + HOUR);
    await client().submit(first.flatMap(quarterOf));
    world.pass(61);
    await world.promoted(1);
    world.pass(LATE);
    await world.promoted(2);
    const cleared = first.map((start) => ({
      ...{ epoch: 2, start, demand: '500', supply: '800', quantity: '500' },
      ...{ low: '20', high: '20', price: '20' },
    }));
    for (const again of [false, true]) {
      if (again) {
        await restart();
        await world.tick();
      }
      const { areas, ...rest } = await client().area(CELL);
      expect(rest).to.deep.equal({ cell: CELL, epoch: 2, next_before: null });
      expect(areas).to.deep.equal([
        { area: AREA, market: MARKET, loss_bps: 0, clearings: [...cleared].reverse() },
      ]);
    }
    const page = await client().area(CELL, { limit: 1 });
    expect([page.areas[0]!.clearings.length, page.next_before]).to.deep.equal([first.length, 2]);
    const earlier = await client().area(CELL, { limit: 1, before: 2 });
    expect(earlier.areas.map(({ clearings }) => clearings)).to.deep.equal([[]]);
    expect(earlier.next_before).to.equal(null);
    expect(await codeOf(client().area('882681a33bfffff'))).to.deep.equal([404, 'not-found']);
  });

  it('prove what an order used, and an offer delivered', async () => {
    const order = await client().order(orderOf().address);
    expect(order.usage_root).to.equal(Buffer.from(root()).toString('hex'));
    expect([order.offer, order.absence]).to.deep.equal([null, null]);
    expect(order.order).to.include({
      owner: ownerOf('buyer'),
      max_price: '30',
      budget: '1000000',
      device: 2,
    });
    expect(order.cleared).to.have.length(LATE / 900);
    expect(order.cleared[0]).to.deep.equal({ start: NOON + HOUR - 900, units: '500', price: '20' });
    expect(order.usage!.leaf).to.include({ side: 'order', units: '4000', amount: '80000' });
    const offer = await client().order(offerOf().address);
    expect(offer.offer).to.include({ account: offerOf().address, area: AREA, ask: '20' });
    for (const info of [order, offer]) {
      const proven = provenUsage(info, root());
      expect(proven && 'leaf' in proven && proven.leaf.units).to.equal(4_000n);
      expect(provenUsage(info, fromHex('00'.repeat(32)))).to.equal(undefined);
      const { usage } = info;
      const more = { ...usage!, leaf: { ...usage!.leaf, amount: '80001' } };
      expect(provenUsage({ ...info, usage: more }, root())).to.equal(undefined);
    }
  });

  it('prove that an account has used nothing, whether the book has it or only the chain', async () => {
    const late = orderOf({ address: named('late'), birth: 9n });
    world.chain.markets = [accounts({ offers: [offerOf(), dearer], orders: [orderOf(), late] })];
    for (const account of [dearer.address, late.address]) {
      const info = await client().order(account);
      expect([info.usage, info.cleared]).to.deep.equal([null, []]);
      const proven = provenUsage(info, root());
      expect(proven && 'absence' in proven).to.equal(true);
      const { leaf } = (await client().order(orderOf().address)).usage!;
      expect(provenUsage({ ...info, account: leaf.account }, root())).to.equal(undefined);
    }
    expect(await codeOf(client().order(named('nobody')))).to.deep.equal([404, 'not-found']);
  });

  it('list offers with what is open, page by page', async () => {
    const offers = await client().offers({ area: AREA });
    const open = Object.fromEntries(
      offers.offers.map(({ account, open_capacity }) => [account, open_capacity]),
    );
    expect(open).to.deep.equal({ [offerOf().address]: '996000', [dearer.address]: '1000000' });
    const first = await client().offers({ area: AREA, limit: 1 });
    expect(first.offers).to.deep.equal(offers.offers.slice(0, 1));
    expect(first.next_after).to.equal(offers.offers[0]!.account);
    const second = await client().offers({ area: AREA, limit: 1, after: first.next_after! });
    expect([second.offers, second.next_after]).to.deep.equal([offers.offers.slice(1), null]);
    expect(await codeOf(client().offers({ area: MARKET }))).to.deep.equal([404, 'not-found']);
  });

  it('list areas, and offers and orders by area, device and owner, page by page', async () => {
    const { areas, ...rest } = await client().areas();
    expect(rest).to.deep.equal({ epoch: 2, next_after: null });
    expect(areas).to.deep.equal([
      { area: AREA, market: MARKET, cell: CELL, loss_bps: 0, offers: 2, orders: 1 },
    ]);
    const found = async (slice: Parameters<ReturnType<typeof client>['traders']>[0]) =>
      (await client().traders(slice)).accounts.map(({ offer, order }) => (offer ?? order)!.account);
    const all = await found({ area: AREA });
    expect([...all].sort()).to.deep.equal([offerOf(), dearer, orderOf()].map(({ address: at }) => at).sort());
    expect(await found({ owner: ownerOf('buyer') })).to.deep.equal([orderOf().address]);
    expect(await found({ device: orderOf().device })).to.deep.equal([orderOf().address]);
    expect(await found({ device: offerOf().devices[0]! })).to.have.members([
      offerOf().address,
      dearer.address,
    ]);
    expect(await found({ device: orderOf().device, area: MARKET })).to.deep.equal([]);
    const first = await client().traders({ limit: 2 });
    expect(first.next_after).to.equal(all[1]);
    expect(await found({ limit: 2, after: all[1]! })).to.deep.equal(all.slice(2));
    expect(await codeOf(client().traders({ after: named('nobody') }))).to.deep.equal([404, 'not-found']);
    expect(await codeOf(client().areas({ after: MARKET }))).to.deep.equal([404, 'not-found']);
  });
});
