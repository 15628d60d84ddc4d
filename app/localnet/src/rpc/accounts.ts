import type { Account } from 'litesvm/dist/internal';
import { z } from 'zod';
import { fromBase58, fromBase64, toBase58 } from '../encoding';
import { dataConfig, encodeAccount } from './account-encoding';
import {
  address,
  contextConfig,
  contextConfigWith,
  type Methods,
  method,
  optional,
  readAt,
  unsigned,
  withContext,
} from './method';

const MAX_FILTERS = 4;
const MAX_ACCOUNTS = 100;
const MAX_ACCOUNT_BYTES = 10 * 1024 * 1024;
const MAX_MEMCMP_BYTES = 128;

const memcmp = z
  .object({ offset: unsigned, bytes: z.string().max(175), encoding: optional(z.enum(['base58', 'base64'])) })
  .transform(({ offset, bytes, encoding }, context) => {
    const decoded = encoding === 'base64' ? fromBase64(bytes) : fromBase58(bytes);
    if (decoded && decoded.length <= MAX_MEMCMP_BYTES) return { offset, bytes: decoded };
    context.addIssue({ code: 'custom', message: 'Invalid memcmp bytes' });
    return z.NEVER;
  });

const filter = z.union([
  z.object({ dataSize: unsigned }),
  z.object({ memcmp }),
  z.object({ tokenAccountState: z.literal(true) }),
]);

/** A decoded condition on account data. */
export type AccountFilter = z.output<typeof filter>;

/** Schema of the conditions, all of which accounts must meet. */
export const filters = optional(z.array(filter).max(MAX_FILTERS));

/** Returns whether account data meets all conditions. */
export function matches(account: Account, conditions: readonly AccountFilter[]): boolean {
  if (conditions.length === 0) return true;
  const data = Buffer.from(account.data());
  return conditions.every((condition) => {
    if ('dataSize' in condition) return data.length === condition.dataSize;
    if ('tokenAccountState' in condition) return data.length >= 165 && data[108] !== 0;
    const { offset, bytes } = condition.memcmp;
    return data.subarray(offset, offset + bytes.length).equals(bytes);
  });
}

/** Methods that read accounts. */
export const accountMethods: Methods = {
  getAccountInfo: method(z.tuple([address, contextConfigWith(dataConfig)]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    return withContext(slot, encodeAccount(chain, chain.account(key, commitment), config ?? {}));
  }),

  getMultipleAccounts: method(
    z.tuple([z.array(address).max(MAX_ACCOUNTS), contextConfigWith(dataConfig)]),
    (chain, [keys, config]) => {
      const { commitment, slot } = readAt(chain, config);
      // Unlike getAccountInfo, this method returns base64 by default.
      const encoding = config?.encoding ?? 'base64';
      const accounts = keys.map((key) => chain.account(key, commitment));
      return withContext(
        slot,
        accounts.map((account) => encodeAccount(chain, account, { ...config, encoding })),
      );
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
      if (config?.sortResults ?? true) found.sort((a, b) => a.address.compare(b.address));
      const result = found.map(({ address, account }) => ({
        pubkey: toBase58(address),
        account: encodeAccount(chain, account, config ?? {}),
      }));
      return config?.withContext ? withContext(slot, result) : result;
    },
  ),

  getBalance: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    return withContext(slot, chain.account(key, commitment)?.lamports() ?? 0n);
  }),

  getMinimumBalanceForRentExemption: method(
    z.tuple([unsigned.max(MAX_ACCOUNT_BYTES), contextConfig]),
    (chain, [bytes]) => chain.svm.minimumBalanceForRentExemption(BigInt(bytes)),
  ),
};
