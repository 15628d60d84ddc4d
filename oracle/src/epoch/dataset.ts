import { toHex } from '@commonwire/sdk/core';
import type { ChainNetwork } from '../chain/chain';
import {
  type Cut,
  datasetHash,
  genesis,
  type Manifest,
  type PreviousState,
  partsOfState,
  previousState,
} from '../domain/index';
import { notReady } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { readBlob } from '../storage/blobs';
import { parseJson } from '../storage/store';
import { factsOf } from './facts';

/**
 * Returns the state that the next epoch's close starts from, read from the dataset that is current on chain. The
 * dataset comes from this oracle's storage or, if it isn't there, from peers by its hash.
 * @throws OracleError `not-ready` if nobody has it yet
 */
export async function currentState(oracle: Oracle, network: ChainNetwork): Promise<PreviousState> {
  if (network.current.epoch === 0) return genesis;
  const hash = toHex(network.current.datasetHash);
  const known = oracle.promoted.state;
  if (known?.datasetHash === hash) return known;
  const manifestBytes = await fetchBlob(oracle, network.current.epoch, hash);
  const manifest = parseJson(manifestBytes) as Manifest;
  await rememberPromoted(oracle, manifest, hash);
  const state = await stateOf(oracle, manifestBytes, manifest);
  oracle.promoted.state = state;
  return state;
}

/** The last included heads by the dataset that is current on chain, without the rest of it. */
export async function currentHeads(
  oracle: Oracle,
  { current }: ChainNetwork,
): Promise<PreviousState['heads']> {
  if (current.epoch === 0) return [];
  const bytes = await fetchBlob(oracle, current.epoch, toHex(current.datasetHash));
  return (parseJson(bytes) as Manifest).heads;
}

/** The state that a dataset leaves, from memory if this process signed it. All its parts are stored here afterwards. */
async function stateOf(
  oracle: Oracle,
  manifestBytes: Uint8Array,
  { epoch, parts }: Manifest,
): Promise<PreviousState> {
  const { next } = oracle.promoted;
  if (next && next.datasetHash === datasetHash(manifestBytes)) return next;
  const needed = new Set(partsOfState({ parts }).map(({ sha256 }) => sha256));
  const read = new Map<string, Uint8Array>();
  for (const { sha256 } of Object.values(parts).flat()) {
    const bytes = await fetchBlob(oracle, epoch, sha256);
    if (needed.has(sha256)) read.set(sha256, bytes);
  }
  return previousState(manifestBytes, (sha256) => read.get(sha256)!);
}

/** Returns the hash of the dataset that was promoted for an epoch, if this oracle knows it. */
export async function promotedDataset(oracle: Oracle, epoch: number): Promise<string | undefined> {
  const known = promoted.get(oracle) ?? new Map<number, string>();
  promoted.set(oracle, known);
  const there = known.get(epoch);
  if (there !== undefined) return there;
  const hash = (await factsOf(oracle.store, epoch, 'promoted').read<{ hash: string }>(PROMOTED))?.hash;
  if (hash === undefined) return undefined;
  if (known.size >= KEPT_HASHES) known.delete(known.keys().next().value!);
  known.set(epoch, hash);
  return hash;
}

const PROMOTED = 'promoted';
/** Promoted datasets' hashes by epoch, so that answers needn't read them again: once written they never change. */
const promoted = new WeakMap<Oracle, Map<number, string>>();
const KEPT_HASHES = 256;
/** Maximum number of earlier epochs whose datasets an oracle that joins late looks up; they serve only its status. */
const MAX_LOOK_BACK = 100;

/** Stores a promoted dataset's hash and those of its predecessors, back to the last one that is stored already. */
async function rememberPromoted(
  oracle: Oracle,
  manifest: Manifest,
  hash: string,
  left = MAX_LOOK_BACK,
): Promise<void> {
  const { epoch, previous } = manifest;
  if (previous !== null && left > 0 && !(await promotedDataset(oracle, epoch - 1))) {
    const before = await fetchBlob(oracle, epoch - 1, previous).catch(() => undefined);
    if (before) await rememberPromoted(oracle, parseJson(before) as Manifest, previous, left - 1);
  }
  await factsOf(oracle.store, epoch, 'promoted').decide(PROMOTED, { hash });
}

/**
 * Returns bytes by their SHA-256 from this oracle's storage or else from a peer. Stores a peer's bytes once checked.
 */
export async function fetchBlob(
  oracle: Oracle,
  epoch: number,
  sha256: string,
  first?: string,
): Promise<Uint8Array> {
  const own = await readBlob(oracle.blobs, sha256);
  if (own) return own;
  const pulled = await oracle.peers.part(first, { epoch, sha256 });
  if (!pulled) throw notReady(`no oracle serves ${sha256} of epoch ${epoch}`);
  await oracle.blobs.put(pulled);
  return pulled;
}

/** Returns an epoch's cut in the form used by datasets, or undefined if it isn't on chain yet. */
export function cutOf(network: ChainNetwork, epoch: number): Cut | undefined {
  const cut = network.cutOf(epoch);
  return cut && { device_count: cut.deviceCount, registry_hash: toHex(cut.registryHash), time: cut.time };
}
