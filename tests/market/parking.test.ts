import {
  CALENDAR_QUARTERS,
  cancelOffer,
  cancelOrder,
  checkIn,
  closeOffer,
  EXPIRY_SECONDS,
  endReservation,
  isTaken,
  type OfferTerms,
  type OrderTerms,
  QUARTER_SECONDS,
  quarterOf,
  reserve,
  settleBySession,
} from '@commonwire/sdk/market';
import { pause } from '@commonwire/sdk/network';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, NO_ACCOUNT, steadyChain } from '../support/chain';
import { MARKET, newId, TestMarket } from '../support/market';
import { NETWORK } from '../support/network';

describe('parking', function () {
  this.timeout(120_000);
  /** 15 minutes at 11, the least price of 10 before the fee of 2 %. */
  const QUARTER_PRICE = 165n;
  /** Two hours cost 1,320, of which the offer's fee is 5 %. */
  const [PRICE, FEE, HALF_HOUR] = [1_320n, 66n, 330n];
  const BUDGET = 100_000n;
  const session = Keypair.generate();
  let market: TestMarket;
  let [owner, driver, stranger]: Keypair[] = [];
  let [bay, order]: PublicKey[] = [];
  /** The quarter-hour in which the bay's offer begins. */
  let begin: bigint;

  const lasting = async () => ({ until: (await market.now()) + 60n * 86_400n });
  const createBay = async (changes: Partial<OfferTerms> = {}, id = newId()) => {
    const terms = { use: 'parking', devices: [3], cancelFeeBps: 500, ...(await lasting()) } as const;
    return market.createOffer(owner!, { ...terms, ...changes }, id);
  };
  const createOrder = async (changes: Partial<OrderTerms> = {}, of = bay!) =>
    market.createOrder(driver!, { use: 'parking', ...(await lasting()), ...changes }, newId(), of);

  beforeEach(async () => {
    market = await TestMarket.create(await steadyChain([NETWORK, MARKET]));
    [owner, driver, stranger] = [await market.wallet(0n), await market.wallet(), await market.wallet()];
    bay = await createBay();
    order = await createOrder({ sessionKey: session.publicKey.toBytes() });
    begin = quarterOf((await market.offer(bay)).terms.from);
  });

  const passTo = async (time: bigint) => market.chain.passSeconds(Number(time - (await market.now())));
  /** Lets time pass to so many seconds after the start of what `take` reserves. */
  const passStart = (seconds: bigint) => passTo((begin + 8n) * QUARTER_SECONDS + seconds);
  const take = async (first: bigint, quarters: bigint, at = order!, by = driver!) =>
    market.send(reserve({ order: await market.order(at), driver: by.publicKey, at: { first, quarters } }), [
      by,
    ]);
  /** Two hours, two hours after the bay's offer begins. */
  const takeUsual = () => take(begin + 8n, 8n);
  const arrive = async (by = driver!, at = order!) =>
    market.send(checkIn({ order: await market.order(at), driver: by.publicKey }), [by]);
  const leave = async (by = driver!, at = order!) =>
    market.send(endReservation({ order: await market.order(at), driver: by.publicKey }), [by]);
  /** What anybody may do. */
  const end = async (at = order!) => market.send(endReservation({ order: await market.order(at) }));
  const close = async (at = order!) => market.send(await market.closing(at, 'over'));
  const shut = async () =>
    market.send(closeOffer({ market: await market.market(), offer: await market.offer(bay!) }), [owner!]);

  /** The order has paid exactly that for so many minutes, nothing is promised, and all balances agree. */
  const expectPaid = async (amount: bigint, minutes: bigint) => {
    const [state, sold, bought] = [
      await market.market(),
      await market.offer(bay!),
      await market.order(order!),
    ];
    expect(bought.reservation).to.equal(null);
    expect([bought.settledAmount, bought.settledUnits]).to.deep.equal([amount, minutes]);
    expect([sold.paid, sold.settledAmount, sold.settledUnits, sold.promised]).to.deep.equal([
      amount,
      amount,
      minutes,
      0n,
    ]);
    const fee = (amount * 200n) / 10_000n;
    expect([sold.due, state.due, state.feesLeft]).to.deep.equal([amount - fee, amount - fee, fee]);
    expect([state.escrow, state.pools]).to.deep.equal([BUDGET - amount, 0n]);
    expect(await market.vault()).to.equal(state.escrow + state.due + state.feesLeft);
  };
  /** Which of the quarter-hours from the usual start on are taken. */
  const takenNow = async () => {
    const { calendar } = await market.offer(bay!);
    return Array.from({ length: 10 }, (_, i) => i).filter((i) => isTaken(calendar!, begin + 8n + BigInt(i)));
  };

  it('a reservation takes quarter-hours of the bay, and its price stays in escrow', async () => {
    await takeUsual();
    const [sold, bought] = [await market.offer(bay!), await market.order(order!)];
    expect(bought.reservation).to.deep.equal({
      first: begin + 8n,
      quarters: 8n,
      quarterPrice: QUARTER_PRICE,
      checkedInAt: 0n,
    });
    expect([sold.promised, bought.settledAmount]).to.deep.equal([120n, 0n]);
    expect(await takenNow()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
    expect((await market.market()).escrow).to.equal(BUDGET);
  });

  it('no quarter-hour is taken twice, and those beside it can be', async () => {
    await takeUsual();
    const other = await createOrder();
    for (const [first, quarters] of [
      [8n, 8n],
      [7n, 2n],
      [15n, 2n],
      [0n, 40n],
    ] as const)
      await expectError(take(begin + first, quarters, other), 'bay-taken');
    await expectError(take(begin + 20n, 1n), 'already-reserved');
    await take(begin + 7n, 1n, other);
    await take(begin + 16n, 1n, await createOrder());
    await take(begin + 8n, 8n, await createOrder({}, await createBay()));
  });

  it('refuses what is over, too far, outside of the agreed time, or not in escrow', async () => {
    await expectError(take(begin, 0n), 'nothing-reserved');
    await expectError(take(begin - 2n, 1n), 'reservation-past');
    await expectError(take(begin - 1n, 1n), 'reservation-outside');
    const current = quarterOf(await market.now());
    await expectError(take(current + CALENDAR_QUARTERS, 1n), 'reservation-too-far');
    await expectError(take(current + CALENDAR_QUARTERS - 1n, 2n), 'reservation-too-far');
    await expectError(take(2n ** 64n - 1n, 1n), 'reservation-too-far');
    await expectError(take(begin, 2n ** 64n - 1n), 'reservation-too-far');
    const brief = await createOrder({ until: (begin + 3n) * QUARTER_SECONDS + 899n });
    await expectError(take(begin + 2n, 2n, brief), 'reservation-outside');
    await take(begin + 2n, 1n, brief);
    const poor = await createOrder({ budget: 2n * QUARTER_PRICE - 1n });
    await expectError(take(begin + 10n, 2n, poor), 'reservation-over-budget');
    await take(begin + 10n, 1n, poor);
    await take(current + CALENDAR_QUARTERS - 1n, 1n);
  });

  it('a bay promises no more minutes than it has, and forgets what it hadn’t to deliver', async () => {
    bay = await createBay({ capacity: 45n });
    order = await createOrder();
    const other = await createOrder();
    await expectError(take(begin + 8n, 4n), 'above-capacity');
    await take(begin + 8n, 2n);
    await expectError(take(begin + 10n, 2n, other), 'above-capacity');
    await take(begin + 10n, 1n, other);
    await leave();
    await take(begin + 8n, 2n);
  });

  it('an order that was made within a quarter-hour may reserve that', async () => {
    await passTo(begin * QUARTER_SECONDS + 600n);
    const late = await createOrder({ from: await market.now() });
    expect((await market.order(late)).terms.from).to.equal(begin * QUARTER_SECONDS + 600n);
    await take(begin, 1n, late);
    // Who reserves what has begun is there.
    await expectError(arrive(driver!, late), 'already-checked-in');
    await passTo(begin * QUARTER_SECONDS + 899n);
    await leave(driver!, late);
    expect((await market.order(late)).settledAmount).to.equal(QUARTER_PRICE);
    await passTo((begin + 1n) * QUARTER_SECONDS);
    await expectError(take(begin, 1n, late), 'reservation-past');
  });

  it('the ring goes on where it began: what is over makes room 30 days later', async () => {
    await take(begin, 1n);
    await passTo((begin + 1n) * QUARTER_SECONDS);
    await end();
    const other = await createOrder();
    await take(begin + CALENDAR_QUARTERS, 1n, other);
    await expectError(take(begin + CALENDAR_QUARTERS, 1n), 'bay-taken');
    await expectError(take(begin + CALENDAR_QUARTERS + 1n, 1n), 'reservation-too-far');
  });

  it('only the driver reserves, checks in and leaves: the consumer, or the session key', async () => {
    for (const by of [owner!, stranger!, market.authority])
      await expectError(take(begin + 8n, 8n, order!, by), 'not-driver');
    const at = { first: begin + 8n, quarters: 8n };
    const unsigned = reserve({ order: await market.order(order!), driver: driver!.publicKey, at });
    for (const key of unsigned.keys) key.isSigner = false;
    await expectError(market.send(unsigned), 'not-driver');
    await take(begin + 8n, 8n, order!, session);
    await passStart(0n);
    for (const by of [owner!, stranger!]) {
      await expectError(arrive(by), 'not-driver');
      await expectError(leave(by), 'not-driver');
    }
    await arrive(session);
    for (const by of [owner!, stranger!]) await expectError(leave(by), 'not-driver');
    await expectError(end(), 'not-driver');
    await leave(session);
    await expectPaid(QUARTER_PRICE, 15n);
    const keyless = await createOrder();
    await expectError(take(begin + 20n, 1n, keyless, session), 'not-driver');
  });

  it('cancelled until an hour before the start it costs the offer’s fee, and the bay is free', async () => {
    await takeUsual();
    await passStart(-3_600n);
    await leave();
    await expectPaid(FEE, 0n);
    expect(await takenNow()).to.deep.equal([]);
    await expectError(leave(), 'nothing-reserved');
    await market.collect(bay!);
    expect(await market.balance(market.tokensOf(owner!.publicKey))).to.equal(65n);
  });

  it('cancelled later it costs half an hour, or all of less', async () => {
    await takeUsual();
    await passStart(-3_599n);
    await leave();
    await expectPaid(HALF_HOUR, 0n);
    expect(await takenNow()).to.deep.equal([]);
    await take(begin + 8n, 1n);
    await leave();
    await expectPaid(HALF_HOUR + QUARTER_PRICE, 0n);
  });

  it('late costs the fee if that is more', async () => {
    bay = await createBay({ cancelFeeBps: 5_000 });
    order = await createOrder({ budget: BUDGET });
    await takeUsual();
    await passStart(-1n);
    await leave();
    expect((await market.order(order)).settledAmount).to.equal(PRICE / 2n);
  });

  it('anybody ends the reservation of a driver who hasn’t come in a quarter-hour', async () => {
    await takeUsual();
    await passStart(899n);
    await expectError(end(), 'not-driver');
    await passStart(900n);
    await expectError(arrive(), 'check-in-too-late');
    await end();
    await expectPaid(HALF_HOUR, 0n);
    expect(await takenNow()).to.deep.equal([]);
    await expectError(end(), 'nothing-reserved');
    await take(begin + 9n, 7n, await createOrder({ from: await market.now() }));
  });

  it('a driver checks in once, from the start and for a quarter-hour', async () => {
    await expectError(arrive(), 'nothing-reserved');
    await takeUsual();
    await passStart(-1n);
    await expectError(arrive(), 'check-in-too-early');
    await passStart(0n);
    await arrive();
    expect((await market.order(order!)).reservation?.checkedInAt).to.equal((begin + 8n) * QUARTER_SECONDS);
    await expectError(arrive(), 'already-checked-in');
    const second = await createOrder();
    await take(begin + 16n, 1n, second);
    await passTo((begin + 16n) * QUARTER_SECONDS + 899n);
    await arrive(driver!, second);
  });

  it('leaving early pays the quarter-hours that began, and frees the rest', async () => {
    await takeUsual();
    await passStart(10n);
    await arrive();
    await passStart(31n * 60n);
    await leave();
    await expectPaid(3n * QUARTER_PRICE, 45n);
    // The one that is paid for.
    expect(await takenNow()).to.deep.equal([2]);
    await take(begin + 11n, 5n, await createOrder());
  });

  it('leaving at once costs the offer’s fee, if that is more: nobody blocks a bay for less', async () => {
    await take(begin + 8n, 400n);
    await passStart(0n);
    await arrive();
    await leave();
    await expectPaid((400n * QUARTER_PRICE * 500n) / 10_000n, 15n);
  });

  it('the second in which a quarter-hour begins pays for it', async () => {
    await takeUsual();
    await passStart(0n);
    await arrive();
    await passStart(QUARTER_SECONDS);
    await leave();
    await expectPaid(2n * QUARTER_PRICE, 30n);
  });

  it('once the reserved time is over anybody ends it, and it pays the price', async () => {
    await takeUsual();
    await passStart(100n);
    await arrive();
    await passStart(8n * QUARTER_SECONDS - 1n);
    await expectError(end(), 'not-driver');
    await passStart(8n * QUARTER_SECONDS);
    await end();
    await expectPaid(PRICE, 120n);
    await expectError(end(), 'nothing-reserved');
  });

  it('what an owner has withdrawn before it begins costs nothing', async () => {
    await takeUsual();
    const other = await createOrder({ budget: 1_000n });
    await passStart(-QUARTER_SECONDS);
    await market.send(cancelOffer(await market.offer(bay!)), [owner!]);
    await expectError(take(begin + 20n, 1n, other), 'reservation-outside');
    await expectError(end(), 'not-driver');
    await passStart(900n);
    await end();
    const [sold, bought] = [await market.offer(bay!), await market.order(order!)];
    expect([sold.paid, bought.settledAmount, sold.promised]).to.deep.equal([0n, 0n, 0n]);
  });

  it('an offer that is cancelled within the reserved time is paid all the same', async () => {
    await takeUsual();
    await passStart(0n);
    await arrive();
    await market.send(cancelOffer(await market.offer(bay!)), [owner!]);
    await passStart(8n * QUARTER_SECONDS);
    await end();
    await expectPaid(PRICE, 120n);
  });

  it('an order with a reservation is neither cancelled nor closed; then what is left comes back', async () => {
    bay = await createBay();
    order = await createOrder({ until: (begin + 16n) * QUARTER_SECONDS });
    await takeUsual();
    const cancelling = cancelOrder(await market.order(order));
    await expectError(market.send(cancelling, [driver!]), 'still-reserved');
    await expectError(close(), 'still-open');
    await passStart(8n * QUARTER_SECONDS);
    await expectError(close(), 'still-reserved');
    const again = endReservation({ order: await market.order(order) });
    await end();
    const before = await market.balance(market.tokensOf(driver!.publicKey));
    await close();
    const after = await market.balance(market.tokensOf(driver!.publicKey));
    expect(after - before).to.equal(BUDGET - HALF_HOUR);
    expect((await market.offer(bay)).orders).to.equal(0n);
    await expectError(market.send(again), NO_ACCOUNT);
  });

  it('an order that was cancelled after its reservation closes with its quarter-hour', async () => {
    await passTo(begin * QUARTER_SECONDS);
    await takeUsual();
    await leave();
    await market.send(cancelOrder(await market.order(order!)), [driver!]);
    await expectError(close(), 'still-open');
    await expectError(take(begin + 1n, 1n), 'reservation-outside');
    await passTo((begin + 1n) * QUARTER_SECONDS);
    await close();
    expect((await market.market()).escrow).to.equal(0n);
  });

  it('30 days after its end an order closes with a reservation that nobody ended', async () => {
    order = await createOrder({ until: (begin + 16n) * QUARTER_SECONDS });
    await takeUsual();
    await passTo((begin + 16n) * QUARTER_SECONDS + EXPIRY_SECONDS - 1n);
    await expectError(close(), 'still-reserved');
    await passTo((begin + 16n) * QUARTER_SECONDS + EXPIRY_SECONDS);
    await close();
    const { promised, orders, paid } = await market.offer(bay!);
    // The driver didn't come.
    expect([promised, orders, paid]).to.deep.equal([0n, 1n, HALF_HOUR]);
  });

  it('a reservation outlives its offer, and binds nothing then', async () => {
    const id = newId();
    bay = await createBay({ until: (begin + 20n) * QUARTER_SECONDS }, id);
    order = await createOrder();
    const second = await createOrder();
    await takeUsual();
    await take(begin + 16n, 2n, second);
    await expectError(shut(), 'still-owed');
    await passTo((begin + 20n) * QUARTER_SECONDS + EXPIRY_SECONDS);
    await shut();
    await end();
    expect((await market.order(order)).reservation).to.equal(null);
    await close();
    await createBay({}, id);
    await close(second);
    const { orders, promised } = await market.offer(bay);
    expect([orders, promised]).to.deep.equal([0n, 0n]);
    expect((await market.market()).escrow).to.equal(BUDGET);
  });

  it('goes on while the network is paused: no oracle has a say', async () => {
    const { authority, address } = market.network;
    await market.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    await takeUsual();
    await passStart(0n);
    await arrive();
    await leave();
    await expectPaid(QUARTER_PRICE, 15n);
  });

  it('takes no other bay, market, or use', async () => {
    const [state, twin] = [await market.order(order!), await createBay()];
    const at = { first: begin + 8n, quarters: 8n };
    const attempt = (changes: object) =>
      market.send(reserve({ order: { ...state, ...changes }, driver: driver!.publicKey, at }), [driver!]);
    await expectError(attempt({ counterparty: twin }), 'wrong-offer');
    const hotspot = await market.createOffer(owner!, { use: 'bandwidth', devices: [3] });
    const sessionKey = session.publicKey.toBytes();
    const used = await market.createOrder(driver!, { use: 'bandwidth', sessionKey }, newId(), hotspot);
    await expectError(attempt({ address: used, counterparty: hotspot }), 'wrong-use');
    await expectError(attempt({ address: used }), 'wrong-offer');
    const totals = { units: 10n, cost: 110n };
    const voucher = settleBySession({ order: state, totals, session: session.publicKey });
    await expectError(market.send(voucher, [session]), 'wrong-use');
    await takeUsual();
    const finish = (changes: object) =>
      market.send(endReservation({ order: { ...state, ...changes }, driver: driver!.publicKey }), [driver!]);
    await expectError(finish({ counterparty: twin }), 'wrong-offer');
    const elsewhere = await TestMarket.create(market.chain);
    await expectError(finish({ market: elsewhere.address }), 'wrong-account');
    await passStart(0n);
    const unsigned = checkIn({ order: state, driver: driver!.publicKey });
    for (const key of unsigned.keys) key.isSigner = false;
    await expectError(market.send(unsigned), 'not-driver');
  });
});
