import { count, equal, sha256, toHex } from '@commonwire/sdk/core';
import {
  type EpochState,
  type ExpectedDevice,
  FIRST_REGISTRY_HASH,
  type NetworkAccount,
  type RegisteredDevice,
  type RegistryEntry,
  registryHashAfter,
} from '@commonwire/sdk/network';
import type { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { short } from '../format';
import { type Check, fails, holds } from './check';
import { parseRegistryLine } from './registry-line';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** The manifest fields that name the registry's parts. */
const registrySchema = z.object({ parts: z.object({ registry: z.array(z.object({ sha256: hash })) }) });
type RegistryParts = z.infer<typeof registrySchema>;

/** These, and the fields that are compared with the chain. */
const manifestSchema = registrySchema.extend({
  network: z.string(),
  epoch: z.number(),
  cut: z.object({ device_count: z.number(), registry_hash: hash }),
  ledger_root: hash,
  totals: z.object({ earned_total: z.string() }),
});
type Manifest = z.infer<typeof manifestSchema>;

/** The current epoch's dataset, as far as it was checked. */
export interface Dataset {
  readonly checks: readonly Check[];
  /**
   * Every device in the epoch's ledger, by index, with its owner in that epoch; null if the registry's hash doesn't match
   * the chain.
   */
  readonly devices: readonly RegisteredDevice[] | null;
}

/**
 * Downloads the current epoch's manifest and registry and checks both against the network's account.
 * @throws OracleRequestError if the oracle doesn't serve them
 */
export async function readDataset(oracle: OracleClient, network: NetworkAccount): Promise<Dataset> {
  const { current } = network;
  const epoch = Number(current.epoch);
  const bytes = await oracle.part(epoch, toHex(current.datasetHash));
  const found = sha256(bytes);
  if (!equal(found, current.datasetHash)) {
    const detail = `the manifest of epoch ${epoch} has SHA-256 ${short(found)}, but on chain it is ${short(current.datasetHash)}: it was altered`;
    return { checks: [fails('dataset', detail)], devices: null };
  }
  const manifest = manifestSchema.safeParse(parseJson(bytes));
  const fault = manifest.success ? difference(manifest.data, network) : manifest.error.issues[0]!.message;
  if (!manifest.success || fault) {
    const detail = `the manifest of epoch ${epoch} has the hash on chain, but contradicts the chain: ${fault}`;
    return { checks: [fails('dataset', detail)], devices: null };
  }
  const dataset = holds(
    'dataset',
    `the manifest of epoch ${epoch}, ${count(bytes.length, 'byte')}, has the SHA-256 on chain, ${short(found)}`,
  );
  const changes = await readRegistry(oracle, epoch, manifest.data);
  const devices = changes && devicesIn(changes, current.epoch);
  const registry = checkRegistry(changes, devices?.length ?? 0, network);
  return { checks: [dataset, registry], devices: registry.holds && devices ? devices : null };
}

function difference(manifest: Manifest, { address, current }: NetworkAccount): string | undefined {
  const pairs: [string, string | number, string | number][] = [
    ['network', manifest.network, address.toBase58()],
    ['epoch', manifest.epoch, Number(current.epoch)],
    ['device_count', manifest.cut.device_count, current.deviceCount],
    ['registry_hash', manifest.cut.registry_hash, toHex(current.registryHash)],
    ['ledger_root', manifest.ledger_root, toHex(current.ledgerRoot)],
    ['earned_total', manifest.totals.earned_total, `${current.earnedTotal}`],
  ];
  const wrong = pairs.find(([, said, onChain]) => said !== onChain);
  return wrong && `its ${wrong[0]} is ${wrong[1]}, but on chain it is ${wrong[2]}`;
}

/** Every change of a network's registry up to the cut of an epoch, checked against the chain's running hash. */
export interface CheckedRegistry {
  /** As they were registered, by index. */
  readonly registered: readonly RegisteredDevice[];
  /** Owners and retirements in the epoch, by index. */
  readonly devices: readonly ExpectedDevice[];
}

/**
 * Downloads the registry's changes from an epoch's dataset.
 * @returns a reason if they aren't the chain's
 * @throws OracleRequestError if the oracle doesn't serve them
 */
export async function readCheckedChanges(
  oracle: OracleClient,
  state: EpochState,
): Promise<RegistryEntry[] | string> {
  const epoch = Number(state.epoch);
  const manifest = registrySchema.safeParse(parseJson(await oracle.part(epoch, toHex(state.datasetHash))));
  if (!manifest.success) return `the manifest of epoch ${epoch} can't be read`;
  const changes = await readRegistry(oracle, epoch, manifest.data);
  const hash = changes?.reduce(registryHashAfter, FIRST_REGISTRY_HASH);
  if (!changes || !hash || !equal(hash, state.registryHash))
    return `the registry of epoch ${epoch}'s dataset doesn't lead to the hash on chain`;
  return changes;
}

/** Returns what changes that lead to a hash on chain say of devices in `epoch`. */
export function registryIn(changes: readonly RegistryEntry[], epoch: bigint): CheckedRegistry {
  const retired = new Set<number>();
  for (const entry of changes)
    if (entry.kind === 'retired' && entry.change.effectiveEpoch <= epoch) retired.add(entry.change.index);
  return {
    registered: changes.flatMap((entry) => (entry.kind === 'registered' ? entry.devices : [])),
    devices: (devicesIn(changes, epoch) ?? []).map(({ owner, index }) => ({
      owner,
      retired: retired.has(index),
    })),
  };
}

/** Reads the registry's lines, unchecked; undefined if they can't be read. */
async function readRegistry(
  oracle: OracleClient,
  epoch: number,
  { parts }: RegistryParts,
): Promise<RegistryEntry[] | undefined> {
  const changes: RegistryEntry[] = [];
  for (const { sha256: part } of parts.registry) {
    const lines = new TextDecoder().decode(await oracle.part(epoch, part)).split('\n');
    try {
      for (const line of lines) if (line !== '') changes.push(parseRegistryLine(line));
    } catch {
      return undefined;
    }
  }
  return changes;
}

/** Returns devices by index with their owners in `epoch`; undefined if the changes contradict each other. */
function devicesIn(changes: readonly RegistryEntry[], epoch: bigint): RegisteredDevice[] | undefined {
  const devices: RegisteredDevice[] = [];
  for (const entry of changes) {
    if (entry.kind === 'registered') {
      devices.push(...entry.devices);
    } else {
      const { index, effectiveEpoch } = entry.change;
      const device = devices[index];
      if (!device) return undefined;
      if (entry.kind === 'transferred' && effectiveEpoch <= epoch)
        devices[index] = { ...device, owner: entry.change.owner };
    }
  }
  return devices.every(({ index }, i) => index === i) ? devices : undefined;
}

/** The chain keeps a running hash over every change: only the complete list in the right order gives that hash. */
function checkRegistry(
  changes: readonly RegistryEntry[] | undefined,
  deviceCount: number,
  { current }: NetworkAccount,
): Check {
  if (!changes) return fails('registry', 'the list of devices is unreadable: it was altered');
  const found = changes.reduce(registryHashAfter, FIRST_REGISTRY_HASH);
  const handed = changes.filter(({ kind }) => kind !== 'registered').length;
  const others = handed === 0 ? '' : ` and ${count(handed, 'later change')} of them`;
  const listed = `${count(deviceCount, 'registered device')}${others}`;
  if (deviceCount === current.deviceCount && equal(found, current.registryHash)) {
    return holds('registry', `the registry hash on chain, ${short(found)}, is that of ${listed}`);
  }
  const expected = `but on chain there are ${current.deviceCount} devices and ${short(current.registryHash)}: one is missing or altered`;
  return fails('registry', `the hash of ${listed} is ${short(found)}, ${expected}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
