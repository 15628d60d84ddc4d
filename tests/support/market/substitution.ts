import {
  acceptMarketAuthority,
  admitMeter,
  areaAddress,
  cancelOffer,
  cancelOrder,
  checkIn,
  closeMeter,
  closeOffer,
  collectDue,
  createArea,
  createOffer,
  createOrder,
  EXPIRY_SECONDS,
  endReservation,
  fetchMeter,
  meterAddress,
  nextInterval,
  proposeMarketAuthority,
  quarterOf,
  removeMeter,
  reserve,
  setMarketFees,
  setOperator,
  settleBySession,
  type UsageTree,
  withdrawMarketFees,
} from '@commonwire/sdk/market';
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { send } from '../assets';
import { fund, type TestChain } from '../chain';
import type { Case } from '../substitution/case';
import { CELL, marketCreation, newId, TestMarket } from './test-market';

/** Of this meter time has passed since it was removed. */
const REMOVED = 7;
const OTHER_CELL = CELL + 1n;

/** A market at the moment at which every instruction of the program can succeed. */
export interface MarketStages {
  market: TestMarket;
  /** Proposed as authority. */
  heir: Keypair;
  payer: Keypair;
  seller: Keypair;
  buyer: Keypair;
  /** Settled, with something due. */
  sold: PublicKey;
  /** Over, and nothing was delivered. */
  unsold: PublicKey;
  /** Goes on for long. */
  offered: PublicKey;
  /** Used and settled. */
  bought: PublicKey;
  /** Used, over, and not settled. */
  used: PublicKey;
  /** Goes on for long. */
  ordered: PublicKey;
  /** Bandwidth for long, and two orders of it with the session key of both. */
  direct: { offer: PublicKey; orders: PublicKey[]; session: Keypair };
  tree: UsageTree;
  /** Two bays, and orders of the first: one without a reservation, one whose has just begun, and one whose is later. */
  bays: PublicKey[];
  free: PublicKey;
  arriving: PublicKey;
  reserved: PublicKey;
}

/** Two markets with nobody in common. Time passes for both at once. */
export async function setStages(chain: TestChain): Promise<[MarketStages, MarketStages]> {
  const both = [await begin(chain), await begin(chain)] as const;
  await chain.passSeconds(Number(EXPIRY_SECONDS) + 2 * 900);
  const traded = [await trade(both[0]), await trade(both[1])] as const;
  for (const { market, until } of traded) await market.passEnd(until);
  const used = [await use(traded[0]), await use(traded[1])] as const;
  const rented = [await rent(used[0]), await rent(used[1])] as const;
  const now = await used[0].market.now();
  await chain.passSeconds(Number(nextInterval(now) - now));
  const parked = [await park(rented[0]), await park(rented[1])] as const;
  await chain.passSeconds(900);
  return [...parked];
}

/** A market with meters, one of which is removed, and a second area. */
async function begin(chain: TestChain): Promise<TestMarket> {
  const market = await TestMarket.create(chain);
  const { operator, authority } = market;
  await market.admit(0, 1, REMOVED);
  await market.send(removeMeter({ area: market.area, operator: operator.publicKey, device: REMOVED }), [
    operator,
  ]);
  const by = { market: market.address, authority: authority.publicKey, operator: operator.publicKey };
  await market.send(createArea({ ...by, cell: OTHER_CELL, lossBps: 0, uses: ['energy'] }), [authority]);
  return market;
}

async function trade(market: TestMarket) {
  const [seller, buyer] = [await market.wallet(), await market.wallet()];
  const lasting = { until: (await market.now()) + 300n * 86_400n };
  const [sold, unsold] = [await market.createOffer(seller), await market.createOffer(seller)];
  const [bought, used] = [await market.createOrder(buyer), await market.createOrder(buyer)];
  const [offered, ordered] = [
    await market.createOffer(seller, lasting),
    await market.createOrder(buyer, lasting),
  ];
  const { terms } = await market.order(used);
  const direct = await sellDirectly(market, seller, buyer);
  return { market, seller, buyer, sold, unsold, offered, bought, used, ordered, direct, until: terms.until };
}

async function sellDirectly(market: TestMarket, seller: Keypair, buyer: Keypair) {
  const session = Keypair.generate();
  const use = { use: 'bandwidth', until: (await market.now()) + 300n * 86_400n } as const;
  const offer = await market.createOffer(seller, { ...use, devices: [3] });
  const ordering = { ...use, sessionKey: session.publicKey.toBytes() };
  const orders = [
    await market.createOrder(buyer, ordering, newId(), offer),
    await market.createOrder(buyer, ordering, newId(), offer),
  ];
  return { offer, orders, session };
}

async function use(traded: Awaited<ReturnType<typeof trade>>) {
  const { market, sold, bought, used } = traded;
  const [heir, payer] = [await fund(market.chain.connection, 10), await fund(market.chain.connection, 10)];
  const proposal = { market: market.address, caller: market.authority.publicKey, authority: heir.publicKey };
  await market.send(proposeMarketAuthority(proposal), [market.authority]);
  const tree = await market.epoch([
    market.leafOf(await market.offer(sold), 100n, 2_000n),
    market.leafOf(await market.order(bought), 100n, 2_000n),
    market.leafOf(await market.order(used), 50n, 1_000n),
  ]);
  for (const account of [bought, sold]) await market.settle(tree, account);
  return { ...traded, heir, payer, tree };
}

/** Bays from the next interval on. */
async function rent<S extends Awaited<ReturnType<typeof use>>>(used: S) {
  const { market, seller, buyer } = used;
  const lasting = { use: 'parking', until: (await market.now()) + 300n * 86_400n } as const;
  const [bay, other] = [
    await market.createOffer(seller, { ...lasting, devices: [4] }),
    await market.createOffer(seller, { ...lasting, devices: [5] }),
  ];
  const order = () => market.createOrder(buyer, lasting, newId(), bay);
  return {
    ...used,
    bays: [bay, other],
    free: await order(),
    arriving: await order(),
    reserved: await order(),
  };
}

async function park(rented: Awaited<ReturnType<typeof rent>>): Promise<MarketStages> {
  const { market, buyer, arriving, reserved } = rented;
  const current = quarterOf(await market.now());
  const take = async (address: PublicKey, first: bigint) => {
    const order = await market.order(address);
    await market.send(reserve({ order, driver: buyer.publicKey, at: { first, quarters: 2n } }), [buyer]);
  };
  await take(arriving, current + 1n);
  await take(reserved, current + 10n);
  return rented;
}

const one = (instruction: TransactionInstruction, ...signers: Keypair[]): Case => ({
  instructions: [instruction],
  signers,
});

/** One transaction for each instruction of the program, by the IDL's names. */
export async function makeCases(stages: MarketStages): Promise<Record<string, Case>> {
  const { market } = stages;
  const creation = await marketCreation(market.chain);
  // The vault is made before: the case is one instruction.
  const [vault, create] = creation.instructions;
  await send(market.chain, [vault!], [creation.creator]);
  return {
    create_market: one(create!, creation.creator),
    ...(await governing(stages)),
    ...(await trading(stages)),
    ...(await parking(stages)),
  };
}

async function governing({ market, heir, payer }: MarketStages): Promise<Record<string, Case>> {
  const { authority, operator, area } = market;
  const { fees } = await market.market();
  const at = { market: market.address, caller: authority.publicKey };
  const by = { market: market.address, authority: authority.publicKey, operator: heir.publicKey };
  const meters = { area, operator: operator.publicKey };
  const removed = meterAddress({ area, device: REMOVED });
  return {
    propose_authority: one(proposeMarketAuthority({ ...at, authority: heir.publicKey }), authority),
    accept_authority: one(acceptMarketAuthority({ ...at, caller: heir.publicKey }), heir),
    set_fees: one(setMarketFees({ ...at, fees }), authority),
    create_area: one(
      createArea({ ...by, payer: payer.publicKey, cell: CELL + 2n, lossBps: 0, uses: ['energy'] }),
      authority,
      payer,
    ),
    set_operator: one(setOperator({ ...by, area }), authority),
    admit_meter: {
      ...one(admitMeter({ ...meters, device: 9 }), operator),
      siblings: { area: areaAddress({ market: market.address, cell: OTHER_CELL }) },
    },
    remove_meter: {
      ...one(removeMeter({ ...meters, device: 0 }), operator),
      siblings: { meter: removed, area: areaAddress({ market: market.address, cell: OTHER_CELL }) },
    },
    close_meter: {
      ...one(closeMeter(await fetchMeter(market.chain.connection, removed))),
      siblings: { meter: meterAddress({ area, device: 0 }) },
    },
  };
}

async function trading(stages: MarketStages): Promise<Record<string, Case>> {
  const { market, seller, buyer, sold, unsold, offered, bought, used, ordered, direct, tree } = stages;
  const [state, area] = [await market.market(), areaAddress({ market: market.address, cell: OTHER_CELL })];
  const meter = meterAddress({ area: market.area, device: REMOVED });
  const offering = { market: market.address, owner: seller.publicKey, id: newId(), area: market.area };
  const ordering = { market: state, consumer: buyer.publicKey, id: newId(), area: market.area };
  const { leaf, ...proof } = tree.prove(used)!;
  const vault = market.tokensOf(buyer.publicKey);
  return {
    create_offer: {
      ...one(createOffer({ ...offering, terms: await market.offerTerms() }), seller),
      siblings: { area, meter, offer: offered },
    },
    cancel_offer: { ...one(cancelOffer(await market.offer(offered)), seller), siblings: { offer: sold } },
    collect: {
      ...one(collectDue({ market: state, offer: await market.offer(sold) })),
      siblings: { area, vault, offer: unsold, destination: vault },
    },
    close_offer: {
      ...one(closeOffer({ market: state, offer: await market.offer(unsold) }), seller),
      siblings: { offer: sold },
    },
    create_order: {
      ...one(createOrder({ ...ordering, terms: await market.orderTerms() }), buyer),
      siblings: { area, meter, order: ordered, source: market.tokensOf(seller.publicKey), vault },
    },
    cancel_order: { ...one(cancelOrder(await market.order(ordered)), buyer), siblings: { order: bought } },
    settle_use: {
      ...one(await market.settlement(tree, used)),
      siblings: { area, account: bought },
    },
    settle_voucher: {
      ...one(
        settleBySession({
          order: await market.order(direct.orders[0]!),
          totals: { units: 10n, cost: 200n },
          session: direct.session.publicKey,
        }),
        direct.session,
      ),
      siblings: { order: ordered, offer: offered },
    },
    close_order: {
      ...one(await market.closing(used, { leaf, proof })),
      siblings: { area, vault, order: bought, destination: market.tokensOf(seller.publicKey) },
    },
    withdraw_fees: { ...one(withdrawMarketFees(state)), siblings: { vault, recipient: vault } },
  };
}

async function parking({ market, buyer, bays, free, arriving, reserved, direct }: MarketStages) {
  const driver = buyer.publicKey;
  const first = quarterOf(await market.now()) + 20n;
  const at = { first, quarters: 2n };
  return {
    reserve: {
      ...one(reserve({ order: await market.order(free), driver, at }), buyer),
      siblings: { order: direct.orders[0]!, offer: bays[1]! },
    },
    check_in: {
      ...one(checkIn({ order: await market.order(arriving), driver }), buyer),
      siblings: { order: free },
    },
    end_reservation: {
      ...one(endReservation({ order: await market.order(reserved), driver }), buyer),
      siblings: { order: free, offer: bays[1]! },
    },
  };
}
