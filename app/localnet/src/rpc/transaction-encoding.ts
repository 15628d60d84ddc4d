import type { TransactionMetadata } from 'litesvm/dist/internal';
import type { LedgerEntry } from '../chain/ledger';
import type { TokenBalance } from '../chain/token-balances';
import { decodeTransaction } from '../chain/transaction';
import type { WireTransaction } from '../chain/wire-message';
import { toBase58 } from '../encoding';
import { RpcError } from './errors';
import { parseInstruction } from './parsed/instructions';
import { uiAmount } from './parsed/token-amount';

/** The encodings that a client can request. */
export const TRANSACTION_ENCODINGS = ['json', 'jsonParsed', 'base64', 'base58', 'binary'] as const;

/** One of {@link TRANSACTION_ENCODINGS}. */
export type TransactionEncoding = (typeof TRANSACTION_ENCODINGS)[number];

/** How a client wants transactions. */
export interface EncodingOptions {
  encoding: TransactionEncoding;
  /** The highest version that it understands; undefined: none. */
  maxVersion: number | undefined;
  showRewards: boolean;
}

interface IndexedInstruction {
  programIdIndex: number;
  accounts: readonly number[];
  data: Buffer;
  stackHeight: number | null;
}

/** Shows an instruction with addresses, and parsed if its program is known. */
const parsed = (
  { programIdIndex, accounts, data, stackHeight }: IndexedInstruction,
  keys: readonly Buffer[],
) =>
  parseInstruction(
    { program: keys[programIdIndex]!, accounts: accounts.map((index) => keys[index]!), data },
    stackHeight,
  );

const compiled = (instruction: IndexedInstruction) => ({
  ...instruction,
  data: toBase58(instruction.data),
});

/** Encodes the inner instructions of those outer instructions that have any; parsed if `keys` are given. */
export const encodeInnerInstructions = (meta: TransactionMetadata, keys?: readonly Buffer[]) =>
  meta.innerInstructions().flatMap((inner, index) => {
    if (inner.length === 0) return [];
    const instructions = inner.map((called) => {
      const instruction = called.instruction();
      const indexed = {
        programIdIndex: instruction.programIdIndex(),
        accounts: [...instruction.accounts()],
        data: Buffer.from(instruction.data()),
        stackHeight: called.stackHeight(),
      };
      return keys ? parsed(indexed, keys) : compiled(indexed);
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

/** Encodes a token account's balance before or after a transaction. */
export const encodeTokenBalance = (balance: TokenBalance) => ({
  accountIndex: balance.index,
  mint: toBase58(balance.mint),
  owner: toBase58(balance.owner),
  programId: toBase58(balance.program),
  uiTokenAmount: uiAmount(balance.amount, { decimals: balance.decimals }),
});

/** Encodes the keys that come from lookup tables. */
export function encodeLoadedAddresses({ keys, loaded }: Pick<LedgerEntry, 'keys' | 'loaded'>) {
  const loadedKeys = keys.slice(keys.length - loaded.writable - loaded.readonly).map(toBase58);
  return { writable: loadedKeys.slice(0, loaded.writable), readonly: loadedKeys.slice(loaded.writable) };
}

/** The members of `meta` that lists of accounts show too. */
const encodeBalances = (entry: LedgerEntry, showRewards: boolean) => ({
  err: entry.err,
  status: entry.err === null ? { Ok: null } : { Err: entry.err },
  fee: entry.fee,
  preBalances: [...entry.preBalances],
  postBalances: [...entry.postBalances],
  preTokenBalances: entry.preTokenBalances.map(encodeTokenBalance),
  postTokenBalances: entry.postTokenBalances.map(encodeTokenBalance),
  rewards: showRewards ? [] : null,
});

function encodeMeta(entry: LedgerEntry, { encoding, showRewards }: EncodingOptions) {
  const { meta } = entry;
  const isParsed = encoding === 'jsonParsed';
  return {
    ...encodeBalances(entry, showRewards),
    innerInstructions: encodeInnerInstructions(meta, isParsed ? entry.keys : undefined),
    logMessages: meta.logs(),
    loadedAddresses: isParsed ? undefined : encodeLoadedAddresses(entry),
    returnData: encodeReturnData(meta),
    computeUnitsConsumed: meta.computeUnitsConsumed(),
  };
}

const encodeAccountKeys = ({ header, keys }: WireTransaction, entry: LedgerEntry) =>
  entry.keys.map((key, index) => ({
    pubkey: toBase58(key),
    signer: index < header.signers,
    source: index < keys.length ? 'transaction' : 'lookupTable',
    writable: entry.writable[index],
  }));

function encodeMessage(transaction: WireTransaction, entry: LedgerEntry, isParsed: boolean) {
  const { header, keys, blockhash, lookups, version, config } = transaction;
  const instructions = transaction.instructions.map(({ programIndex, accounts, data }) => ({
    programIdIndex: programIndex,
    accounts: [...accounts],
    data: Buffer.from(data),
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
  if (isParsed) {
    return {
      ...common,
      accountKeys: encodeAccountKeys(transaction, entry),
      instructions: instructions.map((instruction) => parsed(instruction, entry.keys)),
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
    instructions: instructions.map(compiled),
  };
}

/** A transaction of a version that the client doesn't understand. */
export class UnsupportedVersion extends RpcError {
  constructor(readonly version: number) {
    super(
      'unsupportedTransactionVersion',
      `Transaction version (${version}) is not supported by the requesting client. Please try the request again ` +
        `with the following configuration parameter: "maxSupportedTransactionVersion": ${version}`,
    );
  }
}

/** Decodes a landed transaction for a client that understands versions up to `maxVersion`. */
function decodeFor(entry: LedgerEntry, maxVersion: number | undefined): WireTransaction {
  const transaction = decodeTransaction(entry.wire);
  if (transaction.version === 'legacy' || transaction.version <= (maxVersion ?? -1)) return transaction;
  throw new UnsupportedVersion(transaction.version);
}

const versionFor = ({ version }: WireTransaction, maxVersion: number | undefined) =>
  maxVersion === undefined ? undefined : version;

/**
 * Encodes a transaction with its meta and, if the caller gave a `maxVersion`, its version.
 *
 * @throws {@link UnsupportedVersion} for a versioned transaction above `maxVersion` or without it
 */
export function encodeEntry(entry: LedgerEntry, options: EncodingOptions) {
  const transaction = decodeFor(entry, options.maxVersion);
  return {
    transaction: encodeTransaction(transaction, entry, options.encoding),
    meta: encodeMeta(entry, options),
    version: versionFor(transaction, options.maxVersion),
  };
}

/**
 * Encodes a transaction's keys and balances alone.
 *
 * @throws {@link UnsupportedVersion} like {@link encodeEntry}
 */
export function encodeEntryAccounts(entry: LedgerEntry, { maxVersion, showRewards }: EncodingOptions) {
  const transaction = decodeFor(entry, maxVersion);
  const { rewards, ...balances } = encodeBalances(entry, showRewards);
  return {
    transaction: {
      signatures: transaction.signatures.map(toBase58),
      accountKeys: encodeAccountKeys(transaction, entry),
    },
    meta: { ...balances, rewards: rewards ?? undefined },
    version: versionFor(transaction, maxVersion),
  };
}

function encodeTransaction(transaction: WireTransaction, entry: LedgerEntry, encoding: TransactionEncoding) {
  if (encoding === 'base64') return [entry.wire.toString('base64'), encoding];
  if (encoding === 'base58') return [toBase58(entry.wire), encoding];
  if (encoding === 'binary') return toBase58(entry.wire);
  return {
    signatures: transaction.signatures.map(toBase58),
    message: encodeMessage(transaction, entry, encoding === 'jsonParsed'),
  };
}
