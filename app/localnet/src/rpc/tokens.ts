import { z } from 'zod';
import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import { isTokenProgram, mint, type TokenAccount, tokenAccount } from '../chain/token-balances';
import { toBase58 } from '../encoding';
import { dataConfig, isParsed, tokenContext } from './account-encoding';
import { answerAccounts, byAddress, LARGEST_COUNT } from './accounts';
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
import { mintUnits, NATIVE_MINT, unitsOfMint } from './parsed/token-account';
import { type MintUnits, uiAmount } from './parsed/token-amount';

const invalid = (what: string) => new RpcError('invalidParams', `Invalid param: ${what}`);

/** Reads the program and units of a mint. @throws {@link RpcError} invalidParams, as validators word it */
function readMint(chain: Chain, key: Buffer, commitment: Commitment): { program: Buffer; units: MintUnits } {
  const context = tokenContext(chain, commitment);
  const account = context.read(key);
  if (!account && !key.equals(NATIVE_MINT)) throw invalid('could not find mint');
  const program = account && Buffer.from(account.owner());
  const units = unitsOfMint(key, context);
  if (!units) throw invalid('Token mint could not be unpacked');
  if (!program || !isTokenProgram(program)) throw invalid('not a Token mint');
  return { program, units };
}

function tokenAccountsWhere(
  chain: Chain,
  commitment: Commitment,
  program: Buffer,
  accepts: (token: TokenAccount) => boolean,
) {
  return chain.programAccounts(program, commitment).flatMap(({ address, account }) => {
    const token = tokenAccount(account);
    return token && accepts(token) ? [{ address, account, token }] : [];
  });
}

const tokenFilter = z.union([z.object({ mint: address }), z.object({ programId: address })]);

/** A method that lists the token accounts of one mint or program that `belongs` selects. */
const tokenAccountsBy = (belongs: (token: TokenAccount, key: Buffer) => boolean) =>
  method(z.tuple([address, tokenFilter, contextConfigWith(dataConfig)]), (chain, [key, filter, config]) => {
    const { commitment, slot } = readAt(chain, config);
    const mint = 'mint' in filter ? filter.mint : undefined;
    const program = 'mint' in filter ? readMint(chain, filter.mint, commitment).program : filter.programId;
    if (!isTokenProgram(program)) throw invalid('unrecognized Token program id');
    const found = tokenAccountsWhere(
      chain,
      commitment,
      program,
      (token) => belongs(token, key) && (!mint || token.mint.equals(mint)),
    ).sort(byAddress);
    const encoded = answerAccounts(chain, commitment, found, config ?? {});
    return withContext(slot, config?.encoding === 'jsonParsed' ? encoded.filter(isParsed) : encoded);
  });

/** Methods that read token accounts and mints. */
export const tokenMethods: Methods = {
  getTokenAccountBalance: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    const account = chain.account(key, commitment);
    if (!account) throw invalid('could not find account');
    const token = isTokenProgram(account.owner()) ? tokenAccount(account) : undefined;
    if (!token) throw invalid('not a Token account');
    return withContext(slot, uiAmount(token.amount, readMint(chain, token.mint, commitment).units));
  }),

  getTokenSupply: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    const account = chain.account(key, commitment);
    if (!account) throw invalid('could not find account');
    if (!isTokenProgram(account.owner())) throw invalid('not a Token mint');
    const found = mint(account);
    const units = mintUnits(Buffer.from(account.data()), tokenContext(chain, commitment).now);
    if (!found || !units) throw invalid('mint could not be unpacked');
    return withContext(slot, uiAmount(found.supply, units));
  }),

  getTokenAccountsByOwner: tokenAccountsBy((token, key) => token.owner.equals(key)),
  getTokenAccountsByDelegate: tokenAccountsBy((token, key) => token.delegate?.equals(key) ?? false),

  getTokenLargestAccounts: method(z.tuple([address, contextConfig]), (chain, [key, config]) => {
    const { commitment, slot } = readAt(chain, config);
    const { program, units } = readMint(chain, key, commitment);
    const holders = tokenAccountsWhere(chain, commitment, program, (token) => token.mint.equals(key));
    holders.sort((a, b) =>
      a.token.amount === b.token.amount ? byAddress(b, a) : a.token.amount < b.token.amount ? 1 : -1,
    );
    return withContext(
      slot,
      holders.slice(0, LARGEST_COUNT).map(({ address, token }) => ({
        address: toBase58(address),
        ...uiAmount(token.amount, units),
      })),
    );
  }),
};
