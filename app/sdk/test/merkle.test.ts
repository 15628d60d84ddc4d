import { expect } from 'chai';
import fc from 'fast-check';
import { sha256, toHex, u32 } from '../src/core';
import {
  HOLE,
  hashOf,
  LedgerTree,
  ledgerDepth,
  ledgerLeaves,
  ledgerNode,
  MAX_DEVICES,
  MerkleError,
  nodeOf,
  parentNode,
  RegistryTree,
  type Run,
  runRoot,
  sumOf,
  verifyRun,
} from '../src/network';
import { naiveLedgerRoot, naiveRoot } from './naive-tree';

const entries = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ owner: sha256(u32(i)), earned: BigInt(i) ** 3n }));
const treeOf = (count: number) => LedgerTree.fromLeaves(ledgerLeaves(entries(count)));
const topOf = (tree: LedgerTree) => toHex(nodeOf(tree.earnedTotal, tree.root));
const leavesOf = (tree: LedgerTree, first: number, count: number) =>
  Array.from({ length: count }, (_, i) => tree.leaf(first + i));

/** A ledger of up to 200 devices and a run in it. */
const runs = fc
  .integer({ min: 1, max: 200 })
  .chain((deviceCount) => fc.tuple(fc.constant(deviceCount), fc.nat(deviceCount - 1)))
  .chain(([deviceCount, first]) =>
    fc.record({
      deviceCount: fc.constant(deviceCount),
      first: fc.constant(first),
      count: fc.integer({ min: 1, max: deviceCount - first }),
    }),
  );

function proven({ deviceCount, first, count }: { deviceCount: number; first: number; count: number }) {
  const tree = treeOf(deviceCount);
  const run: Run = {
    deviceCount,
    first,
    leaves: leavesOf(tree, first, count),
    proof: tree.proveRun(first, count),
  };
  return { tree, run };
}

const flip = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
const flipIn = (hashes: readonly Uint8Array[], bit: number) => {
  const chosen = Math.floor(bit / 320) % hashes.length;
  return hashes.map((hash, i) => (i === chosen ? flip(hash, bit % 320) : hash));
};

describe('ledger tree', () => {
  it('has the root of the definition, whatever its size', () => {
    for (let count = 0; count <= 70; count++) {
      const leaves = entries(count).map((entry, index) => ledgerNode({ index, ...entry }));
      expect(topOf(treeOf(count))).to.equal(toHex(naiveLedgerRoot(leaves, ledgerDepth(count))));
      expect(topOf(LedgerTree.fromLeaves(leaves))).to.equal(topOf(treeOf(count)));
    }
  });

  it('has the least depth that holds its devices', () => {
    const depths = [0, 1, 2, 3, 4, 5, 8, 9, 2 ** 20, 2 ** 20 + 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1];
    expect(depths.map(ledgerDepth)).to.deep.equal([0, 0, 1, 2, 2, 3, 3, 4, 20, 21, 31, 32, 32]);
  });

  it('proves any contiguous run', () => {
    fc.assert(
      fc.property(runs, (choice) => {
        const { tree, run } = proven(choice);
        expect(toHex(runRoot(run))).to.equal(toHex(nodeOf(tree.earnedTotal, tree.root)));
        expect(run.proof.length).to.be.at.most(2 * tree.depth);
      }),
    );
  });

  it('refuses a run with any bit altered', () => {
    fc.assert(
      fc.property(runs, fc.nat(200 * 320), (choice, bit) => {
        const { tree, run } = proven(choice);
        expect(verifyRun(tree, { ...run, leaves: flipIn(run.leaves, bit) })).to.equal(false);
        if (run.proof.length === 0) return;
        expect(verifyRun(tree, { ...run, proof: flipIn(run.proof, bit) })).to.equal(false);
      }),
    );
  });

  it('refuses a run at another index, of another length or with another amount', () => {
    fc.assert(
      fc.property(runs, fc.nat(220), fc.bigInt({ min: 1n, max: 2n ** 60n }), (choice, other, more) => {
        const { tree, run } = proven(choice);
        if (other !== run.first) expect(verifyRun(tree, { ...run, first: other })).to.equal(false);
        const shorter = run.leaves.slice(0, -1);
        expect(verifyRun(tree, { ...run, leaves: shorter })).to.equal(false);
        expect(verifyRun(tree, { ...run, leaves: [...run.leaves, HOLE] })).to.equal(false);
        const entry = entries(run.first + 1)[run.first] as ReturnType<typeof entries>[number];
        const raised = ledgerNode({ index: run.first, ...entry, earned: entry.earned + more });
        expect(verifyRun(tree, { ...run, leaves: [raised, ...run.leaves.slice(1)] })).to.equal(false);
      }),
    );
  });

  it('binds the sum of what all devices have earned', () => {
    fc.assert(
      fc.property(runs, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (choice, claimed) => {
        const { tree, run } = proven(choice);
        expect(tree.earnedTotal).to.equal(
          entries(choice.deviceCount).reduce((sum, { earned }) => sum + earned, 0n),
        );
        expect(verifyRun({ root: tree.root, earnedTotal: claimed }, run)).to.equal(
          claimed === tree.earnedTotal,
        );
        const [sibling, ...others] = run.proof;
        if (!sibling || sumOf(sibling) === claimed) return;
        const proof = [nodeOf(claimed, hashOf(sibling)), ...others];
        expect(verifyRun(tree, { ...run, proof })).to.equal(false);
      }),
    );
  });

  it('refuses a sum beyond u64', () => {
    const most = { owner: sha256(u32(1)), earned: 2n ** 64n - 1n };
    expect(LedgerTree.fromLeaves(ledgerLeaves([most])).earnedTotal).to.equal(most.earned);
    const two = ledgerLeaves([most, { ...most, earned: 1n }]);
    expect(codeOf(() => LedgerTree.fromLeaves(two))).to.equal('sum-overflow');
    const carried = ledgerLeaves([most, { ...most, earned: 0n }]);
    expect(LedgerTree.fromLeaves(carried).earnedTotal).to.equal(most.earned);
    const low = [0xffff_ffffn, 1n].map((earned) => ({ ...most, earned }));
    expect(LedgerTree.fromLeaves(ledgerLeaves(low)).earnedTotal).to.equal(2n ** 32n);
  });

  it('opens its root to the two children, one owner, or nothing', () => {
    expect(treeOf(0).opening(undefined)).to.deep.equal(new Uint8Array());
    const [{ owner }] = entries(1) as [ReturnType<typeof entries>[number]];
    expect(treeOf(1).opening(owner)).to.deep.equal(owner);
    for (const count of [2, 3, 7, 8, 70]) {
      const tree = treeOf(count);
      const opening = tree.opening(owner);
      const top = parentNode(opening.slice(0, 40), opening.slice(40));
      expect(toHex(top)).to.equal(topOf(tree));
    }
  });

  it('refuses a proof of another length', () => {
    fc.assert(
      fc.property(runs, fc.uint8Array({ minLength: 32, maxLength: 32 }), (choice, sibling) => {
        const { run } = proven(choice);
        expect(codeOf(() => runRoot({ ...run, proof: [...run.proof, nodeOf(0n, sibling)] }))).to.equal(
          'proof-too-long',
        );
        if (run.proof.length === 0) return;
        expect(codeOf(() => runRoot({ ...run, proof: run.proof.slice(1) }))).to.equal('proof-too-short');
      }),
    );
  });

  it('refuses runs that are empty, beyond the devices or not whole numbers', () => {
    const tree = treeOf(5);
    expect(codeOf(() => tree.proveRun(0, 0))).to.equal('empty-run');
    for (const [first, count] of [
      [4, 2],
      [5, 1],
      [-1, 1],
      [0.5, 1],
      [Number.NaN, 1],
    ] as const) {
      expect(codeOf(() => tree.proveRun(first, count))).to.equal('run-out-of-range');
    }
    expect(codeOf(() => treeOf(0).proveRun(0, 1))).to.equal('run-out-of-range');
  });

  it('refuses nodes that are not 40 bytes', () => {
    const { run } = proven({ deviceCount: 5, first: 1, count: 2 });
    const short = new Uint8Array(32);
    expect(codeOf(() => LedgerTree.fromLeaves([short]))).to.equal('wrong-node-length');
    expect(codeOf(() => LedgerTree.fromLeaves(short))).to.equal('wrong-node-length');
    expect(codeOf(() => runRoot({ ...run, leaves: [short] }))).to.equal('wrong-node-length');
    expect(codeOf(() => runRoot({ ...run, proof: [short] }))).to.equal('wrong-node-length');
  });

  it('hands out copies: changing them changes no tree', () => {
    const tree = LedgerTree.fromLeaves(Buffer.from(ledgerLeaves(entries(3))));
    const before = toHex(tree.root);
    for (const hash of [tree.root, tree.leaf(0), ...tree.proveRun(0, 1)]) hash.fill(0);
    expect(toHex(tree.root)).to.equal(before);
    expect(
      verifyRun(tree, { deviceCount: 3, first: 0, leaves: [tree.leaf(0)], proof: tree.proveRun(0, 1) }),
    ).to.equal(true);
  });
});

describe('registry tree', () => {
  it('has the root of a full tree after every append', () => {
    const leaves: Uint8Array[] = [];
    const tree = new RegistryTree();
    for (let count = 0; count < 40; count++) {
      expect(toHex(tree.root())).to.equal(toHex(naiveRoot(leaves, 24)));
      leaves.push(sha256(u32(count)));
      tree.append(leaves[count] as Uint8Array);
      expect(tree.count).to.equal(count + 1);
    }
  });

  it('goes on from the count and frontier of an account', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (before, after) => {
        const whole = new RegistryTree();
        for (let i = 0; i < before; i++) whole.append(sha256(u32(i)));
        const resumed = new RegistryTree(whole.count, whole.frontier);
        for (let i = before; i < before + after; i++)
          for (const tree of [whole, resumed]) tree.append(sha256(u32(i)));
        expect(toHex(resumed.root())).to.equal(toHex(whole.root()));
        expect(resumed.frontier).to.deep.equal(whole.frontier);
      }),
    );
  });

  it('refuses a device beyond its places and counts beyond them', () => {
    const full = new RegistryTree(MAX_DEVICES);
    expect(codeOf(() => full.append(sha256()))).to.equal('tree-full');
    expect(codeOf(() => new RegistryTree(MAX_DEVICES + 1))).to.equal('tree-full');
    expect(codeOf(() => new RegistryTree(0, []))).to.equal('wrong-hash-length');
    expect(codeOf(() => new RegistryTree().append(new Uint8Array(33)))).to.equal('wrong-hash-length');
  });
});

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof MerkleError) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
}
