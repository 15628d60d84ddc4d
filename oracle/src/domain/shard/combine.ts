/** Combines the written shards into the epoch's outcome. */

import { toHex } from '@commonwire/sdk/core';
import { toBase58 } from '../address';
import { canonicalBytes, sortedCounts } from '../canonical';
import { DomainError } from '../errors';
import { kindOf } from '../kinds';
import { registryLinesFrom } from '../lines';
import { lastHead } from '../log';
import { datasetHash } from '../manifest';
import type { Traded } from '../market';
import { isFull, type PartGroup, toParts } from '../parts';
import type { ReasonCode } from '../reasons';
import { budgetOf } from '../rewards';
import type { PreviousState } from '../state';
import { addCounts } from '../totals';
import type {
  AnyManifest,
  Counts,
  LastHead,
  LogHead,
  Manifest,
  PartReference,
  ShardEntry,
  Totals,
} from '../types';
import type { Judged } from './judge';
import { type LedgerRoot, ledgerRoot } from './ledger';
import type { EpochInput, Plan } from './plan';
import { type Reduction, WHOLE } from './reduce';
import { DeviceStates } from './states';
import type { ShardGroup, Written } from './write';

/**
 * The counts of each judged shard's reports that failed a check. Those of devices that aren't registered are the last
 * shard's.
 */
export const unverifiedOf = (
  { unverified }: Pick<EpochInput, 'unverified'>,
  judged: readonly Pick<Judged, 'summary'>[],
): readonly Counts[] =>
  judged.map(({ summary }, shard) =>
    unverified ? (unverified.shards[shard] ?? {}) : countsOf(summary.unverified),
  );

/** All that follows from an epoch's inputs, without the parts of the dataset. */
export interface EpochOutcome extends CombinedOutcome {
  /** The state that the next epoch's close starts from. */
  readonly next: PreviousState;
}

/** The outcome without that state. */
export interface CombinedOutcome {
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  /** Hex SHA-256 of `manifestBytes`. */
  readonly datasetHash: string;
  /** 32 bytes. */
  readonly ledgerRoot: Uint8Array;
  /** 32 bytes; zeros without a market. */
  readonly usageRoot: Uint8Array;
  readonly earnedTotal: bigint;
  readonly deviceCount: number;
  readonly totals: Totals;
}

/** The parts that are not cut by shard. */
export interface CommonParts {
  readonly registry: PartGroup;
  readonly reduction: PartGroup;
}

/** Cuts the registry's lines and the reduction's. */
export const commonParts = (input: EpochInput, reduction: Reduction): CommonParts => ({
  registry: registryParts(input),
  reduction: reductionParts(reduction),
});

/** Cuts the registry's lines, from the first part that wasn't full in the dataset before. */
export function registryParts({ registry, cut, epoch, previous }: EpochInput): PartGroup {
  const kept = previous.registry.filter(isFull);
  const lines = kept.reduce((sum, part) => sum + part.lines, 0);
  const added = toParts(registryLinesFrom(registry.at(cut.registry_hash, epoch), lines));
  return { references: [...kept, ...added.references], parts: added.parts };
}

export const reductionParts = (reduction: Reduction): PartGroup => toParts(reductionLines(reduction));

/** A line for each device whose outcome other shards had a part in, by index. */
function* reductionLines({
  inactive,
  weights,
  heirs,
  copies,
  months,
  released,
}: Reduction): Generator<string> {
  const indices = new Set([
    ...inactive,
    ...weights.keys(),
    ...heirs.keys(),
    ...copies.keys(),
    ...months.keys(),
    ...released.keys(),
  ]);
  for (const index of [...indices].sort((a, b) => a - b))
    yield reductionLine({
      index,
      active: !inactive.has(index),
      weight: weights.get(index) ?? WHOLE,
      heir_of: heirs.get(index) ?? null,
      copy_of: copies.get(index) ?? null,
      month: months.get(index) ?? null,
      released: released.get(index) ?? 0n,
    });
}

/** What the reduction says of a device. */
export interface ReducedDevice {
  readonly index: number;
  /** Whether its key is active under its index. */
  readonly active: boolean;
  /** The share by which it counts, millionths. */
  readonly weight: number;
  /** The retired device that it takes over from. */
  readonly heir_of: number | null;
  /** The device whose series it repeats. */
  readonly copy_of: number | null;
  /** The units that count of a device that exceeds what a month may give. */
  readonly month: bigint | null;
  /** What is paid of the amount that was held. */
  readonly released: bigint;
}

export const reductionLine = ({ released, copy_of, month, ...device }: ReducedDevice): string =>
  JSON.stringify({
    index: device.index,
    active: device.active,
    weight: device.weight,
    heir_of: device.heir_of,
    ...(copy_of !== null && { copy_of }),
    ...(month !== null && { month: `${month}` }),
    ...(released > 0n && { released: `${released}` }),
  });

/** What combining needs of an epoch's inputs. */
export type CombineInput = Pick<
  EpochInput,
  'identity' | 'epoch' | 'cut' | 'limits' | 'policy' | 'heads' | 'unverified'
> & { readonly previous: Pick<PreviousState, 'datasetHash' | 'heads'> };

/** What combining needs of a shard. */
export type ShardOutcome = Omit<Written, 'earned' | 'states'>;

/** References to the parts that are not cut by shard. */
type CommonReferences = Readonly<Record<keyof CommonParts, readonly PartReference[]>> & {
  readonly traded?: Traded;
};

/** @param traded what `trade` gave @throws DomainError as {@link combineShards} does */
export function combine(
  input: EpochInput,
  plan: Plan,
  shards: readonly Written[],
  counted: readonly Counts[],
  common: CommonParts,
  traded?: Traded,
): EpochOutcome {
  const combined = combineShards(input, plan, shards, counted, {
    registry: common.registry.references,
    reduction: common.reduction.references,
    ...(traded && { traded }),
  });
  const { datasetHash: hash, manifest } = combined;
  const { epoch, heads } = manifest;
  return {
    ...combined,
    next: {
      datasetHash: hash,
      epoch,
      horizon: plan.nextHorizon,
      heads,
      registry: common.registry.references,
      earned: joined(plan.deviceCount, shards),
      devices: new DeviceStates(
        plan.bits,
        shards.map(({ states }) => states),
      ),
      ...(traded && { market: traded.next }),
    },
  };
}

/**
 * Everything of an outcome but the state that the next close starts from, which only its dataset has.
 * @param counted what {@link unverifiedOf} gave
 * @throws DomainError `earned-overflow` if the earned total exceeds 64 bits
 */
export function combineShards(
  input: CombineInput,
  plan: Pick<Plan, 'bits' | 'deviceCount' | 'nextHorizon'>,
  shards: readonly ShardOutcome[],
  counted: readonly Counts[],
  { traded, ...common }: CommonReferences,
): CombinedOutcome {
  const { identity, epoch, cut, limits, policy, heads, previous } = input;
  const earnedTotal = shards.reduce((sum, { sums }) => sum + sums.earned, 0n);
  if (earnedTotal >= 1n << 64n) throw new DomainError('earned-overflow', `earned adds up to ${earnedTotal}`);
  const ledger: LedgerRoot = ledgerRoot(
    shards.map(({ node }) => node),
    plan.bits,
    shards[0]?.opening ?? new Uint8Array(),
  );
  const unverified = input.unverified?.total ?? addCounts(...counted);
  const totals = totalsOf(input, shards, unverified);
  const lastHeads = followHeads(identity.network, previous.heads, heads);
  const usageRoot = traded?.usageRoot ?? new Uint8Array(32);
  const references = (group: ShardGroup) => shards.flatMap(({ references: parts }) => parts[group]);
  const manifest: Manifest = {
    version: 3,
    rules_version: policy.rules_version,
    network: toBase58(identity.network),
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
    horizon: plan.nextHorizon,
    unverified,
    parts: {
      registry: common.registry,
      reports: references('reports'),
      rewards: references('rewards'),
      state: references('state'),
      reduction: common.reduction,
      ...traded?.references,
    },
    shard_bits: plan.bits,
    shards: shards.map((shard, i) => shardEntry(shard, counted[i]!)),
    totals,
    ledger_root: toHex(ledger.root),
    ledger_opening: toHex(ledger.opening),
    ...(traded && { markets: traded.markets }),
    usage_root: toHex(usageRoot),
  };
  const manifestBytes = canonicalBytes(manifest);
  const hash = datasetHash(manifestBytes);
  return {
    manifest,
    manifestBytes,
    datasetHash: hash,
    ledgerRoot: ledger.root,
    usageRoot,
    earnedTotal,
    deviceCount: plan.deviceCount,
    totals,
  };
}

/** What the manifest says of a shard. */
export function shardEntry({ references, sums, node }: ShardOutcome, unverified: Counts): ShardEntry {
  const { outcomes, rejected, scores, allocated, repaid, released, held, earned } = sums;
  const named = [...scores].flatMap(([kind, sum]) => {
    const name = kindOf(kind)?.name;
    return name && sum > 0n ? [[name, sum.toString()] as const] : [];
  });
  return {
    parts: {
      reports: references.reports.length,
      rewards: references.rewards.length,
      state: references.state.length,
    },
    unverified: sortedCounts(unverified),
    accepted: outcomes.accepted,
    zeroed: outcomes.zeroed,
    rejected: outcomes.rejected,
    duplicate: outcomes.duplicate,
    rejected_by_code: countsOf(rejected),
    scores: Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1))),
    allocated: allocated.toString(),
    repaid: repaid.toString(),
    released: released.toString(),
    held: held.toString(),
    earned: earned.toString(),
    ledger_node: toHex(node),
  };
}

const countsOf = (counts: ReadonlyMap<ReasonCode, number>): Counts =>
  sortedCounts(Object.fromEntries(counts));

function totalsOf(
  { policy, limits, heads }: CombineInput,
  shards: readonly ShardOutcome[],
  unverified: Counts,
): Totals {
  const all = shards.map(({ sums }) => sums);
  const count = (outcome: 'accepted' | 'zeroed' | 'rejected' | 'duplicate') =>
    all.reduce((sum, { outcomes }) => sum + outcomes[outcome], 0);
  const amount = (name: 'allocated' | 'repaid' | 'released' | 'held' | 'earned') =>
    all.reduce((sum, one) => sum + one[name], 0n);
  const released = amount('released');
  const budget = budgetOf(policy, limits, released).epoch;
  const allocated = amount('allocated');
  return {
    accepted: count('accepted'),
    zeroed: count('zeroed'),
    rejected: count('rejected'),
    duplicate: count('duplicate'),
    refused_by_code: addCounts(unverified, ...heads.map(({ refused }) => refused)),
    rejected_by_code: addCounts(...all.map(({ rejected }) => countsOf(rejected))),
    budget: budget.toString(),
    allocated: allocated.toString(),
    unallocated: (budget - allocated).toString(),
    repaid: amount('repaid').toString(),
    released: released.toString(),
    held: amount('held').toString(),
    earned_total: amount('earned').toString(),
  };
}

function joined(count: number, shards: readonly Written[]): BigUint64Array {
  const earned = new BigUint64Array(new SharedArrayBuffer(8 * count));
  let at = 0;
  for (const shard of shards) {
    earned.set(shard.earned, at);
    at += shard.earned.length;
  }
  return earned;
}

/** The parts of one shard among the manifest's, which are in order of shard. */
export function partsOfShard(
  { parts, shards }: Pick<AnyManifest, 'parts' | 'shards'>,
  shard: number,
): Written['references'] {
  const slice = (group: ShardGroup) => {
    const before = shards.slice(0, shard).reduce((sum, entry) => sum + entry.parts[group], 0);
    return parts[group].slice(before, before + (shards[shard]?.parts[group] ?? 0));
  };
  return { reports: slice('reports'), rewards: slice('rewards'), state: slice('state') };
}

/** The last included head of each oracle, after the logs of an epoch. */
export function followHeads(
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
