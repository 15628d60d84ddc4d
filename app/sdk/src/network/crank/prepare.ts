import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { openPage } from '../instructions/settle';
import type { TokenAccounts } from '../settlement';
import { type CrankContext, job } from './context';
import type { CrankStage } from './types';

/**
 * Pages that one transaction opens and token accounts that it makes: five instructions for each account, those that it
 * calls included, of the 64 that a transaction runs, and what fits version 0.
 */
export const PAGES_A_TRANSACTION = 20;
export const ACCOUNTS_A_TRANSACTION = 12;
export const PAGE_UNITS = 400_000;
export const ACCOUNT_UNITS = 800_000;

/** Transactions that landed, and what they made. */
export interface Prepared {
  transactions: number;
  made: number;
}

/** What opening pages and making accounts takes from the context. */
type Maker = Pick<CrankContext, 'network' | 'mint' | 'tokenProgram'> & { payer: { publicKey: PublicKey } };

/** The instructions that open pages. */
export const pageInstructions = (
  { network, payer }: Maker,
  pages: readonly number[],
): TransactionInstruction[] => pages.map((number) => openPage({ network, number, payer: payer.publicKey }));

/** Opens pages. */
export const openPages = (context: CrankContext, pages: readonly number[]): Promise<Prepared> =>
  sendAll(context, 'pages', pageInstructions(context, pages), PAGES_A_TRANSACTION, PAGE_UNITS);

/** The instructions that make the token accounts of owners, by their numbers. */
export const accountInstructions = (
  { mint, payer, tokenProgram }: Maker,
  accounts: TokenAccounts,
  owners: readonly number[],
): TransactionInstruction[] =>
  owners.map((owner) =>
    createAssociatedTokenAccountIdempotentInstruction(
      payer.publicKey,
      accounts.publicKey(owner),
      new PublicKey(accounts.owners[owner]!),
      mint,
      tokenProgram,
    ),
  );

/** Makes the token accounts of owners, by their numbers. */
export const createAccounts = (
  context: CrankContext,
  accounts: TokenAccounts,
  owners: readonly number[],
): Promise<Prepared> => {
  const instructions = accountInstructions(context, accounts, owners);
  return sendAll(context, 'accounts', instructions, ACCOUNTS_A_TRANSACTION, ACCOUNT_UNITS);
};

/** The next round finds out what was refused or lost here: the page or account is still missing. */
async function sendAll(
  context: CrankContext,
  stage: CrankStage,
  instructions: readonly TransactionInstruction[],
  size: number,
  units: number,
): Promise<Prepared> {
  const done = { transactions: 0, made: 0 };
  const total = Math.ceil(instructions.length / size);
  const send = async (_: unknown, i: number) => {
    const part = instructions.slice(i * size, (i + 1) * size);
    const { kind } = await context.sender.send(job(context, () => part, units));
    if (kind !== 'confirmed') return;
    done.transactions += 1;
    done.made += part.length;
    context.emit({ type: 'progress', stage, done: done.transactions, total });
  };
  await Promise.all(Array.from({ length: total }, send));
  return done;
}
