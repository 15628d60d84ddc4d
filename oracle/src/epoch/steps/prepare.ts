/** What the steps of a close start from, stored once for all of them. */
import {
  type AnyManifest,
  type CloseInput,
  type CombineInput,
  type CommonPlan,
  commonPlan,
  judgedShards,
  type PartReference,
  partsOfShard,
  planOf,
  type RunReference,
  registryParts,
  type SealedLog,
  slicesOf,
  verifiedLogs,
  verifySealed,
} from '../../domain/index';
import { keepPart } from '../shards/workers';
import { putPacked } from './pack';
import { putItems, type StepStores } from './stores';

/** What all steps of a close know. Names are addresses of packed values. */
export interface Globals {
  readonly common: CommonPlan;
  readonly logs: readonly {
    readonly epoch: number;
    readonly verified: boolean;
    readonly runs: readonly RunReference[];
  }[];
  /** The parts of the dataset before, by its shards of 2^`bits` devices. */
  readonly before: {
    readonly bits: number;
    readonly shards: readonly Readonly<Record<'rewards' | 'state', readonly PartReference[]>>[];
  };
  readonly slices: readonly { readonly slice: string; readonly devices: string }[];
  readonly input: CombineInput;
  readonly registry: readonly PartReference[];
}

/** What starts the steps. */
export interface Prepared {
  readonly globals: string;
  readonly shards: number;
  /** The file that lists them. */
  readonly items: string;
}

/**
 * Stores what the steps of closing an epoch need. The same input gives the same addresses.
 * @param before the manifest that the previous state is of @param verified see `Closing`
 * @throws DomainError as `planOf` does
 */
export async function prepareSteps(
  { parts, steps, files }: StepStores,
  input: Omit<CloseInput<SealedLog>, 'verify'>,
  { before, verified }: { before: AnyManifest | undefined; verified?: string },
): Promise<Prepared> {
  const { network } = input.identity;
  const { epoch, logs } = verifiedLogs(input, (log, last) => verifySealed(network, log, last));
  const plan = planOf(epoch);
  const shards = judgedShards(plan).count;
  const registry = registryParts(epoch);
  for (const part of registry.parts) await keepPart((name, bytes) => parts.putCompressed(name, bytes), part);
  const slices: Globals['slices'][number][] = [];
  for (const { slice, devices } of slicesOf(plan, shards))
    slices.push({ slice: await putPacked(steps, slice), devices: await putPacked(steps, devices) });
  const { identity, cut, limits, policy, heads, previous } = epoch;
  const globals: Globals = {
    common: commonPlan(plan),
    logs: logs.map(({ head, runs }) => ({ epoch: head.epoch, verified: head.oracle === verified, runs })),
    before: {
      bits: before?.shard_bits ?? plan.bits,
      shards: (before?.shards ?? []).map((_, shard) => {
        const { rewards, state } = partsOfShard(before!, shard);
        return { rewards, state };
      }),
    },
    slices,
    input: {
      identity,
      epoch: epoch.epoch,
      cut,
      limits,
      policy,
      heads,
      previous: { datasetHash: previous.datasetHash, heads: previous.heads },
    },
    registry: registry.references,
  };
  const address = await putPacked(steps, globals);
  return { globals: address, shards, items: await putItems(files, address, shards) };
}
