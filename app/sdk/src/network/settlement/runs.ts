import { CommonwireError } from '../../core/errors';
import { MAX_TRANSACTION_BYTES } from '../../core/transaction-versions';
import { NODE_BYTES as NODE } from '../merkle';
import { ledgerDepth } from '../merkle/run';
import { type Leaves, Use } from './leaves';
import { RunMeasure, type TransactionForm } from './run-measure';

// A copy: what is imported is read through an accessor, too slow for the innermost loop.
const NODE_BYTES = NODE;
const { pay, skip } = Use;

/** Most leaves of a run: what the program takes. Only fleets and leaves named for nothing come near. */
const MAX_RUN_LEAVES = 512;

/** Leaves `first .. end` that one transaction settles. */
export interface LeafRun {
  first: number;
  end: number;
}

/** The criteria by which the runs of a page are chosen. */
export interface RunRules {
  /** Leaves of the whole ledger, holes left out. */
  deviceCount: number;
  form: TransactionForm;
  /** Default {@link MAX_RUN_LEAVES}. */
  maxLeaves?: number | undefined;
}

/** A leaf that no transaction holds: a ledger of more than 2^26 devices. */
export class SettlementError extends CommonwireError {
  declare readonly code: 'leaf-too-large';
}

/**
 * The runs of one page that pay every leaf to be paid in the fewest transactions. Exact, by dynamic programming over where
 * runs end: `cost[i]` is the least for the leaves before `i`.
 */
export function planRuns(
  leaves: Leaves,
  { first, end }: { first: number; end: number },
  { deviceCount, form, maxLeaves = MAX_RUN_LEAVES }: RunRules,
): LeafRun[] {
  const depth = ledgerDepth(deviceCount);
  const maxBytes = MAX_TRANSACTION_BYTES[form.version];
  const measure = new RunMeasure(leaves, form);
  const size = end - first;
  const cost = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY);
  // How the least cost comes about: -1 by passing over a leaf, else the run's start.
  const by = new Int32Array(size + 1).fill(-1);
  cost[0] = 0;
  for (let start = 0; start < size; start++) {
    const before = cost[start]!;
    const use = leaves.use[first + start]!;
    if (use !== pay && before < cost[start + 1]!) {
      cost[start + 1] = before;
      by[start + 1] = -1;
    }
    if (use === skip || before === Number.POSITIVE_INFINITY) continue;
    measure.start(first + start);
    const fewest = measure.fewestHashes(depth);
    for (let last = start; last < size && measure.leaves < maxLeaves; last++) {
      measure.add(first + last);
      if (leaves.use[first + last] === skip) {
        if (measure.isTooLong) break;
        continue;
      }
      if (!measure.fitsCounts) break;
      const hashes = measure.proofHashes(depth);
      const bytes = measure.size(hashes);
      // No end further on has a shorter proof than the fewest; the one byte is a length, which may be shorter.
      if (bytes > maxBytes + NODE_BYTES * (hashes - fewest) + 1) break;
      if (bytes > maxBytes || before + 1 >= cost[last + 1]!) continue;
      cost[last + 1] = before + 1;
      by[last + 1] = start;
    }
  }
  if (cost[size] === Number.POSITIVE_INFINITY)
    throw new SettlementError('leaf-too-large', `a proof of depth ${depth} leaves no room for a leaf`);
  return trace(by, first, size);
}

function trace(by: Int32Array, first: number, size: number): LeafRun[] {
  const runs: LeafRun[] = [];
  for (let at = size; at > 0; ) {
    const start = by[at]!;
    if (start >= 0) runs.push({ first: first + start, end: first + at });
    at = start >= 0 ? start : at - 1;
  }
  return runs.reverse();
}
