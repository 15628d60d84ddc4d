import { fromHex, toHex } from '@commonwire/sdk/core';
import type { RegisteredDevice, RegistryChange } from '@commonwire/sdk/network';

/** A device with its bytes in hex. */
type StoredDevice = Omit<RegisteredDevice, 'deviceKey' | 'owner' | 'h3Cell'> & {
  readonly deviceKey: string;
  readonly owner: string;
  readonly h3Cell: string;
};

/** A registry change as stored by an oracle. */
type StoredChange = { readonly registry_hash: string } & (
  | { readonly kind: 'registered'; readonly devices: readonly StoredDevice[] }
  | {
      readonly kind: 'transferred';
      readonly index: number;
      readonly owner: string;
      readonly effective_epoch: string;
    }
  | { readonly kind: 'retired'; readonly index: number; readonly effective_epoch: string }
);

/** Converts a change to JSON for storing. */
export function toStored(entry: RegistryChange): StoredChange {
  const registry_hash = toHex(entry.registryHash);
  if (entry.kind === 'registered')
    return { kind: entry.kind, registry_hash, devices: entry.devices.map(toStoredDevice) };
  const { index, effectiveEpoch } = entry.change;
  const effective_epoch = effectiveEpoch.toString();
  return entry.kind === 'transferred'
    ? { kind: entry.kind, registry_hash, index, owner: toHex(entry.change.owner), effective_epoch }
    : { kind: entry.kind, registry_hash, index, effective_epoch };
}

/** Reverses {@link toStored}. Doesn't validate, since only the oracle writes this JSON. */
export function fromStored(json: unknown): RegistryChange {
  const stored = json as StoredChange;
  const registryHash = fromHex(stored.registry_hash);
  if (stored.kind === 'registered')
    return { kind: stored.kind, registryHash, devices: stored.devices.map(fromStoredDevice) };
  const change = { index: stored.index, effectiveEpoch: BigInt(stored.effective_epoch) };
  return stored.kind === 'transferred'
    ? { kind: stored.kind, registryHash, change: { ...change, owner: fromHex(stored.owner) } }
    : { kind: stored.kind, registryHash, change };
}

const toStoredDevice = (device: RegisteredDevice): StoredDevice => ({
  ...device,
  deviceKey: toHex(device.deviceKey),
  owner: toHex(device.owner),
  h3Cell: device.h3Cell.toString(),
});

const fromStoredDevice = (device: StoredDevice): RegisteredDevice => ({
  ...device,
  deviceKey: fromHex(device.deviceKey),
  owner: fromHex(device.owner),
  h3Cell: BigInt(device.h3Cell),
});
