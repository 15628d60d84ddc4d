import { SendTransactionError } from '@solana/web3.js';
import { CommonwireError } from '../../core/errors';
import { TransactionFailed } from '../../core/transactions';

/** An error that keeps a crank from starting or continuing. */
export class CrankError extends CommonwireError {
  declare readonly code:
    | 'nothing-promoted'
    | 'ledger-differs'
    | 'insufficient-funds'
    | 'bad-rpc-answer'
    | 'rpc-unreachable';
}

/** The meaning of a node's refusal to send a transaction. */
export type SendVerdict =
  /** It runs already, or ran. */
  | { kind: 'landed' }
  /** Nothing is known: it may have been taken. */
  | { kind: 'unknown' }
  /** It was not taken, but another try may be. `stale`: with another blockhash. */
  | { kind: 'again'; stale: boolean }
  /** It will never be taken. */
  | { kind: 'refused'; error: TransactionFailed };

/** Messages of nodes about a transaction that will never run, and those among them that are temporary: a busy block. */
const REFUSED = /simulation failed|signature verification|sanitize|deserialize|too large|invalid/i;
const PASSING = /account in use|would exceed/i;

/** Reads what a node answered to `sendTransaction`. */
export function judge(error: unknown): SendVerdict {
  if (!(error instanceof SendTransactionError)) return { kind: 'unknown' };
  const { message } = error.transactionError;
  if (/already been processed/i.test(message)) return { kind: 'landed' };
  if (/blockhash not found/i.test(message)) return { kind: 'again', stale: true };
  // Whatever else a node complains of is its own trouble: it is behind, overloaded or restarting.
  if (PASSING.test(message) || !REFUSED.test(message)) return { kind: 'again', stale: false };
  return { kind: 'refused', error: new TransactionFailed(message, error.logs ?? [], { cause: error }) };
}
