import type { TransactionMetadata } from 'litesvm/dist/internal';
import type { LedgerEntry } from '../chain/ledger';
import type { TokenBalance } from '../chain/token-balances';
import { decodeTransaction, isWritable } from '../chain/transaction';
import type { WireTransaction } from '../chain/wire-message';
import { toBase58 } from '../encoding';
import { RpcError } from './errors';
import { uiAmount } from './parsed/token-amount';

/** The encodings that a client can request. */
export const TRANSACTION_ENCODINGS = ['json', 'jsonParsed', 'base64', 'base58'] as const;

/** One of {@link TRANSACTION_ENCODINGS}. */
export type TransactionEncoding = (typeof TRANSACTION_ENCODINGS)[number];

/** Encodes the inner instructions of those outer instructions that have any. */
export const encodeInnerInstructions = (meta: TransactionMetadata) =>
  meta.innerInstructions().flatMap((inner, index) => {
    if (inner.length === 0) return [];
    const instructions = inner.map((called) => {
      const instruction = called.instruction();
      return {
        programIdIndex: instruction.programIdIndex(),
        accounts: [...instruction.accounts()],
        data: toBase58(instruction.data()),
        stackHeight: called.stackHeight(),
      };
    });
    return [{ index, instructions }];
  });

/** Encodes the return data; undefined if there is none. */
export function encodeReturnData(meta: TransactionMetadata) {
  const returned = meta.returnData();
  const data = Buffer.from(returned.data());
  if (data.length === 0) return undefined;
  return { programId: toBase58(returned.programId()), data: [data.toString('base64'), 'base64'] };
}

const encodeTokenBalance = (balance: TokenBalance) => ({
  accountIndex: balance.index,
  mint: toBase58(balance.mint),
  owner: toBase58(balance.owner),
  programId: toBase58(balance.program),
  uiTokenAmount: uiAmount(balance.amount, { decimals: balance.decimals }),
});

/** Encodes the `meta` of a transaction. */
export function encodeMeta(entry: LedgerEntry, encoding: TransactionEncoding) {
  const { err, meta, keys, loaded } = entry;
  const loadedKeys = keys.slice(keys.length - loaded.writable - loaded.readonly).map(toBase58);
  const inner = encodeInnerInstructions(meta);
  return {
    err,
    status: err === null ? { Ok: null } : { Err: err },
    fee: entry.fee,
    preBalances: [...entry.preBalances],
    postBalances: [...entry.postBalances],
    preTokenBalances: entry.preTokenBalances.map(encodeTokenBalance),
    postTokenBalances: entry.postTokenBalances.map(encodeTokenBalance),
    innerInstructions:
      encoding === 'jsonParsed'
        ? inner.map(({ index, instructions }) => ({
            index,
            instructions: instructions.map((one) => named(one, keys)),
          }))
        : inner,
    logMessages: meta.logs(),
    rewards: [],
    loadedAddresses: {
      writable: loadedKeys.slice(0, loaded.writable),
      readonly: loadedKeys.slice(loaded.writable),
    },
    returnData: encodeReturnData(meta),
    computeUnitsConsumed: meta.computeUnitsConsumed(),
  };
}

interface IndexedInstruction {
  programIdIndex: number;
  accounts: number[];
  data: string;
  stackHeight: number | null;
}

/** Replaces indices with addresses, as `jsonParsed` does for unknown programs. */
const named = (
  { programIdIndex, accounts, data, stackHeight }: IndexedInstruction,
  keys: readonly Buffer[],
) => ({
  programId: toBase58(keys[programIdIndex]!),
  accounts: accounts.map((index) => toBase58(keys[index]!)),
  data,
  stackHeight,
});

function encodeMessage(transaction: WireTransaction, entry: LedgerEntry, parsed: boolean) {
  const { header, keys, blockhash, lookups, version, config } = transaction;
  const instructions = transaction.instructions.map(({ programIndex, accounts, data }) => ({
    programIdIndex: programIndex,
    accounts: [...accounts],
    data: toBase58(data),
    stackHeight: 1,
  }));
  const addressTableLookups = lookups.map(({ table, writable, readonly }) => ({
    accountKey: toBase58(table),
    writableIndexes: [...writable],
    readonlyIndexes: [...readonly],
  }));
  const common = {
    recentBlockhash: toBase58(blockhash),
    addressTableLookups: version === 0 ? addressTableLookups : undefined,
    transactionConfig: config,
  };
  if (parsed) {
    return {
      ...common,
      accountKeys: entry.keys.map((key, index) => ({
        pubkey: toBase58(key),
        signer: index < header.signers,
        source: index < keys.length ? 'transaction' : 'lookupTable',
        writable: isWritable(transaction, entry.loaded.writable, index),
      })),
      instructions: instructions.map((instruction) => named(instruction, entry.keys)),
    };
  }
  return {
    ...common,
    header: {
      numRequiredSignatures: header.signers,
      numReadonlySignedAccounts: header.readonlySigners,
      numReadonlyUnsignedAccounts: header.readonlyNonSigners,
    },
    accountKeys: keys.map(toBase58),
    instructions,
  };
}

/**
 * Encodes a transaction with its meta and, if the caller gave a `maxVersion`, its version.
 *
 * @throws {@link RpcError} unsupportedTransactionVersion, for a versioned transaction above `maxVersion` or without it
 */
export function encodeEntry(
  entry: LedgerEntry,
  encoding: TransactionEncoding,
  maxVersion: number | undefined,
) {
  const transaction = decodeTransaction(entry.wire);
  if (transaction.version !== 'legacy' && transaction.version > (maxVersion ?? -1)) {
    throw new RpcError(
      'unsupportedTransactionVersion',
      `Transaction version (${transaction.version}) is not supported by the requesting client. Please try the ` +
        `request again with the following configuration parameter: "maxSupportedTransactionVersion": ${transaction.version}`,
    );
  }
  return {
    transaction: encodeTransaction(transaction, entry, encoding),
    meta: encodeMeta(entry, encoding),
    version: maxVersion === undefined ? undefined : transaction.version,
  };
}

function encodeTransaction(transaction: WireTransaction, entry: LedgerEntry, encoding: TransactionEncoding) {
  if (encoding === 'base64') return [entry.wire.toString('base64'), encoding];
  if (encoding === 'base58') return [toBase58(entry.wire), encoding];
  return {
    signatures: transaction.signatures.map(toBase58),
    message: encodeMessage(transaction, entry, encoding === 'jsonParsed'),
  };
}
