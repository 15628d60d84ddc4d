import { toHex, withoutSecrets } from '@commonwire/sdk/core';
import type {
  EpochInfo,
  EpochList,
  EpochSignatures,
  EpochSummary,
  Evidence,
  LogInfo,
  NetworkInfo,
} from '@commonwire/sdk/oracle';
import type { ChainNetwork } from '../chain/chain';
import type { Manifest } from '../domain/index';
import { promotedDataset } from '../epoch/dataset';
import { equivocations, observedFor } from '../epoch/observed';
import { checkSignature, signedFor } from '../epoch/signing';
import { storedLog } from '../log/records';
import { notFound, OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { readBlob } from '../storage/blobs';
import { parseJson } from '../storage/store';
import { refusalsOf } from '../tasks/attest';

/** Returns the network's state and settings for devices and dashboards. */
export async function networkInfo(oracle: Oracle): Promise<NetworkInfo> {
  const network = await oracle.view.latest();
  const { current, pending, latestCut, birth, program, mint, decimals, authority, committee } = network;
  return {
    program,
    network: network.address,
    birth: birth.toString(),
    mint,
    decimals,
    authority,
    governance: governance(oracle),
    committee: { version: committee.version, threshold: committee.threshold, keys: [...committee.keys] },
    policy: { ...oracle.policy },
    clock: oracle.policy.clock,
    epoch: {
      current: current.epoch,
      pending: pending?.epoch ?? null,
      cut: latestCut.epoch,
      collecting: latestCut.epoch + 1,
    },
    epoch_seconds: network.epochSeconds,
    cut_time: latestCut.time,
    device_count: oracle.registry.known.deviceCount,
    earned_total: current.earnedTotal.toString(),
    paid_total: network.totalPaid.toString(),
    oracle: oracle.address,
    peers: oracle.peers.urls.map(withoutSecrets),
    time: oracle.now(),
  };
}

/** Who may change the network, as last observed; null if it hasn't been observed yet. */
function governance({ vitals }: Oracle): NetworkInfo['governance'] {
  const seen = vitals.latest.chain.value?.governance;
  return seen
    ? {
        proposed_authority: seen.proposedAuthority,
        guardian: seen.guardian,
        pause: seen.pause,
        upgrade_authority: seen.upgradeAuthority,
      }
    : null;
}

/** Returns epochs below `before`, latest first; the first page begins with the collecting epoch. */
export async function epochList(
  oracle: Oracle,
  slice: { before?: number; limit: number },
): Promise<EpochList> {
  const network = await oracle.view.latest();
  const top = Math.min(slice.before ?? Number.POSITIVE_INFINITY, network.latestCut.epoch + 2) - 1;
  const count = Math.min(slice.limit, top);
  const epochs = Array.from({ length: Math.max(0, count) }, (_, i) => top - i);
  const summaries = await Promise.all(epochs.map((epoch) => summary(oracle, network, epoch)));
  const last = epochs.at(-1);
  return { epochs: summaries, next_before: last !== undefined && last > 1 ? last : null };
}

/** Returns the JSON of an epoch with its manifest, if there is one. @throws OracleError `not-found` for a future epoch */
export async function epochInfo(oracle: Oracle, epoch: number): Promise<string> {
  const network = await oracle.view.latest();
  if (epoch < 1 || epoch > network.latestCut.epoch + 1) throw notFound(`epoch ${epoch} has not begun`);
  const known = await summary(oracle, network, epoch);
  const bytes = known.dataset_hash ? await readBlob(oracle.blobs, known.dataset_hash) : undefined;
  const refusals = await refusalsOf(oracle, epoch);
  // A manifest is JSON, and a long one: it is passed on as it is.
  const manifest = bytes ? Buffer.from(bytes).toString('utf8') : 'null';
  return `${JSON.stringify({ ...known, refusals } satisfies Omit<EpochInfo, 'manifest'>).slice(0, -1)},"manifest":${manifest}}`;
}

/** Returns this oracle's signatures and refusals for an epoch, and the signatures it observed. */
export async function epochSignatures(oracle: Oracle, epoch: number): Promise<EpochSignatures> {
  const signatures = await signedFor(oracle.store, epoch);
  const witnessed = await observedFor(oracle.store, epoch);
  return { epoch, oracle: oracle.address, signatures, witnessed, refusals: await refusalsOf(oracle, epoch) };
}

/** Returns this oracle's evidence against other committee members. */
export const evidence = async ({ store, address }: Oracle): Promise<Evidence> => ({
  oracle: address,
  evidence: await equivocations(store),
});

/**
 * Returns a sealed log: its head and its runs. Nothing of an open one is shown, so that nobody copies the readings of
 * others into reports for the same epoch.
 * @throws OracleError `not-found`, `not-sealed`
 */
export async function logInfo(
  oracle: Oracle,
  epoch: number,
  { oracle: member = oracle.address }: { oracle?: string | undefined },
): Promise<LogInfo> {
  const log = await storedLog(oracle, member, epoch);
  if (log) {
    const runs = log.runs.map(({ shard, reports, pages }) => ({ shard, reports, pages: [...pages] }));
    return { oracle: member, epoch, head: log.head, runs };
  }
  if (member === oracle.address)
    throw new OracleError(
      'not-sealed',
      `the log of epoch ${epoch} is not sealed yet: it is public once the epoch has been cut`,
      { status: 404 },
    );
  throw notFound(`no log of ${member} for epoch ${epoch} is known here`);
}

/** Summaries of epochs that nothing will change any more, by epoch. */
const settled = new WeakMap<Oracle, Map<number, EpochSummary>>();
const MOST_SETTLED = 10_000;

/** Returns an epoch's summary; one that was promoted before the current one is read once. */
async function summary(oracle: Oracle, network: ChainNetwork, epoch: number): Promise<EpochSummary> {
  const kept = settled.get(oracle) ?? new Map<number, EpochSummary>();
  settled.set(oracle, kept);
  const known = kept.get(epoch);
  if (known) return known;
  const read = await readSummary(oracle, network, epoch);
  if (read.state !== 'promoted' || epoch >= network.current.epoch || read.ledger_root === null) return read;
  if (!(await promotedDataset(oracle, epoch))) return read;
  if (kept.size >= MOST_SETTLED) kept.delete(kept.keys().next().value!);
  kept.set(epoch, read);
  return read;
}

async function readSummary(oracle: Oracle, network: ChainNetwork, epoch: number): Promise<EpochSummary> {
  const { current, pending, latestCut } = network;
  const onChain = pending?.epoch === epoch ? pending : current.epoch === epoch ? current : undefined;
  if (onChain)
    return {
      epoch,
      state: onChain === pending ? 'pending' : 'promoted',
      dataset_hash: toHex(onChain.datasetHash),
      ledger_root: toHex(onChain.ledgerRoot),
      earned_total: onChain.earnedTotal.toString(),
      device_count: onChain.deviceCount,
    };
  // Older epochs are shown from their promoted dataset, newer ones from the one that this oracle signed last.
  const hash = await datasetHash(oracle, epoch);
  const bytes = hash && (await readBlob(oracle.blobs, hash));
  const manifest = bytes ? (parseJson(bytes) as Manifest) : undefined;
  const before = epoch > latestCut.epoch ? 'collecting' : manifest ? 'signed' : 'cut';
  return {
    epoch,
    state: epoch < current.epoch ? 'promoted' : before,
    dataset_hash: hash ?? null,
    ledger_root: manifest?.ledger_root ?? null,
    earned_total: manifest?.totals.earned_total ?? null,
    device_count: manifest?.cut.device_count ?? null,
  };
}

/** Returns the hash of an epoch's dataset, in hex: the promoted one or else the one that this oracle signed last. */
export async function datasetHash(oracle: Oracle, epoch: number): Promise<string | undefined> {
  const promoted = await promotedDataset(oracle, epoch);
  if (promoted) return promoted;
  const signed = (await signedFor(oracle.store, epoch)).at(-1);
  const message = signed && checkSignature(oracle.address, signed)?.message;
  return message && toHex(message.datasetHash);
}
