import type { PublicKey } from '@solana/web3.js';
import { concat, equal, u8, u32, u64 } from '../core/bytes';
import { sha256 } from '../core/hash';
import { EMPTY_LEAF, innerNode, leafHash, ledgerDepth } from '../network';

/** The sides of a leaf: an order's, which pays, and an offer's, which is paid. */
export const USAGE_SIDES = { order: 0, offer: 1 } as const;
export type UsageSide = keyof typeof USAGE_SIDES;

/** What one order or offer has used or delivered since its birth. */
export interface UsageLeaf {
  side: UsageSide;
  account: PublicKey;
  /** Which account it was at that address. */
  birth: bigint;
  /** The area or offer that is paid, or the area that pays. */
  counterparty: PublicKey;
  units: bigint;
  /** Base units of the market's token. */
  amount: bigint;
}

/** A leaf's place in its tree, and the nodes that lead from it to the root. */
export interface UsageProof {
  index: number;
  count: number;
  nodes: Uint8Array[];
}

/** Neighbours that show that an account has no leaf: none of an empty tree, the first or the last leaf, or two. */
export interface UsageAbsence extends UsageProof {
  leaves: UsageLeaf[];
}

/** `side u8 | account 32 | birth u64 | counterparty 32 | units u64 | amount u64` */
export const encodeUsageLeaf = (leaf: UsageLeaf): Uint8Array =>
  concat(
    u8(USAGE_SIDES[leaf.side]),
    leaf.account.toBytes(),
    u64(leaf.birth),
    leaf.counterparty.toBytes(),
    u64(leaf.units),
    u64(leaf.amount),
  );

/** `H(0 | encoded leaf)` */
export const usageLeafHash = (leaf: UsageLeaf): Uint8Array => leafHash(encodeUsageLeaf(leaf));

const ROOT_PREFIX = 2;

/** `H(2 | count u32 | tree root)` */
const rootOf = (count: number, top: Uint8Array): Uint8Array => sha256(u8(ROOT_PREFIX), u32(count), top);

const compare = (a: PublicKey, b: PublicKey): number => a.toBuffer().compare(b.toBuffer());

/** The root to which a leaf's hash and its proof lead; undefined if the place is beyond the tree, or the proof of another length. */
export function climbUsage(leaf: Uint8Array, { index, count, nodes }: UsageProof): Uint8Array | undefined {
  if (index >= count || nodes.length !== ledgerDepth(count)) return undefined;
  let [top, at] = [leaf, index];
  for (const sibling of nodes) {
    top = at & 1 ? innerNode(sibling, top) : innerNode(top, sibling);
    at >>>= 1;
  }
  return rootOf(count, top);
}

/**
 * What the orders and offers of a market have used, one leaf an account, sorted by account. Positions beyond the leaves are zeros.
 *
 * @example
 * const tree = new UsageTree(leaves);
 * const { index, count, nodes } = tree.prove(order);
 */
export class UsageTree {
  readonly leaves: readonly UsageLeaf[];
  readonly #levels: Uint8Array[][];
  readonly #empty: Uint8Array[] = [EMPTY_LEAF];

  /** @throws RangeError if an account has two leaves */
  constructor(leaves: readonly UsageLeaf[]) {
    this.leaves = [...leaves].sort((a, b) => compare(a.account, b.account));
    this.leaves.forEach(({ account }, i) => {
      if (this.leaves[i + 1]?.account.equals(account))
        throw new RangeError(`account ${account} has two leaves`);
    });
    this.#levels = [this.leaves.map(usageLeafHash)];
    for (let level = 0; level < ledgerDepth(leaves.length); level++) {
      const [below, empty] = [this.#levels[level]!, this.#empty[level]!];
      const above: Uint8Array[] = [];
      for (let i = 0; i < below.length; i += 2) above.push(innerNode(below[i]!, below[i + 1] ?? empty));
      this.#levels.push(above);
      this.#empty.push(innerNode(empty, empty));
    }
  }

  /** What a network posts as its usage root. */
  get root(): Uint8Array {
    return rootOf(this.leaves.length, this.#levels.at(-1)![0] ?? EMPTY_LEAF);
  }

  /** The proof of an account's leaf; undefined if it has none. */
  prove(account: PublicKey): (UsageProof & { leaf: UsageLeaf }) | undefined {
    const index = this.#placeOf(account);
    if (!this.leaves[index]?.account.equals(account)) return undefined;
    return { leaf: this.leaves[index]!, index, count: this.leaves.length, nodes: this.#nodes(index, 1) };
  }

  /** The proof that an account has no leaf; undefined if it has one. */
  proveAbsent(account: PublicKey): UsageAbsence | undefined {
    const count = this.leaves.length;
    if (count === 0) return { leaves: [], index: 0, count, nodes: [] };
    const next = this.#placeOf(account);
    if (this.leaves[next]?.account.equals(account)) return undefined;
    // Before the first, behind the last, or between two.
    const [index, width] = next === 0 ? [0, 1] : next === count ? [count - 1, 1] : [next - 1, 2];
    const leaves = this.leaves.slice(index, index + width);
    return { leaves, index, count, nodes: this.#nodes(index, width) };
  }

  /** Where an account's leaf is, or would be. */
  #placeOf(account: PublicKey): number {
    let [low, high] = [0, this.leaves.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.leaves[middle]!.account, account) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Level by level from the bottom: the node to the left of the leaves, and that to their right, where there is need of one. */
  #nodes(index: number, width: number): Uint8Array[] {
    let [start, end] = [index, index + width];
    const nodes: Uint8Array[] = [];
    for (const [level, hashes] of this.#levels.slice(0, -1).entries()) {
      if (start & 1) nodes.push(hashes[start - 1]!);
      if (end & 1) nodes.push(hashes[end] ?? this.#empty[level]!);
      start >>>= 1;
      end = (end + 1) >>> 1;
    }
    return nodes;
  }
}

/** Whether a leaf and its proof lead to this usage root. */
export function verifyUsage(root: Uint8Array, leaf: UsageLeaf, proof: UsageProof): boolean {
  const climbed = climbUsage(usageLeafHash(leaf), proof);
  return climbed !== undefined && equal(climbed, root);
}

/** Whether these neighbours and nodes lead to this usage root, and show that an account has no leaf there. */
export function verifyAbsence(root: Uint8Array, account: PublicKey, absence: UsageAbsence): boolean {
  const { leaves, index, count, nodes } = absence;
  // The root of an epoch without a market is zeros.
  if (count === 0) return root.every((byte) => byte === 0) || equal(root, rootOf(0, EMPTY_LEAF));
  const [first, second] = leaves;
  if (!first || leaves.length > 2 || index + leaves.length > count) return false;
  const isBetween = second
    ? compare(first.account, account) < 0 && compare(account, second.account) < 0
    : compare(account, first.account) < 0
      ? index === 0
      : compare(account, first.account) > 0 && index === count - 1;
  const climbed = climbRun(leaves.map(usageLeafHash), absence, nodes);
  return isBetween && climbed !== undefined && equal(rootOf(count, climbed), root);
}

/** The top to which neighbours lead; undefined if there are more or fewer nodes than it takes. */
function climbRun(
  hashes: readonly Uint8Array[],
  { index, count }: Pick<UsageProof, 'index' | 'count'>,
  nodes: readonly Uint8Array[],
): Uint8Array | undefined {
  let [run, start, used] = [[...hashes], index, 0];
  for (let level = 0; level < ledgerDepth(count); level++) {
    if (start & 1) run.unshift(nodes[used++] ?? EMPTY_LEAF);
    if (run.length & 1) run.push(nodes[used++] ?? EMPTY_LEAF);
    run = run.flatMap((node, i) => (i & 1 ? [] : [innerNode(node, run[i + 1]!)]));
    start >>>= 1;
  }
  return used === nodes.length ? run[0] : undefined;
}
