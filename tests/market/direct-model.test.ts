import {
  CALENDAR_QUARTERS,
  cancelOrder,
  checkIn,
  endReservation,
  isMissed,
  isTaken,
  leftOf,
  type Offer,
  type Order,
  QUARTER_SECONDS,
  quarterOf,
  reserve,
  settleBySession,
} from '@commonwire/sdk/market';
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { marketChain, newId, TestMarket } from '../support/market';

const DAY = 86_400n;
const STEPS = 80;

/** One try: what, on which order, by whom, and how much. */
const step = fc.record({
  action: fc.constantFrom(
    'reserve',
    'reserve',
    'reserve',
    'arrive',
    'end',
    'end',
    'voucher',
    'wait',
    'close',
    'cancel',
  ),
  order: fc.nat(3),
  /** One of the people; null: who may. */
  by: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(3) }),
  ahead: fc.nat(12),
  length: fc.integer({ min: 1, max: 6 }),
});
type Drawn = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Step = Drawn & { by: number };

/** Who may use each order: its consumer, and for vouchers the session key. */
const RIGHT = [0, 1, 1, 3] as const;

describe('whatever drivers, owners, guests and strangers do with bays and vouchers', function () {
  this.timeout(120_000);
  let market: TestMarket;
  let people: Keypair[];
  let orders: PublicKey[];
  let [bay, hotspot]: PublicKey[] = [];

  beforeEach(async () => {
    market = await TestMarket.create(await marketChain());
    const owner = await market.wallet(0n);
    const [driver, other] = [await market.wallet(), await market.wallet()];
    const session = Keypair.generate();
    people = [driver, other, owner, session];
    const until = (await market.now()) + 40n * DAY;
    bay = await market.createOffer(owner, { use: 'parking', devices: [3], cancelFeeBps: 500, until });
    hotspot = await market.createOffer(owner, { use: 'bandwidth', devices: [4], until });
    const sessionKey = session.publicKey.toBytes();
    const ordering = { use: 'parking', until: until - DAY, budget: 20_000n } as const;
    orders = [
      await market.createOrder(driver, { ...ordering, sessionKey }, newId(), bay),
      await market.createOrder(other, ordering, newId(), bay),
      await market.createOrder(other, { ...ordering, until: (await market.now()) + DAY }, newId(), bay),
      await market.createOrder(driver, { ...ordering, use: 'bandwidth', sessionKey }, newId(), hotspot),
    ];
  });

  /** The order at an address; null once it is closed. */
  const orderAt = async (address: PublicKey): Promise<Order | null> =>
    (await market.chain.connection.getAccountInfo(address)) ? market.order(address) : null;
  const isDriver = ({ consumer, terms }: Order, by: PublicKey): boolean =>
    consumer.equals(by) || (terms.sessionKey !== null && by.toBuffer().equals(Buffer.from(terms.sessionKey)));

  /** Tries it. @returns whether the program let it through */
  async function attempt({ action, order: at, by, ahead, length }: Step, order: Order): Promise<boolean> {
    const key = people[by]!;
    const driver = key.publicKey;
    const now = await market.now();
    const instructions: Record<string, () => TransactionInstruction | Promise<TransactionInstruction>> = {
      reserve: () =>
        reserve({ order, driver, at: { first: quarterOf(now) + BigInt(ahead), quarters: BigInt(length) } }),
      arrive: () => checkIn({ order, driver }),
      end: () => endReservation({ order, driver }),
      voucher: () =>
        settleBySession({
          order,
          totals: { units: BigInt(ahead * 10), cost: BigInt(ahead * 10 * (9 + length)) },
          session: driver,
        }),
      cancel: () => cancelOrder({ address: orders[at]!, consumer: driver }),
      close: () => market.closing(orders[at]!, 'over'),
    };
    const built = await instructions[action]!();
    const signers = built.keys.some(({ pubkey, isSigner }) => isSigner && pubkey.equals(driver)) ? [key] : [];
    try {
      await market.send(built, signers);
      return true;
    } catch (error) {
      // Refused by the program, and by nothing else.
      expect(error).to.have.property('code').that.is.a('string');
      return false;
    }
  }

  /** Nobody did what is another's, and nobody took what isn't due. */
  async function requireRight({ action, by }: Step, before: Order, now: bigint): Promise<void> {
    const signer = people[by]!.publicKey;
    const { reservation } = before;
    if (action === 'reserve' || action === 'arrive' || action === 'voucher')
      expect(isDriver(before, signer), `${action} by another`).to.equal(true);
    if (action === 'voucher') expect(signer.toBytes()).to.deep.equal(before.terms.sessionKey);
    if (action === 'cancel') expect(signer.equals(before.consumer)).to.equal(true);
    if (action !== 'end') return;
    const end = (reservation!.first + reservation!.quarters) * QUARTER_SECONDS;
    const decided = reservation!.checkedInAt === 0n ? isMissed(reservation!, now) : now >= end;
    expect(decided || isDriver(before, signer), 'ended by another').to.equal(true);
  }

  /** All balances agree, and the calendar holds just what is reserved, each quarter-hour once. */
  async function requireSums(): Promise<void> {
    const state = await market.market();
    const open = (await Promise.all(orders.map(orderAt))).filter((order) => order !== null);
    const offers: Offer[] = [await market.offer(bay!), await market.offer(hotspot!)];
    const sum = (values: bigint[]) => values.reduce((all, value) => all + value, 0n);
    expect(state.escrow).to.equal(sum(open.map(leftOf)));
    expect(state.due).to.equal(sum(offers.map(({ due }) => due)));
    expect(await market.vault()).to.equal(state.escrow + state.pools + state.due + state.feesLeft);
    for (const { terms, settledAmount } of open) expect(settledAmount <= terms.budget).to.equal(true);
    const [{ calendar, promised }] = offers as [Offer];
    const reserved = open.flatMap(({ reservation }) => (reservation ? [reservation] : []));
    expect(promised).to.equal(15n * sum(reserved.map(({ quarters }) => quarters)));
    const held = reserved.flatMap(({ first, quarters }) =>
      Array.from({ length: Number(quarters) }, (_, at) => first + BigInt(at)),
    );
    expect(new Set(held).size, 'each quarter-hour once').to.equal(held.length);
    const { from } = calendar!;
    for (let quarter = from; quarter < from + CALENDAR_QUARTERS; quarter++)
      if (held.includes(quarter)) expect(isTaken(calendar!, quarter)).to.equal(true);
  }

  it('each does only what is theirs, no bay is booked twice, and the vault has what all have', async () => {
    const steps = fc.sample(step, { numRuns: STEPS, seed: 20_261_128 });
    let through = 0;
    await market.chain.passSeconds(Number(2n * QUARTER_SECONDS));
    for (const drawn of steps) {
      // A cancelled order takes part no longer: the others go on.
      const order = drawn.action === 'cancel' ? 2 : drawn.action === 'voucher' ? 3 : drawn.order;
      const tried = { ...drawn, order, by: drawn.by ?? RIGHT[order]! };
      if (tried.action === 'wait') await market.chain.passSeconds((tried.ahead + 1) * 450);
      else {
        const before = await orderAt(orders[tried.order]!);
        if (before && (await attempt(tried, before))) {
          through += 1;
          await requireRight(tried, before, await market.now());
        }
      }
      await requireSums();
    }
    expect(through, 'steps that were let through').to.be.greaterThan(10);
  });
});
