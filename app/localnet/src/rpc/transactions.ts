import { z } from 'zod';
import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import { describeTransactionError, type TransactionError } from '../chain/errors';
import { transactionFee } from '../chain/fees';
import { namedNonce } from '../chain/nonce';
import type { Outcome } from '../chain/outcome';
import {
  decodeMessage,
  decodeTransaction,
  maxBytes,
  PACKET_BYTES,
  sanitizeError,
  signatureOf,
  withBlockhash,
} from '../chain/transaction';
import type { WireTransaction } from '../chain/wire-message';
import { MalformedTransaction } from '../chain/wire-reader';
import { fromBase58, fromBase64, toBase58, toKey } from '../encoding';
import { answerAccount, type DataConfig, dataConfig, tokenContext } from './account-encoding';
import { RpcError } from './errors';
import {
  address,
  amount,
  commitment,
  contextConfig,
  contextConfigWith,
  type Methods,
  method,
  optional,
  readAt,
  unsigned,
  withContext,
} from './method';
import {
  encodeInnerInstructions,
  encodeLoadedAddresses,
  encodeReturnData,
  encodeTokenBalance,
  TRANSACTION_ENCODINGS,
} from './transaction-encoding';

/** Characters of the longest transaction in base58, which Agave did not raise for version 1. */
const MAX_BASE58_LENGTH = 1683;
const TYPE_NAME = 'solana_transaction::versioned::VersionedTransaction';

const encoding = optional(
  z
    .enum(TRANSACTION_ENCODINGS)
    .refine((name) => name !== 'json' && name !== 'jsonParsed', {
      params: { validator: 'unsupported encoding. Supported encodings: base58, base64' },
    })
    .transform((name) => (name === 'base64' ? ('base64' as const) : ('base58' as const))),
);

/** Decodes a transaction or message parameter from base58 (the default, as on a cluster) or base64. */
function decodeBytes(text: string, encoding: 'base58' | 'base64'): Buffer {
  const raw = encoding === 'base64' ? maxBytes(Buffer.from(text.slice(0, 4), 'base64')) : PACKET_BYTES;
  const limit = encoding === 'base64' ? 4 * Math.ceil(raw / 3) : MAX_BASE58_LENGTH;
  if (text.length > limit) {
    throw new RpcError(
      'invalidParams',
      `${encoding} encoded ${TYPE_NAME} too large: ${text.length} bytes (max: encoded/raw ${limit}/${raw})`,
    );
  }
  const bytes = encoding === 'base64' ? fromBase64(text) : fromBase58(text);
  if (!bytes) throw new RpcError('invalidParams', `invalid ${encoding} encoding`);
  return bytes;
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof MalformedTransaction)) throw error;
    throw new RpcError('invalidParams', `failed to deserialize ${TYPE_NAME}: ${error.message}`);
  }
}

function readTransaction(text: string, encoding: 'base58' | 'base64' = 'base58'): WireTransaction {
  const transaction = decoded(() => decodeTransaction(decodeBytes(text, encoding)));
  const problem = sanitizeError(transaction);
  if (problem) {
    throw new RpcError(
      'invalidParams',
      `invalid transaction: Transaction failed to sanitize accounts offsets correctly (${problem})`,
    );
  }
  return transaction;
}

/** Encodes the members that tell how far a transaction came. */
const encodeOutcome = ({ err, meta, loadedDataSize, fee }: Outcome) => ({
  err,
  logs: meta?.logs() ?? [],
  unitsConsumed: meta?.computeUnitsConsumed() ?? 0,
  loadedAccountsDataSize: loadedDataSize,
  returnData: (meta && encodeReturnData(meta)) ?? null,
  fee: fee ?? null,
});

/** The members that preflight doesn't tell. */
const NOT_TOLD = {
  accounts: null,
  innerInstructions: null,
  replacementBlockhash: null,
  preBalances: null,
  postBalances: null,
  preTokenBalances: null,
  postTokenBalances: null,
  loadedAddresses: null,
};

const preflightFailure = (outcome: Outcome & { err: TransactionError }): RpcError =>
  new RpcError(
    'preflightFailure',
    `Transaction simulation failed: ${describeTransactionError(outcome.err)}`,
    { ...encodeOutcome(outcome), ...NOT_TOLD },
  );

/** Encodes the balances around a simulation. */
const encodeBalances = ({ before, after, accounts }: Outcome) => ({
  preBalances: before?.lamports ?? null,
  postBalances: after?.lamports ?? null,
  preTokenBalances: before?.tokens.map(encodeTokenBalance) ?? null,
  postTokenBalances: after?.tokens.map(encodeTokenBalance) ?? null,
  loadedAddresses: accounts ? encodeLoadedAddresses(accounts) : { writable: [], readonly: [] },
});

const sendConfig = optional(
  z.object({
    encoding,
    skipPreflight: optional(z.boolean()),
    preflightCommitment: optional(commitment),
    maxRetries: optional(unsigned),
    minContextSlot: optional(unsigned),
  }),
);

const simulateConfig = contextConfigWith({
  encoding,
  sigVerify: optional(z.boolean()),
  replaceRecentBlockhash: optional(z.boolean()),
  innerInstructions: optional(z.boolean()),
  accounts: optional(z.object({ encoding: dataConfig.encoding, addresses: z.array(address).max(256) })),
});

/** Methods that execute transactions. */
export const transactionMethods: Methods = {
  sendTransaction: method(z.tuple([z.string(), sendConfig]), (chain, [text, config]) => {
    const transaction = readTransaction(text, config?.encoding);
    const preflight = config?.skipPreflight ? undefined : (config?.preflightCommitment ?? 'finalized');
    readAt(chain, { commitment: preflight, minContextSlot: config?.minContextSlot });
    const outcome = chain.process(transaction, preflight);
    // Without preflight, a cluster accepts anything that decodes. The sender must query the status for the outcome.
    if (outcome.err !== null && preflight) throw preflightFailure({ ...outcome, err: outcome.err });
    return toBase58(signatureOf(transaction.wire));
  }),

  simulateTransaction: method(z.tuple([z.string(), simulateConfig]), (chain, [text, config]) => {
    const { commitment, slot } = readAt(chain, config);
    let transaction = readTransaction(text, config?.encoding);
    let replacementBlockhash = null;
    if (config?.replaceRecentBlockhash) {
      if (config.sigVerify) {
        throw new RpcError('invalidParams', 'sigVerify may not be used with replaceRecentBlockhash');
      }
      const blockhash = chain.slots.blockhash(slot);
      transaction = withBlockhash(transaction, blockhash);
      replacementBlockhash = describeBlockhash(chain, slot);
    }
    const outcome = chain.simulate(transaction, commitment, config?.sigVerify ?? false);
    const { meta, accounts } = outcome;
    return withContext(slot, {
      ...encodeOutcome(outcome),
      ...encodeBalances(outcome),
      replacementBlockhash,
      innerInstructions:
        config?.innerInstructions && meta && accounts ? encodeInnerInstructions(meta, accounts.keys) : null,
      accounts: config?.accounts ? simulatedAccounts(chain, commitment, outcome, config.accounts) : null,
    });
  }),

  requestAirdrop: method(z.tuple([address, amount, contextConfig]), (chain, [to, lamports]) => {
    const signature = chain.faucet.airdrop(to, lamports);
    return toBase58(signature);
  }),

  getFeeForMessage: method(z.tuple([z.string(), contextConfig]), (chain, [text, config]) => {
    const { commitment, slot } = readAt(chain, config);
    const message = decoded(() => decodeMessage(decodeBytes(text, 'base64')));
    const isUsable =
      chain.slots.isUsable(message.blockhash, slot) ||
      namedNonce((key) => chain.account(key, commitment), message) !== undefined;
    return withContext(slot, isUsable ? transactionFee(message) : null);
  }),
};

/** Returns a slot's blockhash with the last block height at which it is valid. */
export const describeBlockhash = (chain: Chain, slot: number) => ({
  blockhash: toBase58(chain.slots.blockhash(slot)),
  lastValidBlockHeight: chain.slots.lastValidHeight(slot),
});

function simulatedAccounts(
  chain: Chain,
  commitment: Commitment,
  { err, postAccounts, accounts }: Outcome,
  { addresses, encoding }: { addresses: Buffer[]; encoding?: DataConfig['encoding'] },
) {
  if (encoding === 'binary' || encoding === 'base58') {
    throw new RpcError('invalidParams', 'base58 encoding not supported');
  }
  const count = accounts?.keys.length ?? 0;
  if (addresses.length > count) {
    throw new RpcError('invalidParams', `Too many accounts provided; max ${count}`);
  }
  if (err !== null) return addresses.map(() => null);
  const before = tokenContext(chain, commitment);
  const read = (key: Uint8Array) => {
    const account = postAccounts.get(toKey(key)) ?? before.read(key);
    return account && account.lamports() > 0n ? account : null;
  };
  const context = { ...before, read };
  return addresses.map((key) => answerAccount(key, read(key), { encoding: encoding ?? 'base64' }, context));
}
