import type { Connection, PublicKey } from '@solana/web3.js';
import { MAX_SUPPORTED_TRANSACTION_VERSION } from '../core/transaction-versions';
import { registryAddress } from './addresses';
import type { RegisteredDevice } from './merkle/registry';
import { readRegistryChanges } from './registry-changes';

/** Most transactions that a node lists at once. */
const SIGNATURE_SLICE = 1000;

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
  for (let before: string | undefined; found.size < count - from; ) {
    const options = { limit: SIGNATURE_SLICE, ...(before !== undefined && { before }) };
    const slice = await connection.getSignaturesForAddress(registryAddress(network), options, 'confirmed');
    for (const { signature, err } of slice) {
      if (err !== null || found.size >= count - from) continue;
      const response = await connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      });
      for (const change of response ? readRegistryChanges(response, network) : [])
        if (change.kind === 'registered')
          for (const device of change.devices)
            if (device.index >= from && device.index < count) found.set(device.index, device);
    }
    if (slice.length < SIGNATURE_SLICE) break;
    before = slice.at(-1)!.signature;
  }
  const devices: RegisteredDevice[] = [];
  for (let device = found.get(from); device; device = found.get(from + devices.length)) devices.push(device);
  return devices;
}
