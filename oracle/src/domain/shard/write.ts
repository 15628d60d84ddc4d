/** Writes one shard of an epoch's outcome: rewards, leaves of the ledger, the dataset's lines and the next state. */
import { LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import { countedCapacity } from '../attestation';
import { isHolding, listedSince } from '../denylist';
import { DomainError } from '../errors';
import { monthAt, withEnergy, within } from '../kinds/energy/month';
import { reportLine, rewardLine, stateLine } from '../lines';
import { type Collected, collect } from '../market';
import { PartWriter } from '../parts';
import type { ReasonCode } from '../reasons';
import { budgetOf, least, rewarding, splitReward } from '../rewards';
import { remember } from '../state';
import type {
  DatasetPart,
  DeviceState,
  Month,
  Outcome,
  PartReference,
  RecentReport,
  Report,
  Reward,
} from '../types';
import { OUTCOMES, REASONS } from './columns';
import type { Judged } from './judge';
import { subtreeNode } from './ledger';
import { keepsMonth, lastSpan } from './months';
import type { Context } from './plan';
import { emptied, type Reduction, thinned, WHOLE } from './reduce';
import { entryAt, type ShardRun } from './runs';
import { asBuffer, shardRange, sharedBytes } from './shards';
import { StatePacker, type StateShard } from './states';

/** Groups of parts that are cut by shard. */
export const SHARD_GROUPS = ['reports', 'rewards', 'state'] as const;
export type ShardGroup = (typeof SHARD_GROUPS)[number];

/** A written shard without its parts. */
export interface Written {
  readonly references: Readonly<Record<ShardGroup, readonly PartReference[]>>;
  readonly sums: ShardSums;
  /** The node above the shard's leaves, 40 bytes. */
  readonly node: Uint8Array;
  /** What the root of a ledger of this shard alone hashes: see `LedgerTree.opening`. */
  readonly opening: Uint8Array;
  /** Earned since the start by the shard's devices. */
  readonly earned: BigUint64Array;
  readonly states: StateShard;
  /** What its devices say to the market. */
  readonly metered: readonly Collected[];
}

/** Sums over a shard. */
export interface ShardSums {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly rejected: ReadonlyMap<ReasonCode, number>;
  /** By the kind's byte. */
  readonly scores: ReadonlyMap<number, bigint>;
  readonly allocated: bigint;
  readonly repaid: bigint;
  readonly released: bigint;
  readonly held: bigint;
  readonly earned: bigint;
}

const U64 = 1n << 64n;

/** Writes a shard. Yields each part as soon as it is full. @throws DomainError `earned-overflow` */
export function* write(
  context: Context,
  shard: number,
  runs: readonly ShardRun[],
  judged: Judged,
  reduction: Reduction,
): Generator<DatasetPart, Written> {
  const { plan, view, listed } = context;
  const { policy, limits, cutTime } = plan;
  const { first, end } = shardRange(shard, plan.deviceCount, plan.bits);
  const writers = { reports: new PartWriter(), rewards: new PartWriter(), state: new PartWriter() };
  const rewards: Reward[] = [];
  const earned = new BigUint64Array(sharedBytes(8 * (end - first)).buffer);
  const packer = new StatePacker(plan.bits);
  const sums = new Sums();
  const reporting = new Reporting(runs, judged, reduction);
  const setAside = [...reduction.released.values()].reduce((sum, amount) => sum + amount, 0n);
  const budget = budgetOf(policy, limits, setAside);
  const rewardOf = rewarding(policy, budget, reduction.scores);
  const left = new Set(reduction.heirs.values());
  const metered: Collected[] = [];
  const span = lastSpan(plan);
  for (let index = first; index < end; index++) {
    const device = view.device(index)!;
    const reports = reporting.next(index);
    const known = stateBefore(context, reduction, left, index);
    const score = reports?.reduce((sum, one) => sum + one.score, 0n) ?? 0n;
    const { recent, owed } = reporting.remembered(index, known, reports);
    const entry = listed.get(index);
    const since = listedSince(known?.hold, entry, cutTime);
    const isHeld = isHolding(policy.denylist, entry, since, cutTime);
    const paid = payDevice({
      index,
      owner: device.owner,
      score,
      reward: rewardOf({ kind: device.kind, score }),
      owed: (known?.debt ?? 0n) + owed,
      before: plan.earned[index] ?? 0n,
      released: reduction.released.get(index) ?? 0n,
      held: known?.hold?.held ?? 0n,
      most: isHeld ? 0n : budget.device,
    });
    if (paid.earned >= U64) throw new DomainError('earned-overflow', `device ${index} earned ${paid.earned}`);
    rewards.push(paid);
    earned[index - first] = paid.earned;
    sums.add(device.kind, paid);
    const rewardPart = writers.rewards.add(rewardLine(paid));
    if (rewardPart) yield rewardPart;
    const isPartly = countedCapacity(policy.attestation, device, plan.attested) < device.capacity;
    const why: ReasonCode[] = [
      ...(isPartly ? ['not-attested' as const] : []),
      ...(isHeld ? ['pay-held' as const] : []),
    ];
    const verdicts = reports ? payReports(reports, paid.reward, why) : [];
    for (const verdict of verdicts) {
      sums.count(verdict);
      const reportPart = writers.reports.add(reportLine(verdict));
      if (reportPart) yield reportPart;
    }
    if (plan.collecting?.devices.has(index))
      metered.push(collect(device, verdicts, reporting.spoiled(index, known), plan.collecting.since));
    const isActive = reports !== undefined && !reduction.inactive.has(index);
    if (!isActive && !known) continue;
    const activated = known?.activated ?? plan.epoch;
    const hold = since > 0 || paid.held > 0n ? { since, held: paid.held } : undefined;
    const month = keepsMonth(device, policy)
      ? monthAfter(known?.month, span, isActive ? reports : [])
      : undefined;
    const state = remember(
      { index, activated, debt: paid.debt, month, hold },
      recent,
      verdicts,
      plan.nextHorizon,
    );
    packer.add(state);
    const statePart = writers.state.add(stateLine(state));
    if (statePart) yield statePart;
  }
  for (const group of SHARD_GROUPS) {
    const last = writers[group].end();
    if (last) yield last;
  }
  const added = sums.all();
  const tree = LedgerTree.fromLeaves(ledgerLeaves(rewards, first));
  return {
    references: {
      reports: writers.reports.references,
      rewards: writers.rewards.references,
      state: writers.state.references,
    },
    sums: added,
    node: subtreeNode(tree, plan),
    opening: tree.opening(rewards[0]?.owner),
    earned,
    states: packer.packed(),
    metered,
  };
}

/** What a device had before the epoch, after what a retired one with its key left to it, or it left to another. */
function stateBefore(
  { plan, states }: Context,
  { heirs }: Reduction,
  left: ReadonlySet<number>,
  index: number,
): DeviceState | undefined {
  const from = heirs.get(index);
  // What is held stays with the index that earned it.
  if (from !== undefined) return { ...states.get(from)!, index, activated: plan.epoch, hold: undefined };
  const state = states.get(index);
  return state && left.has(index) ? emptied(state) : state;
}

/**
 * Deducts debt from the reward first. The rest, with what is released of an earlier hold, goes into the leaf up to `most`,
 * and is held beyond it. Earlier earnings are never reduced.
 */
function payDevice({
  index,
  owner,
  score,
  reward,
  owed,
  before,
  released,
  held,
  most,
}: Pick<Reward, 'index' | 'owner' | 'score' | 'reward' | 'released' | 'held'> & {
  owed: bigint;
  before: bigint;
  most: bigint;
}): Reward {
  const repaid = least(owed, reward);
  const due = reward - repaid + released;
  const paid = least(due, most);
  const debt = owed - repaid;
  const left = held - released + due - paid;
  return { index, owner, score, reward, repaid, debt, earned: before + paid, released, held: left };
}

/** A device's month after an epoch: what counted of it, whatever part of it is paid in a full cell. */
function monthAfter(
  before: Month | undefined,
  span: number,
  reports: readonly Reported[],
): Month | undefined {
  let month = before;
  for (const { counted, evidence } of reports)
    if (counted > 0n) month = withEnergy(monthAt(month, span), evidence.report.start, Number(counted));
  return month;
}

/** A judged report with what its line says of it. */
interface Reported {
  readonly evidence: {
    readonly hash: string;
    readonly text: string;
    readonly signature: string;
    readonly epoch: number;
    readonly receivedAt: number;
    readonly copies: number;
    readonly report: Pick<Report, 'index' | 'sequence' | 'start' | 'seconds' | 'value'>;
  };
  readonly outcome: Outcome;
  readonly reasons: readonly ReasonCode[];
  readonly stillSeconds: number;
  /** Its units that count, and what of them remains in a full cell. */
  readonly counted: bigint;
  readonly score: bigint;
}

function payReports(
  reports: readonly Reported[],
  reward: bigint,
  why: readonly ReasonCode[],
): (Reported & { readonly paid: bigint })[] {
  const parts = splitReward(
    reward,
    reports.map(({ score }) => score),
  );
  return reports.map((report, i) => ({
    ...report,
    paid: parts[i]!,
    ...(why.length > 0 && report.score > 0n && { reasons: [...report.reasons, ...why] }),
  }));
}

const NO_REASONS: readonly ReasonCode[] = [];

/** What the state remembers of a report, read where its bytes have it: they were decoded when it was judged. */
const fieldsOf = (report: Buffer, index: number): Reported['evidence']['report'] => ({
  index,
  sequence: report.readBigUInt64LE(REPORT_AT.sequence),
  start: Number(report.readBigUInt64LE(REPORT_AT.start)),
  seconds: report.readUInt32LE(REPORT_AT.seconds),
  value: report.readBigInt64LE(REPORT_AT.value),
});

const REPORT_AT = { sequence: 88, start: 96, seconds: 104, value: 109 } as const;

/** Reads the judged reports of one device after another. */
class Reporting {
  private position = 0;
  private readonly runs: readonly Buffer[];
  private readonly hashes: Buffer;

  constructor(
    runs: readonly ShardRun[],
    private readonly judged: Judged,
    private readonly reduction: Reduction,
  ) {
    this.runs = runs.map(({ bytes }) => asBuffer(bytes));
    this.hashes = asBuffer(judged.columns.hash);
  }

  /** The reports of a device, if it has some. Ask for every device in order. */
  next(index: number): Reported[] | undefined {
    const { devices, begins } = this.judged.columns;
    if (devices[this.position] !== index) return undefined;
    const from = begins[this.position]!;
    const to = begins[++this.position]!;
    const reports: Reported[] = [];
    const scores = this.judged.columns.score.subarray(from, to);
    const most = this.reduction.months.get(index);
    const counted = most === undefined ? scores : within([...scores], most);
    for (let i = from; i < to; i++) reports.push(this.report(i, index, counted[i - from]!));
    return reports;
  }

  /** What is remembered of a device after these reports, and what it owes for conflicts with them. */
  remembered(
    index: number,
    known: DeviceState | undefined,
    reports: readonly Reported[] | undefined,
  ): { recent: readonly RecentReport[]; owed: bigint } {
    const before = known?.recent ?? [];
    if (!reports) return { recent: before, owed: 0n };
    if (this.reduction.inactive.has(index)) return { recent: [], owed: 0n };
    const spoiled = this.judged.spoiled.get(index);
    if (!spoiled) return { recent: before, owed: 0n };
    const recent = before.slice();
    let owed = 0n;
    for (const i of spoiled) {
      owed += recent[i]!.paid;
      recent[i] = { ...recent[i]!, counted: false, paid: 0n, stillSeconds: 0 };
    }
    return { recent, owed };
  }

  /** Starts of the remembered reports of a device that are in conflict with one of these. */
  spoiled(index: number, known: DeviceState | undefined): number[] {
    if (this.reduction.inactive.has(index)) return [];
    return (this.judged.spoiled.get(index) ?? []).flatMap((i) => known?.recent[i]?.start ?? []);
  }

  private report(i: number, index: number, counted: bigint): Reported {
    const { columns } = this.judged;
    const { report, signature } = entryAt(this.runs[columns.run[i]!]!, columns.at[i]!);
    const evidence = {
      hash: this.hashes.toString('hex', 32 * i, 32 * i + 32),
      text: report.toString('base64'),
      signature: signature.toString('base64'),
      epoch: columns.epoch[i]!,
      receivedAt: columns.receivedAt[i]!,
      copies: columns.copies[i]!,
      report: fieldsOf(report, index),
    };
    if (this.reduction.inactive.has(index))
      return {
        evidence,
        outcome: 'rejected',
        reasons: ['key-not-active'],
        stillSeconds: 0,
        counted: 0n,
        score: 0n,
      };
    const reason = REASONS[columns.reason[i]!];
    const found = reason ? [reason] : NO_REASONS;
    const judged = OUTCOMES[columns.outcome[i]!]!;
    const stillSeconds = columns.stillSeconds[i]!;
    const isBeyond = counted < columns.score[i]!;
    const reasons = isBeyond ? [...found, 'above-month' as const] : found;
    const outcome = isBeyond && counted === 0n ? 'zeroed' : judged;
    const score = counted;
    if (score > 0n && this.reduction.copies.has(index)) {
      const why = [...reasons, 'equal-series'] as const;
      return { evidence, outcome: 'zeroed', reasons: why, stillSeconds, counted: 0n, score: 0n };
    }
    const weight = this.reduction.weights.get(index) ?? WHOLE;
    if (weight === WHOLE || score === 0n) return { evidence, outcome, reasons, stillSeconds, counted, score };
    return {
      evidence,
      outcome: weight === 0 ? 'zeroed' : outcome,
      reasons: [...reasons, 'cell-full'],
      stillSeconds,
      counted,
      score: thinned(score, weight),
    };
  }
}

/** Adds up a shard. */
class Sums {
  private readonly outcomes = { accepted: 0, zeroed: 0, rejected: 0, duplicate: 0 };
  private readonly rejected = new Map<ReasonCode, number>();
  private readonly scores = new Map<number, bigint>();
  private allocated = 0n;
  private repaid = 0n;
  private released = 0n;
  private held = 0n;
  private earned = 0n;

  count({ outcome, reasons, evidence }: Reported): void {
    this.outcomes[outcome] += 1;
    this.outcomes.duplicate += evidence.copies - 1;
    if (outcome !== 'rejected') return;
    for (const reason of reasons) this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
  }

  add(kind: number, { score, reward, repaid, released, held, earned }: Reward): void {
    if (score > 0n) this.scores.set(kind, (this.scores.get(kind) ?? 0n) + score);
    this.allocated += reward;
    this.repaid += repaid;
    this.released += released;
    this.held += held;
    this.earned += earned;
  }

  /** @throws DomainError `earned-overflow` */
  all(): ShardSums {
    const { outcomes, rejected, scores, allocated, repaid, released, held, earned } = this;
    if (earned >= U64) throw new DomainError('earned-overflow', `earned adds up to ${earned}`);
    return { outcomes, rejected, scores, allocated, repaid, released, held, earned };
  }
}
