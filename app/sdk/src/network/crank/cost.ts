import { AccountLayout } from '@solana/spl-token';
import { coder } from '../program';
import { type SettlementPlan, tableTransactions } from '../settlement';
import { type CrankContext, settlementBudget } from './context';
import { budget } from './fees';
import { ACCOUNT_UNITS, ACCOUNTS_A_TRANSACTION, PAGE_UNITS, PAGES_A_TRANSACTION } from './prepare';
import { TABLE_UNITS } from './tables';
import type { CrankCost } from './types';

/** A table's header; its addresses have 32 bytes each. */
const TABLE_HEADER_BYTES = 56;
const PAGE_BYTES = coder.accounts.size('page');

/** Lamports of rent on a cluster, where it grows evenly with an account's bytes and 128 more. */
export class Rent {
  /** `empty`: that of an account without data. */
  constructor(private readonly empty: number) {}

  readonly page = (): bigint => this.#of(PAGE_BYTES);
  readonly account = (): bigint => this.#of(AccountLayout.span);
  /** A lookup table's by its addresses; none for none: it isn't made empty. */
  readonly table = (addresses: number): bigint =>
    addresses > 0 ? this.#of(TABLE_HEADER_BYTES + 32 * addresses) : 0n;

  #of(bytes: number): bigint {
    return (BigInt(this.empty) * BigInt(128 + bytes)) / 128n;
  }
}

/** What carrying out a plan takes. */
export function costOf(context: CrankContext, plan: SettlementPlan, rent: Rent): CrankCost {
  const { price } = context;
  const { runs, pages, creations, tables } = plan;
  const filled = tables.filter(({ add }) => add.length > 0);
  const steps = tableTransactions(filled, price > 0n);
  const pageSends = Math.ceil(pages.length / PAGES_A_TRANSACTION);
  const accountSends = Math.ceil(creations.length / ACCOUNTS_A_TRANSACTION);
  const settleFees = runs.reduce((sum, run) => sum + settlementBudget(context, run).fee, 0n);
  const others =
    BigInt(steps) * budget(TABLE_UNITS, price).fee +
    BigInt(pageSends) * budget(PAGE_UNITS, price).fee +
    BigInt(accountSends) * budget(ACCOUNT_UNITS, price).fee;
  return {
    settlements: runs.length,
    pages: pages.length,
    accounts: creations.length,
    newTables: tables.filter(({ address }) => address === null).length,
    transactions: runs.length + steps + pageSends + accountSends,
    recipients: runs.reduce((sum, run) => sum + run.recipients, 0),
    devices: runs.reduce((sum, run) => sum + run.devices, 0),
    amount: runs.reduce((sum, run) => sum + run.amount, 0n),
    fees: settleFees + others,
    rent: {
      pages: BigInt(pages.length) * rent.page(),
      accounts: BigInt(creations.length) * rent.account(),
      tables: filled.reduce(
        (sum, { held, add }) => sum + rent.table(held + add.length) - rent.table(held),
        0n,
      ),
    },
    unpaid: plan.unpaid,
  };
}
