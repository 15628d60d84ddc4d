import type { PublicKey } from '@solana/web3.js';
import { PAGE_SLOTS } from '../addresses';
import { ledgerDepth } from '../merkle/run';
import { type Leaves, toLeaves, type UnpaidReason, Use, unpaidReason } from './leaves';
import { type LookupTable, type PlannedTable, TableContents, TablePacker, tableHead } from './lookup-tables';
import type { Payroll } from './payroll';
import { RunMeasure, TABLE_BYTES } from './run-measure';
import { type LeafRun, planRuns } from './runs';
import { tableStep } from './sizes';
import { AccountState, type TokenAccounts } from './token-accounts';

/** What a plan is made from: the ledger's sums and what was read from the chain. */
export interface SettlementSource {
  network: PublicKey;
  vault: PublicKey;
  payroll: Payroll;
  /** The owners' token accounts, their states read as far as something is due. */
  accounts: TokenAccounts;
  /** Numbers of the pages that are open. */
  openPages: ReadonlySet<number>;
  /** The payer's tables of this network that can be used and extended. */
  tables: readonly LookupTable[];
}

/** What a plan may spend. */
export interface PlanOptions {
  /**
   * Make the token accounts that owners lack: 2,039,280 lamports of rent each, the payer's, that don't come back. Default
   * no: such owners are named in {@link SettlementPlan.unpaid}.
   */
  createMissing?: boolean;
  /** Make and use lookup tables where they save transactions. Default yes; without them runs are of about 12 owners. */
  lookupTables?: boolean;
  /** Whether transactions will set a limit and price of compute units, which takes 52 bytes. Default no. */
  computeBudget?: boolean;
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
  /** The plan's tables that it looks addresses up in. */
  readonly tables: readonly number[];
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
  readonly tables: readonly PlannedTable[];
  readonly runs: readonly SettlementRun[];
  readonly unpaid: readonly Unpaid[];
  readonly leaves: Leaves;
}

/**
 * The fewest transactions that pay every device with something due, page by page, those that make tables counted in.
 * Pure, and the same for the same source. A million devices take a few seconds.
 * @throws SettlementError
 */
export function planSettlement(source: SettlementSource, options: PlanOptions = {}): SettlementPlan {
  const { network, payroll, accounts, openPages } = source;
  const { createMissing = false, lookupTables = true, computeBudget = false } = options;
  const choice = { create: createMissing, leftOut: options.leftOut ?? new Set() };
  const contents = new TableContents(network, lookupTables ? source.tables : [], accounts);
  const leaves = toLeaves(payroll, accounts, choice, (_, owner, before) => contents.tableOf(owner, before));
  const rules = {
    deviceCount: payroll.count,
    newTables: lookupTables,
    budget: computeBudget,
    tableCount: contents.known.length,
  };
  const packer = new TablePacker(tableHead(network, source.vault, accounts.tokenProgram), contents);
  const pages: number[] = [];
  const runs: SettlementRun[] = [];
  for (let first = 0; first < payroll.count; first += PAGE_SLOTS) {
    const page = first / PAGE_SLOTS;
    const end = Math.min(first + PAGE_SLOTS, payroll.count);
    const due = leaves.use.indexOf(Use.pay, first);
    if (due < 0) break;
    if (due >= end) continue;
    if (!openPages.has(page)) pages.push(page);
    const pageTables = contents.withPage(page);
    const measure = new RunMeasure(leaves, rules.tableCount, pageTables, computeBudget);
    const maxLeaves = options.runLimits?.get(page);
    for (const run of planRuns(leaves, { first, end }, pageTables, { ...rules, maxLeaves })) {
      const extra =
        run.accounts === 'new-table' ? [packer.place(run, leaves, accounts, page, pageTables)] : [];
      runs.push(toRun(run, payroll, leaves, measure, extra));
    }
  }
  return {
    pages,
    creations: createMissing ? creations(payroll, leaves, accounts) : [],
    tables: packer.tables,
    runs,
    unpaid: unpaid(payroll, accounts, choice),
    leaves,
  };
}

function toRun(
  run: LeafRun,
  payroll: Payroll,
  leaves: Leaves,
  measure: RunMeasure,
  extra: readonly number[],
): SettlementRun {
  const { first, end } = run;
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
  const most = measure.size(measure.proofHashes(ledgerDepth(payroll.count)), run.accounts);
  const tables = [...new Set([...measure.tables, ...extra])];
  // Room may have been found in a table that the run uses anyway.
  const bytes = most - TABLE_BYTES * (measure.tables.length + extra.length - tables.length);
  return { first, count: end - first, recipients: owners.size, devices, amount, tables, bytes };
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
  { count, due, ownerOf, fallen }: Payroll,
  accounts: TokenAccounts,
  { create, leftOut }: { create: boolean; leftOut: ReadonlySet<number> },
): Unpaid[] {
  const sums = new Map<UnpaidReason, { devices: number; amount: bigint }>();
  const add = (reason: UnpaidReason, amount: bigint) => {
    const sum = sums.get(reason) ?? { devices: 0, amount: 0n };
    sums.set(reason, { devices: sum.devices + 1, amount: sum.amount + amount });
  };
  for (let index = 0; index < count; index++) {
    if (due[index] === 0n) continue;
    const reason =
      unpaidReason(accounts.state[ownerOf[index]!]!, create) ?? (leftOut.has(index) ? 'left-out' : undefined);
    if (reason) add(reason, due[index]!);
  }
  for (const _ of fallen) add('earned-below-paid', 0n);
  return [...sums].map(([reason, sum]) => ({ reason, ...sum }));
}

/** Transactions that make and fill a plan's tables. `budget`: they set their compute budget. */
export const tableTransactions = (tables: readonly PlannedTable[], budget = false): number =>
  tables.reduce((sum, { add }) => sum + Math.ceil(add.length / tableStep(budget)), 0);
