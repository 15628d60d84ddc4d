import { toHex } from '@commonwire/sdk/core';
import type { RegistryEntry } from '@commonwire/sdk/network';
import { fromBase58 } from './address';
import { type CloseResult, settle } from './close';
import { describeDifference, findDifference } from './difference';
import { DomainError } from './errors';
import type { EvidenceRules } from './evidence';
import { readRegistryLine, readReportLine, readRewardLine, readStateLine } from './lines';
import { verifyHead } from './log';
import { datasetHash, parseManifest } from './manifest';
import { linesOf, type PartSource, servedLines } from './parts';
import { Registry } from './registry';
import type {
  Device,
  DeviceState,
  GatheredReport,
  LastHead,
  Manifest,
  PreviousState,
  VerifySignature,
} from './types';

/**
 * Reads a published dataset into the state that the next close starts from. Checks hashes and formats but not the
 * rules; for those see {@link verifyDataset}.
 * @throws DomainError `bad-manifest`, `bad-part`, `bad-line`
 */
export function previousState(manifestBytes: Uint8Array, part: PartSource): PreviousState {
  const manifest = parseManifest(manifestBytes);
  const earned = new BigUint64Array(manifest.cut.device_count);
  let count = 0;
  for (const line of linesOf(manifest.parts.rewards, part)) {
    const reward = readRewardLine(line);
    if (reward.index !== count || count >= earned.length)
      throw new DomainError('bad-line', 'rewards are not in order');
    earned[count++] = reward.earned;
  }
  if (count !== earned.length)
    throw new DomainError('bad-part', `${count} rewards for ${earned.length} devices`);
  const devices = new Map<number, DeviceState>();
  let last = -1;
  for (const line of linesOf(manifest.parts.state, part)) {
    const state = readStateLine(line);
    if (state.index <= last) throw new DomainError('bad-line', 'states are not in order');
    last = state.index;
    devices.set(state.index, state);
  }
  const { epoch, horizon, heads } = manifest;
  return { datasetHash: datasetHash(manifestBytes), epoch, horizon, heads, earned, devices };
}

/** Everything needed to repeat a published epoch. */
export interface VerifyDatasetInput {
  readonly manifestBytes: Uint8Array;
  readonly part: PartSource;
  /** The outcome of the previous epoch, itself verified or trusted. */
  readonly previous: PreviousState;
  readonly verify?: VerifySignature;
}

/** The outcome of closing a published epoch again. */
export interface Repeated {
  readonly result: CloseResult;
  /** The rules that its reports were checked against. */
  readonly rules: EvidenceRules;
}

/**
 * Closes an epoch again from its published heads, registry, reports and policy, and the previous epoch. Reads parts as
 * served, without checking their hashes; {@link findDifference} compares the outcome with what was published.
 * @throws DomainError `bad-dataset` if the published data doesn't allow a close; errors from reading it
 */
export function repeatDataset({ manifestBytes, part, previous, verify }: VerifyDatasetInput): Repeated {
  const published = parseManifest(manifestBytes);
  const { cut, epoch, policy } = published;
  const identity = {
    network: fromBase58(published.network),
    program: fromBase58(published.program),
    birth: BigInt(published.birth),
  };
  verifyHeads(published, identity.network, previous.heads);
  const registry = Registry.from(
    mergeRegistrations(map(servedLines(published.parts.registry, part), readRegistryLine)),
  );
  const hash = toHex(registry.hash);
  if (hash !== cut.registry_hash) {
    const found = `its ${registry.deviceCount} devices hash to ${hash}`;
    throw bad(`cut.registry_hash: is ${cut.registry_hash}, ${found}: a line is missing, added or altered`);
  }
  const result = settle({
    identity,
    epoch,
    cut,
    limits: published.limits,
    registry,
    policy,
    heads: published.logs,
    gathered: inTime(map(servedLines(published.parts.reports, part), readReportLine), published, previous),
    unverified: published.unverified,
    previous,
    ...(verify && { verify }),
  });
  const { network } = identity;
  const { horizon } = previous;
  return { result, rules: { registry: registry.at(hash, epoch), network, policy, horizon, verify } };
}

/**
 * Repeats an epoch from its dataset and the previous one, and compares every byte. The caller must check that the
 * manifest's network, program, cut, limits, policy and hash match the chain and that its oracles are in the committee.
 * @throws DomainError `bad-dataset` whose message begins with the first wrong field; errors from reading the dataset
 */
export function verifyDataset(input: VerifyDatasetInput): CloseResult {
  const repeated = repeatDataset(input);
  const difference = findDifference(repeated, input);
  if (difference) throw bad(describeDifference(difference));
  return repeated.result;
}

function verifyHeads(manifest: Manifest, network: Uint8Array, before: readonly LastHead[]): void {
  const last = new Map(before.map((head) => [head.oracle, head]));
  for (const head of manifest.logs) {
    if (head.epoch > manifest.epoch) throw bad(`logs: one is for the future epoch ${head.epoch}`);
    verifyHead(network, head, last.get(head.oracle));
    last.set(head.oracle, head);
  }
}

/** Passes reports through; throws if one was received outside the time that the epoch's logs cover. */
function* inTime(
  reports: Iterable<GatheredReport>,
  { logs }: Manifest,
  previous: PreviousState,
): Generator<GatheredReport> {
  const opened = new Map(previous.heads.map(({ oracle, sealed_at }) => [oracle, sealed_at]));
  const first = Math.min(...logs.map(({ oracle }) => opened.get(oracle) ?? 0));
  const last = Math.max(...logs.map(({ sealed_at }) => sealed_at));
  let line = 1;
  for (const report of reports) {
    for (const { epoch, receivedAt } of report.copies) {
      if (receivedAt < first || receivedAt > last)
        throw bad(
          `parts.reports: line ${line}: received_at is ${receivedAt}, logs cover ${first} to ${last}`,
        );
      if (!logs.some((head) => head.epoch === epoch))
        throw bad(`parts.reports: line ${line}: epoch is ${epoch}, but no log is for that epoch`);
    }
    line += 1;
    yield report;
  }
}

const bad = (what: string): DomainError => new DomainError('bad-dataset', what);

/** Maximum number of devices in one merged registration. Each registration adds a mark to the registry. */
const MAX_MERGED_DEVICES = 1_000;

/** Yields the same changes with neighbouring registrations merged. */
function* mergeRegistrations(entries: Iterable<RegistryEntry>): Generator<RegistryEntry> {
  let devices: Device[] = [];
  const flush = function* (): Generator<RegistryEntry> {
    if (devices.length > 0) yield { kind: 'registered', devices };
    devices = [];
  };
  for (const entry of entries) {
    if (entry.kind === 'registered') devices.push(...entry.devices);
    if (entry.kind !== 'registered' || devices.length >= MAX_MERGED_DEVICES) yield* flush();
    if (entry.kind !== 'registered') yield entry;
  }
  yield* flush();
}

function* map<A, B>(items: Iterable<A>, change: (item: A) => B): Generator<B> {
  for (const item of items) yield change(item);
}
