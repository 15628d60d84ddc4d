import { toHex } from '@commonwire/sdk/core';
import { LedgerTree, ledgerLeaves, type RegistryEntry } from '@commonwire/sdk/network';
import { toBase58 } from './address';
import { canonicalBytes, sortedCounts } from './canonical';
import { deviceTime } from './device-time';
import { DomainError } from './errors';
import { evaluate } from './evaluate';
import { collectEvidence } from './evidence';
import { gather } from './gather';
import { registryLines, reportLine, rewardLine, stateLine } from './lines';
import { lastHead, verifyLog } from './log';
import { datasetHash } from './manifest';
import { toParts } from './parts';
import type { Policy } from './policy';
import { limitReports, quotaOf } from './quota';
import type { Registry } from './registry';
import { requireRules } from './rules-version';
import { inherit } from './succession';
import { addCounts, sumUp } from './totals';
import type {
  Counts,
  Cut,
  DatasetPart,
  GatheredReport,
  LastHead,
  Limits,
  Log,
  LogHead,
  Manifest,
  NetworkIdentity,
  PreviousState,
  Reward,
  Totals,
  Verdict,
  VerifySignature,
} from './types';

/** Everything that an epoch's close depends on. */
export interface CloseInput {
  readonly identity: NetworkIdentity;
  readonly epoch: number;
  readonly cut: Cut;
  readonly limits: Limits;
  /** Must hold the changes up to `cut`; it may hold more. */
  readonly registry: Registry;
  readonly policy: Policy;
  /** The committee's keys, base58, in the order the chain has them. */
  readonly committee: readonly string[];
  /** In any order; an oracle whose head came late may bring the log of an earlier epoch too. */
  readonly logs: readonly Log[];
  readonly previous: PreviousState;
  /** Defaults to the strict check; an oracle may pass one that remembers what it verified at ingest. */
  readonly verify?: VerifySignature;
}

/** All that follows from an epoch's inputs. */
export interface CloseResult {
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  /** Hex SHA-256 of `manifestBytes`. */
  readonly datasetHash: string;
  /** Every part that the manifest names, in the manifest's order. */
  readonly parts: readonly DatasetPart[];
  readonly ledger: LedgerTree;
  /** 32 bytes. */
  readonly ledgerRoot: Uint8Array;
  /** 32 bytes; zeros until there is a market. */
  readonly usageRoot: Uint8Array;
  readonly earnedTotal: bigint;
  readonly deviceCount: number;
  readonly totals: Totals;
  /** In order of (device, start, report hash). */
  readonly verdicts: readonly Verdict[];
  /** One for each device, by index. */
  readonly rewards: readonly Reward[];
  /** The state that the next epoch's close starts from. */
  readonly next: PreviousState;
}

/** The input of a close after gathering, all of which a published dataset contains too. */
export interface GatheredInput extends Omit<CloseInput, 'logs' | 'committee'> {
  /** In the manifest's order. */
  readonly heads: readonly LogHead[];
  readonly gathered: Iterable<GatheredReport>;
  /** Supplied when only the dataset is available, since it doesn't contain the logs in which these were counted. */
  readonly unverified?: Counts;
}

/**
 * Closes an epoch. The same logs, state, registry and policy give the same bytes, whatever the order of the logs.
 * @throws DomainError `bad-log`, `bad-cut`, `bad-epoch`, `not-in-committee` if the input contradicts itself
 */
export function close(input: CloseInput): CloseResult {
  const { logs, committee, ...rest } = input;
  const place = new Map(committee.map((oracle, i) => [oracle, i]));
  const sorted = [...logs].sort(
    (a, b) =>
      (place.get(a.head.oracle) ?? 0) - (place.get(b.head.oracle) ?? 0) || a.head.epoch - b.head.epoch,
  );
  verifyLogs(input, sorted, place);
  return closeGathered({ ...rest, heads: sorted.map(({ head }) => head), gathered: gather(sorted) });
}

function verifyLogs(
  { identity, epoch, previous }: CloseInput,
  logs: readonly Log[],
  place: ReadonlyMap<string, number>,
): void {
  const last = new Map(previous.heads.map((head) => [head.oracle, head]));
  for (const log of logs) {
    const { oracle, epoch: logged } = log.head;
    if (!place.has(oracle)) throw new DomainError('not-in-committee', `${oracle} is not in the committee`);
    if (logged > epoch)
      throw new DomainError('bad-log', `log of ${oracle} is for the future epoch ${logged}`);
    verifyLog(identity.network, log, last.get(oracle));
    last.set(oracle, lastHead(identity.network, log.head));
  }
}

/**
 * The part of a close that anyone can repeat from a published dataset.
 * @throws DomainError `bad-cut`, `bad-epoch`, `unsupported-rules-version`
 */
export function closeGathered(input: GatheredInput): CloseResult {
  const { identity, epoch, cut, limits, policy, heads, previous, verify } = input;
  requireRules(policy.rules_version, `epoch ${epoch} is to be closed by`);
  if (epoch !== previous.epoch + 1) {
    throw new DomainError('bad-epoch', `epoch ${epoch} does not follow ${previous.epoch}`);
  }
  const known = input.registry.has(cut.registry_hash);
  const registry = known ? input.registry.at(cut.registry_hash, epoch) : undefined;
  if (registry?.deviceCount !== cut.device_count) {
    throw new DomainError('bad-cut', 'the registry does not match the cut');
  }
  if (previous.earned.length > registry.deviceCount)
    throw new DomainError('bad-cut', 'the registry has fewer devices than the previous epoch');

  const { network } = identity;
  const { horizon } = previous;
  const collected = collectEvidence(input.gathered, { registry, network, policy, horizon, verify });
  const nextHorizon = horizonAfter(previous, policy, heads);
  const { evidence, surplus } = limitReports(collected.evidence, {
    registry,
    known: previous.devices,
    // Nobody knows when the first epoch began.
    quota: horizon === 0 ? Number.POSITIVE_INFINITY : quotaOf(policy, nextHorizon - horizon),
  });
  const counted: Counts = surplus > 0 ? { 'too-many-reports': surplus } : {};
  const unverified = sortedCounts(input.unverified ?? addCounts(collected.unverified, counted));
  const evaluation = evaluate({
    policy,
    limits,
    registry,
    previous: { ...previous, devices: inherit(registry, previous.devices, evidence, epoch) },
    evidence,
    horizon: nextHorizon,
  });
  const { verdicts, rewards, earned, earnedTotal } = evaluation;

  const groups = {
    registry: toParts(eachLine(registry.entries())),
    reports: toParts(mapped(verdicts, reportLine)),
    rewards: toParts(mapped(rewards, rewardLine)),
    state: toParts(mapped(evaluation.devices.values(), stateLine)),
  };
  const ledger = LedgerTree.fromLeaves(ledgerLeaves(rewards));
  const usageRoot = new Uint8Array(32);
  const totals = sumUp(evaluation, addCounts(unverified, ...heads.map(({ refused }) => refused)));
  const lastHeads = followHeads(network, previous.heads, heads);
  const manifest: Manifest = {
    version: 2,
    rules_version: policy.rules_version,
    network: toBase58(network),
    program: toBase58(identity.program),
    genesis_hash: toHex(identity.genesisHash),
    birth: identity.birth.toString(),
    epoch,
    previous: previous.datasetHash,
    cut: { device_count: cut.device_count, registry_hash: cut.registry_hash, time: cut.time },
    limits: { epoch: limits.epoch, device: limits.device },
    policy,
    logs: heads.map(canonicalHead),
    heads: lastHeads,
    horizon: nextHorizon,
    unverified,
    parts: {
      registry: groups.registry.references,
      reports: groups.reports.references,
      rewards: groups.rewards.references,
      state: groups.state.references,
    },
    totals,
    ledger_root: toHex(ledger.root),
    ledger_opening: toHex(ledger.opening(rewards[0]?.owner)),
    usage_root: toHex(usageRoot),
  };
  const manifestBytes = canonicalBytes(manifest);
  const hash = datasetHash(manifestBytes);
  return {
    manifest,
    manifestBytes,
    datasetHash: hash,
    parts: Object.values(groups).flatMap(({ parts }) => parts),
    ledger,
    ledgerRoot: ledger.root,
    usageRoot,
    earnedTotal,
    deviceCount: registry.deviceCount,
    totals,
    verdicts,
    rewards,
    next: {
      datasetHash: hash,
      epoch,
      horizon: nextHorizon,
      heads: lastHeads,
      earned,
      devices: evaluation.devices,
    },
  };
}

/**
 * Returns the horizon after the epoch: the median time at which its logs were sealed minus the late window, and never
 * earlier than before. Reports in later logs must start after it. A minority with slow or lying clocks can't move it.
 */
function horizonAfter(previous: PreviousState, policy: Policy, heads: readonly LogHead[]): number {
  const latest = new Map<string, number>();
  for (const { oracle, sealed_at } of heads) latest.set(oracle, sealed_at);
  const times = [...latest.values()].sort((a, b) => a - b);
  const median = times[(times.length - 1) >> 1];
  if (median === undefined) return previous.horizon;
  return Math.max(previous.horizon, Math.floor(deviceTime(policy, median) / 1000) - policy.late_seconds);
}

function followHeads(
  network: Uint8Array,
  before: readonly LastHead[],
  heads: readonly LogHead[],
): LastHead[] {
  const last = new Map(before.map((head) => [head.oracle, head]));
  for (const head of heads) last.set(head.oracle, lastHead(network, head));
  return [...last.values()].sort((a, b) => (a.oracle < b.oracle ? -1 : 1));
}

const canonicalHead = ({
  oracle,
  epoch,
  reports,
  sealed_at,
  previous,
  root,
  refused,
  signature,
}: LogHead): LogHead => ({
  oracle,
  epoch,
  reports,
  sealed_at,
  previous,
  root,
  refused: sortedCounts(refused),
  signature,
});

function* eachLine(entries: Iterable<RegistryEntry>): Generator<string> {
  for (const entry of entries) yield* registryLines(entry);
}

function* mapped<T>(items: Iterable<T>, line: (item: T) => string): Generator<string> {
  for (const item of items) yield line(item);
}
