import { type AddressLookupTableAccount, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { CommonwireError } from './errors';
import { settle } from './instructions/settle';
import { type LedgerEntry, type LedgerTree, ledgerLeaf } from './merkle/ledger';
import { destination, PAGE_SLOTS } from './pda';
import { type SettleSegment, settleWidth } from './settle-data';
import { transactionBytes } from './transactions';

/** Most leaves that one `settle` pays here: what fits a transaction, with room for its fees. */
const MAX_RUN = 32;

/** What a plan is made from. */
export interface SettlementSource {
  network: PublicKey;
  mint: PublicKey;
  /** Pays the fees; only its address's place in the transaction matters here. */
  payer: PublicKey;
  /** The promoted epoch's ledger: tree and entries by index. */
  tree: LedgerTree;
  entries: readonly LedgerEntry[];
  /** Paid since the start, by index; pages that aren't open yet count as 0. */
  paid: (index: number) => bigint;
  /** Whether the owner's associated token account can be paid. Default: every one. */
  payable?: (owner: Uint8Array) => boolean;
  lookupTables?: AddressLookupTableAccount[];
}

/** One `settle` and what it does. */
export interface PlannedSettlement {
  first: number;
  count: number;
  /** Owners paid, each once for neighbouring devices. */
  recipients: number;
  /** Devices paid. */
  devices: number;
  amount: bigint;
  instruction: TransactionInstruction;
}

/** A ledger that pays less than was paid already: it must not be settled. */
export class SettlementError extends CommonwireError {
  declare readonly code: 'earned-below-paid';
}

/**
 * Settlements that pay every device in `first .. first + count` with something due, in as few transactions as aligned
 * runs allow: a run that starts and ends on a multiple of its length has the shortest proof.
 * @throws SettlementError where the ledger says less than a page
 */
export function planSettlements(
  source: SettlementSource,
  first = 0,
  count = source.entries.length,
): PlannedSettlement[] {
  const plans: PlannedSettlement[] = [];
  const end = Math.min(first + count, source.entries.length);
  for (let at = first; at < end; ) {
    if (!isDue(source, at)) {
      at += 1;
      continue;
    }
    const plan = largestRun(source, at, end);
    plans.push(plan);
    at = plan.first + plan.count;
  }
  return plans;
}

function largestRun(source: SettlementSource, at: number, end: number): PlannedSettlement {
  for (let length = MAX_RUN; length > 1; length /= 2) {
    // Back to the aligned start is worth it only if what lies there isn't planned already; then the run starts late.
    const stop = Math.min(at - (at % length) + length, end, at - (at % PAGE_SLOTS) + PAGE_SLOTS);
    const plan = planRun(source, at, trimmed(source, at, stop));
    if (fits(source, plan)) return plan;
  }
  return planRun(source, at, at + 1);
}

/** The end of the run without the devices at its tail that have nothing due. */
function trimmed(source: SettlementSource, start: number, stop: number): number {
  let end = stop;
  while (end > start + 1 && !isDue(source, end - 1)) end -= 1;
  return end;
}

function planRun(source: SettlementSource, first: number, end: number): PlannedSettlement {
  const { network, mint, tree, entries } = source;
  const segments: SettleSegment[] = [];
  const destinations: PublicKey[] = [];
  let devices = 0;
  let amount = 0n;
  for (let at = first; at < end; ) {
    const group = ownerGroup(source, at, end);
    const due = range(at, group).reduce((sum, index) => sum + dueOf(source, index), 0n);
    const owner = new PublicKey(entries[at]!.owner);
    if (due === 0n || !isPayable(source, at)) {
      append(segments, { kind: 'skip', leaves: range(at, group).map((index) => leafOf(source, index)) });
    } else {
      const { address, bump } = destination({ owner, mint });
      const earned = range(at, group).map((index) => entries[index]!.earned);
      const lone = earned.length === 1;
      append(
        segments,
        lone ? { kind: 'each', leaves: [{ bump, earned: earned[0]! }] } : { kind: 'fleet', bump, earned },
      );
      destinations.push(address);
      devices += range(at, group).filter((index) => dueOf(source, index) > 0n).length;
      amount += due;
    }
    at = group;
  }
  const data = { first, width: settleWidth(segments), segments, proof: tree.proveRun(first, end - first) };
  return {
    first,
    count: end - first,
    recipients: destinations.length,
    devices,
    amount,
    instruction: settle({ network, mint, data, destinations }),
  };
}

/** Joins a segment to the last one where both are of a kind that simply goes on. */
function append(segments: SettleSegment[], next: SettleSegment): void {
  const last = segments.at(-1);
  if (last?.kind === 'each' && next.kind === 'each') {
    segments[segments.length - 1] = { kind: 'each', leaves: [...last.leaves, ...next.leaves] };
  } else if (last?.kind === 'skip' && next.kind === 'skip') {
    segments[segments.length - 1] = { kind: 'skip', leaves: [...last.leaves, ...next.leaves] };
  } else {
    segments.push(next);
  }
}

/** End of the neighbouring devices from `at` that belong to its owner. */
function ownerGroup({ entries }: SettlementSource, at: number, end: number): number {
  const owner = Buffer.from(entries[at]!.owner);
  let next = at + 1;
  while (next < end && owner.equals(entries[next]!.owner)) next += 1;
  return next;
}

function dueOf({ entries, paid }: SettlementSource, index: number): bigint {
  const due = entries[index]!.earned - paid(index);
  if (due < 0n) {
    throw new SettlementError(
      'earned-below-paid',
      `device ${index} earned ${entries[index]!.earned} by the ledger but was paid ${paid(index)}`,
    );
  }
  return due;
}

const isPayable = (source: SettlementSource, index: number): boolean =>
  source.payable?.(source.entries[index]!.owner) ?? true;
const isDue = (source: SettlementSource, index: number): boolean =>
  dueOf(source, index) > 0n && isPayable(source, index);
const leafOf = ({ entries }: SettlementSource, index: number): Uint8Array =>
  ledgerLeaf({ index, ...entries[index]! });
const fits = ({ payer, lookupTables }: SettlementSource, { instruction }: PlannedSettlement): boolean =>
  transactionBytes(payer, [instruction], { lookupTables, computeUnitLimit: 200_000 }) !== null;
const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, i) => start + i);
