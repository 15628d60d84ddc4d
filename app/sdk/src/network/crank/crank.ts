import { TOKEN_PROGRAM_ID } from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { formatSol } from '../../core/amounts';
import { equal, toHex } from '../../core/bytes';
import { resolvePrice } from '../../core/priority-fee';
import { caughtUp } from '../../core/rpc-connection';
import { acceptedVersion } from '../../core/transaction-versions';
import { fetchNetwork, type NetworkAccount } from '../accounts';
import type { LedgerTree } from '../merkle/ledger';
import {
  type Payroll,
  payroll,
  planSettlement,
  type SettlementPlan,
  settlementInstruction,
  TokenAccounts,
} from '../settlement';
import { type Pages, paidOf, readAccounts, readPages } from './chain-state';
import type { CrankContext } from './context';
import { costOf, type Rent, readRent } from './cost';
import { CrankError } from './errors';
import {
  ACCOUNTS_A_TRANSACTION,
  accountInstructions,
  createAccounts,
  openPages,
  PAGES_A_TRANSACTION,
  pageInstructions,
} from './prepare';
import { Sender } from './sender';
import { Settling } from './settling';
import { summarize, Tally } from './summary';
import type { CrankCost, CrankOptions, CrankSummary } from './types';

/** Everything a crank needs in order to send. */
type ContextOptions = Pick<
  CrankOptions,
  'connection' | 'payer' | 'network' | 'priorityFee' | 'sending' | 'signal' | 'onEvent'
>;

/** A round: what the chain has, and what is to be done about it. */
interface Round {
  readonly pages: Pages;
  readonly sums: Payroll;
  readonly plan: SettlementPlan;
  readonly cost: CrankCost;
}

/**
 * Pays every device that has earned more than it was paid, in the fewest transactions, many at once. Anybody may: all it
 * needs is the ledger and somebody to pay the fees.
 *
 * It works in rounds, each from what pages and token accounts are on chain then: what a crash, a lost answer or
 * another crank left behind is found, not remembered. It ends when a round has nothing left to pay, or gets nowhere.
 *
 * @example
 * const summary = await crank({ connection, payer, network, tree, entries });
 * @throws CrankError before anything is sent, `rpc-unreachable` later; AccountError
 */
export async function crank(options: CrankOptions): Promise<CrankSummary> {
  const work = await Crank.begin(options);
  return work.run();
}

/** Returns what {@link crank} would do first, and its cost, without sending anything. @throws CrankError AccountError */
export async function planCrank(options: CrankOptions): Promise<CrankCost> {
  const work = await Crank.begin(options);
  return (await work.round()).cost;
}

/**
 * The instructions of each transaction that a first round of {@link crank} would send, in order, without sending anything:
 * for a payer that signs elsewhere. @throws CrankError AccountError
 */
export async function printCrank(
  options: Omit<CrankOptions, 'payer'> & { payer: PublicKey },
): Promise<TransactionInstruction[][]> {
  const payer = { publicKey: options.payer, secretKey: new Uint8Array(64) };
  const work = await Crank.begin({ ...options, payer });
  return work.transactions();
}

class Crank {
  private accounts: TokenAccounts | undefined;
  private readonly settling: Settling;

  private constructor(
    private readonly options: CrankOptions,
    private readonly context: CrankContext,
    private readonly rent: Rent,
  ) {
    this.settling = new Settling(
      context,
      options.tree.root,
      options.maxSettlements ?? Number.POSITIVE_INFINITY,
    );
  }

  static async begin(options: CrankOptions): Promise<Crank> {
    const { connection } = options;
    const context = await contextOf(options);
    checkLedger(await fetchNetwork(connection, options.network), options.tree);
    return new Crank(options, context, await readRent(connection));
  }

  async run(): Promise<CrankSummary> {
    const { context, settling } = this;
    const tally = new Tally(this.rent);
    let round = await this.round();
    const first = round;
    await this.checkFunds(first.cost);
    context.emit({ type: 'planned', cost: first.cost });
    while (round.plan.runs.length > 0 && !settling.isOver) {
      await this.carryOut(round.plan, tally);
      if (settling.isOver) break;
      round = await this.round();
    }
    const last = await this.read();
    const { fees } = context.sender.sent;
    return summarize(first.sums, last.sums, this.accounts!, settling, tally, fees, this.options.createFrom);
  }

  /** Reads the chain and plans. */
  async round(): Promise<Round> {
    const { options, context, settling } = this;
    const { connection, network, mint, tokenProgram, version, price } = context;
    const { pages, sums } = await this.read();
    this.accounts ??= new TokenAccounts(sums.owners, mint, tokenProgram);
    await readAccounts(connection, network, sums, this.accounts, (done, total) =>
      context.emit({ type: 'progress', stage: 'read', done, total }),
    );
    const openPages = new Set(pages.flatMap((page, number) => (page ? [number] : [])));
    const plan = planSettlement(
      { payroll: sums, accounts: this.accounts, openPages },
      {
        ...(options.createFrom !== undefined && { createFrom: options.createFrom }),
        version,
        priorityFee: price > 0n,
        leftOut: settling.leftOut,
        runLimits: settling.runLimits,
      },
    );
    return { pages, sums, plan, cost: costOf(context, plan, this.rent) };
  }

  /** The transactions of a round. */
  async transactions(): Promise<TransactionInstruction[][]> {
    const { plan } = await this.round();
    const { context, options } = this;
    const accounts = this.accounts!;
    const { network } = context;
    const parts = { network, tree: options.tree, entries: options.entries, accounts, leaves: plan.leaves };
    return [
      ...slices(pageInstructions(context, plan.pages), PAGES_A_TRANSACTION),
      ...slices(accountInstructions(context, accounts, plan.creations), ACCOUNTS_A_TRANSACTION),
      ...plan.runs.map((run) => [settlementInstruction(parts, run)]),
    ];
  }

  private async read(): Promise<{ pages: Pages; sums: Payroll }> {
    const { connection, network } = this.context;
    const { entries } = this.options;
    // What a node shows from before the last round's transactions would be sent once more.
    await caughtUp(connection);
    const pages = await readPages(connection, network, entries.length);
    return { pages, sums: payroll(entries, paidOf(pages)) };
  }

  private async carryOut(plan: SettlementPlan, tally: Tally): Promise<void> {
    const { context, options, settling } = this;
    const accounts = this.accounts!;
    const [pages, made] = await Promise.all([
      openPages(context, plan.pages),
      createAccounts(context, accounts, plan.creations),
    ]);
    tally.add(pages, made);
    const { network } = context;
    const { tree, entries } = options;
    await settling.settle(plan, { network, tree, entries, accounts, leaves: plan.leaves });
  }

  private async checkFunds({ fees, rent }: CrankCost): Promise<void> {
    const { connection, payer } = this.context;
    const needed = fees + rent.pages + rent.accounts;
    const balance = BigInt(await connection.getBalance(payer.publicKey, 'confirmed'));
    if (needed === 0n || balance >= needed) return;
    throw new CrankError(
      'insufficient-funds',
      `${payer.publicKey} has ${formatSol(balance)} SOL, this takes ${formatSol(needed)}: ${formatSol(fees)} of fees, the rest rent. Send it some`,
    );
  }
}

async function contextOf(options: ContextOptions): Promise<CrankContext> {
  const { connection, payer, network, sending } = options;
  const { mint } = await fetchNetwork(connection, network);
  const mintAccount = await connection.getAccountInfo(mint, 'confirmed');
  const signal = options.signal ?? new AbortController().signal;
  return {
    connection,
    payer,
    network,
    mint,
    tokenProgram: mintAccount?.owner ?? TOKEN_PROGRAM_ID,
    version: await acceptedVersion(connection),
    price: await resolvePrice(connection, [network], options.priorityFee),
    signal,
    sender: new Sender(connection, payer, signal, sending),
    emit: options.onEvent ?? (() => {}),
  };
}

function checkLedger({ address, current }: NetworkAccount, tree: LedgerTree): void {
  if (current.epoch === 0n)
    throw new CrankError('nothing-promoted', `network ${address} has promoted no epoch yet: nothing is due`);
  if (tree.deviceCount === current.deviceCount && equal(tree.root, current.ledgerRoot)) return;
  throw new CrankError(
    'ledger-differs',
    `the ledger's root is ${toHex(tree.root)}, that of epoch ${current.epoch} on chain ${toHex(current.ledgerRoot)}`,
  );
}

const slices = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
