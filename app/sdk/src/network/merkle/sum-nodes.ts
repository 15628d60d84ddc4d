import { ofLength, u64 } from '../../core/bytes';
import { HASH_BYTES, sha256Into } from '../../core/hash';
import { MerkleError } from './errors';
import { EMPTY_LEAF, NODE_PREFIX } from './nodes';

/**
 * A node of the ledger, 40 bytes: `sum u64 | hash 32`. The sum is what the leaves below have earned together. It comes
 * first, as it does in the preimage of the parent.
 */
export const NODE_BYTES = 8 + HASH_BYTES;

/** The node of a place that no device holds. */
export const HOLE: Uint8Array = new Uint8Array(NODE_BYTES);

/** A node of this sum and hash. @throws FormatError `out-of-range`, `wrong-length` */
export function nodeOf(sum: bigint, hash: Uint8Array): Uint8Array {
  const node = new Uint8Array(NODE_BYTES);
  node.set(u64(sum));
  node.set(ofLength(HASH_BYTES, hash, 'a hash'), 8);
  return node;
}

/** The sum of a node, base units. */
export const sumOf = (node: Uint8Array): bigint =>
  new DataView(node.buffer, node.byteOffset, NODE_BYTES).getBigUint64(0, true);

/** The hash of a node: a copy of its 32 bytes. */
export const hashOf = (node: Uint8Array): Uint8Array => node.slice(8, NODE_BYTES);

const preimage = new Uint8Array(1 + 2 * NODE_BYTES).fill(NODE_PREFIX);
const view = new DataView(preimage.buffer);
const sum = new Uint8Array(8);
const sumView = new DataView(sum.buffer);

/**
 * Parent of the nodes at the two offsets, written at `offset` of `target`, which may be the source: the sum of theirs,
 * and `H(1 | sum_left u64 | left 32 | sum_right u64 | right 32)`.
 * @throws MerkleError `sum-overflow`
 */
export function parentInto(
  target: Uint8Array,
  offset: number,
  left: Uint8Array,
  leftOffset: number,
  right: Uint8Array,
  rightOffset: number,
): void {
  for (let i = 0; i < NODE_BYTES; i++) {
    preimage[1 + i] = left[leftOffset + i] as number;
    preimage[1 + NODE_BYTES + i] = right[rightOffset + i] as number;
  }
  // By halves: a bigint for each of a million nodes costs more than the hash.
  const low = view.getUint32(1, true) + view.getUint32(1 + NODE_BYTES, true);
  const carry = low > 0xffff_ffff ? 1 : 0;
  const high = view.getUint32(5, true) + view.getUint32(5 + NODE_BYTES, true) + carry;
  if (high > 0xffff_ffff) throw new MerkleError('sum-overflow', 'the sum of a ledger fits no u64');
  sumView.setUint32(0, low >>> 0, true);
  sumView.setUint32(4, high, true);
  sha256Into(target, offset + 8, preimage);
  target.set(sum, offset);
}

/** Parent of two nodes: see {@link parentInto}. */
export function parentNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const node = new Uint8Array(NODE_BYTES);
  parentInto(node, 0, left, 0, right, 0);
  return node;
}

const holes: Uint8Array[] = [nodeOf(0n, EMPTY_LEAF)];

/** Root of a ledger of this depth that holds nothing. */
export function holeOfDepth(depth: number): Uint8Array {
  while (holes.length <= depth) {
    const below = holes[holes.length - 1] as Uint8Array;
    holes.push(parentNode(below, below));
  }
  return holes[depth] as Uint8Array;
}
