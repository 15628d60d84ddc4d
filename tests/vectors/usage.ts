import { type UsageLeaf, UsageTree, usageLeafHash } from '@commonwire/sdk/market';
import { PublicKey } from '@solana/web3.js';
import { derived, derivedU64 } from './seeds';

/** Leaf `i` of every usage tree in the vectors, before they are sorted. */
export const usageLeaf = (i: number): UsageLeaf => ({
  side: i % 2 === 0 ? 'order' : 'offer',
  account: new PublicKey(derived(`account ${i}`)),
  birth: BigInt(i + 1),
  counterparty: new PublicKey(derived(`area ${i}`)),
  units: derivedU64(`units ${i}`) >> 24n,
  amount: derivedU64(`amount ${i}`) >> 24n,
});

export const usageTree = (count: number): UsageTree =>
  new UsageTree(Array.from({ length: count }, (_, i) => usageLeaf(i)));

/** Counts of the leaves, and accounts of leaves that aren't among them: `account 100` and so on. */
const COUNTS = [0, 1, 2, 3, 5, 8, 13];
const ABSENT = [100, 101, 102, 103, 104, 105];

export const usageVectors = () => ({
  leaves: [0, 1].map((i) => {
    const leaf = usageLeaf(i);
    return {
      index: i,
      ...leaf,
      account: leaf.account.toBytes(),
      counterparty: leaf.counterparty.toBytes(),
      leaf: usageLeafHash(leaf),
    };
  }),
  trees: COUNTS.map((count) => {
    const tree = usageTree(count);
    return {
      count,
      root: tree.root,
      proofs: tree.leaves.map(({ account }) => ({ nodes: tree.prove(account)!.nodes })),
      absences: ABSENT.map((i) => {
        const { index, leaves, nodes } = tree.proveAbsent(new PublicKey(derived(`account ${i}`)))!;
        return { absent: i, index, width: leaves.length, nodes };
      }),
    };
  }),
});
