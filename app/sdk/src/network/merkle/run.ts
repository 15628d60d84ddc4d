import { equal } from '../../core/bytes';
import { HASH_BYTES } from '../../core/hash';
import { MerkleError } from './errors';
import { innerNodeInto } from './nodes';

/** A contiguous run of leaves of a ledger and its proof. */
export interface Run {
  /** Devices in the ledger the root was made of, u32. */
  deviceCount: number;
  /** Index of the first leaf. */
  first: number;
  /** Hashes of the leaves `first, first + 1, ..`, 32 bytes each, at least one. */
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
 * The root that a run and its proof lead to; the proof holds if it is the ledger's.
 * @throws MerkleError `empty-run` or `run-out-of-range` for a run that isn't within `deviceCount`, `proof-too-short`,
 * `proof-too-long` unless every hash is used, `wrong-hash-length` for a hash that isn't 32 bytes
 */
export function runRoot({ deviceCount, first, leaves, proof }: Run): Uint8Array {
  checkRun(deviceCount, first, leaves.length);
  // Room for one neighbour on either side.
  const row = new Uint8Array((leaves.length + 2) * HASH_BYTES);
  let start = first;
  let end = first + leaves.length;
  for (const [i, leaf] of leaves.entries()) row.set(hash(leaf), (i + 1) * HASH_BYTES);

  let used = 0;
  const next = (): Uint8Array => {
    const neighbour = proof[used++];
    if (neighbour) return hash(neighbour);
    throw new MerkleError('proof-too-short', `the proof has only ${proof.length} hashes`);
  };
  // The run's leftmost node always stands at slot 1, its left neighbour at slot 0.
  for (let level = ledgerDepth(deviceCount); level > 0; level--) {
    const width = end - start;
    let from = HASH_BYTES;
    if (start % 2 === 1) {
      row.set(next(), 0);
      from = 0;
      start -= 1;
    }
    if (end % 2 === 1) {
      row.set(next(), (1 + width) * HASH_BYTES);
      end += 1;
    }
    start /= 2;
    end /= 2;
    for (let i = 0; i < end - start; i++) {
      const left = from + 2 * i * HASH_BYTES;
      innerNodeInto(row, (i + 1) * HASH_BYTES, row, left, row, left + HASH_BYTES);
    }
  }
  if (used !== proof.length) {
    throw new MerkleError('proof-too-long', `${proof.length} hashes given, ${used} needed`);
  }
  return row.slice(HASH_BYTES, 2 * HASH_BYTES);
}

/** Whether the run is part of the ledger with that root. Never throws for bad runs or proofs: those are false. */
export function verifyRun(root: Uint8Array, run: Run): boolean {
  try {
    return equal(runRoot(run), root);
  } catch (error) {
    if (error instanceof MerkleError) return false;
    throw error;
  }
}

function hash(bytes: Uint8Array): Uint8Array {
  if (bytes.length === HASH_BYTES) return bytes;
  throw new MerkleError('wrong-hash-length', `a hash has ${HASH_BYTES} bytes, not ${bytes.length}`);
}
