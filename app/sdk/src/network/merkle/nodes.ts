import { HASH_BYTES, sha256, sha256Into } from '../../core/hash';

/** First byte of a leaf's preimage, so that a leaf can never pass as an inner node, nor the other way round. */
export const LEAF_PREFIX = 0;
/** See {@link LEAF_PREFIX}. */
export const NODE_PREFIX = 1;

/** The hash of a place that no device holds. */
export const EMPTY_LEAF: Uint8Array = new Uint8Array(HASH_BYTES);

const scratch = new Uint8Array(1 + 2 * HASH_BYTES).fill(NODE_PREFIX);

/** Inner node: `H(1 | left | right)`. */
export function innerNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const node = new Uint8Array(HASH_BYTES);
  innerNodeInto(node, 0, left, 0, right, 0);
  return node;
}

/** {@link innerNode} of the 32 bytes at the two offsets, written at `offset` of `target`, which may be the source. */
export function innerNodeInto(
  target: Uint8Array,
  offset: number,
  left: Uint8Array,
  leftOffset: number,
  right: Uint8Array,
  rightOffset: number,
): void {
  for (let i = 0; i < HASH_BYTES; i++) {
    scratch[1 + i] = left[leftOffset + i] as number;
    scratch[1 + HASH_BYTES + i] = right[rightOffset + i] as number;
  }
  sha256Into(target, offset, scratch);
}

const empty: Uint8Array[] = [EMPTY_LEAF];

/** Returns the roots of empty trees: item `l` is that of depth `l`, for `l` from 0 to `depth`. */
export function emptyNodes(depth: number): readonly Uint8Array[] {
  while (empty.length <= depth) {
    const below = empty[empty.length - 1] as Uint8Array;
    empty.push(innerNode(below, below));
  }
  return empty.slice(0, depth + 1);
}

/** `H(0 | fields)`: the hash of a leaf's fields. */
export const leafHash = (...fields: readonly Uint8Array[]): Uint8Array =>
  sha256(Uint8Array.of(LEAF_PREFIX), ...fields);
