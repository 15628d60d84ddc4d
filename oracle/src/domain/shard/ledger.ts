/** The ledger above the shards: each is a subtree of the same depth. */
import { concat } from '@commonwire/sdk/core';
import {
  HOLE,
  hashOf,
  holeOfDepth,
  type LedgerTree,
  nodeOf,
  parentNode,
  sumOf,
} from '@commonwire/sdk/network';

/** The node that a shard's leaves have in the ledger; of the only shard it is the root. */
export function subtreeNode(
  tree: LedgerTree,
  { deviceCount, bits }: { readonly deviceCount: number; readonly bits: number },
): Uint8Array {
  let node = nodeOf(tree.earnedTotal, tree.root);
  if (deviceCount <= 2 ** bits) return node;
  for (let depth = tree.depth; depth < bits; depth++) node = parentNode(node, holeOfDepth(depth));
  return node;
}

/** The root of a ledger: its hash, what all devices have earned, and what it hashes (see `LedgerTree.opening`). */
export interface LedgerRoot {
  readonly root: Uint8Array;
  readonly earnedTotal: bigint;
  readonly opening: Uint8Array;
}

/**
 * Combines the nodes of all shards, in order.
 * @param opening what the root hashes if there is one shard @throws MerkleError `sum-overflow`
 */
export function ledgerRoot(shards: readonly Uint8Array[], bits: number, opening: Uint8Array): LedgerRoot {
  let row = shards;
  let hashed = opening;
  for (let depth = bits; row.length > 1; depth++) {
    const below = row;
    const right = (i: number): Uint8Array => below[i + 1] ?? holeOfDepth(depth);
    if (below.length === 2) hashed = concat(below[0]!, below[1]!);
    row = below.flatMap((node, i) => (i % 2 === 0 ? [parentNode(node, right(i))] : []));
  }
  const top = row[0] ?? HOLE;
  return { root: hashOf(top), earnedTotal: sumOf(top), opening: hashed };
}
