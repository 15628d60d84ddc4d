import { DEFAULT_KEYPAIR, FileError, Signing } from '@commonwire/sdk/node';
import type { PublicKey } from '@solana/web3.js';

/** The address of a key, or of an address in its place; null where the usual key file isn't there. */
export function walletOf(keypair: string): PublicKey | null {
  try {
    return Signing.read({ keypair, print: true, payer: undefined, 'priority-fee': undefined }).signer;
  } catch (error) {
    if (keypair === DEFAULT_KEYPAIR && error instanceof FileError && error.code === 'unreadable-file')
      return null;
    throw error;
  }
}
