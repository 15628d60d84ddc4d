import type { AccountInfo } from '@solana/web3.js';
import { SystemProgram } from '@solana/web3.js';
import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from './addresses';
import { programName } from './program-errors';

/** The name of what an account of a program holds, such as `position`; undefined where it can't be told. */
type KindOf = (data: Uint8Array) => string | undefined;

const kinds = new Map<string, KindOf>();

/** Registers how the accounts of the program at this address are told apart. */
export function registerAccounts(address: string, kindOf: KindOf): void {
  kinds.set(address, kindOf);
}

const MINT_BYTES = 82;
const TOKEN_ACCOUNT_BYTES = 165;
/** Token-2022 says behind a token account's bytes which of both it is. */
const TYPES: Readonly<Record<number, string>> = { 1: 'mint', 2: 'token account' };

const tokenKind: KindOf = (data) => {
  if (data.length === MINT_BYTES) return 'mint';
  if (data.length === TOKEN_ACCOUNT_BYTES) return 'token account';
  return TYPES[data[TOKEN_ACCOUNT_BYTES] ?? 0];
};

const article = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** `guestBook` as `a guest book`. */
export const nounOf = (name: string): string =>
  article(name.replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

/** What an account is, in words: `a wallet`, `a mint`, `a position of the stake program`. */
export function describeAccount({
  owner,
  data,
  executable,
}: Pick<AccountInfo<Uint8Array>, 'owner' | 'data' | 'executable'>): string {
  if (executable) return 'a program';
  if (owner.equals(SystemProgram.programId)) return data.length === 0 ? 'a wallet' : 'a nonce account';
  const isToken = owner.equals(TOKEN_PROGRAM_ID) || owner.equals(TOKEN_2022_PROGRAM_ID);
  const address = owner.toBase58();
  const kind = isToken ? tokenKind(data) : kinds.get(address)?.(data);
  const name = programName(address);
  if (!kind) return name === address ? `an account of program ${name}` : `an account of the ${name} program`;
  return isToken ? nounOf(kind) : `${nounOf(kind)} of the ${name} program`;
}
