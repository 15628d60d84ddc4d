import { LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import { DomainError } from './errors';
import { readRewardLine, readVerdictLine } from './lines';
import { verifyLog } from './log';
import { linesOf } from './parts';
import { combine, commonParts, type EpochOutcome, unverifiedOf } from './shard/combine';
import { judge } from './shard/judge';
import { contextOf, type EpochInput, planOf } from './shard/plan';
import { reduce } from './shard/reduce';
import { type Runs, runsOfLogs, runsOfReports, type Shards } from './shard/runs';
import { shardCount } from './shard/shards';
import { write } from './shard/write';
import type { DatasetPart, GatheredReport, Log, Reward, Verdict, VerifySignature } from './types';

/** Everything that an epoch's close depends on. */
export interface CloseInput extends Omit<EpochInput, 'heads' | 'unverified'> {
  /** The committee's keys, base58, in the order the chain has them. */
  readonly committee: readonly string[];
  /** In any order; an oracle whose head came late may bring the log of an earlier epoch too. */
  readonly logs: readonly Log[];
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
  const { epoch, logs } = verifiedLogs(input);
  return closeShards(epoch, (shards) => runsOfLogs(logs, shards), input.verify);
}

/**
 * Checks the logs of a close, and puts them into the manifest's order.
 * @throws DomainError `bad-log`, `not-in-committee`
 */
export function verifiedLogs({ logs, committee, ...input }: CloseInput): {
  epoch: EpochInput;
  logs: readonly Log[];
} {
  const place = new Map(committee.map((oracle, i) => [oracle, i]));
  const sorted = [...logs].sort(
    (a, b) =>
      (place.get(a.head.oracle) ?? 0) - (place.get(b.head.oracle) ?? 0) || a.head.epoch - b.head.epoch,
  );
  const last = new Map(input.previous.heads.map((head) => [head.oracle, head]));
  for (const log of sorted) {
    const { oracle, epoch: logged, head, sealed_at } = log.head;
    if (!place.has(oracle)) throw new DomainError('not-in-committee', `${oracle} is not in the committee`);
    if (logged > input.epoch)
      throw new DomainError('bad-log', `log of ${oracle} is for the future epoch ${logged}`);
    verifyLog(input.identity.network, log, last.get(oracle));
    last.set(oracle, { oracle, epoch: logged, head, sealed_at });
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
  runsOf: (shards: Shards) => Runs,
  verify: VerifySignature | undefined,
): CloseResult {
  const plan = planOf(input);
  const count = shardCount(plan.deviceCount, plan.bits);
  const runs = runsOf({ count, bits: plan.bits });
  const context = contextOf(plan, verify);
  const judged = runs.shards.map((each) => judge(context, each));
  const reduction = reduce(
    context,
    judged.map(({ summary }) => summary),
  );
  const common = commonParts(input, reduction);
  const parts: DatasetPart[] = [...common.registry.parts, ...common.reduction.parts];
  const shards = judged.map((one, shard) => {
    const writing = write(context, shard, runs.shards[shard]!, one, reduction);
    for (;;) {
      const { value, done } = writing.next();
      if (done) return { written: value, unverified: unverifiedOf(input, runs, shard, one.summary) };
      parts.push(value);
    }
  });
  return inMemory(combine(input, plan, shards, common, runs), parts);
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
