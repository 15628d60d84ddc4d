import type { Account } from 'litesvm/dist/internal';
import type { Chain } from '../chain/chain';
import { isTokenProgram, mint, TOKEN_PROGRAMS, tokenAccount } from '../chain/token-balances';
import { toBase58 } from '../encoding';

/** Encodes a token amount for JSON-RPC. */
export function uiAmount(amount: bigint, decimals: number) {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const text = fraction ? `${whole}.${fraction}` : whole;
  return { amount: amount.toString(), decimals, uiAmount: Number(text), uiAmountString: text };
}

/** Returns the decimals of a mint; undefined if there is no mint at the address. */
export function mintDecimals(chain: Chain, address: Uint8Array): number | undefined {
  const account = chain.svm.getAccount(address);
  return account && isTokenProgram(account.owner()) ? mint(account)?.decimals : undefined;
}

const optionalAddress = (data: Buffer, offset: number) =>
  data.readUInt32LE(offset) === 1 ? toBase58(data.subarray(offset + 4, offset + 36)) : null;

const STATES = ['uninitialized', 'initialized', 'frozen'];

/** Encodes mints and token accounts as `jsonParsed`; undefined for any other account, which is returned as base64. */
export function parseAccount(chain: Chain, account: Account, data: Buffer) {
  const owner = Buffer.from(account.owner());
  if (!isTokenProgram(owner)) return undefined;
  const program = owner.equals(TOKEN_PROGRAMS[0]!) ? 'spl-token' : 'spl-token-2022';
  const wrap = (type: string, info: object) => ({ program, parsed: { info, type }, space: data.length });
  const parsedMint = mint(account);
  if (parsedMint) {
    return wrap('mint', {
      decimals: parsedMint.decimals,
      freezeAuthority: optionalAddress(data, 46),
      isInitialized: true,
      mintAuthority: optionalAddress(data, 0),
      supply: parsedMint.supply.toString(),
    });
  }
  const token = tokenAccount(account);
  const decimals = token && mintDecimals(chain, token.mint);
  if (!token || decimals === undefined) return undefined;
  const delegate = optionalAddress(data, 72);
  return wrap('account', {
    isNative: data.readUInt32LE(109) === 1,
    mint: toBase58(token.mint),
    owner: toBase58(token.owner),
    state: STATES[data.readUInt8(108)],
    tokenAmount: uiAmount(token.amount, decimals),
    ...(delegate ? { delegate, delegatedAmount: uiAmount(data.readBigUInt64LE(121), decimals) } : {}),
  });
}
