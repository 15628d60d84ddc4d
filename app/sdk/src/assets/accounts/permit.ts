import type { Connection, PublicKey } from '@solana/web3.js';
import { big } from '../../core/anchor-values';
import { permitAddress } from '../addresses';
import { assetsProgram, decode } from '../program';

/** Allows a wallet to hold the shares of every asset with this compliance authority. */
export interface Permit {
  compliance: PublicKey;
  wallet: PublicKey;
  /** Paid the rent, and gets it back. */
  payer: PublicKey;
  /** Unix seconds from which it counts no more. */
  expiresAt: bigint;
  /** ISO 3166-1 numeric code. */
  jurisdiction: number;
}

/** @throws AccountError `account-malformed` */
export function decodePermit(address: PublicKey, data: Uint8Array): Permit {
  const { authority, wallet, payer, jurisdiction, expiresAt } = decode('permit', address, data);
  return { compliance: authority, wallet, payer, expiresAt: big(expiresAt), jurisdiction };
}

/** Fetches a wallet's permit; null if there is none. @throws AccountError */
export async function fetchPermit(
  connection: Connection,
  at: { compliance: PublicKey; wallet: PublicKey },
): Promise<Permit | null> {
  const address = permitAddress(at);
  const info = await connection.getAccountInfo(address);
  return info?.owner.equals(assetsProgram.address) ? decodePermit(address, info.data) : null;
}
