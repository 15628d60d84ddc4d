import {
  ComputeBudgetProgram,
  PublicKey,
  type TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { compileV1, TransactionTooLarge } from './transaction-v1';
import { MAX_TRANSACTION_BYTES, type SentVersion } from './transaction-versions';

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

/** The runtime's own greatest limits, and what it gives an instruction unasked (Agave, `compute_budget_limits.rs`). */
export const MAX_COMPUTE_UNITS = 1_400_000;
const INSTRUCTION_COMPUTE_UNITS = 200_000;
const MAX_LOADED_ACCOUNT_BYTES = 64 * 1024 * 1024;
const MICRO_LAMPORTS = 1_000_000n;

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
