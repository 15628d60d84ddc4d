import {
  type CloseInput,
  combine,
  commonParts,
  contextOf,
  type EpochOutcome,
  planOf,
  reduce,
  runsOfLogs,
  shardCount,
  unverifiedOf,
  verifiedLogs,
} from '../../domain/index';
import { threadedWorkers } from './threads';
import { type KeepPart, keepPart, localWorkers } from './workers';

/** How an epoch is closed. Nothing of it changes the outcome. */
export interface Closing {
  /** Threads that compute shards; with none, this one does. */
  readonly threads: number;
  /** The oracle whose own log holds only signatures that it has verified. */
  readonly verified?: string;
  /** Is given every part of the dataset, in any order. */
  readonly keep: KeepPart;
}

/**
 * Closes an epoch by shard: judges all, reduces, writes all, combines. Holds neither the dataset nor objects for more than
 * a shard a thread.
 * @throws DomainError as `close` does
 */
export async function closeEpoch(
  input: Omit<CloseInput, 'verify'>,
  { threads, verified, keep }: Closing,
): Promise<EpochOutcome> {
  const { epoch, logs } = verifiedLogs(input);
  const plan = planOf(epoch);
  const count = shardCount(plan.deviceCount, plan.bits);
  const runs = runsOfLogs(logs, { count, bits: plan.bits }, verified);
  // One shard alone isn't worth a thread.
  const workers =
    threads > 0 && count > 1 ? threadedWorkers(plan, Math.min(threads, count)) : localWorkers(plan);
  try {
    const judged = await workers.judge(runs.shards);
    const reduction = reduce(
      contextOf(plan),
      judged.map(({ summary }) => summary),
    );
    const common = commonParts(epoch, reduction);
    for (const part of [...common.registry.parts, ...common.reduction.parts]) await keepPart(keep, part);
    const requests = judged.map((one, shard) => ({
      shard,
      runs: runs.shards[shard]!,
      judged: one,
      reduction,
    }));
    const written = await workers.write(requests, keep);
    const shards = written.map((one, shard) => ({
      written: one,
      unverified: unverifiedOf(epoch, runs, shard, judged[shard]!.summary),
    }));
    return combine(epoch, plan, shards, common, runs);
  } finally {
    await workers.stop();
  }
}
