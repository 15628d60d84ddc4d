import {
  type CloseInput,
  combine,
  commonParts,
  concerns,
  contextOf,
  type EpochOutcome,
  judgedRange,
  judgedShards,
  planOf,
  type Run,
  type RunReference,
  reduce,
  type SealedLog,
  type ShardRun,
  shardCount,
  shardRun,
  trade,
  unverifiedOf,
  verifiedLogs,
  verifySealed,
} from '../../domain/index';
import { threadedWorkers } from './threads';
import { type KeepPart, keepPart, localWorkers } from './workers';

/** How an epoch is closed. Nothing of it changes the outcome. */
export interface Closing {
  /** Threads that compute shards; with none, this one does. */
  readonly threads: number;
  /** The oracle whose own log holds only signatures that it has verified. */
  readonly verified?: string;
  /** The pages of a log's run, which are valid: they were checked when they were copied. */
  readonly pages: (log: SealedLog, run: RunReference) => Promise<Run['pages']>;
  /** Is given every part of the dataset, in any order. */
  readonly keep: KeepPart;
}

/**
 * Closes an epoch by shard: judges all, reduces, writes all, combines. Holds neither the logs nor the dataset, nor objects
 * for more than a shard a thread: a shard's runs are read when it is judged, and again when it is written.
 * @throws DomainError as `close` does; what reading pages throws
 */
export async function closeEpoch(
  input: Omit<CloseInput<SealedLog>, 'verify'>,
  { threads, verified, pages, keep }: Closing,
): Promise<EpochOutcome> {
  const { network } = input.identity;
  const { epoch, logs } = verifiedLogs(input, (log, last) => verifySealed(network, log, last));
  const plan = planOf(epoch);
  const shards = judgedShards(plan);
  const read = async (shard: number): Promise<ShardRun[]> => {
    const range = judgedRange(shard, shards);
    const found: ShardRun[] = [];
    for (const log of logs)
      for (const run of log.runs)
        if (concerns(run, range)) {
          const source = { epoch: log.head.epoch, verified: log.head.oracle === verified };
          found.push(shardRun({ shard: run.shard, pages: await pages(log, run) }, range, source));
        }
    return found;
  };
  // One shard alone isn't worth a thread.
  const workers =
    threads > 0 && shards.count > 1
      ? threadedWorkers(plan, Math.min(threads, shards.count))
      : localWorkers(plan);
  try {
    const judged = await workers.judge(shards.count, read);
    const reduction = reduce(
      contextOf(plan),
      judged.map(({ summary }) => summary),
    );
    const common = commonParts(epoch, reduction);
    for (const part of [...common.registry.parts, ...common.reduction.parts]) await keepPart(keep, part);
    const requests = judged
      .slice(0, shardCount(plan.deviceCount, plan.bits))
      .map((one, shard) => ({ shard, judged: one, reduction }));
    const written = await workers.write(requests, read, keep);
    const traded = trade(epoch, plan, written);
    for (const part of traded?.parts ?? []) await keepPart(keep, part);
    return combine(epoch, plan, written, unverifiedOf(epoch, judged), common, traded);
  } finally {
    await workers.stop();
  }
}
