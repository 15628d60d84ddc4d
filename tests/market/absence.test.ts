import { type UsageAbsence, type UsageLeaf, UsageTree } from '@commonwire/sdk/market';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../support/chain';
import { LATE_WINDOW_SECONDS, marketChain, TestMarket } from '../support/market';

describe('closing an order as if it had used nothing', function () {
  this.timeout(120_000);
  let market: TestMarket;
  let buyer: Keypair;

  beforeEach(async () => {
    market = await TestMarket.create(await marketChain());
    buyer = await market.wallet();
    await market.admit(0);
  });

  it('is refused by an epoch that was cut before its late window was over', async () => {
    const order = await market.createOrder(buyer);
    const { until } = (await market.order(order)).terms;
    const left = Number(until - (await market.now())) + LATE_WINDOW_SECONDS;
    // Not to the second: a cluster's clock runs on by itself.
    await market.chain.passSeconds(left - 600);
    const early = await market.epoch([]);
    const absence = early.proveAbsent(order)!;
    await market.chain.passSeconds(600);
    await expectError(market.send(await market.closing(order, { absence })), 'still-open');
    const late = await market.epoch([]);
    await market.send(await market.closing(order, { absence: late.proveAbsent(order)! }));
  });

  it('is refused by leaves that are no neighbours, by edges that are none, or by another tree', async () => {
    const order = await market.createOrder(buyer);
    await market.passEnd((await market.order(order)).terms.until);
    const around = (count: number): UsageLeaf[] =>
      Array.from({ length: count }, () => ({
        side: 'order',
        account: Keypair.generate().publicKey,
        birth: 1n,
        counterparty: market.area,
        units: 1n,
        amount: 1n,
      }));
    const leaves = [...around(6), market.leafOf(await market.order(order), 10n, 200n)];
    const tree = await market.epoch(leaves);
    const without = new UsageTree(leaves.slice(0, -1));
    const own = tree.prove(order)!;
    const at = own.index;
    const attempts: Record<string, UsageAbsence> = { another: without.proveAbsent(order)! };
    const alone = (index: number, changes: Partial<UsageAbsence> = {}): UsageAbsence => {
      const leaf = tree.leaves[index]!;
      return { ...tree.prove(leaf.account)!, leaves: [leaf], ...changes };
    };
    const [before, after] = [tree.leaves[at - 1], tree.leaves[at + 1]];
    if (before) {
      attempts['before, said to be the last'] = alone(at - 1, { count: at });
      attempts['before, said to be the last of one more'] = alone(at - 1, { index: 6 });
    }
    if (after) {
      attempts['after, said to be the first'] = alone(at + 1, { index: 0 });
      attempts['after alone'] = alone(at + 1);
    }
    if (before && after) {
      const nodes = tree.prove(before.account)!.nodes;
      for (const index of [at - 1, at, 0])
        for (const given of [nodes, nodes.slice(1), own.nodes, own.nodes.slice(1)])
          attempts[`around it at ${index} by ${given.length}`] = {
            ...{ index, count: 7, nodes: given },
            leaves: [before, after],
          };
    }
    attempts.nothing = { index: 0, count: 0, nodes: [], leaves: [] };
    attempts['nothing of seven'] = { index: 0, count: 7, nodes: [], leaves: [] };
    for (const [what, absence] of Object.entries(attempts)) {
      const refused = await market.send(await market.closing(order, { absence })).then(
        () => 'closed',
        (error: { code?: string }) => error.code,
      );
      expect(['wrong-proof', 'not-absent'], what).to.include(refused);
    }
    expect((await market.market()).orders).to.equal(1n);
  });
});
