/** The steps of a close, each of which a worker does alone. What they give each other is stored by its hash. */
import { z } from 'zod';
import {
  type Context,
  combineShards,
  concerns,
  contextOf,
  type DeviceBytes,
  Devices,
  type Judged,
  judge,
  judgedRange,
  judgedShards,
  MAX_SHARDS,
  planOfReduction,
  planOfSlice,
  type Reduction,
  readBefore,
  reduce,
  reductionParts,
  type ShardOutcome,
  type ShardRun,
  type Slice,
  type Summary,
  shardRun,
  unverifiedOf,
  write,
} from '../../domain/index';
import type { BlobStore } from '../../storage/blobs';
import { type KeepPart, keepPart } from '../shards/workers';
import { needBlob, putPacked, readPacked } from './pack';
import type { Globals } from './prepare';
import { noteOutcome, outcomeOf, type StepName, type StepPlace, type StepStores } from './stores';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
const ofShard = z.strictObject({
  globals: sha256,
  shard: z
    .int()
    .min(0)
    .max(MAX_SHARDS - 1),
});
const ofAll = z.strictObject({ globals: sha256 });

/** What a worker answers. */
export interface StepAnswer {
  /** The address of the step's outcome; of `root`, the dataset's hash. */
  readonly outcome: string;
}

/**
 * Does a step for a worker that knows nothing else: judging or writing one shard, or what is done once. What it stores
 * depends on nothing but the request, so it may be killed at any point and repeated.
 * @throws ZodError if the request is none; Error if what it needs isn't stored, as when an earlier step is missing
 */
export async function runStep(stores: StepStores, step: StepName, request: unknown): Promise<StepAnswer> {
  const place: StepPlace = {
    step,
    ...(step === 'judge' || step === 'write' ? ofShard : ofAll).parse(request),
  };
  const { globals, shard = 0 } = place;
  const does: Record<StepName, () => Promise<string>> = {
    judge: () => judgeStep(stores, globals, shard),
    reduce: () => reduceStep(stores, globals),
    write: () => writeStep(stores, globals, shard),
    root: () => combineStep(stores, globals),
  };
  const outcome = await does[step]();
  await noteOutcome(stores, place, outcome);
  return { outcome };
}

interface JudgedShard {
  readonly summary: Summary;
  /** Of the devices whose outcome depends on other shards. */
  readonly devices: readonly DeviceBytes[];
  /** Only writing the shard reads it. */
  readonly rest: string;
}

type Rest = Omit<Judged, 'summary'>;

interface Reduced {
  readonly reduction: Reduction;
  readonly parts: Globals['registry'];
  readonly judged: readonly string[];
}

/** Judges a shard. @returns the address of the outcome */
async function judgeStep(stores: StepStores, globals: string, shard: number): Promise<string> {
  const { context, runs } = await shardOf(stores, await readPacked<Globals>(stores.steps, globals), shard);
  const { summary, ...rest } = judge(context, runs);
  const all = new Devices(context.plan.registry.devices);
  const devices = summary.special.map(({ index }) => ({
    first: index,
    bytes: all.bytesOf(index, index + 1),
  }));
  return putPacked(stores.steps, {
    summary,
    devices,
    rest: await putPacked(stores.steps, rest satisfies Rest),
  } satisfies JudgedShard);
}

/** Reduces all shards. @returns the address of the outcome */
async function reduceStep(stores: StepStores, globals: string): Promise<string> {
  const { parts, steps } = stores;
  const { common, slices } = await readPacked<Globals>(steps, globals);
  const judged = await outcomesOf(stores, 'judge', globals, slices.length);
  const shards: JudgedShard[] = [];
  for (const name of judged) shards.push(await readPacked<JudgedShard>(steps, name));
  const context = contextOf(
    planOfReduction(
      common,
      shards.flatMap(({ devices }) => devices),
    ),
  );
  const reduction = reduce(
    context,
    shards.map(({ summary }) => summary),
  );
  const group = reductionParts(reduction);
  for (const part of group.parts) await keepPart(keepIn(parts), part);
  return putPacked(steps, { reduction, parts: group.references, judged } satisfies Reduced);
}

/** Writes a shard's parts. @returns the address of what else is known of it */
async function writeStep(stores: StepStores, globals: string, shard: number): Promise<string> {
  const { parts, steps } = stores;
  const reduced = await outcomeOf(stores, { step: 'reduce', globals });
  const { reduction, judged } = await readPacked<Reduced>(steps, reduced);
  const { summary, rest } = await readPacked<JudgedShard>(steps, judged[shard]!);
  const whole: Judged = { summary, ...(await readPacked<Rest>(steps, rest)) };
  const { context, runs } = await shardOf(stores, await readPacked<Globals>(steps, globals), shard);
  const writing = write(context, shard, runs, whole, reduction);
  let next = writing.next();
  while (!next.done) {
    await keepPart(keepIn(parts), next.value);
    next = writing.next();
  }
  const { earned: _, states: __, ...outcome } = next.value;
  return putPacked(steps, outcome satisfies ShardOutcome);
}

/** Combines all shards and stores the manifest. @returns its hash, that of the dataset */
async function combineStep(stores: StepStores, globals: string): Promise<string> {
  const { parts, steps } = stores;
  const { common, slices, input, registry } = await readPacked<Globals>(steps, globals);
  const reduction = await readPacked<Reduced>(steps, await outcomeOf(stores, { step: 'reduce', globals }));
  const written = await outcomesOf(stores, 'write', globals, slices.length);
  const summaries: Pick<JudgedShard, 'summary'>[] = [];
  for (const name of reduction.judged) summaries.push(await readPacked<JudgedShard>(steps, name));
  const shards: ShardOutcome[] = [];
  for (const name of written) shards.push(await readPacked<ShardOutcome>(steps, name));
  const { manifestBytes } = combineShards(input, common, shards, unverifiedOf({}, summaries), {
    registry,
    reduction: reduction.parts,
  });
  return parts.put(manifestBytes);
}

const keepIn =
  (blobs: BlobStore): KeepPart =>
  (sha256, compressed) =>
    blobs.putCompressed(sha256, compressed);

/** The addresses of a step's outcomes, in the order of shards. */
const outcomesOf = (stores: StepStores, step: StepName, globals: string, shards: number): Promise<string[]> =>
  Promise.all(Array.from({ length: shards }, (_, shard) => outcomeOf(stores, { step, globals, shard })));

/** A shard's reports, and what they are judged by. */
async function shardOf(
  { parts, steps }: StepStores,
  { common, logs, before, slices }: Globals,
  shard: number,
): Promise<{ context: Context; runs: ShardRun[] }> {
  const names = slices[shard];
  if (!names) throw new Error(`there is no shard ${shard}, only ${slices.length} from 0`);
  const range = judgedRange(shard, judgedShards(common));
  const runs: ShardRun[] = [];
  for (const { epoch, verified, runs: references } of logs)
    for (const run of references)
      if (concerns(run, range)) {
        const pages: Uint8Array[] = [];
        for (const name of run.pages) pages.push(await needBlob(parts, name));
        runs.push(shardRun({ shard: run.shard, pages }, range, { epoch, verified }));
      }
  const own = { first: range.first, end: Math.min(range.end, common.deviceCount) };
  const there = before.shards.filter(
    (_, number) => number * 2 ** before.bits < own.end && (number + 1) * 2 ** before.bits > own.first,
  );
  const rewards = there.flatMap((one) => one.rewards);
  const state = there.flatMap((one) => one.state);
  const read = new Map<string, Uint8Array>();
  for (const { sha256 } of [...rewards, ...state]) read.set(sha256, await needBlob(parts, sha256));
  const slice = await readPacked<Slice>(steps, names.slice);
  const devices = await readPacked<DeviceBytes>(steps, names.devices);
  const known = readBefore(own, { rewards, state }, (sha256) => read.get(sha256)!);
  return { context: contextOf(planOfSlice(common, shard, { slice, devices, before: known })), runs };
}
