import {
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
import { compileV1, TransactionTooLarge } from './transaction-v1';
import {
  acceptedVersion,
  MAX_SUPPORTED_TRANSACTION_VERSION,
  MAX_TRANSACTION_BYTES,
  type SentVersion,
} from './transaction-versions';

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

/** The limits that a transaction asks for. */
export interface BuildOptions {
  /** Default 1. */
  version?: SentVersion;
  /** Default 200,000 an instruction, at most 1,400,000: what clusters give version 0 without asking. */
  computeUnitLimit?: number;
  /**
   * Bytes of all accounts that it may load, programs included. Default 64 MiB: again what version 0 has without asking.
   * Less makes a transaction cheaper to schedule, so that the same priority fee goes further.
   */
  loadedAccountBytes?: number;
  /** Lamports in all, beside the fee for signatures. Default none. */
  priorityFee?: bigint;
}

/** A key that signs a transaction's message. */
export interface MessageSigner {
  readonly publicKey: PublicKey;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface SendOptions extends BuildOptions {
  /** Default: the version that the cluster takes, see {@link acceptedVersion}. */
  version?: SentVersion;
  /** Beside the payer. */
  signers?: readonly Signer[];
  /** Keys that sign elsewhere, such as in a key service. */
  cosigners?: readonly MessageSigner[];
  /** Until when to wait. Default `confirmed`. */
  commitment?: Commitment;
}

/** The runtime's own greatest limits, and what it gives an instruction unasked (Agave, `compute_budget_limits.rs`). */
const MAX_COMPUTE_UNITS = 1_400_000;
const INSTRUCTION_COMPUTE_UNITS = 200_000;
const MAX_LOADED_ACCOUNT_BYTES = 64 * 1024 * 1024;
const MICRO_LAMPORTS = 1_000_000n;

/**
 * Sends one transaction and waits for it.
 * @returns its signature
 * @throws TransactionFailed, TransactionExpired, TransactionTooLarge
 */
export async function sendAndConfirm(
  connection: Connection,
  payer: Signer,
  instructions: readonly TransactionInstruction[],
  options: SendOptions = {},
): Promise<string> {
  const commitment = options.commitment ?? 'confirmed';
  // Blockhashes are taken at `processed`: some nodes don't know a confirmed one at once in a quick series.
  const [version, latest] = await Promise.all([
    options.version ?? acceptedVersion(connection),
    connection.getLatestBlockhash('processed'),
  ]);
  const transaction = compile(payer.publicKey, latest.blockhash, instructions, { ...options, version });
  transaction.sign([payer, ...(options.signers ?? [])]);
  for (const { publicKey, sign } of options.cosigners ?? [])
    transaction.addSignature(publicKey, await sign(transaction.message.serialize()));
  try {
    const signature = await connection.sendTransaction(transaction, { preflightCommitment: 'processed' });
    const { value } = await connection.confirmTransaction({ signature, ...latest }, commitment);
    if (value.err) throw new TransactionFailed(value.err, await logsOf(connection, signature));
    return signature;
  } catch (error) {
    throw explain(error);
  }
}

/**
 * The unsigned transaction. Version 1 carries its limits, version 0 has instructions of the compute budget where options
 * ask for them.
 * @throws TransactionTooLarge
 */
export function compile(
  payer: PublicKey,
  recentBlockhash: string,
  instructions: readonly TransactionInstruction[],
  options: BuildOptions = {},
): VersionedTransaction {
  const computeUnits =
    options.computeUnitLimit ?? Math.min(MAX_COMPUTE_UNITS, INSTRUCTION_COMPUTE_UNITS * instructions.length);
  const { version = 1, loadedAccountBytes = MAX_LOADED_ACCOUNT_BYTES, priorityFee = 0n } = options;
  if (version === 1) {
    const limits = { computeUnits, loadedAccountBytes, priorityFee };
    return ofSize(compileV1(payer, recentBlockhash, instructions, limits), version);
  }
  const setsLimit = options.computeUnitLimit !== undefined || priorityFee > 0n;
  const microLamports = (priorityFee * MICRO_LAMPORTS) / BigInt(computeUnits);
  const budget = [
    ...(setsLimit ? [ComputeBudgetProgram.setComputeUnitLimit({ units: computeUnits })] : []),
    ...(priorityFee > 0n ? [ComputeBudgetProgram.setComputeUnitPrice({ microLamports })] : []),
  ];
  const message = new TransactionMessage({
    payerKey: payer,
    recentBlockhash,
    instructions: [...budget, ...instructions],
  });
  return ofSize(new VersionedTransaction(message.compileToV0Message()), version);
}

/** Bytes of the signed transaction that these instructions make, or null where they don't fit one. */
export function transactionBytes(
  payer: PublicKey,
  instructions: readonly TransactionInstruction[],
  options: BuildOptions = {},
): number | null {
  try {
    return compile(payer, PublicKey.default.toBase58(), instructions, options).serialize().length;
  } catch (error) {
    if (error instanceof TransactionTooLarge) return null;
    throw error;
  }
}

function ofSize<T extends VersionedTransaction>(transaction: T, version: SentVersion): T {
  const bytes = sizeOf(transaction);
  const most = MAX_TRANSACTION_BYTES[version];
  if (bytes <= most) return transaction;
  throw new TransactionTooLarge(
    'transaction-too-large',
    version === 1
      ? `the transaction takes ${bytes} bytes, and none has more than ${most}`
      : `the transaction doesn't fit ${most} bytes, the most of version 0: cluster or wallet takes no newer one`,
  );
}

/** Bytes; Infinity where web3.js overruns the buffers it writes version 0 into. */
function sizeOf(transaction: VersionedTransaction): number {
  try {
    return transaction.serialize().length;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Compute units that a confirmed transaction took. */
export async function computeUnits(connection: Connection, signature: string): Promise<number> {
  const response = await connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
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
    maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
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
