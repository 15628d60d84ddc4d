import { AccountLayout } from '@solana/spl-token';
import type { Connection } from '@solana/web3.js';
import { coder } from '../program';
import type { SettlementPlan } from '../settlement';
import { type CrankContext, unitsOf } from './context';
import { feesOf } from './fees';
import { ACCOUNT_UNITS, ACCOUNTS_A_TRANSACTION, PAGE_UNITS, PAGES_A_TRANSACTION } from './prepare';
import type { CrankCost } from './types';

/** Lamports of rent on a cluster. */
export interface Rent {
  page: bigint;
  /** Of a token account. */
  account: bigint;
}

/** The cluster's present rent. */
export async function readRent(connection: Connection): Promise<Rent> {
  const [page, account] = await Promise.all(
    [coder.accounts.size('page'), AccountLayout.span].map((bytes) =>
      connection.getMinimumBalanceForRentExemption(bytes).then(BigInt),
    ),
  );
  return { page: page!, account: account! };
}

/** Returns the cost of a plan. */
export function costOf(context: CrankContext, plan: SettlementPlan, rent: Rent): CrankCost {
  const { price } = context;
  const { runs, pages, creations } = plan;
  const pageSends = Math.ceil(pages.length / PAGES_A_TRANSACTION);
  const accountSends = Math.ceil(creations.length / ACCOUNTS_A_TRANSACTION);
  const settleFees = runs.reduce((sum, run) => sum + feesOf(unitsOf(context, run), price).fee, 0n);
  const others =
    BigInt(pageSends) * feesOf(PAGE_UNITS, price).fee +
    BigInt(accountSends) * feesOf(ACCOUNT_UNITS, price).fee;
  return {
    settlements: runs.length,
    pages: pages.length,
    accounts: creations.length,
    transactions: runs.length + pageSends + accountSends,
    recipients: runs.reduce((sum, run) => sum + run.recipients, 0),
    devices: runs.reduce((sum, run) => sum + run.devices, 0),
    amount: runs.reduce((sum, run) => sum + run.amount, 0n),
    fees: settleFees + others,
    rent: {
      pages: BigInt(pages.length) * rent.page,
      accounts: BigInt(creations.length) * rent.account,
    },
    unpaid: plan.unpaid,
  };
}
