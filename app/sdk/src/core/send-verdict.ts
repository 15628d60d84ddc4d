import { SendTransactionError, type VersionedTransaction } from '@solana/web3.js';
import { RpcError, reasonOf } from './rpc-errors';
import { TransactionFailed } from './transaction-errors';

/** The meaning of a node's refusal to send a transaction. */
export type SendVerdict =
  /** It runs already, or ran. */
  | { kind: 'landed' }
  /** It may have been taken. `complaint`: what the node said. */
  | { kind: 'unknown'; complaint?: Error }
  /**
   * It may be taken at another try. `stale`: with another blockhash. `untaken`: it certainly wasn't at this one; else the
   * node complained, and may have taken it.
   */
  | { kind: 'again'; stale: boolean; untaken: boolean; error: Error }
  /** It will never be taken. */
  | { kind: 'refused'; error: TransactionFailed };

/** Messages of nodes about a transaction that will never run, and those among them that are temporary: a busy block. */
const REFUSED = /simulation failed|signature verification|sanitize|deserialize|too large|invalid/i;
const PASSING = /account in use|would exceed/i;

/** Reads what a node answered to `sendTransaction`. */
export function judge(error: unknown, transaction?: VersionedTransaction): SendVerdict {
  if (error instanceof RpcError && error.untaken)
    return { kind: 'again', stale: false, untaken: true, error };
  if (!(error instanceof SendTransactionError)) return { kind: 'unknown' };
  const { message } = error.transactionError;
  if (/already been processed/i.test(message)) return { kind: 'landed' };
  if (/blockhash not found/i.test(message)) return { kind: 'again', stale: true, untaken: true, error };
  // Whatever else a node complains of is its own trouble: it is behind, overloaded or restarting.
  if (PASSING.test(message) || !REFUSED.test(message))
    return { kind: 'again', stale: false, untaken: false, error };
  const details = { cause: error, ...(transaction ? { transaction } : {}) };
  return {
    kind: 'refused',
    error: new TransactionFailed(message || reasonOf(error), error.logs ?? [], details),
  };
}
