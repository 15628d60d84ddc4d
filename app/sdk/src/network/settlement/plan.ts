import type { SentVersion } from '../../core/transaction-versions';
import { ledgerDepth } from '../merkle/run';
import { PAGE_SLOTS } from '../pages';
import { type Leaves, toLeaves, type UnpaidReason, Use, unpaidReason } from './leaves';
import type { Payroll } from './payroll';
import { RunMeasure, type TransactionForm } from './run-measure';
import { type LeafRun, planRuns } from './runs';
import { AccountState, type TokenAccounts } from './token-accounts';

/** The input of a plan: the ledger's sums and the state of the chain. */
export interface SettlementSource {
  payroll: Payroll;
  /** The owners' token accounts, their states read as far as something is due. */
  accounts: TokenAccounts;
  /** Numbers of the pages that are open. */
  openPages: ReadonlySet<number>;
}

/** Limits on a plan's spending. */
export interface PlanOptions {
  /**
   * Make the missing token accounts of owners who were never paid before and to whom at least so many base units are due.
   * Their rent is the payer's and doesn't come back. Default: none is made, and such owners are named in
   * {@link SettlementPlan.unpaid}.
   */
  createFrom?: bigint;
  /** Of the transactions. Default 1; with 0 runs are of about 15 owners. */
  version?: SentVersion;
  /** Whether transactions will pay for priority, which takes some bytes. Default no. */
  priorityFee?: boolean;
  /** Devices not to pay: the chain refused them for themselves. */
  leftOut?: ReadonlySet<number>;
  /** Most leaves of a run on these pages, by number: to find out which one of a run the chain refuses. */
  runLimits?: ReadonlyMap<number, number>;
}

/** One `settle` of the leaves `first .. first + count`. */
export interface SettlementRun {
  readonly first: number;
  readonly count: number;
  /** Token accounts that get something. */
  readonly recipients: number;
  /** Devices that get something. */
  readonly devices: number;
  /** Base units. */
  readonly amount: bigint;
  /** Bytes of the transaction. */
  readonly bytes: number;
}

/** Devices with something due that the plan leaves out. */
export interface Unpaid {
  readonly reason: UnpaidReason;
  readonly devices: number;
  /** Base units; 0 for `earned-below-paid`. */
  readonly amount: bigint;
}

/** Everything it takes to pay what is due, in its order. */
export interface SettlementPlan {
  /** Pages to open. */
  readonly pages: readonly number[];
  /** Owners, by number, whose token accounts are to be made. */
  readonly creations: readonly number[];
  readonly runs: readonly SettlementRun[];
  readonly unpaid: readonly Unpaid[];
  readonly leaves: Leaves;
}

/**
 * The fewest transactions that pay every device with something due, page by page. Pure, and the same for the same source.
 * A million devices take a few seconds.
 * @throws SettlementError
 */
export function planSettlement(source: SettlementSource, options: PlanOptions = {}): SettlementPlan {
  const { payroll, accounts, openPages } = source;
  const { createFrom, version = 1, priorityFee = false } = options;
  const choice = { createFrom, leftOut: options.leftOut ?? new Set<number>() };
  const leaves = toLeaves(payroll, accounts, choice);
  const form: TransactionForm = { version, priorityFee };
  const measure = new RunMeasure(leaves, form);
  const pages: number[] = [];
  const runs: SettlementRun[] = [];
  for (let first = 0; first < payroll.count; first += PAGE_SLOTS) {
    const page = first / PAGE_SLOTS;
    const end = Math.min(first + PAGE_SLOTS, payroll.count);
    const due = leaves.use.indexOf(Use.pay, first);
    if (due < 0) break;
    if (due >= end) continue;
    if (!openPages.has(page)) pages.push(page);
    const rules = { deviceCount: payroll.count, form, maxLeaves: options.runLimits?.get(page) };
    for (const run of planRuns(leaves, { first, end }, rules))
      runs.push(toRun(run, payroll, leaves, measure));
  }
  return {
    pages,
    creations: createFrom === undefined ? [] : creations(payroll, leaves, accounts),
    runs,
    unpaid: unpaid(payroll, accounts, choice),
    leaves,
  };
}

function toRun(
  { first, end }: LeafRun,
  payroll: Payroll,
  leaves: Leaves,
  measure: RunMeasure,
): SettlementRun {
  const owners = new Set<number>();
  let devices = 0;
  let amount = 0n;
  measure.start(first);
  for (let leaf = first; leaf < end; leaf++) {
    measure.add(leaf);
    if (leaves.use[leaf] !== Use.pay) continue;
    owners.add(leaves.owner[leaf]!);
    devices += 1;
    amount += payroll.due[leaf]!;
  }
  const bytes = measure.size(measure.proofHashes(ledgerDepth(payroll.count)));
  return { first, count: end - first, recipients: owners.size, devices, amount, bytes };
}

function creations({ ownerOf }: Payroll, { use }: Leaves, accounts: TokenAccounts): number[] {
  const found = new Set<number>();
  for (let leaf = use.indexOf(Use.pay); leaf >= 0; leaf = use.indexOf(Use.pay, leaf + 1)) {
    const owner = ownerOf[leaf]!;
    if (accounts.state[owner] === AccountState.missing) found.add(owner);
  }
  return [...found];
}

function unpaid(
  payroll: Payroll,
  accounts: TokenAccounts,
  { createFrom, leftOut }: { createFrom: bigint | undefined; leftOut: ReadonlySet<number> },
): Unpaid[] {
  const { count, due, ownerOf, fallen } = payroll;
  const sums = new Map<UnpaidReason, { devices: number; amount: bigint }>();
  const add = (reason: UnpaidReason, amount: bigint) => {
    const sum = sums.get(reason) ?? { devices: 0, amount: 0n };
    sums.set(reason, { devices: sum.devices + 1, amount: sum.amount + amount });
  };
  for (let index = 0; index < count; index++) {
    if (due[index] === 0n) continue;
    const reason =
      unpaidReason(payroll, accounts, ownerOf[index]!, createFrom) ??
      (leftOut.has(index) ? 'left-out' : undefined);
    if (reason) add(reason, due[index]!);
  }
  for (const _ of fallen) add('earned-below-paid', 0n);
  return [...sums].map(([reason, sum]) => ({ reason, ...sum }));
}
