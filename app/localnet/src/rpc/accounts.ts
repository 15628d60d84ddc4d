import type { Account } from 'litesvm/dist/internal';
import { z } from 'zod';
import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import { isTokenProgram } from '../chain/token-balances';
import { fromBase58, fromBase64, toBase58 } from '../encoding';
import { answerAccount, type DataConfig, dataConfig, isParsed, tokenContext } from './account-encoding';
import { RpcError } from './errors';
import {
  address,
  contextConfig,
  contextConfigWith,
  type Methods,
  method,
  optional,
  readAt,
  refuse,
  tooMany,
  unsigned,
  withContext,
} from './method';

const MAX_FILTERS = 4;
const MAX_ACCOUNTS = 100;
const MAX_ACCOUNT_BYTES = 10 * 1024 * 1024;
const MAX_MEMCMP_BYTES = 128;
/** How many accounts the methods for the largest return. */
export const LARGEST_COUNT = 20;

const MEMCMP_LIMITS = { base58: 175, base64: 172 };
const bytes = z.array(z.int().min(0).max(255)).transform((list) => Buffer.from(list));

/** The bytes may be an array, which then needs no encoding. `bytes` with a text means base58, as for validators. */
const memcmp = z
  .object({
    offset: unsigned,
    bytes: z.union([z.string(), bytes]),
    encoding: optional(z.enum(['base58', 'base64', 'bytes'])),
  })
  .transform(({ offset, bytes, encoding }, context) => {
    if (Buffer.isBuffer(bytes)) return bounded(offset, bytes, context);
    const name = encoding === 'base64' ? 'base64' : 'base58';
    if (bytes.length > MEMCMP_LIMITS[name]) return bounded(offset, undefined, context);
    const decoded = name === 'base64' ? fromBase64(bytes) : fromBase58(bytes);
    if (decoded) return bounded(offset, decoded, context);
    refuse(context, name === 'base64' ? 'Base64DecodeError' : 'Base58DecodeError');
    return z.NEVER;
  });

function bounded(offset: number, bytes: Buffer | undefined, context: z.core.$RefinementCtx) {
  if (bytes && bytes.length <= MAX_MEMCMP_BYTES) return { offset, bytes };
  refuse(context, 'DataTooLarge');
  return z.NEVER;
}

const filter = z.union([
  z.object({ dataSize: unsigned }),
  z.object({ memcmp }),
  z.literal('tokenAccountState').transform(() => ({ tokenAccountState: true as const })),
]);

/** A decoded condition on account data. */
export type AccountFilter = z.output<typeof filter>;

/** Schema of the conditions, all of which accounts must meet. */
export const filters = optional(
  z.array(filter).refine((list) => list.length <= MAX_FILTERS, tooMany('filters', MAX_FILTERS)),
);

/** Returns whether account data meets all conditions. */
export function matches(account: Account, conditions: readonly AccountFilter[]): boolean {
  if (conditions.length === 0) return true;
  const data = Buffer.from(account.data());
  return conditions.every((condition) => {
    if ('dataSize' in condition) return data.length === condition.dataSize;
    if ('tokenAccountState' in condition) return data.length >= 165 && data[108] !== 0;
    const { offset, bytes } = condition.memcmp;
    return offset <= data.length && data.subarray(offset, offset + bytes.length).equals(bytes);
  });
}

/** Encodes what a program owns, for requests. */
export function answerAccounts(
  chain: Chain,
  commitment: Commitment,
  found: readonly { address: Buffer; account: Account }[],
  config: DataConfig,
) {
  const context = tokenContext(chain, commitment);
  return found.map(({ address, account }) => ({
    pubkey: toBase58(address),
    account: answerAccount(address, account, config, context),
  }));
}

/** Sorts accounts by address. */
export const byAddress = (a: { address: Buffer }, b: { address: Buffer }): number =>
  a.address.compare(b.address);

/** Methods that read accounts. */
export const accountMethods: Methods = {
  getAccountInfo: method(z.tuple([address, contextConfigWith(dataConfig)]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    const account = chain.account(key, commitment);
    return withContext(slot, answerAccount(key, account, config ?? {}, tokenContext(chain, commitment)));
  }),

  getMultipleAccounts: method(
    z.tuple([
      z.array(address).refine((keys) => keys.length <= MAX_ACCOUNTS, tooMany('inputs', MAX_ACCOUNTS)),
      contextConfigWith(dataConfig),
    ]),
    (chain, [keys, config]) => {
      const { commitment, slot } = readAt(chain, config);
      const context = tokenContext(chain, commitment);
      // Unlike getAccountInfo, this method returns base64 by default.
      const encoding = config?.encoding ?? 'base64';
      const accounts = keys.map((key) =>
        answerAccount(key, chain.account(key, commitment), { ...config, encoding }, context),
      );
      return withContext(slot, accounts);
    },
  ),

  getProgramAccounts: method(
    z.tuple([
      address,
      contextConfigWith({
        ...dataConfig,
        filters,
        withContext: optional(z.boolean()),
        sortResults: optional(z.boolean()),
      }),
    ]),
    (chain, [program, config]) => {
      const { commitment, slot } = readAt(chain, config);
      const found = chain
        .programAccounts(program, commitment)
        .filter(({ account }) => matches(account, config?.filters ?? []));
      if (config?.sortResults ?? true) found.sort(byAddress);
      const encoded = answerAccounts(chain, commitment, found, config ?? {});
      const result =
        config?.encoding === 'jsonParsed' && isTokenProgram(program) ? encoded.filter(isParsed) : encoded;
      return config?.withContext ? withContext(slot, result) : result;
    },
  ),

  getBalance: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    return withContext(slot, chain.account(key, commitment)?.lamports() ?? 0n);
  }),

  getMinimumBalanceForRentExemption: method(z.tuple([unsigned, contextConfig]), (chain, [bytes]) => {
    if (bytes > MAX_ACCOUNT_BYTES) throw new RpcError('invalidRequest', 'Invalid request');
    return chain.svm.minimumBalanceForRentExemption(BigInt(bytes));
  }),

  getLargestAccounts: method(
    z.tuple([contextConfigWith({ filter: optional(z.enum(['circulating', 'nonCirculating'])) })]),
    (chain, [config]) => {
      const { commitment, slot } = readAt(chain, config);
      // Nothing is locked here, so there is no non-circulating account.
      const all = config?.filter === 'nonCirculating' ? [] : chain.accounts(commitment);
      const largest = all
        .map(({ address, account }) => ({ address, lamports: account.lamports() }))
        .sort((a, b) => (a.lamports === b.lamports ? byAddress(b, a) : a.lamports < b.lamports ? 1 : -1))
        .slice(0, LARGEST_COUNT);
      return withContext(
        slot,
        largest.map(({ address, lamports }) => ({ address: toBase58(address), lamports })),
      );
    },
  ),
};
