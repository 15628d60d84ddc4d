import type { Connection, PublicKey } from '@solana/web3.js';
import { equal } from '../core/bytes';
import { MAX_SUPPORTED_TRANSACTION_VERSION } from '../core/transaction-versions';
import { registryAddress } from './addresses';
import type { RegisteredDevice } from './merkle/registry';
import { type RegistryChange, type RegistryEntry, readRegistryChanges } from './registry-changes';
import { inChainOrder } from './registry-order';

/** Most transactions that a node lists at once. */
const SIGNATURE_SLICE = 1000;

/** Yields the changes of a registry, those of one transaction at a time, latest first. */
async function* latestChanges(connection: Connection, network: PublicKey): AsyncGenerator<RegistryChange[]> {
  for (let before: string | undefined; ; ) {
    const options = { limit: SIGNATURE_SLICE, ...(before !== undefined && { before }) };
    const slice = await connection.getSignaturesForAddress(registryAddress(network), options, 'confirmed');
    for (const { signature, err } of slice) {
      if (err !== null) continue;
      const response = await connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      });
      if (response) yield readRegistryChanges(response, network);
    }
    if (slice.length < SIGNATURE_SLICE) return;
    before = slice.at(-1)!.signature;
  }
}

/**
 * Fetches the changes of a registry from one of its running hashes to another, in order.
 * @returns null if the node doesn't have all transactions
 */
export async function fetchRegistryChanges(
  connection: Connection,
  {
    network,
    from,
    to,
  }: { network: PublicKey; from: { hash: Uint8Array; deviceCount: number }; to: Uint8Array },
): Promise<RegistryEntry[] | null> {
  if (equal(from.hash, to)) return [];
  const found: RegistryChange[] = [];
  let isReached = false;
  for await (const slice of latestChanges(connection, network)) {
    found.push(...slice);
    // Until the first change after `from` is found, there is nothing to put in order.
    isReached ||= inChainOrder(from, slice).changes.length > 0;
    if (!isReached) continue;
    const { changes } = inChainOrder(from, found);
    const last = changes.findIndex(({ registryHash }) => equal(registryHash, to));
    if (last >= 0) return changes.slice(0, last + 1);
  }
  return null;
}

/**
 * Fetches the devices that were registered in a network from index `from` on, in index order, as they were registered.
 * @param count devices in the registry
 * @returns fewer if the node doesn't have all transactions
 */
export async function fetchNewDevices(
  connection: Connection,
  { network, from, count }: { network: PublicKey; from: number; count: number },
): Promise<RegisteredDevice[]> {
  const found = new Map<number, RegisteredDevice>();
  if (count > from)
    for await (const slice of latestChanges(connection, network)) {
      for (const change of slice)
        if (change.kind === 'registered')
          for (const device of change.devices)
            if (device.index >= from && device.index < count) found.set(device.index, device);
      if (found.size >= count - from) break;
    }
  const devices: RegisteredDevice[] = [];
  for (let device = found.get(from); device; device = found.get(from + devices.length)) devices.push(device);
  return devices;
}
