import idl from '@commonwire/sdk/idl/market.json';
import { type UsageLeaf, UsageTree } from '@commonwire/sdk/market';
import { pause } from '@commonwire/sdk/network';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, nextSlot } from '../../../tests/support/chain';
import { CELL, LATE_WINDOW_SECONDS, TestMarket } from '../../../tests/support/market';
import { RpcProxy } from '../../../tests/support/rpc-proxy';
import { MARKET_STEPS } from '../src/market/next-step';
import { MarketCommands } from './market-commands';
import { orderInfoOf, StubOracle } from './stub-oracle';

const QUARTER = 900n;

describe('commonwire market, area, meter, offer and order', function () {
  this.timeout(60_000);
  let commands: MarketCommands;
  let market: TestMarket;
  let [seller, buyer]: Keypair[] = [];
  let [offer, order]: PublicKey[] = [];

  before(async () => {
    commands = await MarketCommands.start();
  });
  after(() => commands.files.remove());
  beforeEach(async () => {
    market = await TestMarket.create(commands.chain);
    [seller, buyer] = [await market.wallet(0n), await market.wallet(20_000_000n)];
    await market.admit(0, 1);
  });

  const at = (of: PublicKey) => of.toBase58();
  /** Time as an option takes it. */
  const when = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+/, '');
  const trade = async () => {
    offer = await market.createOffer(seller!);
    order = await market.createOrder(buyer!);
  };
  const leaves = async (units: bigint, amount: bigint): Promise<UsageLeaf[]> => [
    market.leafOf(await market.order(order!), units, amount),
    market.leafOf(await market.offer(offer!), units, amount),
  ];
  const settle = (file: string, ...more: string[]) =>
    commands.as(seller!, 'market', 'settle', '--market', at(market.address), '--usage', file, ...more);

  it('every next step is of a refusal of the program, in words', () => {
    const kebab = (name: string) => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    expect(idl.errors.map(({ name }) => kebab(name))).to.include.members(Object.keys(MARKET_STEPS));
    for (const step of Object.values(MARKET_STEPS)) expect(step).to.match(/^\S.*[^.]$/);
  });

  it('creates a market once, governs it and hands it over', async () => {
    const { creator, network, mint, authority } = market;
    const create = (...more: string[]) =>
      commands.json(
        creator,
        'market',
        'create',
        ...['--network', at(network.address), '--mint', at(mint), '--fee', '1.25', ...more],
      );
    const { market: made } = await create('--id', '7');
    expect(await create('--id', '7')).to.include({
      nothing_to_do: `market ${made} exists already, as the options say`,
    });
    await expectError(create('--id', '7', '--late-window', '3h'), 'market-differs');
    expect(await commands.show(made)).to.deep.include({
      kind: 'market',
      fee_bps: 125,
      fee_recipient: null,
      authority: at(creator.publicKey),
      late_window_seconds: 7_200,
      escrow: '0',
    });
    await expectError(
      create('--id', '8', '--burn', '10'),
      /change --fee to 50 at most; --burn is for a market in its network's reward token/,
    );

    const on = ['--market', made];
    expect((await commands.as(creator, 'market', 'set-fees', ...on, '--fee', '3'))[0]).to.equal(
      'new offers pay a fee of 3 %',
    );
    expect(await commands.as(creator, 'market', 'set-fees', ...on, '--fee', '3')).to.deep.equal([
      'nothing to do: the fees are so already',
    ]);
    await expectError(commands.as(authority, 'market', 'set-fees', ...on), /must be the market's authority/);
    await expectError(commands.as(authority, 'market', 'accept-authority', ...on), 'not-proposed');
    await commands.as(creator, 'market', 'propose-authority', ...on, '--to', at(authority.publicKey));
    await commands.as(authority, 'market', 'accept-authority', ...on);
    expect((await commands.show(made)).authority).to.equal(at(authority.publicKey));
  });

  it('opens areas by cell and by position, and refuses what is no place', async () => {
    const { authority } = market;
    const create = (...more: string[]) =>
      commands.json(authority, 'area', 'create', '--market', at(market.address), ...more);
    const position = ['--latitude', '52.52', '--longitude', '13.405'];
    const { area, h3_cell } = await create(...position);
    expect(h3_cell).to.equal('881f1d4895fffff');
    expect((await create('--cell', h3_cell)).nothing_to_do).to.match(/is open already/);
    await expectError(create('--cell', h3_cell, '--loss', '1'), 'area-differs');
    await expectError(create('--cell', 'fffffffffffffff'), /--cell.* is not an H3 cell/);
    await expectError(create('--cell', h3_cell, ...position), /takes the place of --latitude/);
    await expectError(create('--latitude', '91', '--longitude', '0'), /--latitude.*from -90 to 90/);
    await expectError(create('--longitude', '0'), /both --latitude and --longitude/);
    await expectError(create(...position, '--uses', 'energy,gas'), /--uses/);
    const to = at(market.operator.publicKey);
    await commands.as(authority, 'area', 'operator', '--area', area, '--to', to);
    expect(await commands.show(area)).to.include({ operator: to, h3_cell, loss_bps: 0 });
  });

  it('admits, removes and closes a meter, each once', async () => {
    const meter = (action: string, key = market.operator) =>
      commands.as(key, 'meter', action, '--area', at(market.area), '--device', '9');
    await expectError(meter('remove'), /has no meter 9: its operator \w+ admits one/);
    await expectError(meter('admit', seller), /must be the area's operator/);
    expect((await meter('admit'))[0]).to.match(/^admits meter 9 to area \w+ from \d{4}-/);
    expect(await meter('admit')).to.deep.equal(['nothing to do: meter 9 is admitted already']);
    await expectError(meter('close', seller), /must first run commonwire meter remove/);
    await meter('remove');
    await expectError(meter('close', seller), /close it from \d{4}-/);
    await expectError(meter('admit'), 'not-admitted');
    await commands.chain.passSeconds(30 * 86_400 + Number(QUARTER));
    expect((await meter('close', seller))[0]).to.equal(
      `closes meter 9; its rent goes back to ${market.operator.publicKey}`,
    );
  });

  it('converts prices exactly or not at all, and offers and orders once under a number', async () => {
    const until = when((await market.now()) + 4n * QUARTER);
    const on = ['--area', at(market.area), '--until', until];
    const offering = (price: string, ...more: string[]) =>
      commands.json(
        seller!,
        'offer',
        'create',
        ...[...on, '--devices', '1,2', '--capacity', '12.345', '--price', price, ...more],
      );
    const { offer: made, id, effects } = await offering('0.21');
    expect(id).to.equal('0');
    expect(effects[0]).to.match(/^offer \w+: 12.345 kWh at most, from \d{4}-.* until \d{4}-/);
    expect(await commands.show(made)).to.include({ min_price: '210', ask: '215', capacity: '12345' });
    await expectError(
      offering('0.2105'),
      /--price: 0.2105 tokens a kWh .* give a multiple of 0.001 tokens a kWh/,
    );
    await expectError(offering('0'), /--price: 0 tokens a kWh is zero/);
    await expectError(offering('-1'), /--price/);
    expect((await offering('0.21', '--id', '0')).nothing_to_do).to.match(/is made with just these terms/);
    await expectError(offering('0.22', '--id', '0'), /has another offer 0 already/);
    expect((await offering('0.22')).id).to.equal('1');

    const ordering = (...more: string[]) =>
      commands.json(buyer!, 'order', 'create', ...on, '--device', '0', '--price', '0.3', ...more);
    await expectError(ordering('--budget', '20.5'), /has 20 tokens of \w+, but --budget is 20.5/);
    const dry = await ordering('--budget', '5', '--dry-run');
    expect(dry).to.deep.include({ dry_run: true, signatures: [] });
    expect(dry.balances[1]).to.include({ before: '0', after: '5000000' });
    const bought = await ordering('--budget', '5');
    expect(await commands.show(bought.order)).to.include({
      kind: 'order',
      state: 'not begun',
      max_price: '300',
      budget: '5000000',
      escrow: '5000000',
      device: 0,
    });
    const short = when((await market.now()) + 10n);
    await expectError(
      ordering('--budget', '1', '--until', short),
      /no whole quarter of an hour lies between/,
    );
    await expectError(
      commands.as(buyer!, 'order', 'create', ...[...on, '--device', '77', '--price', '0.3', '--budget', '1']),
      /has no meter 77: its operator \w+ admits one with commonwire meter admit/,
    );
    const lines = await commands.as(
      buyer!,
      'order',
      'create',
      ...[...on, '--device', '0', '--price', '0.3', '--budget', '1', '--print'],
    );
    expect(lines.join('\n')).to.match(/transaction \(base64\) {2}\w/);
  });

  it('settles just the leaves that the oracles posted, and what they owe later', async () => {
    await trade();
    const used = await leaves(100n, 2_000n);
    await expectError(settle(commands.usage(used)), 'not-promoted');
    const file = await commands.epoch(market.network, used);
    await expectError(
      settle(commands.usage(used.slice(1))),
      /have root [0-9a-f]{64}, but that of the current/,
    );
    await expectError(settle(commands.usage([used[0]!, used[0]!])), /has two leaves/);
    await expectError(settle(commands.files.json({ usage: [{ side: 'both' }] })), /usage.0.side is neither/);

    // The offer alone: its area has nothing for it yet.
    expect((await settle(file, '--account', at(offer!)))[1]).to.match(/^settles 1 offer: 0 tokens go/);
    const shown = await commands.show(at(offer!));
    expect(shown).to.include({ owed: '2000', due: '0', collectable: '0', settled_units: '100' });
    expect(shown.next).to.match(/^settle the orders of its area: commonwire market settle/);
    expect((await settle(file, '--account', at(offer!)))[0]).to.match(/^nothing to do: every open order/);
    const collect = () => commands.as(buyer!, 'offer', 'collect', '--offer', at(offer!));
    expect((await collect())[0]).to.match(/^nothing to do: nothing is due yet: 0.002 tokens are owed/);

    // The order pays, and collecting draws what is owed from the area.
    await settle(file);
    expect((await settle(file))[0]).to.match(/^nothing to do/);
    expect(await commands.show(at(offer!))).to.include({ owed: '0', paid: '2000', collectable: '1960' });
    expect((await collect())[0]).to.equal(`0.00196 tokens go to ${seller!.publicKey}`);
    expect((await collect())[0]).to.equal('nothing to do: nothing is due');
    expect(await market.balance(market.tokensOf(seller!.publicKey))).to.equal(1_960n);
    const behind = await commands.epoch(market.network, await leaves(90n, 1_900n));
    expect((await settle(behind))[0]).to.match(/^nothing to do/);
  });

  it('settles what an oracle proves, and nothing else', async () => {
    await trade();
    const oracle = await StubOracle.start();
    const ask = (account: PublicKey, ...more: string[]) =>
      commands.as(seller!, 'market', 'settle', at(account), '--oracle', oracle.url, ...more);
    try {
      await expectError(ask(order!), 'not-promoted');
      await expectError(ask(market.address), 'wrong-account');
      await expectError(ask(order!, '--usage', 'file'), /goes without --usage/);
      await expectError(
        commands.as(seller!, 'market', 'settle', '--oracle', oracle.url),
        /--market is missing/,
      );
      const used = await leaves(100n, 2_000n);
      await commands.epoch(market.network, used);
      const more = new UsageTree(await leaves(100n, 2_500n));
      oracle.order = (address) => orderInfoOf(more, address);
      await expectError(ask(order!), 'usage-differs');
      const tree = new UsageTree(used);
      oracle.order = () => orderInfoOf(tree, at(offer!));
      await expectError(ask(order!), 'bad-answer');
      oracle.order = (address) => orderInfoOf(tree, address);
      const before = await commands.show(at(order!));
      expect((await ask(order!, '--dry-run')).join('\n')).to.match(/settles 1 order: 0.002 tokens of escrow/);
      expect(await commands.show(at(order!))).to.deep.equal(before);
      const said = await commands.json(seller!, 'market', 'settle', at(order!), '--oracle', oracle.url);
      expect(said.effects[0]).to.equal('settles 1 order: 0.002 tokens of escrow go to areas');
      expect((await ask(order!))[0]).to.match(/^nothing to do/);
      expect((await ask(offer!))[1]).to.match(/^settles 1 offer: 0.002 tokens go/);
      expect(await commands.show(at(offer!))).to.include({ owed: '0', paid: '2000', collectable: '1960' });
      // Another order has used nothing: the neighbours prove it.
      const idle = await market.createOrder(buyer!);
      expect((await ask(idle))[0]).to.match(/^nothing to do/);
    } finally {
      await oracle.close();
    }
  });

  it('refuses a leaf beyond the limits of an order, and everything while the network is paused', async () => {
    await trade();
    const beyond = await commands.epoch(market.network, await leaves(10n, 301n));
    await expectError(settle(beyond), /do not settle it: tell the network's oracles/);
    const { authority, address } = market.network;
    await market.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    await expectError(settle(beyond), /wait until the network goes on/);
  });

  it('cancels, and closes each once it is over, with a leaf, without one, or by time', async () => {
    await trade();
    const unused = await market.createOrder(buyer!);
    const close = (of: PublicKey, ...more: string[]) =>
      commands.as(seller!, 'order', 'close', '--order', at(of), ...more);
    await expectError(
      close(order!),
      /can't be closed yet: it can be closed once an epoch is promoted that is cut from/,
    );
    await expectError(
      commands.as(seller!, 'order', 'cancel', '--order', at(order!)),
      /must be the order's consumer/,
    );
    // Cancelled before it begins, it needs no proof.
    const early = await market.createOrder(buyer!);
    await commands.as(buyer!, 'order', 'cancel', '--order', at(early));
    expect((await commands.as(buyer!, 'order', 'cancel', '--order', at(early)))[0]).to.match(
      /^nothing to do: the order was cancelled/,
    );
    expect((await commands.run('market', 'show', at(early))).join()).to.match(/it never began.*order close/);
    expect((await close(early))[0]).to.match(/^closes order \w+; 0.1 tokens and its rent go back to/);

    const { terms } = await market.order(order!);
    await commands.chain.passSeconds(Number(terms.until - (await market.now())) + LATE_WINDOW_SECONDS);
    const file = await commands.epoch(market.network, await leaves(100n, 2_000n));
    expect(await commands.show(at(order!))).to.include({ state: 'over', closable: true });
    await expectError(close(order!), /--usage is missing/);
    expect((await close(order!, '--usage', file)).slice(0, 2)).to.deep.equal([
      'the order pays its last 0.002 tokens to its area',
      `closes order ${order}; 0.098 tokens and its rent go back to ${buyer!.publicKey}`,
    ]);
    expect((await close(unused, '--usage', file))[0]).to.match(/^closes order \w+; 0.1 tokens/);
    const closeOffer = () => commands.as(seller!, 'offer', 'close', '--offer', at(offer!));
    await settle(file);
    expect((await closeOffer()).slice(0, 2)).to.deep.equal([
      `0.00196 tokens go to ${seller!.publicKey}`,
      `closes offer ${offer}; its rent goes back to ${seller!.publicKey}`,
    ]);
    await expectError(closeOffer(), /there is no market at/);
    expect(await market.market()).to.include({ orders: 0n, offers: 0n, escrow: 0n, due: 0n });
  });

  it('lists areas, offers and orders, by name where the node does not search', async () => {
    await trade();
    const list = (...more: string[]) =>
      commands.run('market', 'list', '--market', at(market.address), ...more);
    const listed = async (...more: string[]) => JSON.parse((await list(...more, '--json'))[0]!);
    expect((await listed('--what', 'areas')).areas).to.have.length(1);
    expect((await listed()).offers[0]).to.include({ offer: at(offer!), state: 'not begun' });
    const { orders } = await listed('--what', 'orders', '--owner', at(buyer!.publicKey));
    expect(orders[0]).to.include({ order: at(order!), escrow: '100000' });
    expect(await list('--what', 'orders', '--owner', at(seller!.publicKey))).to.deep.equal(['no orders']);
    const { connection } = commands.chain;
    const proxy = await RpcProxy.start(connection.rpcEndpoint, { lacks: new Set(['getProgramAccounts']) });
    const slot = await connection.getSlot('confirmed');
    while ((await connection.getSlot('finalized')) < slot) await nextSlot(connection);
    const { url } = commands;
    commands.url = proxy.url;
    try {
      await expectError(list(), /does not search for offers: name them with --account/);
      const [head, row] = await list('--account', at(offer!));
      expect(head).to.match(/^offer +use +state +asks +sold +capacity +until$/);
      expect(row).to.match(/energy +not begun +0.011 tokens a kWh +0 kWh +1,000 kWh/);
      await expectError(list('--account', at(order!)), /list it with --what orders/);
    } finally {
      commands.url = url;
      await proxy.close();
    }
    await expectError(
      commands.as(buyer!, 'order', 'close', '--order', at(offer!)),
      /--order: \w+ is the market program's offer/,
    );
    expect((await commands.run('market', 'show', at(market.area)))[0]).to.include(CELL.toString(16));
  });
});
