import type { Account, LiteSvm, TransactionMetadata } from 'litesvm/dist/internal';
import type { AccountKeys } from './account-keys';
import type { TransactionError } from './errors';
import { isTokenProgram, type TokenBalance, tokenBalances } from './token-balances';

/** Balances of a transaction's accounts in the order of its keys. */
export interface Balances {
  lamports: readonly bigint[];
  tokens: readonly TokenBalance[];
}

/** The outcome of a transaction or simulation. */
export interface Outcome {
  err: TransactionError | null;
  /** Missing if it was refused before execution. */
  meta?: TransactionMetadata;
  /** Simulations only: the resulting writable accounts. */
  postAccounts: ReadonlyMap<string, Account>;
  /** What the rest is about; undefined if a lookup table is missing. */
  accounts?: AccountKeys | undefined;
  before?: Balances;
  after?: Balances;
  /** Lamports that it would pay; undefined if it would be refused before execution. */
  fee?: bigint;
  loadedDataSize: number;
}

/** A transaction's accounts before its execution. */
export interface Before {
  withTokens: boolean;
  /** The accounts that it may write or that may hold tokens; null for others and those that don't exist. */
  handles: readonly (Account | null)[];
  /** Lamports of all. */
  balances: BigUint64Array;
}

/** Reads a transaction's accounts before its execution. */
export function readBefore(svm: LiteSvm, { keys, writable, isInvoked }: AccountKeys): Before {
  const withTokens = keys.some(isTokenProgram);
  const handles = keys.map((key, index) =>
    writable[index] || (withTokens && !isInvoked[index]) ? svm.getAccount(key) : null,
  );
  const balances = BigUint64Array.from(keys, (key, index) =>
    writable[index] ? (handles[index]?.lamports() ?? 0n) : (svm.getBalance(key) ?? 0n),
  );
  return { withTokens, handles, balances };
}

/** The balances of a transaction's accounts before its execution. */
export const balancesBefore = (svm: LiteSvm, { balances, handles }: Before): Balances => ({
  lamports: [...balances],
  tokens: tokenBalances(handles, (address) => svm.getAccount(address)),
});

/** Errors in loading a transaction's accounts, which don't free it of its fee. */
export const FEES_ONLY: ReadonlySet<unknown> = new Set([
  'InvalidProgramForExecution',
  'MaxLoadedAccountsDataSizeExceeded',
  'ProgramAccountNotFound',
]);
