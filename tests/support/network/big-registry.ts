import { randomBytes } from 'node:crypto';
import { sha256, u32 } from '@commonwire/sdk/core';
import {
  networkProgram,
  REGISTRY_DEPTH,
  type RegisteredDevice,
  type RegistryProof,
  registryAddress,
  registryLeaf,
} from '@commonwire/sdk/network';
import type { TestNetwork } from './test-network';

const HASH = 32;
const NODE = Uint8Array.of(1);

/**
 * Writes a registry of 2^levels devices, of which only this one is known, past all rules: a million registrations would take
 * the chain many minutes. Returns the device's proof.
 */
export async function plantRegistry(
  { chain, address }: TestNetwork,
  device: RegisteredDevice,
  levels: number,
): Promise<RegistryProof> {
  const account = registryAddress(address);
  const registry = (await chain.connection.getAccountInfo(account))!;
  const path = Array.from({ length: levels }, () => new Uint8Array(randomBytes(HASH)));
  const top = path.reduce(
    (node, sibling, height) =>
      (device.index >>> height) & 1 ? sha256(NODE, sibling, node) : sha256(NODE, node, sibling),
    registryLeaf(device),
  );
  const data = Buffer.from(registry.data);
  const { coder } = networkProgram;
  // Network and running hash come before the frontier, and the count behind it.
  const frontierAt = coder.accounts.accountDiscriminator('registry').length + 2 * HASH;
  data.set(top, frontierAt + levels * HASH);
  data.set(u32(2 ** levels), frontierAt + REGISTRY_DEPTH * HASH);
  if (!chain.setAccount) throw new Error('only an embedded chain takes a registry that was made up');
  chain.setAccount({ ...registry, address: account, lamports: BigInt(registry.lamports), data });
  return { device, path };
}
