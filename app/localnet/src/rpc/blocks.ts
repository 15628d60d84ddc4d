import { z } from 'zod';
import type { Chain } from '../chain/chain';
import type { LedgerEntry } from '../chain/ledger';
import { signatureOf } from '../chain/transaction';
import { toBase58 } from '../encoding';
import { RpcError } from './errors';
import { contextConfigWith, optional } from './method';
import {
  type EncodingOptions,
  encodeEntry,
  encodeEntryAccounts,
  TRANSACTION_ENCODINGS,
} from './transaction-encoding';

/** The members that select how transactions are shown. */
export const transactionShape = {
  encoding: optional(z.enum(TRANSACTION_ENCODINGS)),
  maxSupportedTransactionVersion: optional(z.int().min(0).max(255)),
};

/** A parameter with {@link transactionShape} and `shape`, or, as before 2021, the encoding alone. */
export const encodingConfig = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? { encoding: value } : value),
    contextConfigWith({ ...transactionShape, ...shape }),
  );

/** The members of {@link encodingConfig} for blocks. */
export const blockShape = {
  transactionDetails: optional(z.enum(['full', 'accounts', 'signatures', 'none'])),
  rewards: optional(z.boolean()),
};

/** How a client wants a block. */
export interface BlockOptions extends EncodingOptions {
  details: 'full' | 'accounts' | 'signatures' | 'none';
}

/** @throws {@link RpcError} invalidParams, for base58 of versions that it can't hold */
export function assertEncoding({ encoding, maxVersion }: EncodingOptions): void {
  if ((encoding === 'base58' || encoding === 'binary') && (maxVersion ?? 0) >= 1) {
    throw new RpcError(
      'invalidParams',
      'base58 encoding is not supported with maxSupportedTransactionVersion >= 1',
    );
  }
}

/**
 * Encodes a block with those of its transactions that are given.
 *
 * @throws {@link RpcError} unsupportedTransactionVersion
 */
export function encodeBlock(
  { slots }: Chain,
  slot: number,
  entries: readonly LedgerEntry[],
  options: BlockOptions,
) {
  const parent = Math.max(slot - 1, slots.first);
  return {
    blockHeight: slots.height(slot),
    blockTime: slots.time(slot),
    blockhash: toBase58(slots.blockhash(slot)),
    parentSlot: parent,
    previousBlockhash: toBase58(slots.blockhash(parent)),
    rewards: options.showRewards ? [] : undefined,
    ...blockTransactions(entries, options),
  };
}

function blockTransactions(entries: readonly LedgerEntry[], options: BlockOptions) {
  switch (options.details) {
    case 'none':
      return {};
    case 'signatures':
      return { signatures: entries.map((entry) => toBase58(signatureOf(entry.wire))) };
    case 'accounts':
      return { transactions: entries.map((entry) => encodeEntryAccounts(entry, options)) };
    case 'full':
      return { transactions: entries.map((entry) => encodeEntry(entry, options)) };
  }
}
