import { fromHex, toHex } from './bytes';
import { sha256 } from './hash';

/** A sibling on the way from a leaf up to the root. */
export interface PathStep {
  /** On which side the sibling stands. */
  readonly side: 'left' | 'right';
  /** Hex. */
  readonly hash: string;
}

const parent = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Uint8Array.of(1), left, right);

/** A leaf's hash; what is hashed for a node begins otherwise. */
export const treeLeaf = (...parts: Uint8Array[]): Uint8Array => sha256(Uint8Array.of(0), ...parts);

/** The root over leaves and the path to it of each. A node without a sibling goes up as it is; no leaves: zeros. */
export function hashTree(leaves: readonly Uint8Array[]): {
  readonly root: Uint8Array;
  readonly paths: readonly PathStep[][];
} {
  const paths: PathStep[][] = leaves.map(() => []);
  let level = leaves.map((hash, i) => ({ hash, below: [i] }));
  while (level.length > 1) {
    const next: typeof level = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]];
      if (!right) {
        next.push(left);
        continue;
      }
      for (const leaf of left.below) paths[leaf]!.push({ side: 'right', hash: toHex(right.hash) });
      for (const leaf of right.below) paths[leaf]!.push({ side: 'left', hash: toHex(left.hash) });
      next.push({ hash: parent(left.hash, right.hash), below: [...left.below, ...right.below] });
    }
    level = next;
  }
  return { root: level[0]?.hash ?? new Uint8Array(32), paths };
}

/** The root to which a path leads from a leaf. */
export function climb(leaf: Uint8Array, path: readonly PathStep[]): Uint8Array {
  let root = leaf;
  for (const { side, hash } of path)
    root = side === 'left' ? parent(fromHex(hash), root) : parent(root, fromHex(hash));
  return root;
}
