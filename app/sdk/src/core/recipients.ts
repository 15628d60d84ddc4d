import { ACCOUNT_SIZE, AccountLayout, MINT_SIZE } from '@solana/spl-token';
import { type Connection, PublicKey, SystemProgram } from '@solana/web3.js';
import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from './addresses';
import { CommonwireError } from './errors';
import { programName } from './program-errors';

/** An address that nobody may be able to sign for: what is given to it may be lost. */
export class RecipientError extends CommonwireError {
  declare readonly code: 'not-a-wallet';
}

/**
 * What an address is. `wallet`: a key's address, with an account or none. `vault`: a program's address that can hold SOL,
 * such as a multisig's vault or a treasury.
 */
export type Recipient =
  | { kind: 'wallet' | 'vault' | 'mint' | 'program' }
  | { kind: 'token-account'; owner: PublicKey }
  | { kind: 'account'; program: PublicKey };

/** Looks at the account at an address. */
export async function recipientAt(connection: Connection, address: PublicKey): Promise<Recipient> {
  const info = await connection.getAccountInfo(address, 'confirmed');
  if (!info || info.owner.equals(SystemProgram.programId)) {
    const isPlain = PublicKey.isOnCurve(address.toBytes()) && (info?.data.length ?? 0) === 0;
    return { kind: isPlain ? 'wallet' : 'vault' };
  }
  if (info.executable) return { kind: 'program' };
  const isToken = info.owner.equals(TOKEN_PROGRAM_ID) || info.owner.equals(TOKEN_2022_PROGRAM_ID);
  // Behind the 165 bytes of an account or a padded mint, Token-2022 says which of both it is.
  const type = info.data[ACCOUNT_SIZE];
  if (isToken && (info.data.length === MINT_SIZE || type === 1)) return { kind: 'mint' };
  if (isToken && (info.data.length === ACCOUNT_SIZE || type === 2))
    return { kind: 'token-account', owner: AccountLayout.decode(info.data.subarray(0, ACCOUNT_SIZE)).owner };
  return { kind: 'account', program: info.owner };
}

/**
 * Requires an address that somebody can sign for, before something that can't be taken back goes to it.
 * @param option names the address in errors
 * @param mayBeVault whether a program's address that holds no data will do
 * @throws RecipientError that names the likely wallet
 */
export async function requireRecipient(
  connection: Connection,
  address: PublicKey,
  { option, mayBeVault, override }: { option: string; mayBeVault: boolean; override: string },
): Promise<void> {
  const recipient = await recipientAt(connection, address);
  const { kind } = recipient;
  if (kind === 'wallet' || (kind === 'vault' && mayBeVault)) return;
  throw new RecipientError(
    'not-a-wallet',
    `${option}: ${address} ${describe(recipient)}. If you are sure, add ${override}`,
  );
}

function describe(recipient: Recipient): string {
  switch (recipient.kind) {
    case 'token-account':
      return `is a token account of ${recipient.owner}: name that wallet`;
    case 'mint':
      return 'is the mint of a token, for which nobody can sign: name a wallet';
    case 'program':
      return 'is a program, for which nobody can sign: name a wallet';
    case 'account':
      return `is an account of program ${programName(recipient.program.toBase58())}, not a wallet: name a wallet, or the vault of a multisig rather than the multisig itself`;
    default:
      return 'is no key, but an address that a program derived, such as the vault of a multisig or a token account that is not open yet: nobody holds a key for it';
  }
}
