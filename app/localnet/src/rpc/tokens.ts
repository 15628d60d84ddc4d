import { z } from 'zod';
import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import {
  isTokenProgram,
  mint,
  TOKEN_PROGRAMS,
  type TokenAccount,
  tokenAccount,
} from '../chain/token-balances';
import { toBase58 } from '../encoding';
import { dataConfig, encodeAccount } from './account-encoding';
import { RpcError } from './errors';
import {
  address,
  contextConfig,
  contextConfigWith,
  type Methods,
  method,
  readAt,
  withContext,
} from './method';
import { mintDecimals, uiAmount } from './parsed-account';

const LARGEST_COUNT = 20;

function readToken<T>(
  chain: Chain,
  key: Buffer,
  commitment: Commitment,
  parse: (account: NonNullable<ReturnType<Chain['account']>>) => T | undefined,
): T | undefined {
  const account = chain.account(key, commitment);
  return account && isTokenProgram(account.owner()) ? parse(account) : undefined;
}

function tokenAccountsWhere(
  chain: Chain,
  commitment: Commitment,
  programs: readonly Buffer[],
  accepts: (token: TokenAccount) => boolean,
) {
  return programs
    .flatMap((program) => chain.programAccounts(program, commitment))
    .flatMap(({ address, account }) => {
      const token = tokenAccount(account);
      return token && accepts(token) ? [{ address, account, token }] : [];
    });
}

const ownerFilter = z.union([z.object({ mint: address }), z.object({ programId: address })]);

/** Methods that read token accounts and mints. */
export const tokenMethods: Methods = {
  getTokenAccountBalance: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    if (!chain.account(key, commitment))
      throw new RpcError('invalidParams', 'Invalid param: could not find account');
    const token = readToken(chain, key, commitment, tokenAccount);
    const decimals = token && mintDecimals(chain, token.mint);
    if (!token || decimals === undefined)
      throw new RpcError('invalidParams', 'Invalid param: not a Token account');
    return withContext(slot, uiAmount(token.amount, decimals));
  }),

  getTokenSupply: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    if (!chain.account(key, commitment))
      throw new RpcError('invalidParams', 'Invalid param: could not find account');
    const found = readToken(chain, key, commitment, mint);
    if (!found) throw new RpcError('invalidParams', 'Invalid param: not a Token mint');
    return withContext(slot, uiAmount(found.supply, found.decimals));
  }),

  getTokenAccountsByOwner: method(
    z.tuple([address, ownerFilter, contextConfigWith(dataConfig)]),
    (chain, [owner, filter, config]) => {
      const { commitment, slot } = readAt(chain, config);
      const programs = 'programId' in filter ? [filter.programId] : TOKEN_PROGRAMS;
      if (!programs.every(isTokenProgram))
        throw new RpcError('invalidParams', 'Invalid param: unrecognized Token program id');
      const found = tokenAccountsWhere(chain, commitment, programs, (token) => {
        return token.owner.equals(owner) && (!('mint' in filter) || token.mint.equals(filter.mint));
      });
      return withContext(
        slot,
        found.map(({ address, account }) => ({
          pubkey: toBase58(address),
          account: encodeAccount(chain, account, config ?? {}),
        })),
      );
    },
  ),

  getTokenLargestAccounts: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    const found = readToken(chain, key, commitment, mint);
    if (!found) throw new RpcError('invalidParams', 'Invalid param: not a Token mint');
    const holders = tokenAccountsWhere(chain, commitment, TOKEN_PROGRAMS, (token) => token.mint.equals(key));
    holders.sort((a, b) => (a.token.amount < b.token.amount ? 1 : -1));
    return withContext(
      slot,
      holders.slice(0, LARGEST_COUNT).map(({ address, token }) => ({
        address: toBase58(address),
        ...uiAmount(token.amount, found.decimals),
      })),
    );
  }),
};
