import type { PublicKey } from '@solana/web3.js';
import { big } from '../../core/anchor-values';
import { decode } from '../program';

/** What one account has deposited in the vault of a funded network. */
export interface Funding {
  network: PublicKey;
  funder: PublicKey;
  /** Base units since the start. */
  amount: bigint;
}

/** @throws AccountError `account-malformed` */
export function decodeFunding(address: PublicKey, data: Uint8Array): Funding {
  const { network, funder, amount } = decode('funding', address, data);
  return { network, funder, amount: big(amount) };
}
