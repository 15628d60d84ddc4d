import { equal } from '../../core/bytes';
import { MerkleError } from './errors';
import { hashOf, NODE_BYTES, parentInto, sumOf } from './sum-nodes';

/** A contiguous run of leaves of a ledger and its proof. */
export interface Run {
  /** Devices in the ledger the root was made of, u32. */
  deviceCount: number;
  /** Index of the first leaf. */
  first: number;
  /** Nodes of the leaves `first, first + 1, ..`, 40 bytes each, at least one. */
  leaves: readonly Uint8Array[];
  /** Level by level from the bottom: left neighbour if the run starts odd, then right neighbour if its end is odd. */
  proof: readonly Uint8Array[];
}

/** Least depth of a tree that holds that many leaves: 0 for none or one. */
export function ledgerDepth(deviceCount: number): number {
  return deviceCount <= 1 ? 0 : 32 - Math.clz32(deviceCount - 1);
}

/** Checks that `first .. first + count` is a run inside the ledger. @throws MerkleError `empty-run`, `run-out-of-range` */
export function checkRun(deviceCount: number, first: number, count: number): void {
  if (count === 0) throw new MerkleError('empty-run', 'a run has at least one leaf');
  const integers = [deviceCount, first, count].every((value) => Number.isInteger(value) && value >= 0);
  if (!integers || deviceCount > 0xffff_ffff || first + count > deviceCount) {
    const run = `leaves ${first} to ${first + count - 1}`;
    throw new MerkleError('run-out-of-range', `${run} are not within ${deviceCount} devices`);
  }
}

/**
 * The node of the root that a run and its proof lead to; the proof holds if hash and sum are the ledger's.
 * @throws MerkleError `empty-run` or `run-out-of-range` for a run that isn't within `deviceCount`, `proof-too-short`,
 * `proof-too-long` unless every node is used, `wrong-node-length` for a node that isn't 40 bytes, `sum-overflow`
 */
export function runRoot({ deviceCount, first, leaves, proof }: Run): Uint8Array {
  checkRun(deviceCount, first, leaves.length);
  // Room for one neighbour on either side.
  const row = new Uint8Array((leaves.length + 2) * NODE_BYTES);
  let start = first;
  let end = first + leaves.length;
  for (const [i, leaf] of leaves.entries()) row.set(node(leaf), (i + 1) * NODE_BYTES);

  let used = 0;
  const next = (): Uint8Array => {
    const neighbour = proof[used++];
    if (neighbour) return node(neighbour);
    throw new MerkleError('proof-too-short', `the proof has only ${proof.length} nodes`);
  };
  // The run's leftmost node always stands at slot 1, its left neighbour at slot 0.
  for (let level = ledgerDepth(deviceCount); level > 0; level--) {
    const width = end - start;
    let from = NODE_BYTES;
    if (start % 2 === 1) {
      row.set(next(), 0);
      from = 0;
      start -= 1;
    }
    if (end % 2 === 1) {
      row.set(next(), (1 + width) * NODE_BYTES);
      end += 1;
    }
    start /= 2;
    end /= 2;
    for (let i = 0; i < end - start; i++) {
      const left = from + 2 * i * NODE_BYTES;
      parentInto(row, (i + 1) * NODE_BYTES, row, left, row, left + NODE_BYTES);
    }
  }
  if (used !== proof.length) {
    throw new MerkleError('proof-too-long', `${proof.length} nodes given, ${used} needed`);
  }
  return row.slice(NODE_BYTES, 2 * NODE_BYTES);
}

/** A ledger as an epoch names it. */
export interface LedgerRoot {
  /** Hash of the root, 32 bytes. */
  root: Uint8Array;
  /** Sum of what all devices have earned, base units. */
  earnedTotal: bigint;
}

/** Whether the run is part of this ledger. Never throws for bad runs or proofs: those are false. */
export function verifyRun({ root, earnedTotal }: LedgerRoot, run: Run): boolean {
  try {
    const top = runRoot(run);
    return equal(hashOf(top), root) && sumOf(top) === earnedTotal;
  } catch (error) {
    if (error instanceof MerkleError) return false;
    throw error;
  }
}

function node(bytes: Uint8Array): Uint8Array {
  if (bytes.length === NODE_BYTES) return bytes;
  throw new MerkleError('wrong-node-length', `a node has ${NODE_BYTES} bytes, not ${bytes.length}`);
}
