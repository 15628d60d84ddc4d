import { ordersOnChain } from '@commonwire/device';
import { ed25519KeyPair } from '@commonwire/sdk/core';
import {
  cancelOffer,
  cancelOrder,
  closeOffer,
  createOrder as createOrderInstruction,
  EXPIRY_SECONDS,
  INTERVAL_SECONDS,
  marketProgram,
  nextInterval,
  type OfferTerms,
  type OrderTerms,
  settleBySession,
  settleUse,
  settleVoucher,
  signVoucher,
  type UseTotals,
  voucherOf,
} from '@commonwire/sdk/market';
import { pause } from '@commonwire/sdk/network';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { BAD_SIGNATURE, expectError, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { LATE_WINDOW_SECONDS, marketChain, newId, TestMarket } from '../support/market';

describe('selling bandwidth by vouchers', function () {
  this.timeout(120_000);
  const session = Keypair.generate();
  const sessionKey = session.publicKey.toBytes();
  const signer = ed25519KeyPair(session.secretKey.slice(0, 32));
  /** The least price of 10, before the fee of 2 %. */
  const ASK = 11n;
  let market: TestMarket;
  let [seller, buyer]: Keypair[] = [];
  let [offer, order]: PublicKey[] = [];

  const createOffer = (changes: Partial<OfferTerms> = {}) =>
    market.createOffer(seller!, { use: 'bandwidth', devices: [3], capacity: 1_000n, ...changes });
  const createOrder = (changes: Partial<OrderTerms> = {}, of = offer!) =>
    market.createOrder(buyer!, { use: 'bandwidth', sessionKey, ...changes }, newId(), of);
  const totals = (units: bigint, cost = units * ASK): UseTotals => ({ units, cost });

  beforeEach(async () => {
    market = await TestMarket.create(await marketChain());
    [seller, buyer] = [await market.wallet(0n), await market.wallet()];
    offer = await createOffer();
    order = await createOrder();
  });

  const voucher = async (of: UseTotals, at = order!) => {
    const state = await market.order(at);
    return settleVoucher({ order: state, totals: of, signature: signVoucher(voucherOf(state, of), signer) });
  };
  const settle = async (of: UseTotals, at = order!) => market.send(await voucher(of, at));
  /** The vault is what all balances are together, and nothing is owed but to the offer's owner. */
  const requireBalanced = async () => {
    const { escrow, pools, due, feesLeft } = await market.market();
    expect(await market.vault()).to.equal(escrow + pools + due + feesLeft);
    const [sold, bought] = [await market.offer(offer!), await market.order(order!)];
    expect([pools, due, escrow]).to.deep.equal([0n, sold.due, bought.terms.budget - bought.settledAmount]);
    expect([sold.settledUnits, sold.settledAmount, sold.paid]).to.deep.equal([
      bought.settledUnits,
      bought.settledAmount,
      bought.settledAmount,
    ]);
  };
  /** Nothing of these orders has been paid. */
  const expectEscrowOf = async (...orders: PublicKey[]) => {
    const budgets = await Promise.all(orders.map(async (each) => (await market.order(each)).terms.budget));
    expect((await market.market()).escrow).to.equal(budgets.reduce((sum, budget) => sum + budget, 0n));
  };
  const ordersOf = async (address: PublicKey) => (await market.offer(address)).orders;
  const close = async (at = order!) => market.send(await market.closing(at, 'over'));
  const passTo = async (time: bigint) => market.chain.passSeconds(Number(time - (await market.now())));

  it('an order names an offer, keeps its session key, and begins with it', async () => {
    const [sold, bought] = [await market.offer(offer!), await market.order(order!)];
    expect([bought.counterparty, bought.counterpartyBirth].map(String)).to.deep.equal(
      [offer, sold.birth].map(String),
    );
    expect(bought.terms.sessionKey).to.deep.equal(sessionKey);
    expect([bought.terms.from, sold.orders]).to.deep.equal([sold.terms.from, 1n]);
    await passTo(sold.terms.from + 7n);
    const until = sold.terms.until + 5_000n;
    const second = await market.order(await createOrder({ from: 0n, until }));
    expect(second.terms.from - sold.terms.from >= 7n).to.equal(true);
    expect([second.terms.until, await ordersOf(offer!)]).to.deep.equal([sold.terms.until, 2n]);
    expect((await market.market()).escrow).to.equal(200_000n);
  });

  it('refuses an order that nothing could be paid for', async () => {
    await expectError(createOrder({ maxPrice: ASK - 1n }), 'price-too-low');
    await expectError(createOrder({ sessionKey: null }), 'bad-terms');
    await expectError(createOrder({ use: 'parking' }), 'wrong-offer');
    await expectError(createOrder({ use: 'ride' }), 'bad-terms');
    await expectError(createOrder({ use: 'energy', sessionKey: null }), 'wrong-area');
    const { until } = (await market.offer(offer!)).terms;
    await expectError(createOrder({ from: until }), 'bad-time');
    const named = {
      market: await market.market(),
      consumer: buyer!.publicKey,
      id: newId(),
      terms: await market.orderTerms({ use: 'bandwidth', sessionKey }),
    };
    await expectError(market.send(createOrderInstruction(named), [buyer!]), 'wrong-offer');
    await market.admit(0);
    const both = createOrderInstruction({ ...named, offer: offer!, area: market.area });
    await expectError(market.send(both, [buyer!]), 'wrong-area');
    const bay = await createOffer({ use: 'parking' });
    await expectError(createOrder({}, bay), 'wrong-offer');
    const elsewhere = await TestMarket.create(market.chain);
    const foreign = await elsewhere.createOffer(seller!, { use: 'bandwidth', devices: [3] });
    await expectError(createOrder({}, foreign), 'wrong-account');
    await expectError(createOrder({}, order!), NO_ACCOUNT);
    expect(await ordersOf(offer!)).to.equal(1n);
  });

  it('a voucher pays what is new since the last, and the owner collects it less the fee', async () => {
    await settle(totals(10n));
    await requireBalanced();
    await settle(totals(25n, 500n));
    await requireBalanced();
    const sold = await market.offer(offer!);
    expect([sold.settledUnits, sold.due]).to.deep.equal([25n, 490n]);
    await market.collect(offer!);
    expect(await market.balance(market.tokensOf(seller!.publicKey))).to.equal(490n);
    await requireBalanced();
  });

  it('the session key may sign the transaction instead', async () => {
    const state = await market.order(order!);
    const of = { order: state, totals: totals(10n) };
    const settling = settleBySession({ ...of, session: session.publicKey });
    await market.send(settling, [session]);
    await requireBalanced();
    await expectError(market.send(settling, [session]), 'voucher-no-step');
    const stranger = Keypair.generate();
    const foreign = settleBySession({ order: state, totals: totals(20n), session: stranger.publicKey });
    await expectError(market.send(foreign, [stranger]), 'voucher-not-signed');
    const unsigned = settleBySession({ order: state, totals: totals(20n), session: session.publicKey });
    for (const key of unsigned.keys) key.isSigner = false;
    await expectError(market.send(unsigned), 'voucher-not-signed');
  });

  it('refuses a voucher that was sent before, is smaller, or goes beyond what was agreed', async () => {
    await settle(totals(10n));
    await expectError(settle(totals(10n)), 'voucher-no-step');
    await expectError(settle(totals(10n, 111n)), 'voucher-no-step');
    await expectError(settle(totals(9n)), 'voucher-smaller');
    await expectError(settle(totals(11n, 109n)), 'voucher-smaller');
    await expectError(settle(totals(5_000n, 100_001n)), 'voucher-over-budget');
    await expectError(settle(totals(20n, 601n)), 'voucher-over-price');
    await expectError(settle(totals(20n, 219n)), 'voucher-under-price');
    await expectError(settle(totals(1_001n)), 'above-capacity');
    await requireBalanced();
    await settle(totals(1_000n));
    const second = await createOrder();
    await expectError(settle(totals(1n), second), 'above-capacity');
  });

  it('believes no signature but the session key’s over the order, its birth and these totals', async () => {
    const state = await market.order(order!);
    const signed = voucherOf(state, totals(10n));
    const attempt = (changes: object, by = signer, of = totals(10n)) => {
      const signature = signVoucher({ ...signed, ...changes }, by);
      return market.send(settleVoucher({ order: state, totals: of, signature }));
    };
    // The precompile itself refuses these: the signature isn't over the message.
    for (const changes of [{ birth: state.birth + 1n }, { units: 11n }, { cost: 111n }])
      await expectError(attempt(changes), BAD_SIGNATURE);
    const [precompiled, settling] = await voucher(totals(10n));
    await expectError(market.send(settling!), 'voucher-not-signed');
    await expectError(market.send([settling!, precompiled!]), 'voucher-not-signed');
    const between = SystemProgram.transfer({
      fromPubkey: market.chain.payer.publicKey,
      toPubkey: market.chain.payer.publicKey,
      lamports: 0,
    });
    await expectError(market.send([precompiled!, between, settling!]), 'voucher-not-signed');
    const [, larger] = await voucher(totals(11n));
    await expectError(market.send([precompiled!, larger!]), 'voucher-not-signed');
    const second = await createOrder();
    const [, other] = await voucher(totals(10n), second);
    await expectError(market.send([precompiled!, other!]), 'voucher-not-signed');
    const stranger = Keypair.generate();
    const own = { ...state, terms: { ...state.terms, sessionKey: stranger.publicKey.toBytes() } };
    const by = ed25519KeyPair(stranger.secretKey.slice(0, 32));
    const forged = settleVoucher({ order: own, totals: totals(10n), signature: signVoucher(signed, by) });
    await expectError(market.send(forged), 'voucher-not-signed');
    await market.send([precompiled!, settling!]);
  });

  it('pays no offer but the one that the order names, in its own market', async () => {
    const state = await market.order(order!);
    const pay = async (changes: object) =>
      market.send(
        settleBySession({ order: { ...state, ...changes }, totals: totals(10n), session: session.publicKey }),
        [session],
      );
    const twin = await createOffer();
    await expectError(pay({ counterparty: twin }), 'wrong-offer');
    const elsewhere = await TestMarket.create(market.chain);
    await expectError(pay({ market: elsewhere.address }), 'wrong-account');
    await market.admit(0);
    const energy = await market.createOrder(buyer!);
    await expectError(pay({ address: energy, counterparty: offer! }), 'wrong-offer');
    // No leaf can move money of a direct order.
    const leaf = { ...market.leafOf(state, 10n, 110n), counterparty: market.area };
    const tree = await market.epoch([leaf]);
    const { leaf: proven, ...proof } = tree.prove(order!)!;
    const of = { address: market.address, network: market.network.address };
    await expectError(market.send(settleUse({ market: of, leaf: proven, proof })), 'wrong-area');
    await expectEscrowOf(order!, energy);
  });

  it('goes on while the network is paused: no oracle has a say', async () => {
    const { authority, address } = market.network;
    await market.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    await settle(totals(10n));
    await requireBalanced();
  });

  it('closes after its end and the late window; what is left comes back, and later vouchers pay nothing', async () => {
    const { terms } = await market.order(order!);
    await settle(totals(10n));
    const late = await voucher(totals(20n));
    const last = await voucher(totals(30n));
    await expectError(close(), 'still-open');
    await passTo(terms.until + BigInt(LATE_WINDOW_SECONDS) - 60n);
    await expectError(close(), 'still-open');
    await market.send(late);
    await passTo(terms.until + BigInt(LATE_WINDOW_SECONDS));
    await close();
    expect(await market.balance(market.tokensOf(buyer!.publicKey))).to.equal(1_000_000n - 220n);
    expect([await ordersOf(offer!), (await market.market()).escrow]).to.deep.equal([0n, 0n]);
    await expectError(market.send(last), NO_ACCOUNT);
  });

  it('a voucher for a closed order is worthless for a new one at its address', async () => {
    const id = newId();
    const terms = { use: 'bandwidth', sessionKey } as const;
    const first = await market.createOrder(buyer!, terms, id, offer!);
    const signed = await voucher(totals(10n), first);
    const { address, consumer } = await market.order(first);
    await market.send(cancelOrder({ address, consumer }), [buyer!]);
    await close(first);
    expect(await market.createOrder(buyer!, terms, id, offer!)).to.deep.equal(first);
    await expectError(market.send(signed), 'voucher-not-signed');
    await settle(totals(10n), first);
  });

  it('a cancelled order can be settled for the late window, and then closes', async () => {
    const { terms, ...state } = await market.order(order!);
    await passTo(terms.from + 10n);
    await market.send(cancelOrder(state), [buyer!]);
    const end = nextInterval(await market.now());
    await expectError(close(), 'still-open');
    await settle(totals(10n));
    await passTo(end + BigInt(LATE_WINDOW_SECONDS));
    await close();
    expect(await market.balance(market.tokensOf(buyer!.publicKey))).to.equal(1_000_000n - 110n);
  });

  it('an offer closes once it is over, its orders closed and its money collected', async () => {
    const shut = async () =>
      market.send(closeOffer({ market: await market.market(), offer: await market.offer(offer!) }), [
        seller!,
      ]);
    await settle(totals(10n));
    await market.collect(offer!);
    await expectError(shut(), 'still-owed');
    const state = await market.order(order!);
    await market.send(cancelOrder(state), [buyer!]);
    await close();
    await expectError(shut(), 'still-open');
    await market.send(cancelOffer(await market.offer(offer!)), [seller!]);
    await passTo(nextInterval(await market.now()) + INTERVAL_SECONDS);
    await shut();
    expect((await market.market()).offers).to.equal(0n);
  });

  it('an order whose offer is gone, or was made anew, closes all the same', async () => {
    const id = newId();
    const made = await market.createOffer(seller!, { use: 'bandwidth', devices: [3] }, id);
    const [one, two] = [await createOrder({}, made), await createOrder({}, made)];
    const sold = await market.offer(made);
    await passTo(sold.terms.until + EXPIRY_SECONDS);
    await market.send(closeOffer({ market: await market.market(), offer: sold }), [seller!]);
    await close(one);
    await market.createOffer(seller!, { use: 'bandwidth', devices: [3] }, id);
    await expectError(settle(totals(10n), two), 'wrong-offer');
    await close(two);
    expect(await ordersOf(made)).to.equal(0n);
  });

  it('a hotspot finds the orders that name its offer and can be used now', async () => {
    const find = async (address: PublicKey, of = offer!) =>
      ordersOnChain(market.chain.connection, of)(address.toBase58());
    const refuse = (found: Promise<unknown>) => expectError(found, 'order_unusable');
    await refuse(find(order!));
    await passTo((await market.order(order!)).terms.from);
    await settle(totals(10n));
    const { birth, terms } = await market.order(order!);
    expect(await find(order!)).to.deep.equal({
      program: marketProgram.address.toBytes(),
      order: order!.toBytes(),
      birth,
      session: sessionKey,
      terms: { budget: 100_000n, greatestPrice: 30n, leastPrice: ASK },
      settled: totals(10n),
    });
    await refuse(find(order!, await createOffer()));
    await refuse(find(offer!));
    await refuse(find(Keypair.generate().publicKey));
    const second = await createOrder();
    await market.send(cancelOrder(await market.order(second)), [buyer!]);
    await refuse(find(second));
    const third = await createOrder();
    await settle(totals(990n), third);
    await refuse(find(third));
    await passTo(terms.until);
    await refuse(find(order!));
  });

  it('only its consumer makes and cancels an order', async () => {
    const state = await market.order(order!);
    const stranger = await market.wallet();
    await expectError(
      market.send(cancelOrder({ ...state, consumer: stranger.publicKey }), [stranger]),
      'not-owner',
    );
    const unsigned = cancelOrder(state);
    unsigned.keys[0]!.isSigner = false;
    await expectError(market.send(unsigned), MISSING_SIGNATURE);
  });
});
