import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { concat, equal, sha256, u32 } from '../src/core';
import { type UsageLeaf, UsageTree, usageLeafHash, verifyAbsence, verifyUsage } from '../src/market';
import { ledgerDepth } from '../src/network';
import { naiveRoot } from './naive-tree';

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new PublicKey(bytes));
const leaf: fc.Arbitrary<UsageLeaf> = fc.record({
  side: fc.constantFrom('order', 'offer'),
  account: key,
  birth: u64,
  counterparty: key,
  units: u64,
  amount: u64,
});
const leaves = fc.uniqueArray(leaf, { maxLength: 20, selector: ({ account }) => account.toBase58() });

describe('the usage tree', () => {
  it('has the root that its definition gives, whatever the order of the leaves', () => {
    fc.assert(
      fc.property(leaves, (given) => {
        const tree = new UsageTree(given);
        const sorted = [...given].sort((a, b) => a.account.toBuffer().compare(b.account.toBuffer()));
        const top = naiveRoot(sorted.map(usageLeafHash), ledgerDepth(given.length));
        expect(equal(tree.root, sha256(concat(Uint8Array.of(2), u32(given.length), top)))).to.equal(true);
      }),
    );
  });

  it('proves every leaf as it is, and none otherwise', () => {
    fc.assert(
      fc.property(leaves, u64, (given, amount) => {
        const tree = new UsageTree(given);
        for (const { account } of given) {
          const { leaf: own, ...proof } = tree.prove(account)!;
          expect(verifyUsage(tree.root, own, proof)).to.equal(true);
          if (amount !== own.amount)
            expect(verifyUsage(tree.root, { ...own, amount }, proof)).to.equal(false);
          expect(verifyUsage(tree.root, own, { ...proof, count: proof.count + 1 })).to.equal(false);
          expect(tree.proveAbsent(account)).to.equal(undefined);
        }
      }),
    );
  });

  it('shows neighbours around an account without a leaf', () => {
    fc.assert(
      fc.property(leaves, key, (given, absent) => {
        const tree = new UsageTree(given);
        fc.pre(tree.prove(absent) === undefined);
        const { leaves: shown, index, count } = tree.proveAbsent(absent)!;
        expect(shown).to.deep.equal(tree.leaves.slice(index, index + shown.length));
        const side = (of: UsageLeaf) => Math.sign(of.account.toBuffer().compare(absent.toBuffer()));
        const expected =
          shown.length === 2 ? [-1, 1] : count === 0 ? [] : [index === 0 && side(shown[0]!) > 0 ? 1 : -1];
        expect(shown.map(side)).to.deep.equal(expected);
        if (shown.length === 1) expect([0, count - 1]).to.include(index);
        const absence = tree.proveAbsent(absent)!;
        expect(verifyAbsence(tree.root, absent, absence)).to.equal(true);
        for (const { account } of shown) expect(verifyAbsence(tree.root, account, absence)).to.equal(false);
        expect(verifyAbsence(sha256(tree.root), absent, absence)).to.equal(false);
        if (count === 0) return;
        const { nodes } = absence;
        for (const changed of [
          { leaves: shown.slice(1) },
          { leaves: [...shown, ...shown] },
          { leaves: shown.map((leaf) => ({ ...leaf, units: leaf.units ^ 1n })) },
          { index: index + 1 },
          { count: count + 1 },
          { nodes: [...nodes, tree.root] },
          ...(nodes.length > 0 ? [{ nodes: nodes.slice(1) }] : []),
        ])
          expect(verifyAbsence(tree.root, absent, { ...absence, ...changed })).to.equal(false);
      }),
    );
  });

  it('refuses two leaves of one account', () => {
    const [one] = fc.sample(leaf, 1);
    expect(() => new UsageTree([one!, { ...one!, amount: 1n }])).to.throw(RangeError, 'two leaves');
  });
});
