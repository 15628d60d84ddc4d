import { createHash } from 'node:crypto';

/** The root of a tree of that depth over these leaves, straight from the definition: to check the fast ones against. */
export function naiveRoot(leaves: readonly Uint8Array[], depth: number): Uint8Array {
  if (depth === 0) return leaves[0] ?? new Uint8Array(32);
  if (leaves.length === 0) return node(naiveRoot([], depth - 1), undefined);
  const half = 2 ** (depth - 1);
  return node(naiveRoot(leaves.slice(0, half), depth - 1), naiveRoot(leaves.slice(half), depth - 1));
}

function node(left: Uint8Array, right: Uint8Array = left): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest());
}
