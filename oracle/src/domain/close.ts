import { LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import { DomainError } from './errors';
import { readRewardLine, readVerdictLine } from './lines';
import { lastHead, verifyLog } from './log';
import { trade } from './market';
import { linesOf } from './parts';
import { combine, commonParts, type EpochOutcome, unverifiedOf } from './shard/combine';
import { judge } from './shard/judge';
import { contextOf, type EpochInput, planOf } from './shard/plan';
import { reduce } from './shard/reduce';
import {
  judgedRange,
  judgedShards,
  runsOfLogs,
  runsOfReports,
  type ShardRun,
  type Shards,
} from './shard/runs';
import { shardCount } from './shard/shards';
import { write } from './shard/write';
import type {
  DatasetPart,
  GatheredReport,
  LastHead,
  Log,
  LogHead,
  Reward,
  Verdict,
  VerifySignature,
} from './types';

/** Everything that an epoch's close depends on, with logs in memory or as what they consist of. */
export interface CloseInput<L = Log> extends Omit<EpochInput, 'heads' | 'unverified'> {
  /** The committee's keys, base58, in the order the chain has them. */
  readonly committee: readonly string[];
  /** In any order; an oracle whose head came late may bring the log of an earlier epoch too. */
  readonly logs: readonly L[];
  /** Defaults to the strict check. */
  readonly verify?: VerifySignature;
}

/** All that follows from an epoch's inputs, with the whole dataset in memory. */
export interface CloseResult extends EpochOutcome {
  /** Every part that the manifest names, in the manifest's order. */
  readonly parts: readonly DatasetPart[];
  /** The following are read from the parts when they are asked for. */
  readonly ledger: LedgerTree;
  /** In order of (device, start, report hash). */
  readonly verdicts: readonly Verdict[];
  /** One for each device, by index. */
  readonly rewards: readonly Reward[];
}

/** The input of a close after gathering, all of which a published dataset contains too. */
export interface GatheredInput extends EpochInput {
  readonly gathered: Iterable<GatheredReport>;
  readonly verify?: VerifySignature | undefined;
}

/**
 * Closes an epoch in memory, shard by shard. The same logs, state, registry and policy give the same bytes, whatever the
 * order of the logs.
 * @throws DomainError `bad-log`, `bad-cut`, `bad-epoch`, `not-in-committee` if the input contradicts itself
 */
export function close(input: CloseInput): CloseResult {
  const { network } = input.identity;
  const { epoch, logs } = verifiedLogs(input, (log, last) => verifyLog(network, log, last));
  const runsOf = (shards: Shards) =>
    Array.from({ length: shards.count }, (_, shard) => runsOfLogs(logs, judgedRange(shard, shards)));
  return closeShards(epoch, runsOf, input.verify);
}

/**
 * Checks the logs of a close, and puts them into the manifest's order.
 * @param check checks a log and that it follows the last one of its oracle
 * @throws DomainError `bad-log`, `not-in-committee`
 */
export function verifiedLogs<L extends { readonly head: LogHead }>(
  { logs, committee, verify: _, ...input }: CloseInput<L>,
  check: (log: L, last: LastHead | undefined) => void,
): { epoch: EpochInput; logs: readonly L[] } {
  const place = new Map(committee.map((oracle, i) => [oracle, i]));
  const sorted = [...logs].sort(
    (a, b) =>
      (place.get(a.head.oracle) ?? 0) - (place.get(b.head.oracle) ?? 0) || a.head.epoch - b.head.epoch,
  );
  const last = new Map(input.previous.heads.map((head) => [head.oracle, head]));
  for (const log of sorted) {
    const { oracle, epoch } = log.head;
    if (!place.has(oracle)) throw new DomainError('not-in-committee', `${oracle} is not in the committee`);
    if (epoch > input.epoch)
      throw new DomainError('bad-log', `log of ${oracle} is for the future epoch ${epoch}`);
    check(log, last.get(oracle));
    last.set(oracle, lastHead(input.identity.network, log.head));
  }
  return { epoch: { ...input, heads: sorted.map(({ head }) => head) }, logs: sorted };
}

/**
 * The part of a close that anyone can repeat from a published dataset.
 * @throws DomainError `bad-cut`, `bad-epoch`, `unsupported-rules-version`
 */
export const closeGathered = ({ gathered, verify, ...input }: GatheredInput): CloseResult =>
  closeShards(input, (shards) => runsOfReports(gathered, shards), verify);

function closeShards(
  input: EpochInput,
  runsOf: (shards: Shards) => readonly (readonly ShardRun[])[],
  verify: VerifySignature | undefined,
): CloseResult {
  const plan = planOf(input);
  const runs = runsOf(judgedShards(plan));
  const context = contextOf(plan, verify);
  const judged = runs.map((each) => judge(context, each));
  const reduction = reduce(
    context,
    judged.map(({ summary }) => summary),
  );
  const common = commonParts(input, reduction);
  const parts: DatasetPart[] = [...common.registry.parts, ...common.reduction.parts];
  const written = judged.slice(0, shardCount(plan.deviceCount, plan.bits)).map((one, shard) => {
    const writing = write(context, shard, runs[shard]!, one, reduction);
    for (;;) {
      const { value, done } = writing.next();
      if (done) return value;
      parts.push(value);
    }
  });
  const traded = trade(input, plan, written);
  parts.push(...(traded?.parts ?? []));
  return inMemory(combine(input, plan, written, unverifiedOf(input, judged), common, traded), parts);
}

/** Adds what reads a dataset in memory. */
function inMemory(outcome: EpochOutcome, parts: readonly DatasetPart[]): CloseResult {
  const { manifest } = outcome;
  const byName = new Map(parts.map((part) => [part.sha256, part]));
  const source = (name: string) => byName.get(name)!.bytes;
  const rewards = once(() => Array.from(linesOf(manifest.parts.rewards, source), readRewardLine));
  const verdicts = once(() => Array.from(linesOf(manifest.parts.reports, source), readVerdictLine));
  const ledger = once(() => LedgerTree.fromLeaves(ledgerLeaves(rewards())));
  return {
    ...outcome,
    parts: Object.values(manifest.parts)
      .flat()
      .flatMap(({ sha256 }) => byName.get(sha256) ?? []),
    get ledger() {
      return ledger();
    },
    get verdicts() {
      return verdicts();
    },
    get rewards() {
      return rewards();
    },
  };
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}
