import type { BN, IdlAccounts } from '@coral-xyz/anchor';
import type { AccountInfo, PublicKey } from '@solana/web3.js';
import { CommonwireError } from '../../core/errors';
import type { Network } from '../../generated/network';
import { coder, PROGRAM_ID } from '../program';

/** An account that is missing, or isn't what its address was taken for. */
export class AccountError extends CommonwireError {
  declare readonly code: 'account_missing' | 'account_foreign' | 'account_malformed';
}

type Names = keyof IdlAccounts<Network>;

/** An account's fields as Anchor's coder reads them. @throws AccountError `account_malformed` */
export function decode<N extends Names>(
  name: N,
  address: PublicKey,
  data: Uint8Array,
): IdlAccounts<Network>[N] {
  try {
    return coder.accounts.decode<IdlAccounts<Network>[N]>(name, Buffer.from(data));
  } catch (cause) {
    throw malformed(name, address, cause);
  }
}

/** The error for data that aren't what their account's name says. */
export const malformed = (name: string, address: PublicKey, cause?: unknown): AccountError =>
  new AccountError('account_malformed', `account ${address} does not hold a ${name}`, { cause });

/** The data of an account of this program. @throws AccountError `account_missing`, `account_foreign` */
export function own(address: PublicKey, info: AccountInfo<Buffer> | null, name: string): Buffer {
  if (!info) throw new AccountError('account_missing', `there is no ${name} at ${address} on this cluster`);
  if (!info.owner.equals(PROGRAM_ID)) {
    throw new AccountError(
      'account_foreign',
      `account ${address} belongs to program ${info.owner}, not ${PROGRAM_ID}`,
    );
  }
  return info.data;
}

export const big = (value: BN): bigint => BigInt(value.toString());
export const bytes = (value: readonly number[]): Uint8Array => Uint8Array.from(value);
