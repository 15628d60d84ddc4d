import { z } from 'zod';
import type { Chain } from '../chain/chain';
import { type Commitment, commitmentAtAge } from '../chain/commitment';
import type { LedgerEntry } from '../chain/ledger';
import { signatureOf } from '../chain/transaction';
import { toBase58 } from '../encoding';
import { RpcError } from './errors';
import {
  address,
  contextConfigWith,
  type Methods,
  method,
  optional,
  readAt,
  readHistoryAt,
  signature,
  unsigned,
  withContext,
} from './method';
import { encodeEntry, encodeMeta, TRANSACTION_ENCODINGS } from './transaction-encoding';

const MAX_STATUSES = 256;
const MAX_SIGNATURES = 1000;

const statusOf = (chain: Chain, slot: number): Commitment =>
  commitmentAtAge(chain.slots.current - slot, chain.delays);

function encodeStatus(chain: Chain, entry: LedgerEntry) {
  const confirmationStatus = statusOf(chain, entry.slot);
  return {
    slot: entry.slot,
    confirmations: confirmationStatus === 'finalized' ? null : chain.slots.current - entry.slot,
    err: entry.err,
    status: entry.err === null ? { Ok: null } : { Err: entry.err },
    confirmationStatus,
  };
}

/** The last parameter of getTransaction may also be an encoding. */
const transactionConfig = z.union([
  z.enum(TRANSACTION_ENCODINGS).transform((encoding) => ({
    encoding,
    commitment: undefined,
    maxSupportedTransactionVersion: undefined,
  })),
  contextConfigWith({
    encoding: optional(z.enum(TRANSACTION_ENCODINGS)),
    maxSupportedTransactionVersion: optional(unsigned),
  }),
]);

const blockConfig = contextConfigWith({
  encoding: optional(z.enum(TRANSACTION_ENCODINGS)),
  transactionDetails: optional(z.enum(['full', 'accounts', 'signatures', 'none'])),
  maxSupportedTransactionVersion: optional(unsigned),
  rewards: optional(z.boolean()),
});

/** Methods that read past transactions and blocks. */
export const historyMethods: Methods = {
  getSignatureStatuses: method(
    z.tuple([
      z.array(signature).max(MAX_STATUSES),
      optional(z.object({ searchTransactionHistory: optional(z.boolean()) })),
    ]),
    (chain, [signatures]) => {
      const statuses = signatures.map((key) => {
        const entry = chain.ledger.find(key);
        return entry ? encodeStatus(chain, entry) : null;
      });
      return withContext(chain.slotAt('processed'), statuses);
    },
  ),

  getSignaturesForAddress: method(
    z.tuple([
      address,
      contextConfigWith({
        before: optional(signature),
        until: optional(signature),
        limit: optional(z.int().min(1).max(MAX_SIGNATURES)),
      }),
    ]),
    (chain, [key, config]) => {
      const { slot } = readHistoryAt(chain, config);
      return signaturesFor(chain, key, slot, config ?? {}).map((entry) => ({
        signature: toBase58(signatureOf(entry.wire)),
        slot: entry.slot,
        err: entry.err,
        memo: null,
        blockTime: chain.slots.time(entry.slot),
        confirmationStatus: statusOf(chain, entry.slot),
      }));
    },
  ),

  getTransaction: method(z.tuple([signature, transactionConfig]), (chain, [key, config]) => {
    const { slot } = readHistoryAt(chain, config);
    const entry = chain.ledger.find(key);
    if (!entry || entry.slot > slot) return null;
    return {
      slot: entry.slot,
      blockTime: chain.slots.time(entry.slot),
      transactionIndex: entry.index,
      ...encodeEntry(entry, config?.encoding ?? 'json', config?.maxSupportedTransactionVersion),
    };
  }),

  getBlock: method(z.tuple([unsigned, blockConfig]), (chain, [slot, config]) => {
    const { slot: newest } = readHistoryAt(chain, config);
    const { slots } = chain;
    if (slot > newest) throw new RpcError('blockNotAvailable', `Block not available for slot ${slot}`);
    if (slot < slots.first) {
      throw new RpcError('slotSkipped', `Slot ${slot} was skipped, or missing in long-term storage`);
    }
    const parent = Math.max(slot - 1, slots.first);
    return {
      blockHeight: slots.height(slot),
      blockTime: slots.time(slot),
      blockhash: toBase58(slots.blockhash(slot)),
      parentSlot: parent,
      previousBlockhash: toBase58(slots.blockhash(parent)),
      rewards: (config?.rewards ?? true) ? [] : undefined,
      ...blockTransactions(chain.ledger.inSlot(slot), config),
    };
  }),

  getBlocks: method(
    z.tuple([unsigned, optional(unsigned), contextConfigWith({})]),
    (chain, [start, end, config]) => {
      const { slot } = readAt(chain, config);
      const first = Math.max(start, chain.slots.first);
      const last = Math.min(end ?? slot, slot);
      if (last - first > 500_000) throw new RpcError('invalidParams', 'Slot range too large; max 500000');
      return Array.from({ length: Math.max(last - first + 1, 0) }, (_, offset) => first + offset);
    },
  ),
};

function signaturesFor(
  chain: Chain,
  key: Buffer,
  newest: number,
  { before, until, limit = MAX_SIGNATURES }: { before?: Buffer; until?: Buffer; limit?: number },
): LedgerEntry[] {
  const found: LedgerEntry[] = [];
  const bounds = { before: before && chain.ledger.find(before), until: until && chain.ledger.find(until) };
  // For an unknown bound: nothing is older than an unknown `before`, and everything is newer than an unknown `until`.
  if (before && !bounds.before) return found;
  for (const entry of chain.ledger.mentioning(key)) {
    if (found.length === limit) break;
    if (bounds.until && !isOlder(bounds.until, entry)) break;
    if (entry.slot <= newest && (!bounds.before || isOlder(entry, bounds.before))) found.push(entry);
  }
  return found;
}

const isOlder = (a: LedgerEntry, b: LedgerEntry): boolean =>
  a.slot < b.slot || (a.slot === b.slot && a.index < b.index);

function blockTransactions(entries: LedgerEntry[], config: z.output<typeof blockConfig>) {
  const { encoding = 'json', maxSupportedTransactionVersion, transactionDetails } = config ?? {};
  switch (transactionDetails) {
    case 'none':
      return {};
    case 'signatures':
      return { signatures: entries.map((entry) => toBase58(signatureOf(entry.wire))) };
    case 'accounts':
      return {
        transactions: entries.map((entry) => {
          const full = encodeEntry(entry, 'jsonParsed', maxSupportedTransactionVersion);
          const { signatures, message } = full.transaction as {
            signatures: string[];
            message: { accountKeys: unknown };
          };
          return {
            ...full,
            transaction: { signatures, accountKeys: message.accountKeys },
            meta: encodeMeta(entry, 'json'),
          };
        }),
      };
    default:
      return {
        transactions: entries.map((entry) => encodeEntry(entry, encoding, maxSupportedTransactionVersion)),
      };
  }
}
