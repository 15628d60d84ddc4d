import type { Commitment, Connection, PublicKey } from '@solana/web3.js';
import { bytes } from '../../core/anchor-values';
import { registryAddress } from '../addresses';
import { dataOf, decode } from '../program';

/** A network's registry account. */
export interface RegistryAccount {
  network: PublicKey;
  /** Running hash over every change. */
  hash: Uint8Array;
  /** 24 hashes. */
  frontier: Uint8Array[];
  deviceCount: number;
}

/** @throws AccountError `account-malformed` */
export function decodeRegistry(address: PublicKey, data: Uint8Array): RegistryAccount {
  const { network, hash, frontier, deviceCount } = decode('registry', address, data);
  return { network, hash: bytes(hash), frontier: frontier.map(bytes), deviceCount };
}

/** The registry, and the slot as of which it is so. @throws AccountError */
export async function fetchRegistry(
  connection: Connection,
  network: PublicKey,
  commitment?: Commitment,
): Promise<RegistryAccount & { slot: number }> {
  const address = registryAddress(network);
  const { context, value } = await connection.getAccountInfoAndContext(address, commitment);
  return { ...decodeRegistry(address, dataOf(address, value, 'registry')), slot: context.slot };
}
