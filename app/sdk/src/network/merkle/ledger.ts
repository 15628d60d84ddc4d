import { concatAll, ofLength, u32, u64 } from '../../core/bytes';
import { FormatError } from '../../core/errors';
import { HASH_BYTES, sha256Into } from '../../core/hash';
import { MerkleError } from './errors';
import { EMPTY_LEAF, emptyNodes, innerNodeInto, LEAF_PREFIX, leafHash } from './nodes';
import { checkRun, ledgerDepth } from './run';

/** A device's entry in a ledger: its owner and what it has earned since the start. */
export interface LedgerEntry {
  /** The owner's wallet, 32 bytes. */
  owner: Uint8Array;
  /** Smallest units of the reward token since the start, u64. */
  earned: bigint;
}

/** `H(0 | index u32 | owner 32 | earned u64)`. @throws FormatError `out-of-range`, `wrong-length` */
export function ledgerLeaf({ index, owner, earned }: LedgerEntry & { index: number }): Uint8Array {
  return leafHash(u32(index), ofLength(32, owner, 'owner'), u64(earned));
}

/**
 * Returns the leaves of devices 0, 1, .. in one piece of memory, 32 bytes each, which {@link LedgerTree.fromLeaves} takes
 * without copying. @throws FormatError `out-of-range`, `wrong-length`
 */
export function ledgerLeaves(entries: readonly LedgerEntry[]): Uint8Array {
  const leaves = new Uint8Array(entries.length * HASH_BYTES);
  const fields = new Uint8Array(45).fill(LEAF_PREFIX);
  const view = new DataView(fields.buffer);
  for (const [index, { owner, earned }] of entries.entries()) {
    if (earned !== BigInt.asUintN(64, earned))
      throw new FormatError('out-of-range', `${earned} is not a u64`);
    view.setUint32(1, index, true);
    fields.set(ofLength(32, owner, 'owner'), 5);
    view.setBigUint64(37, earned, true);
    sha256Into(leaves, index * HASH_BYTES, fields);
  }
  return leaves;
}

/**
 * The ledger of one epoch. Every level is one buffer that holds only nodes above devices; those to their right are
 * known ({@link emptyNodes}). A million leaves take 64 MB and about a second.
 *
 * @example
 * const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
 * const proof = tree.proveRun(10, 32);
 */
export class LedgerTree {
  /** Leaves that aren't holes. */
  readonly deviceCount: number;
  /** Levels above the leaves. */
  readonly depth: number;
  readonly #levels: readonly Uint8Array[];

  private constructor(leaves: Uint8Array) {
    this.deviceCount = leaves.length / HASH_BYTES;
    this.depth = ledgerDepth(this.deviceCount);
    const levels = [leaves];
    for (let level = 0; level < this.depth; level++) levels.push(parents(levels[level] as Uint8Array, level));
    this.#levels = levels;
  }

  /**
   * Builds the tree over leaf hashes in index order, given one by one or in one piece. One piece is used without
   * copying: don't change it afterwards. @throws MerkleError `wrong-hash-length`
   */
  static fromLeaves(leaves: readonly Uint8Array[] | Uint8Array): LedgerTree {
    const whole = leaves instanceof Uint8Array ? leaves : concatAll(leaves);
    const wrong = leaves instanceof Uint8Array ? leaves.length % HASH_BYTES !== 0 : leaves.some(notAHash);
    if (wrong) throw new MerkleError('wrong-hash-length', `every leaf has ${HASH_BYTES} bytes`);
    return new LedgerTree(new Uint8Array(whole.buffer, whole.byteOffset, whole.length));
  }

  /** Root; 32 zero bytes for no device, the leaf itself for one. */
  get root(): Uint8Array {
    return this.deviceCount === 0 ? new Uint8Array(EMPTY_LEAF) : this.#node(this.depth, 0);
  }

  /** Hash of the leaf of a device. @throws MerkleError `run-out-of-range` */
  leaf(index: number): Uint8Array {
    checkRun(this.deviceCount, index, 1);
    return this.#node(0, index);
  }

  /**
   * Returns the proof of leaves `first .. first + count`: the hashes that `runRoot` takes, in its order.
   * @throws MerkleError `empty-run`, `run-out-of-range`
   */
  proveRun(first: number, count: number): Uint8Array[] {
    checkRun(this.deviceCount, first, count);
    const proof: Uint8Array[] = [];
    let start = first;
    let end = first + count;
    for (let level = 0; level < this.depth; level++) {
      if (start % 2 === 1) proof.push(this.#node(level, --start));
      if (end % 2 === 1) proof.push(this.#node(level, end++));
      start /= 2;
      end /= 2;
    }
    return proof;
  }

  #node(level: number, position: number): Uint8Array {
    const row = this.#levels[level] as Uint8Array;
    const offset = position * HASH_BYTES;
    if (offset >= row.length) return new Uint8Array(emptyNodes(level)[level] as Uint8Array);
    return row.slice(offset, offset + HASH_BYTES);
  }
}

const notAHash = (bytes: Uint8Array): boolean => bytes.length !== HASH_BYTES;

function parents(row: Uint8Array, level: number): Uint8Array {
  const count = row.length / HASH_BYTES;
  const above = new Uint8Array(Math.ceil(count / 2) * HASH_BYTES);
  for (let i = 0; i + 1 < count; i += 2) {
    const left = i * HASH_BYTES;
    innerNodeInto(above, left / 2, row, left, row, left + HASH_BYTES);
  }
  if (count % 2 === 1) {
    const empty = emptyNodes(level)[level] as Uint8Array;
    innerNodeInto(above, above.length - HASH_BYTES, row, row.length - HASH_BYTES, empty, 0);
  }
  return above;
}
