import { createHash } from 'node:crypto';

/** The root of a registry of that depth over these leaves, straight from the definition: to check the fast ones against. */
export function naiveRoot(leaves: readonly Uint8Array[], depth: number): Uint8Array {
  if (depth === 0) return leaves[0] ?? new Uint8Array(32);
  if (leaves.length === 0) return node(naiveRoot([], depth - 1), undefined);
  const half = 2 ** (depth - 1);
  return node(naiveRoot(leaves.slice(0, half), depth - 1), naiveRoot(leaves.slice(half), depth - 1));
}

function node(left: Uint8Array, right: Uint8Array = left): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest());
}

/** The root's node of a ledger of that depth over the nodes of these leaves, straight from the definition. */
export function naiveLedgerRoot(leaves: readonly Uint8Array[], depth: number): Uint8Array {
  if (depth === 0) return leaves[0] ?? new Uint8Array(40);
  const half = 2 ** (depth - 1);
  const left = Buffer.from(naiveLedgerRoot(leaves.slice(0, half), depth - 1));
  const right = Buffer.from(naiveLedgerRoot(leaves.slice(half), depth - 1));
  const parent = Buffer.alloc(40);
  parent.writeBigUInt64LE(left.readBigUInt64LE() + right.readBigUInt64LE());
  createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest().copy(parent, 8);
  return new Uint8Array(parent);
}
