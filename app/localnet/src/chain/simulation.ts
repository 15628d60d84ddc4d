import type { Account, LiteSvm, SimulatedTransactionInfo } from 'litesvm/dist/internal';
import { toKey } from '../encoding';
import { type AccountKeys, resolveKeys } from './account-keys';
import { loadError, type TransactionError, transactionError } from './errors';
import { transactionFee } from './fees';
import { loadedDataSize } from './loaded-data';
import { type Before, balancesBefore, FEES_ONLY, type Outcome, readBefore } from './outcome';
import { tokenBalances } from './token-balances';
import type { WireTransaction } from './wire-message';

/** Executes a transaction without keeping its effects. With a `refusal`, only tells what it would have met. */
export function simulate(
  svm: LiteSvm,
  transaction: WireTransaction,
  refusal: TransactionError | undefined,
  verifySignatures: boolean,
): Outcome {
  const accounts = resolveKeys(svm, transaction);
  const before = accounts && readBefore(svm, accounts);
  if (refusal) {
    const balances = before && balancesBefore(svm, before);
    const unchanged = balances ? { before: balances, after: balances } : {};
    return { err: refusal, postAccounts: new Map(), accounts, loadedDataSize: 0, ...unchanged };
  }
  const outcome = run(svm, transaction, accounts, verifySignatures);
  if (!accounts || !before) return outcome;
  return { ...outcome, accounts, ...changes(svm, transaction, accounts, before, outcome) };
}

function run(
  svm: LiteSvm,
  transaction: WireTransaction,
  accounts: AccountKeys | undefined,
  verifySignatures: boolean,
): Outcome {
  svm.setSigverify(verifySignatures);
  try {
    const result = svm.simulateVersionedTransaction(transaction.wire);
    const loadedDataSize = 0;
    return 'err' in result
      ? {
          err: loadError(svm, accounts, transactionError(result.err())),
          meta: result.meta(),
          postAccounts: new Map(),
          loadedDataSize,
        }
      : { err: null, meta: result.meta(), postAccounts: postAccountsOf(result), loadedDataSize };
  } finally {
    svm.setSigverify(true);
  }
}

/** What a simulation that wasn't refused would have changed. A failed one would only have paid its fee. */
function changes(
  svm: LiteSvm,
  transaction: WireTransaction,
  { keys }: AccountKeys,
  accountsBefore: Before,
  { err, meta, postAccounts }: Outcome,
) {
  const before = balancesBefore(svm, accountsBefore);
  // What fails before its programs has no logs. (An unsigned transaction has no signature that LiteSVM could return.)
  const pays = err === null || FEES_ONLY.has(err) || (meta?.logs().length ?? 0) > 0;
  if (!pays) return { before, after: before };
  const fee = transactionFee(transaction);
  const loaded = loadedDataSize(svm, transaction, keys);
  if (err !== null) {
    const lamports = before.lamports.map((value, index) => (index === 0 ? value - fee : value));
    return { before, after: { ...before, lamports }, fee, loadedDataSize: loaded };
  }
  const after = keys.map((key) => postAccounts.get(toKey(key)));
  const handles = after.map((account, index) => account ?? accountsBefore.handles[index] ?? null);
  const lamports = after.map((account, index) => account?.lamports() ?? accountsBefore.balances[index]!);
  const read = (address: Uint8Array) => postAccounts.get(toKey(address)) ?? svm.getAccount(address);
  const tokens = tokenBalances(handles, read);
  return { before, after: { lamports, tokens }, fee, loadedDataSize: loaded };
}

const postAccountsOf = (result: SimulatedTransactionInfo): Map<string, Account> =>
  new Map(result.postAccounts().map((found) => [toKey(found.address), found.account()]));
