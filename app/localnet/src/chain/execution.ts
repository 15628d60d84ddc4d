import type { LiteSvm, TransactionMetadata } from 'litesvm/dist/internal';
import { makeAccount } from './account';
import { type AccountKeys, resolveKeys } from './account-keys';
import { loadError, type TransactionError, transactionError } from './errors';
import { transactionFee } from './fees';
import type { LedgerEntry } from './ledger';
import { loadedDataSize } from './loaded-data';
import { memoText } from './memos';
import { advanced, durableNonce, wasGivenBy } from './nonce';
import { type Before, FEES_ONLY, type Outcome, readBefore } from './outcome';
import { tokenBalances } from './token-balances';
import type { WireTransaction } from './wire-message';

const SYSTEM_PROGRAM = Buffer.alloc(32);

/** Whether a transaction got as far as its programs: LiteSVM returns the signature only then. */
const executed = (meta: TransactionMetadata): boolean => meta.signature().some((byte) => byte !== 0);

/** A transaction that had effects, if only by its fee. */
export interface Landed {
  accounts: AccountKeys;
  before: Before;
  err: TransactionError | null;
  meta: TransactionMetadata;
}

/**
 * Executes a transaction. `newest` is the blockhash that new nonces are made from. Without `landed`, it had no effects:
 * it was refused, or it failed and `keepsFailures` is false.
 */
export function execute(
  svm: LiteSvm,
  transaction: WireTransaction,
  newest: Buffer,
  keepsFailures: boolean,
): Outcome & { landed?: Landed } {
  const accounts = resolveKeys(svm, transaction);
  const before = accounts && readBefore(svm, accounts);
  const nonce = durableNonce(svm, transaction, newest);
  const result = svm.sendVersionedTransaction(transaction.wire);
  const failed = 'err' in result;
  const err = failed ? loadError(svm, accounts, transactionError(result.err())) : null;
  const meta = failed ? result.meta() : result;
  const outcome = { err, meta, postAccounts: new Map(), loadedDataSize: 0 };
  if (!accounts || !before) return outcome;
  const fee = transactionFee(transaction);
  const canPay = (before.balances[0] ?? 0n) >= fee;
  if (!executed(meta) && !(FEES_ONLY.has(err) && canPay)) return outcome;
  if (err !== null && !keepsFailures) {
    const payer = before.handles[0];
    if (payer) svm.setAccount(accounts.keys[0]!, payer);
    return { ...outcome, fee, loadedDataSize: loadedDataSize(svm, transaction, accounts.keys) };
  }
  if (err === null) correctNonces(svm, transaction, accounts, newest);
  else settleFailure(svm, accounts, before, fee, nonce && { address: nonce, newest });
  return { ...outcome, fee, landed: { accounts, before, err, meta } };
}

/** Gives the nonces that a transaction advanced the value that a cluster would give them. */
function correctNonces(
  svm: LiteSvm,
  transaction: WireTransaction,
  { keys, writable }: AccountKeys,
  newest: Buffer,
): void {
  if (!keys.some((key) => SYSTEM_PROGRAM.equals(key))) return;
  for (const [index, key] of keys.entries()) {
    const account = writable[index] ? svm.getAccount(key) : null;
    if (account && wasGivenBy(account, transaction)) svm.setAccount(key, advanced(account, newest));
  }
}

/** A failed transaction pays its fee and advances the nonce by which it was valid, and does nothing else. */
function settleFailure(
  svm: LiteSvm,
  { keys }: AccountKeys,
  before: Before,
  fee: bigint,
  nonce: { address: Buffer; newest: Buffer } | undefined,
): void {
  const payer = before.handles[0];
  if (payer) {
    const left = payer.lamports() - fee;
    svm.setAccount(keys[0]!, makeAccount(left, payer.data(), payer.owner(), payer.executable()));
  }
  const account = nonce && svm.getAccount(nonce.address);
  if (account) svm.setAccount(nonce.address, advanced(account, nonce.newest));
}

/** Makes the ledger's entry of a transaction right after its execution. */
export function ledgerEntry(
  svm: LiteSvm,
  transaction: WireTransaction,
  { accounts: { keys, loaded, writable }, before, err, meta }: Landed,
  slot: number,
  index: number,
): LedgerEntry {
  const sum = (values: BigUint64Array) => values.reduce((total, value) => total + value, 0n);
  const postBalances = BigUint64Array.from(keys, (key, position) =>
    writable[position] ? (svm.getBalance(key) ?? 0n) : before.balances[position]!,
  );
  const read = (address: Uint8Array) => svm.getAccount(address);
  const handlesAfter = before.withTokens
    ? before.handles.map((handle, position) => (writable[position] ? read(keys[position]!) : handle))
    : [];
  return {
    wire: transaction.wire,
    slot,
    index,
    err,
    // Programs can't create or burn lamports, so the difference between the sums is the fee.
    fee: sum(before.balances) - sum(postBalances),
    keys,
    loaded,
    writable,
    memo: memoText(transaction.instructions.map(({ programIndex, data }) => [keys[programIndex]!, data])),
    preBalances: before.balances,
    postBalances,
    preTokenBalances: before.withTokens ? tokenBalances(before.handles, read) : [],
    postTokenBalances: tokenBalances(handlesAfter, read),
    meta,
  };
}
