import {
  type AddressLookupTableAccount,
  type Commitment,
  ComputeBudgetProgram,
  type Connection,
  PublicKey,
  SendTransactionError,
  type Signer,
  type TransactionError,
  type TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { CommonwireError } from './errors';
import { findProgramError } from './program-errors';
import { namedExtension } from './token-extensions';

/** Most bytes of a serialized transaction. */
export const MAX_TRANSACTION_BYTES = 1232;

/**
 * A transaction that the chain refused. `code` is the program's own name for the reason in kebab-case where it has one
 * (such as `epoch-not-over`), else `transaction-failed`; `number` is the on-chain code; `extension` what of a token is in
 * the way, with the code `unsupported-extension`.
 */
export class TransactionFailed extends CommonwireError {
  readonly number: number | null;
  readonly extension: string | null;
  readonly logs: readonly string[];

  constructor(reason: TransactionError | string, logs: readonly string[], options?: ErrorOptions) {
    const number = customCode(reason);
    const known = findProgramError(number, logs);
    const extension = known?.name === 'UnsupportedExtension' ? namedExtension(logs) : null;
    const detail = typeof reason === 'string' ? reason : JSON.stringify(reason);
    super(
      known ? kebab(known.name) : 'transaction-failed',
      known
        ? `the ${known.program} program refused: ${known.message} (${known.name}, ${number})${extension ? `: ${extension}` : ''}`
        : `the chain refused: ${detail}`,
      options,
    );
    this.number = number;
    this.extension = extension;
    this.logs = logs;
  }
}

/** A transaction that no longer can land and didn't: build it anew with a fresh blockhash. */
export class TransactionExpired extends CommonwireError {
  declare readonly code: 'transaction-expired';
}

export interface SendOptions {
  /** Beside the payer. */
  signers?: readonly Signer[];
  lookupTables?: AddressLookupTableAccount[];
  /** Default: the cluster's, 200,000 an instruction. */
  computeUnitLimit?: number;
  /** Micro-lamports a compute unit. */
  priorityFee?: bigint;
  /** Until when to wait. Default `confirmed`. */
  commitment?: Commitment;
}

/**
 * Sends one transaction and waits for it.
 * @returns its signature
 * @throws TransactionFailed, TransactionExpired
 */
export async function sendAndConfirm(
  connection: Connection,
  payer: Signer,
  instructions: readonly TransactionInstruction[],
  options: SendOptions = {},
): Promise<string> {
  const commitment = options.commitment ?? 'confirmed';
  // Blockhashes are taken at `processed`: some nodes don't know a confirmed one at once in a quick series.
  const latest = await connection.getLatestBlockhash('processed');
  const transaction = compile(payer.publicKey, latest.blockhash, instructions, options);
  transaction.sign([payer, ...(options.signers ?? [])]);
  try {
    const signature = await connection.sendTransaction(transaction, { preflightCommitment: 'processed' });
    const { value } = await connection.confirmTransaction({ signature, ...latest }, commitment);
    if (value.err) throw new TransactionFailed(value.err, await logsOf(connection, signature));
    return signature;
  } catch (error) {
    throw explain(error);
  }
}

/** The unsigned transaction, with the compute budget's instructions where options ask for them. */
export function compile(
  payer: PublicKey,
  recentBlockhash: string,
  instructions: readonly TransactionInstruction[],
  { lookupTables, computeUnitLimit, priorityFee }: SendOptions = {},
): VersionedTransaction {
  const budget = [
    ...(computeUnitLimit ? [ComputeBudgetProgram.setComputeUnitLimit({ units: computeUnitLimit })] : []),
    ...(priorityFee ? [ComputeBudgetProgram.setComputeUnitPrice({ microLamports: priorityFee })] : []),
  ];
  const message = new TransactionMessage({
    payerKey: payer,
    recentBlockhash,
    instructions: [...budget, ...instructions],
  });
  return new VersionedTransaction(message.compileToV0Message(lookupTables));
}

/** Bytes of the transaction that these instructions make, or null where they don't fit one. */
export function transactionBytes(
  payer: PublicKey,
  instructions: readonly TransactionInstruction[],
  options: SendOptions = {},
): number | null {
  try {
    const { length } = compile(payer, PublicKey.default.toBase58(), instructions, options).serialize();
    return length <= MAX_TRANSACTION_BYTES ? length : null;
  } catch (error) {
    // web3.js writes into a buffer of the greatest size and overruns it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Compute units that a confirmed transaction took. */
export async function computeUnits(connection: Connection, signature: string): Promise<number> {
  const response = await connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: 0,
  });
  return response?.meta?.computeUnitsConsumed ?? 0;
}

function explain(error: unknown): unknown {
  if (error instanceof SendTransactionError) {
    const logs = error.logs ?? [];
    const { message } = error.transactionError;
    return new TransactionFailed(message, logs, { cause: error });
  }
  if (error instanceof Error && error.name === 'TransactionExpiredBlockheightExceededError') {
    return new TransactionExpired('transaction-expired', 'the transaction expired before it landed', {
      cause: error,
    });
  }
  return error;
}

/** Logs of a confirmed transaction; none where the node doesn't have it. */
export async function logsOf(connection: Connection, signature: string): Promise<readonly string[]> {
  const response = await connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: 0,
  });
  return response?.meta?.logMessages ?? [];
}

/** The number in `{"InstructionError":[i,{"Custom":n}]}` or in a preflight's "custom program error: 0x1770". */
function customCode(reason: TransactionError | string): number | null {
  const text = typeof reason === 'string' ? reason : JSON.stringify(reason);
  const hex = /custom program error: 0x([0-9a-f]+)/i.exec(text)?.[1];
  const decimal = /"Custom":(\d+)/.exec(text)?.[1];
  if (hex) return Number.parseInt(hex, 16);
  return decimal ? Number(decimal) : null;
}

const kebab = (name: string): string => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
