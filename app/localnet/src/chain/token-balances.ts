import type { Account } from 'litesvm/dist/internal';
import { fromBase58, toKey } from '../encoding';

/** The addresses of SPL Token and Token-2022. */
export const TOKEN_PROGRAMS = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
].map((address) => fromBase58(address)!);

const tokenProgramKeys = new Set(TOKEN_PROGRAMS.map(toKey));

/** Returns whether an address is a token program's. */
export const isTokenProgram = (address: Uint8Array): boolean => tokenProgramKeys.has(toKey(address));

const ACCOUNT_BYTES = 165;
const MINT_BYTES = 82;
// Token-2022 stores the account type and then extensions after the base size of a token account.
const TYPE_MINT = 1;
const TYPE_ACCOUNT = 2;

/** The part of a token account that both token programs share. */
export interface TokenAccount {
  mint: Buffer;
  owner: Buffer;
  amount: bigint;
  delegate?: Buffer | undefined;
}

const view = (account: Account): Buffer => {
  const data = account.data();
  return Buffer.from(data.buffer, data.byteOffset, data.length);
};

const isOfType = (data: Buffer, base: number, type: number): boolean =>
  data.length === base || (data.length > ACCOUNT_BYTES && data[ACCOUNT_BYTES] === type);

/** Decodes a token account from an account of a token program; undefined if it isn't one. */
export function tokenAccount(account: Account): TokenAccount | undefined {
  const data = view(account);
  const initialized = isOfType(data, ACCOUNT_BYTES, TYPE_ACCOUNT) && data[108] !== 0;
  if (!initialized) return undefined;
  return {
    mint: data.subarray(0, 32),
    owner: data.subarray(32, 64),
    amount: data.readBigUInt64LE(64),
    delegate: data.readUInt32LE(72) === 1 ? data.subarray(76, 108) : undefined,
  };
}

/** Decodes supply and decimals of a mint from an account of a token program; undefined if it isn't one. */
export function mint(account: Account): { supply: bigint; decimals: number } | undefined {
  const data = view(account);
  if (!isOfType(data, MINT_BYTES, TYPE_MINT) || data[45] === 0) return undefined;
  return { supply: data.readBigUInt64LE(36), decimals: data.readUInt8(44) };
}

/** A token account's balance before or after a transaction. */
export interface TokenBalance extends TokenAccount {
  /** Index into the transaction's keys. */
  index: number;
  program: Buffer;
  decimals: number;
}

/** Reads the token balances of a transaction's accounts. `read` fetches their mints. */
export function tokenBalances(
  accounts: readonly (Account | null)[],
  read: (address: Uint8Array) => Account | null,
): TokenBalance[] {
  const decimals = new Map<string, number | undefined>();
  return accounts.flatMap((account, index) => {
    if (!account) return [];
    const program = Buffer.from(account.owner());
    const token = isTokenProgram(program) ? tokenAccount(account) : undefined;
    if (!token) return [];
    const key = toKey(token.mint);
    if (!decimals.has(key)) {
      const mintAccount = read(token.mint);
      decimals.set(key, mintAccount ? mint(mintAccount)?.decimals : undefined);
    }
    const mintDecimals = decimals.get(key);
    return mintDecimals === undefined ? [] : [{ ...token, index, program, decimals: mintDecimals }];
  });
}
