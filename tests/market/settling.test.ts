import {
  cancelOffer,
  cancelOrder,
  closeOffer,
  EXPIRY_SECONDS,
  settleUse,
  type UsageLeaf,
  UsageTree,
  withdrawMarketFees,
} from '@commonwire/sdk/market';
import { pause } from '@commonwire/sdk/network';
import { type Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE } from '../support/chain';
import { marketChain, TestMarket } from '../support/market';

describe('settling what a market sold', function () {
  this.timeout(120_000);
  let market: TestMarket;
  let [seller, buyer]: Keypair[] = [];
  let [offer, order]: PublicKey[] = [];

  beforeEach(async () => {
    market = await TestMarket.create(await marketChain());
    [seller, buyer] = [await market.wallet(0n), await market.wallet()];
    await market.admit(0, 1);
    offer = await market.createOffer(seller!);
    order = await market.createOrder(buyer!);
  });

  /** An epoch in which the order used and the offer delivered so much. */
  const traded = async (units: bigint, amount: bigint, delivered = amount) =>
    market.epoch([
      market.leafOf(await market.order(order!), units, amount),
      market.leafOf(await market.offer(offer!), units, delivered),
    ]);
  /** The vault is what all balances are together. */
  const requireBalanced = async () => {
    const { escrow, pools, due, feesLeft } = await market.market();
    expect(await market.vault()).to.equal(escrow + pools + due + feesLeft);
    const [area, sold, bought] = [
      await market.areaState(),
      await market.offer(offer!),
      await market.order(order!),
    ];
    expect([pools, due, escrow]).to.deep.equal([
      area.pool,
      sold.due,
      bought.terms.budget - bought.settledAmount,
    ]);
  };

  it('an order pays the pool, and the offer is paid from it, less the fee', async () => {
    const tree = await traded(100n, 2_000n);
    await market.settle(tree, order!);
    await requireBalanced();
    expect((await market.areaState()).pool).to.equal(2_000n);
    await market.settle(tree, offer!);
    await requireBalanced();
    await market.collect(offer!);
    expect(await market.balance(market.tokensOf(seller!.publicKey))).to.equal(1_960n);
    await requireBalanced();
    await market.send(withdrawMarketFees(await market.market()));
    expect(await market.balance(market.recipient)).to.equal(40n);
    await requireBalanced();
  });

  it('an offer is owed what its pool has not got, until orders have paid', async () => {
    const tree = await traded(100n, 2_000n);
    await market.settle(tree, offer!);
    expect((await market.offer(offer!)).due).to.equal(0n);
    await expectError(market.collect(offer!), 'nothing-due');
    await market.settle(tree, order!);
    await market.collect(offer!);
    expect(await market.balance(market.tokensOf(seller!.publicKey))).to.equal(1_960n);
    await requireBalanced();
  });

  it('leaves add up: each pays what is new, and again nothing', async () => {
    const first = await traded(100n, 2_000n);
    await market.settle(first, order!);
    await expectError(market.settle(first, order!), 'nothing-to-settle');
    await market.settle(first, offer!);
    await expectError(market.settle(first, offer!), 'nothing-to-settle');
    const second = await traded(150n, 3_001n);
    await expectError(market.settle(first, order!), 'wrong-proof');
    await market.settle(second, order!);
    await market.settle(second, offer!);
    const state = await market.offer(offer!);
    expect([state.paid, state.due]).to.deep.equal([3_001n, 3_001n - 60n]);
    await requireBalanced();
    const third = await traded(149n, 3_001n);
    await expectError(market.settle(third, order!), 'leaf-behind');
    await requireBalanced();
  });

  it('a corrective epoch takes back what an offer is owed, but nothing that was paid', async () => {
    const wrong = await traded(100n, 2_000n, 9_000n);
    await market.settle(wrong, offer!);
    const right = await traded(50n, 1_000n);
    // The offer's own owner would rather not: anybody settles it.
    await market.settle(right, offer!);
    await market.settle(right, order!);
    await market.collect(offer!);
    expect(await market.balance(market.tokensOf(seller!.publicKey))).to.equal(980n);
    const less = await traded(40n, 900n);
    await market.settle(less, offer!);
    await requireBalanced();
    await market.settle(await traded(60n, 1_200n), offer!);
    const { paid, due, settledAmount } = await market.offer(offer!);
    expect([paid, due, settledAmount]).to.deep.equal([1_000n, 0n, 1_200n]);
    await requireBalanced();
  });

  it('an order whose leaf a corrective epoch has lowered closes with what was paid', async () => {
    const { terms } = await market.order(order!);
    await market.settle(await traded(100n, 2_000n), order!);
    await market.passEnd(terms.until);
    const lower = await traded(90n, 1_800n);
    await expectError(market.settle(lower, order!), 'leaf-behind');
    const proof = lower.prove(order!)!;
    await market.send(await market.closing(order!, { leaf: proof.leaf, proof }));
    expect(await market.balance(market.tokensOf(buyer!.publicKey))).to.equal(998_000n);
    expect((await market.areaState()).pool).to.equal(2_000n);
  });

  it('keeps to every limit of order and offer, whatever the committee signs', async () => {
    const refuse = async (units: bigint, amount: bigint, account: PublicKey, code: string) =>
      expectError(market.settle(await traded(units, amount), account), code);
    await refuse(10_000n, 100_001n, order!, 'above-budget');
    await refuse(10n, 301n, order!, 'above-price');
    await refuse(2n ** 63n, 2n ** 64n - 1n, offer!, 'above-capacity');
    // The fee of 2 % lets 10 become 11.
    await refuse(10n, 109n, offer!, 'below-ask');
    await requireBalanced();
    await market.settle(await traded(10n, 300n, 110n), order!);
    await requireBalanced();
  });

  it('believes no leaf but that of the account, its birth and its place', async () => {
    const state = await market.order(order!);
    const leaf = market.leafOf(state, 10n, 100n);
    const other = market.leafOf(await market.offer(offer!), 10n, 110n);
    const tree = await market.epoch([leaf, other]);
    const { leaf: _, ...proof } = tree.prove(order!)!;
    const of = { address: market.address, network: market.network.address };
    const attempt = (changes: Partial<UsageLeaf>, place: Partial<typeof proof> = {}) =>
      market.send(settleUse({ market: of, leaf: { ...leaf, ...changes }, proof: { ...proof, ...place } }));
    await expectError(attempt({ amount: 101n }), 'wrong-proof');
    await expectError(attempt({ units: 11n }), 'wrong-proof');
    await expectError(attempt({ account: offer! }), 'wrong-proof');
    await expectError(attempt({}, { index: 1 - proof.index }), 'wrong-proof');
    await expectError(attempt({}, { count: 3 }), 'wrong-proof');
    await expectError(attempt({}, { nodes: [] }), 'wrong-proof');
    await expectError(attempt({}, { nodes: [...proof.nodes, new Uint8Array(32)] }), 'wrong-proof');
    await expectError(attempt({}, { nodes: [proof.nodes[0]!.subarray(1)] }), 'wrong-proof');
    const reborn = await market.epoch([{ ...leaf, birth: state.birth + 1n }]);
    await expectError(market.settle(reborn, order!), 'wrong-proof');
    const asOffer = await market.epoch([{ ...leaf, side: 'offer' }]);
    await expectError(market.settle(asOffer, order!), 'wrong-proof');
    const elsewhere = await market.epoch([{ ...leaf, counterparty: market.address }]);
    await expectError(
      market.send(settleUse({ market: of, leaf, proof: elsewhere.prove(order!)! })),
      'wrong-proof',
    );
  });

  it('settles and closes nothing while the network is paused', async () => {
    const tree = await traded(100n, 2_000n);
    const { authority, address } = market.network;
    await market.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    await expectError(market.settle(tree, order!), 'paused');
    const proof = tree.prove(order!)!;
    const closing = await market.closing(order!, { leaf: proof.leaf, proof });
    await expectError(market.send(closing), 'paused');
  });

  it('an order closes with its last leaf, and the rest comes back', async () => {
    const { terms } = await market.order(order!);
    const early = await traded(10n, 100n);
    const proof = early.prove(order!)!;
    await expectError(market.send(await market.closing(order!, { leaf: proof.leaf, proof })), 'still-open');
    await market.passEnd(terms.until);
    const tree = await traded(100n, 2_000n);
    const last = tree.prove(order!)!;
    await market.send(await market.closing(order!, { leaf: last.leaf, proof: last }));
    expect(await market.balance(market.tokensOf(buyer!.publicKey))).to.equal(998_000n);
    const { escrow, pools, orders } = await market.market();
    expect([escrow, pools, orders]).to.deep.equal([0n, 2_000n, 0n]);
    await market.settle(tree, offer!);
    await market.collect(offer!);
    await market.send(closeOffer({ market: await market.market(), offer: await market.offer(offer!) }), [
      seller!,
    ]);
    expect((await market.market()).offers).to.equal(0n);
  });

  it('an order without a leaf closes by neighbours that show it', async () => {
    const { terms, address } = await market.order(order!);
    await market.passEnd(terms.until);
    const own = BigInt(`0x${Buffer.from(address.toBytes()).toString('hex')}`);
    const others = [-2n, -1n, 1n, 2n, 3n].map((away): UsageLeaf => {
      const bytes = Buffer.from((own + away).toString(16).padStart(64, '0'), 'hex');
      const account = new PublicKey(bytes);
      return { side: 'order', account, birth: 1n, counterparty: market.area, units: 1n, amount: 1n };
    });
    const tree = await market.epoch(others);
    const absence = tree.proveAbsent(address)!;
    const far = new UsageTree(others.slice(0, 4)).proveAbsent(address)!;
    await expectError(market.send(await market.closing(order!, { absence: far })), 'wrong-proof');
    const last = tree.leaves.at(-1)!;
    const beside = { ...tree.prove(last.account)!, leaves: [last] };
    await expectError(market.send(await market.closing(order!, { absence: beside })), 'not-absent');
    await market.send(await market.closing(order!, { absence }));
    expect(await market.balance(market.tokensOf(buyer!.publicKey))).to.equal(1_000_000n);
  });

  it('an order that has a leaf can’t be closed as if it had none', async () => {
    const { terms, address } = await market.order(order!);
    await market.passEnd(terms.until);
    const tree = await traded(100n, 2_000n);
    const own = tree.prove(address)!;
    const attempts = [
      { leaves: [own.leaf], index: own.index, count: own.count, nodes: own.nodes },
      { leaves: [], index: 0, count: 0, nodes: [] },
    ];
    for (const absence of attempts) {
      const code = absence.leaves.length > 0 ? 'not-absent' : 'wrong-proof';
      await expectError(market.send(await market.closing(order!, { absence })), code);
    }
  });

  it('an order closes 30 days after its end whatever happens', async () => {
    const { terms } = await market.order(order!);
    await market.chain.passSeconds(Number(terms.until + EXPIRY_SECONDS - (await market.now())) - 60);
    await expectError(market.send(await market.closing(order!, 'over')), 'still-open');
    await market.chain.passSeconds(60);
    await market.send(await market.closing(order!, 'over'));
    expect(await market.balance(market.tokensOf(buyer!.publicKey))).to.equal(1_000_000n);
  });

  it('an order that is cancelled before it begins closes at once', async () => {
    const state = await market.order(order!);
    await expectError(market.send(await market.closing(order!, 'over')), 'still-open');
    await market.send(cancelOrder(state), [buyer!]);
    await expectError(market.send(cancelOrder(state), [buyer!]), 'already-over');
    await market.send(await market.closing(order!, 'over'));
    expect(await market.balance(market.tokensOf(buyer!.publicKey))).to.equal(1_000_000n);
  });

  it('only its owner cancels or closes an offer, and not while it is owed something', async () => {
    const state = await market.offer(offer!);
    const stranger = await market.wallet();
    await expectError(
      market.send(cancelOffer({ ...state, owner: stranger.publicKey }), [stranger]),
      'not-owner',
    );
    const unsigned = cancelOffer(state);
    unsigned.keys[0]!.isSigner = false;
    await expectError(market.send(unsigned), MISSING_SIGNATURE);
    await market.passEnd(state.terms.until);
    const tree = await traded(100n, 2_000n);
    await market.settle(tree, offer!);
    const closing = async () =>
      market.send(closeOffer({ market: await market.market(), offer: await market.offer(offer!) }), [
        seller!,
      ]);
    await expectError(closing(), 'still-owed');
    await market.settle(tree, order!);
    await expectError(closing(), 'still-owed');
    await market.collect(offer!);
    await closing();
  });
});
