import { toHex } from '@commonwire/sdk/core';
import { fetchOrders, type Order, type UsageTree } from '@commonwire/sdk/market';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { CELL, marketChain, TestMarket } from '../support/market';
import { injectWallet } from '../support/web/injected-wallet';
import { networkInfo, ORACLE, ServedPage } from '../support/web/served-page';

const ANY = 'SysvarC1ock11111111111111111111111111111111';
const START = 1_467_373_500;

describe('web application in a browser: market', function () {
  this.timeout(180_000);
  let market: TestMarket;
  let served: ServedPage;
  let buyer: Keypair;
  let order: Order;
  let tree: UsageTree | undefined;
  /** What the oracle adds to the amount that it proves. */
  let lie = 0n;

  before(async () => {
    market = await TestMarket.create(await marketChain());
    await market.admit(0);
    buyer = await market.wallet();
    const told = {
      network: `${market.network.address}`,
      mint: `${market.network.mint}`,
      program: `${PROGRAM_ID}`,
    };
    const time = Number(await market.now()) * 1000;
    served = await ServedPage.open({
      rpc: market.chain.connection.rpcEndpoint,
      network: networkInfo({ ...told, time }),
    });
    await injectWallet(served.page, { name: 'Buyer', key: buyer, versions: ['legacy', 0] });
    await served.page.route(`${ORACLE}/v1/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      const body = answerTo(pathname);
      return body === undefined
        ? route.fallback()
        : route.fulfill({ json: body, headers: { 'access-control-allow-origin': '*' } });
    });
  });
  after(() => served?.close());
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    process.stderr.write(
      `${await served.page.locator('#content').innerText()}\n${served.errors.join('\n')}\n`,
    );
  });

  const terms = () => ({
    account: `${order.address}`,
    market: `${market.address}`,
    area: `${market.area}`,
    owner: `${buyer.publicKey}`,
    birth: `${order.birth}`,
    from: Number(order.terms.from),
    until: Number(order.terms.until),
    cancelled_at: Number(order.cancelledAt),
    device: order.terms.device,
    max_price: `${order.terms.maxPrice}`,
    budget: `${order.terms.budget}`,
  });
  const clearing = (at: number) => ({
    ...{ epoch: 1, start: START + 900 * at, demand: '500', supply: '800', quantity: '500' },
    ...{ low: '20', high: '20', price: at === 0 ? null : '20' },
  });

  function answerTo(path: string): object | undefined {
    const area = { area: `${market.area}`, market: `${market.address}`, loss_bps: 300 };
    if (path === '/v1/areas')
      return {
        epoch: 1,
        areas: [{ ...area, cell: CELL.toString(16), offers: 0, orders: 1 }],
        next_after: null,
      };
    if (path === `/v1/areas/${CELL.toString(16)}`)
      return {
        ...{ cell: CELL.toString(16), epoch: 1, next_before: null },
        areas: [{ ...area, clearings: [3, 2, 1, 0].map(clearing) }],
      };
    if (path === '/v1/orders')
      return { epoch: 1, accounts: order ? [{ offer: null, order: terms() }] : [], next_after: null };
    if (path === '/v1/devices/0')
      return {
        ...{
          index: 0,
          owner: ANY,
          key_type: 0,
          device_key: '00',
          kind: 5,
          h3_cell: CELL.toString(16),
          capacity: 1,
        },
        ...{
          retired: false,
          outstanding: null,
          earned: '0',
          paid: '0',
          claimable: '0',
          reports: [],
          refused: [],
        },
      };
    if (!order || path !== `/v1/orders/${order.address}`) return undefined;
    const proven = tree?.prove(order.address);
    const { leaf } = proven ?? {};
    const empty = { leaves: [], index: 0, count: 0, nodes: [] };
    return {
      ...{ account: `${order.address}`, epoch: 1, offer: null, order: terms() },
      usage_root: toHex(tree?.root ?? new Uint8Array(32)),
      cleared: [2, 1].map((at) => ({ start: START + 900 * at, units: '500', price: '20' })),
      usage:
        proven && leaf
          ? {
              leaf: {
                ...{ side: leaf.side, account: `${leaf.account}`, birth: `${leaf.birth}` },
                ...{
                  counterparty: `${leaf.counterparty}`,
                  units: `${leaf.units}`,
                  amount: `${leaf.amount + lie}`,
                },
              },
              ...{ index: proven.index, count: proven.count, nodes: proven.nodes.map(toHex) },
            }
          : null,
      absence: proven ? null : empty,
    };
  }

  const page = () => served.page;
  /** Signs what is shown, and waits until it has landed. */
  const signIn = async (id: string) => {
    const box = page().locator(`#${id}`);
    await box.getByRole('button', { name: 'Use Buyer' }).click();
    await box.getByRole('button', { name: 'Sign and send' }).waitFor();
    const shown = await box.innerText();
    await box.getByRole('button', { name: 'Sign and send' }).click();
    await box.getByText('landed').waitFor();
    return shown;
  };

  it('shows areas on the map, and of one its prices as a chart and a table', async () => {
    await served.goTo('/market');
    await page().locator('.lines button').first().click();
    await page().getByRole('link', { name: '1 orders' }).click();
    await page().locator('#area .u-wrap canvas').waitFor();
    const rows = page().locator('#area tbody tr');
    await rows.filter({ hasText: '0.500 kWh' }).first().waitFor();
    expect(await rows.count()).to.equal(4);
    await page().locator('#buy').waitFor();
    expect(await served.faults()).to.deep.equal([]);
    expect(await served.overflow()).to.equal(0);
    await served.picture('market-area');
  });

  it('places an order, after it was simulated, shown and signed', async () => {
    const form = page().locator('#buy');
    await form.getByLabel('Meter').fill('0');
    await form.getByLabel('Greatest price').fill('nothing');
    await form.getByRole('button', { name: 'Place the order' }).click();
    await form.getByRole('alert').getByText('Greatest price:').waitFor();
    await form.getByLabel('Greatest price').fill('0.03');
    await form.getByLabel('Budget').fill('0.1');
    await form.getByLabel('hours').fill('1');
    await form.getByRole('button', { name: 'Place the order' }).click();
    expect(await signIn('buying')).to.match(/Tokens of the owner\s*1 → 0\.9/);
    const [made] = await fetchOrders(market.chain.connection, market.address, { commitment: 'confirmed' });
    order = made!;
    expect([order.terms.maxPrice, order.terms.budget, order.terms.device]).to.deep.equal([30n, 100_000n, 0]);
    expect(order.terms.until - order.terms.from).to.equal(3600n);
    await page()
      .getByRole('link', { name: `${order.address}` })
      .click();
    await page().getByText('This is what the usage root on chain says.').waitFor();
  });

  it('says what doesn’t hold if the oracle lies, and then settles nothing', async () => {
    await market.chain.passSeconds(1800);
    tree = await market.epoch([market.leafOf(order, 1_000n, 20_000n)]);
    lie = 1n;
    await served.goTo(`/market/accounts/${order.address}`);
    await page().getByText('It does NOT hold').waitFor();
    expect(await page().getByRole('button', { name: 'Settle' }).count()).to.equal(0);
    expect(await served.faults()).to.deep.equal([]);
    lie = 0n;
  });

  it('settles it, and closes it once it is over: the rest of the budget comes back', async () => {
    await served.goTo(`/market/accounts/${order.address}`);
    await page().getByRole('button', { name: 'Settle' }).click();
    await signIn('act');
    expect((await market.order(order.address)).settledAmount).to.equal(20_000n);
    await market.passEnd(order.terms.until);
    tree = await market.epoch([market.leafOf(order, 1_000n, 20_000n)]);
    await served.goTo(`/market/accounts/${order.address}`);
    await page().getByRole('button', { name: 'Close' }).click();
    expect(await signIn('act')).to.match(/Tokens of the owner\s*0\.9 → 0\.98/);
    expect(await market.balance(market.tokensOf(buyer.publicKey))).to.equal(980_000n);
  });

  it('adds up a meter’s day, and compares it with the reader’s tariff, which the browser keeps', async () => {
    await served.goTo('/market');
    await page().getByLabel('My meter').fill('0');
    await page().getByRole('button', { name: 'Show the day' }).click();
    await page().locator('#day').getByText('1.000 kWh').waitFor();
    await page().getByLabel('kWh bought').fill('0.03');
    await page().locator('#day .value').getByText('0.01', { exact: true }).waitFor();
    await page().reload();
    await page().locator('#day .value').getByText('0.01', { exact: true }).waitFor();
    expect(new URL(page().url()).hash).to.equal('#/market/meters/0');
    await page().getByLabel('Language').selectOption('de');
    await page().locator('#day').getByText('1,000 kWh').waitFor();
    expect(await served.faults()).to.deep.equal([]);
    expect(served.errors).to.deep.equal([]);
  });
});
