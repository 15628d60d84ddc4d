import { equal, toHex } from '@commonwire/sdk/core';
import {
  FIRST_REGISTRY_HASH,
  type RegistryChange,
  type RegistryEntry,
  registryHashAfter,
} from '@commonwire/sdk/network';
import { DomainError, parseAnyManifest, registryEntries } from '../domain/index';
import { fetchBlob } from '../epoch/dataset';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import type { Unread } from './reader';

/**
 * Takes the changes that the RPC node no longer has from the dataset that is current on chain, which this oracle or a peer
 * has. Nobody is trusted: the lines must lead, from the first one, to the registry hash on chain.
 * @returns undefined if the dataset has nothing beyond what is known, or nobody serves it
 */
export async function recoverRegistry(oracle: Oracle): Promise<(Unread & { epoch: number }) | undefined> {
  const { current } = await oracle.chain.readNetwork('final');
  if (current.epoch === 0 || oracle.registry.known.has(toHex(current.registryHash))) return undefined;
  const entries = await publishedEntries(oracle, current.epoch, toHex(current.datasetHash));
  if (!entries) return undefined;
  const { known } = oracle.registry;
  const changes: RegistryChange[] = [];
  let hash = FIRST_REGISTRY_HASH;
  let isNew = equal(hash, known.hash);
  for (const entry of entries) {
    hash = registryHashAfter(hash, entry);
    if (isNew) changes.push({ ...entry, registryHash: hash });
    else isNew = equal(hash, known.hash);
  }
  if (!isNew || !equal(hash, current.registryHash))
    throw new OracleError(
      'registry-differs',
      `the registry in the dataset of epoch ${current.epoch} does not lead to the registry hash on chain; examine it with commonwire audit`,
    );
  return { first: known.length, changes, cursor: undefined, left: 0, epoch: current.epoch };
}

/** The registry's lines in a published dataset; undefined if nobody serves it. */
async function publishedEntries(
  oracle: Oracle,
  epoch: number,
  datasetHash: string,
): Promise<RegistryEntry[] | undefined> {
  try {
    const manifest = parseAnyManifest(await fetchBlob(oracle, epoch, datasetHash));
    const parts = new Map<string, Uint8Array>();
    for (const { sha256 } of manifest.parts.registry)
      parts.set(sha256, await fetchBlob(oracle, epoch, sha256));
    return registryEntries(manifest.parts.registry, (sha256) => parts.get(sha256)!);
  } catch (error) {
    if (error instanceof DomainError || (error instanceof OracleError && error.code === 'not-ready'))
      return undefined;
    throw error;
  }
}
