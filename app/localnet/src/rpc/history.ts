import { z } from 'zod';
import type { Chain } from '../chain/chain';
import { type Commitment, commitmentAtAge } from '../chain/commitment';
import type { LedgerEntry } from '../chain/ledger';
import { signatureOf } from '../chain/transaction';
import { toBase58 } from '../encoding';
import { assertEncoding, blockShape, encodeBlock, encodingConfig } from './blocks';
import { RpcError } from './errors';
import {
  address,
  contextConfigWith,
  type Methods,
  method,
  optional,
  readHistoryAt,
  signature,
  tooMany,
  unsigned,
  withContext,
} from './method';
import { encodeEntry } from './transaction-encoding';

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

const MAX_BLOCK_RANGE = 500_000;

/** The second parameter of getBlocks may be left out. */
const endOrConfig = z.union([unsigned, contextConfigWith({})]);

/** Block slots from `first` on, as far as `newest`. */
function blockSlots(chain: Chain, first: number, last: number): number[] {
  const from = Math.max(first, chain.slots.first);
  return Array.from({ length: Math.max(last - from + 1, 0) }, (_, offset) => from + offset);
}

/** Methods that read past transactions and blocks. */
export const historyMethods: Methods = {
  getSignatureStatuses: method(
    z.tuple([
      z.array(signature).refine((list) => list.length <= MAX_STATUSES, tooMany('inputs', MAX_STATUSES)),
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
        limit: optional(
          z.int().refine((limit) => limit >= 1 && limit <= MAX_SIGNATURES, {
            params: { validator: `Invalid limit; max ${MAX_SIGNATURES}` },
          }),
        ),
      }),
    ]),
    (chain, [key, config]) => {
      const { slot } = readHistoryAt(chain, config);
      return signaturesFor(chain, key, slot, config ?? {}).map((entry) => ({
        signature: toBase58(signatureOf(entry.wire)),
        slot: entry.slot,
        err: entry.err,
        memo: entry.memo,
        blockTime: chain.slots.time(entry.slot),
        confirmationStatus: statusOf(chain, entry.slot),
        transactionIndex: entry.index,
      }));
    },
  ),

  getTransaction: method(z.tuple([signature, encodingConfig({})]), (chain, [key, config]) => {
    const { slot } = readHistoryAt(chain, config);
    const options = {
      encoding: config?.encoding ?? 'json',
      maxVersion: config?.maxSupportedTransactionVersion,
      showRewards: true,
    };
    assertEncoding(options);
    const entry = chain.ledger.find(key);
    if (!entry || entry.slot > slot) return null;
    return {
      slot: entry.slot,
      blockTime: chain.slots.time(entry.slot),
      transactionIndex: entry.index,
      ...encodeEntry(entry, options),
    };
  }),

  getBlock: method(z.tuple([unsigned, encodingConfig(blockShape)]), (chain, [slot, config]) => {
    const { slot: newest } = readHistoryAt(chain, config);
    const options = {
      encoding: config?.encoding ?? 'json',
      maxVersion: config?.maxSupportedTransactionVersion,
      showRewards: config?.rewards ?? true,
      details: config?.transactionDetails ?? 'full',
    };
    assertEncoding(options);
    if (slot > newest) throw new RpcError('blockNotAvailable', `Block not available for slot ${slot}`);
    const first = firstBlock(chain);
    if (slot < first) {
      throw new RpcError(
        'blockCleanedUp',
        `Block ${slot} cleaned up, does not exist on node. First available block: ${first}`,
      );
    }
    return encodeBlock(chain, slot, chain.ledger.inSlot(slot), options);
  }),

  getBlocks: method(
    z.tuple([unsigned, optional(endOrConfig), contextConfigWith({})]),
    (chain, [start, second, third]) => {
      const end = typeof second === 'number' ? second : undefined;
      const { slot } = readHistoryAt(chain, third ?? (typeof second === 'object' ? second : undefined));
      const last = Math.min(end ?? start + MAX_BLOCK_RANGE, slot);
      if (last - start > MAX_BLOCK_RANGE) {
        throw new RpcError('invalidParams', `Slot range too large; max ${MAX_BLOCK_RANGE}`);
      }
      return blockSlots(chain, start, last);
    },
  ),

  getBlocksWithLimit: method(
    z.tuple([unsigned, unsigned, contextConfigWith({})]),
    (chain, [start, limit, config]) => {
      const { slot } = readHistoryAt(chain, config);
      if (limit > MAX_BLOCK_RANGE) {
        throw new RpcError('invalidParams', `Limit too large; max ${MAX_BLOCK_RANGE}`);
      }
      const first = Math.max(start, chain.slots.first);
      return blockSlots(chain, first, Math.min(first + limit - 1, slot));
    },
  ),

  getFirstAvailableBlock: method(z.tuple([]), firstBlock),
  minimumLedgerSlot: method(z.tuple([]), firstBlock),
};

/** The first slot of which the transactions are kept. */
function firstBlock(chain: Chain): number {
  return chain.ledger.firstWholeSlot ?? chain.slots.first;
}

function signaturesFor(
  chain: Chain,
  key: Buffer,
  newest: number,
  { before, until, limit = MAX_SIGNATURES }: { before?: Buffer; until?: Buffer; limit?: number },
): LedgerEntry[] {
  const found: LedgerEntry[] = [];
  const bounds = { before: before && chain.ledger.find(before), until: until && chain.ledger.find(until) };
  for (const name of ['before', 'until'] as const) {
    const key = { before, until }[name];
    if (key && !bounds[name]) {
      throw new RpcError('filterTransactionNotFound', `Transaction ${toBase58(key)} not found`);
    }
  }
  for (const entry of chain.ledger.mentioning(key)) {
    if (found.length === limit) break;
    if (bounds.until && !isOlder(bounds.until, entry)) break;
    if (entry.slot <= newest && (!bounds.before || isOlder(entry, bounds.before))) found.push(entry);
  }
  return found;
}

const isOlder = (a: LedgerEntry, b: LedgerEntry): boolean =>
  a.slot < b.slot || (a.slot === b.slot && a.index < b.index);
