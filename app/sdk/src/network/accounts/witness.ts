import type { PublicKey } from '@solana/web3.js';
import { big } from '../../core/anchor-values';
import { decode } from '../program';

/** A device's leaf under the root of `epoch`, stored for a challenge. */
export interface Witness {
  payer: PublicKey;
  network: PublicKey;
  index: number;
  epoch: bigint;
  owner: PublicKey;
  earned: bigint;
}

/** @throws AccountError `account-malformed` */
export function decodeWitness(address: PublicKey, data: Uint8Array): Witness {
  const { payer, network, index, epoch, owner, earned } = decode('witness', address, data);
  return { payer, network, index, epoch: big(epoch), owner, earned: big(earned) };
}
