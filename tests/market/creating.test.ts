import {
  acceptMarketAuthority,
  admitMeter,
  closeMeter,
  createArea,
  createMarket,
  fetchMarket,
  fetchMeter,
  INTERVAL_SECONDS,
  marketAddress,
  meterAddress,
  nextInterval,
  proposeMarketAuthority,
  removeMeter,
  setMarketFees,
  setOperator,
  withdrawMarketFees,
} from '@commonwire/sdk/market';
import { type Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { send } from '../support/assets';
import { expectError, fund, NOT_INITIALIZED, TOO_FEW_TOKENS } from '../support/chain';
import { CELL, marketChain, marketCreation, TestMarket } from '../support/market';

describe('making a market', function () {
  this.timeout(120_000);

  it('has what it was created with, and its creator can’t take an address twice', async () => {
    const chain = await marketChain();
    const { args, creator, instructions } = await marketCreation(chain);
    await send(chain, instructions, [creator]);
    const address = marketAddress(args);
    const market = await fetchMarket(chain.connection, address);
    expect(market.fees).to.deep.equal(args.fees);
    expect([market.network, market.mint, market.authority].map(String)).to.deep.equal(
      [args.network, args.mint, args.authority].map(String),
    );
    expect([market.paysReward, market.escrow, market.lateWindowSeconds]).to.deep.equal([false, 0n, 7_200]);
    await expectError(send(chain, instructions, [creator]), 'wrong-address');
  });

  it('refuses bad fees, windows and roles', async () => {
    const chain = await marketChain();
    const { args, creator } = await marketCreation(chain);
    const attempt = (changes: Partial<typeof args>) =>
      send(chain, createMarket({ ...args, ...changes }), [creator]);
    const fees = (feeBps: number, burnBps: number) => ({ fees: { ...args.fees, feeBps, burnBps } });
    await expectError(attempt(fees(5_001, 0)), 'bad-fees');
    await expectError(attempt(fees(200, 1)), 'bad-fees');
    await expectError(attempt({ lateWindowSeconds: 7_199 }), 'bad-late-window');
    await expectError(attempt({ lateWindowSeconds: 604_801 }), 'bad-late-window');
    await expectError(attempt({ authority: PublicKey.default }), 'bad-role');
    await expectError(attempt({ network: args.authority }), 'wrong-network');
  });

  it('its authority sets fees, areas and operators, and hands itself over in two steps', async () => {
    const market = await TestMarket.create(await marketChain());
    const [next, stranger] = [await fund(market.chain.connection, 10), await market.wallet()];
    const { fees } = await market.market();
    const set = (caller: Keypair, feeBps: number) =>
      market.send(
        setMarketFees({ market: market.address, caller: caller.publicKey, fees: { ...fees, feeBps } }),
        [caller],
      );
    await expectError(set(stranger, 100), 'not-authority');
    await set(market.authority, 100);
    const propose = (caller: Keypair) =>
      market.send(
        proposeMarketAuthority({
          market: market.address,
          caller: caller.publicKey,
          authority: next.publicKey,
        }),
        [caller],
      );
    const accept = (caller: Keypair) =>
      market.send(acceptMarketAuthority({ market: market.address, caller: caller.publicKey }), [caller]);
    await expectError(propose(stranger), 'not-authority');
    await propose(market.authority);
    await expectError(accept(stranger), 'not-proposed');
    await accept(next);
    await expectError(accept(next), 'not-proposed');
    await expectError(set(market.authority, 100), 'not-authority');
    await set(next, 150);
    expect((await market.market()).fees.feeBps).to.equal(150);
    const area = (authority: Keypair, changes: object = {}) =>
      market.send(
        createArea({
          market: market.address,
          authority: authority.publicKey,
          cell: CELL + 1n,
          operator: stranger.publicKey,
          lossBps: 0,
          uses: ['energy'],
          ...changes,
        }),
        [authority],
      );
    await expectError(area(stranger), 'not-authority');
    await expectError(area(next, { cell: 7n }), 'bad-area');
    await expectError(area(next, { lossBps: 10_001 }), 'bad-area');
    await expectError(area(next, { uses: [] }), 'bad-area');
    await area(next);
    await expectError(area(next), 'wrong-address');
    const operator = (authority: Keypair, at = market.area) =>
      market.send(
        setOperator({
          market: market.address,
          authority: authority.publicKey,
          area: at,
          operator: next.publicKey,
        }),
        [authority],
      );
    await expectError(operator(stranger), 'not-authority');
    const other = await TestMarket.create(market.chain);
    await expectError(operator(next, other.area), 'wrong-area');
    await operator(next);
    expect((await market.areaState()).operator.equals(next.publicKey)).to.equal(true);
  });

  it('an operator admits and removes meters, of its area alone', async () => {
    const market = await TestMarket.create(await marketChain());
    const stranger = await market.wallet();
    const of = { area: market.area, operator: market.operator.publicKey, device: 5 };
    await expectError(
      market.send(admitMeter({ ...of, operator: stranger.publicKey }), [stranger]),
      'not-operator',
    );
    await market.admit(5);
    await expectError(market.admit(5), 'wrong-address');
    const meter = () => fetchMeter(market.chain.connection, meterAddress(of));
    await expectError(market.send(closeMeter(await meter())), 'meter-in-use');
    await expectError(
      market.send(removeMeter({ ...of, operator: stranger.publicKey }), [stranger]),
      'not-operator',
    );
    await market.send(removeMeter(of), [market.operator]);
    await expectError(market.send(removeMeter(of), [market.operator]), 'already-removed');
    const buyer = await market.wallet();
    await expectError(market.createOrder(buyer, { device: 5 }), 'not-admitted');
    await market.chain.passSeconds(31 * 86_400);
    await market.send(closeMeter(await meter()));
    await market.admit(5);
    expect((await meter()).removedAt).to.equal(0n);
  });

  it('offers and orders begin with the next quarter of an hour, and keep what they were made with', async () => {
    const market = await TestMarket.create(await marketChain());
    await market.admit(0, 1);
    const [seller, buyer] = [await market.wallet(0n), await market.wallet()];
    const now = await market.now();
    const offer = await market.offer(await market.createOffer(seller, { from: 0n, minPrice: 1_000n }));
    expect(offer.terms.from).to.equal(nextInterval(now));
    expect([offer.ask, offer.feeBps, offer.birth]).to.deep.equal([1_021n, 200, 1n]);
    const until = nextInterval(now) + 3n * INTERVAL_SECONDS;
    const order = await market.order(await market.createOrder(buyer, { from: now, until: until + 899n }));
    expect([order.terms.until, order.birth]).to.deep.equal([until, 2n]);
    expect((await market.market()).escrow).to.equal(100_000n);
    const tooShort = { from: now, until: nextInterval(now) + INTERVAL_SECONDS - 1n };
    await expectError(market.createOffer(seller, tooShort), 'bad-time');
    await expectError(market.createOrder(buyer, tooShort), 'bad-time');
    await expectError(market.createOrder(buyer, { until: now + 367n * 86_400n }), 'bad-time');
    await expectError(market.createOrder(buyer, { budget: 0n }), 'bad-terms');
    await expectError(market.createOrder(buyer, { maxPrice: 0n }), 'bad-terms');
    await expectError(market.createOrder(buyer, { device: 9 }), NOT_INITIALIZED);
    await expectError(market.createOrder(buyer, { budget: 2_000_000n }), TOO_FEW_TOKENS);
    await expectError(market.createOffer(seller, { minPrice: 0n }), 'bad-terms');
    await expectError(market.createOffer(seller, { minPrice: 2n ** 64n - 1n }), 'bad-terms');
    await expectError(market.createOffer(seller, { capacity: 0n }), 'bad-terms');
    await expectError(market.createOffer(seller, { devices: [1] }), 'bad-terms');
    await expectError(market.createOffer(seller, { cancelFeeBps: 1 }), 'bad-terms');
  });

  it('a market in its network’s reward token burns its part of the fees', async () => {
    const market = await TestMarket.create(await marketChain(), { reward: true, fees: { burnBps: 2_500 } });
    await market.admit(0, 1);
    const [seller, buyer] = [await market.wallet(0n), await market.wallet()];
    const [offer, order] = [await market.createOffer(seller), await market.createOrder(buyer)];
    const tree = await market.epoch([
      market.leafOf(await market.order(order), 100n, 2_000n),
      market.leafOf(await market.offer(offer), 100n, 2_000n),
    ]);
    await expectError(market.send(withdrawMarketFees(await market.market())), 'nothing-due');
    await market.settle(tree, order);
    await market.settle(tree, offer);
    const supply = async () =>
      BigInt((await market.chain.connection.getTokenSupply(market.mint)).value.amount);
    const before = await supply();
    const state = await market.market();
    const stranger = market.tokensOf(buyer.publicKey);
    await expectError(
      market.send(withdrawMarketFees({ ...state, fees: { ...state.fees, recipient: stranger } })),
      'wrong-fee-recipient',
    );
    await market.send(withdrawMarketFees(state));
    expect(before - (await supply())).to.equal(10n);
    expect(await market.balance(market.recipient)).to.equal(30n);
    const after = await market.market();
    expect([after.feesLeft, after.burnLeft, after.burntTotal, after.feesTotal]).to.deep.equal([
      0n,
      0n,
      10n,
      40n,
    ]);
  });
});
