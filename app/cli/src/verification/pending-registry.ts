import {
  FIRST_REGISTRY_HASH,
  fetchRegistryChanges,
  type NetworkAccount,
  type PendingEpoch,
  type RegistryEntry,
} from '@commonwire/sdk/network';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import type { Connection } from '@solana/web3.js';
import { type CheckedRegistry, readCheckedChanges, registryIn } from './dataset';

/**
 * Reads the registry up to the pending epoch's cut: from its dataset, or else, since a committee may hide or falsify that,
 * from the current epoch's and the transactions since.
 * @returns a reason if neither leads to the hash on chain
 * @throws OracleRequestError if the oracle fails
 */
export async function readPendingRegistry(
  connection: Connection,
  oracle: OracleClient,
  { address, current }: NetworkAccount,
  pending: PendingEpoch,
): Promise<CheckedRegistry | string> {
  const published = await unlessMissing(readCheckedChanges(oracle, pending));
  if (typeof published !== 'string') return registryIn(published, pending.epoch);
  const known: RegistryEntry[] | string =
    current.epoch === 0n ? [] : await unlessMissing(readCheckedChanges(oracle, current));
  if (typeof known === 'string') return known;
  const from =
    current.epoch === 0n
      ? { hash: FIRST_REGISTRY_HASH, deviceCount: 0 }
      : { hash: current.registryHash, deviceCount: current.deviceCount };
  const later = await fetchRegistryChanges(connection, { network: address, from, to: pending.registryHash });
  if (later) return registryIn([...known, ...later], pending.epoch);
  return `${published}, and the RPC node lacks transactions that changed the registry`;
}

async function unlessMissing(read: Promise<RegistryEntry[] | string>): Promise<RegistryEntry[] | string> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof OracleRequestError && error.status === 404) return error.message;
    throw error;
  }
}
