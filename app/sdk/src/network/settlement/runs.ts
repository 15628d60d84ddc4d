import { CommonwireError } from '../../core/errors';
import { MAX_TRANSACTION_BYTES as MAX_BYTES } from '../../core/transactions';
import { NODE_BYTES as NODE } from '../merkle';
import { ledgerDepth } from '../merkle/run';
import { type Leaves, Use } from './leaves';
import { type NewAccounts, RunMeasure } from './run-measure';
import { TABLE_STEP } from './sizes';

// Copies: what is imported is read through an accessor, too slow for the innermost loop.
const NODE_BYTES = NODE;
const MAX_TRANSACTION_BYTES = MAX_BYTES;
const { pay, skip } = Use;

/**
 * Most leaves of a run. Only fleets and leaves named for nothing come near; the program's memory, 32 kB that are never
 * freed, holds twice as many.
 */
const MAX_RUN_LEAVES = 256;

/** Leaves `first .. end` that one transaction settles. */
export interface LeafRun {
  first: number;
  end: number;
  accounts: NewAccounts;
}

/** What the runs of a page are chosen by. */
export interface RunRules {
  /** Leaves of the whole ledger, holes left out. */
  deviceCount: number;
  /** Whether tables may be made or extended. */
  newTables: boolean;
  /** Whether transactions set their compute budget. */
  budget: boolean;
  tableCount: number;
  /** Default {@link MAX_RUN_LEAVES}. */
  maxLeaves?: number | undefined;
}

/** A leaf that no transaction holds: a ledger of more than 2^26 devices. */
export class SettlementError extends CommonwireError {
  declare readonly code: 'leaf-too-large';
}

/** A settlement costs one transaction, an address in a new table one of thirty: in thirtieths. */
const TRANSACTION_COST = TABLE_STEP;

/**
 * The runs of one page that pay every leaf to be paid in the fewest transactions, their part in table transactions
 * counted in. Exact, by dynamic programming over where runs end: `cost[i]` is the least for the leaves before `i`.
 */
export function planRuns(
  leaves: Leaves,
  { first, end }: { first: number; end: number },
  pageTables: Uint8Array,
  { deviceCount, newTables, budget, tableCount, maxLeaves = MAX_RUN_LEAVES }: RunRules,
): LeafRun[] {
  const depth = ledgerDepth(deviceCount);
  const measure = new RunMeasure(leaves, tableCount, pageTables, budget);
  const size = end - first;
  const cost = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY);
  // How the least cost comes about: -1 by passing over a leaf, else the run's start, doubled, plus 1 for a new table.
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
      if (!measure.fitsLocks) break;
      const hashes = measure.proofHashes(depth);
      // No end further on has a shorter proof than this; the one byte is the length of the data, which may be shorter.
      const most = MAX_TRANSACTION_BYTES + NODE_BYTES * (hashes - fewest) + 1;
      const own = measure.size(hashes, 'own-keys');
      let table = Number.POSITIVE_INFINITY;
      if (own > MAX_TRANSACTION_BYTES && newTables) table = measure.size(hashes, 'new-table');
      if (own > most && table > most) break;
      if (own > MAX_TRANSACTION_BYTES && table > MAX_TRANSACTION_BYTES) continue;
      const total = before + TRANSACTION_COST + (own <= MAX_TRANSACTION_BYTES ? 0 : measure.fresh);
      if (total >= cost[last + 1]!) continue;
      cost[last + 1] = total;
      by[last + 1] = 2 * start + (own <= MAX_TRANSACTION_BYTES ? 0 : 1);
    }
  }
  if (cost[size] === Number.POSITIVE_INFINITY)
    throw new SettlementError('leaf-too-large', `a proof of depth ${depth} leaves no room for a leaf`);
  return trace(by, first, size);
}

function trace(by: Int32Array, first: number, size: number): LeafRun[] {
  const runs: LeafRun[] = [];
  for (let at = size; at > 0; ) {
    const way = by[at]!;
    if (way < 0) {
      at -= 1;
      continue;
    }
    const start = way >>> 1;
    runs.push({
      first: first + start,
      end: first + at,
      accounts: way % 2 === 1 ? 'new-table' : 'own-keys',
    });
    at = start;
  }
  return runs.reverse();
}
