import { fromHex, toHex } from '@commonwire/sdk/core';
import type { RegistryEntry } from '@commonwire/sdk/network';
import { fromBase58 } from './address';
import { type CloseResult, closeGathered } from './close';
import { DomainError } from './errors';
import { readRegistryLine, readReportLine } from './lines';
import { lastHead, verifyHead } from './log';
import { parseManifest } from './manifest';
import { readBook } from './market';
import { type PartSource, servedLines } from './parts';
import { Registry } from './registry';
import type { EvidenceRules } from './shard/examine';
import type { PreviousState } from './state';
import type { Device, GatheredReport, LastHead, Manifest, VerifySignature } from './types';

/** Everything needed to repeat a published epoch. */
export interface VerifyDatasetInput {
  readonly manifestBytes: Uint8Array;
  readonly part: PartSource;
  /** The outcome of the epoch before, itself verified or trusted. */
  readonly previous: PreviousState;
  readonly verify?: VerifySignature;
}

/** The outcome of repeating a published epoch. */
export interface Repeated {
  readonly result: CloseResult;
  /** The rules that its reports were checked by. */
  readonly rules: EvidenceRules;
}

/**
 * Closes an epoch again from its published heads, registry, reports and policy, and the epoch before. Whether that is
 * what was published, `findDifference` says: parts are read as they are served, whatever their hash.
 * @throws DomainError `bad-dataset` if the published files don't allow a close; `unsupported-rules-version` if the epoch
 * was closed by other rules; or what reading throws
 */
export function repeatDataset({ manifestBytes, part, previous, verify }: VerifyDatasetInput): Repeated {
  const published = parseManifest(manifestBytes);
  const { cut, epoch, policy } = published;
  const identity = {
    network: fromBase58(published.network),
    program: fromBase58(published.program),
    birth: BigInt(published.birth),
    genesisHash: fromHex(published.genesis_hash),
  };
  verifyHeads(published, identity.network, previous.heads);
  const registry = Registry.from(joined(map(servedLines(published.parts.registry, part), readRegistryLine)));
  const hash = toHex(registry.hash);
  if (hash !== cut.registry_hash) {
    const found = `its ${registry.deviceCount} devices lead to ${hash}`;
    throw bad(`cut.registry_hash: is ${cut.registry_hash}, ${found}: a line is missing, added or altered`);
  }
  const result = closeGathered({
    identity,
    epoch,
    cut,
    limits: published.limits,
    registry,
    policy,
    heads: published.logs,
    gathered: inTime(map(servedLines(published.parts.reports, part), readReportLine), published, previous),
    unverified: {
      total: published.unverified,
      shards: published.shards.map((shard) => shard.unverified),
    },
    shardBits: published.shard_bits,
    ...(published.markets && {
      markets: readBook(servedLines(published.parts.book ?? [], part), published.markets),
    }),
    // Every part of the registry is written anew, whatever the previous dataset says of it.
    previous: { ...previous, registry: [] },
    ...(verify && { verify }),
  });
  const { network } = identity;
  const { horizon } = previous;
  return { result, rules: { registry: registry.at(hash, epoch), network, policy, horizon, verify } };
}

/** @throws DomainError `bad-dataset`, `bad-log` */
export function verifyHeads(manifest: Manifest, network: Uint8Array, before: readonly LastHead[]): void {
  const last = new Map(before.map((head) => [head.oracle, head]));
  for (const head of manifest.logs) {
    if (head.epoch > manifest.epoch) throw bad(`logs: one is of epoch ${head.epoch}, to come`);
    verifyHead(network, head, last.get(head.oracle));
    last.set(head.oracle, lastHead(network, head));
  }
}

/** No report can have been received outside the time its epoch's logs cover. */
export function* inTime(
  reports: Iterable<GatheredReport>,
  { logs }: Manifest,
  previous: Pick<PreviousState, 'heads'>,
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
        throw bad(`parts.reports: line ${line}: epoch is ${epoch}, which no log is of`);
    }
    line += 1;
    yield report;
  }
}

const bad = (what: string): DomainError => new DomainError('bad-dataset', what);

/** Devices that are put into the registry at once: each time costs a mark in it. */
const JOINED = 1_000;

/** The same changes with neighbouring registrations as one. */
function* joined(entries: Iterable<RegistryEntry>): Generator<RegistryEntry> {
  let devices: Device[] = [];
  const flush = function* (): Generator<RegistryEntry> {
    if (devices.length > 0) yield { kind: 'registered', devices };
    devices = [];
  };
  for (const entry of entries) {
    if (entry.kind === 'registered') devices.push(...entry.devices);
    if (entry.kind !== 'registered' || devices.length >= JOINED) yield* flush();
    if (entry.kind !== 'registered') yield entry;
  }
  yield* flush();
}

function* map<A, B>(items: Iterable<A>, change: (item: A) => B): Generator<B> {
  for (const item of items) yield change(item);
}
