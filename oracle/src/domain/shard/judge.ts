/** Judges the reports of one shard: everything that needs no other shard. */

import { countedCapacity } from '../attestation';
import { judgeDevice } from '../history';
import { kindOf } from '../kinds';
import { cellCentre } from '../place';
import { limitDevice } from '../quota';
import type { ReasonCode } from '../reasons';
import { shareOf } from '../rewards';
import type { Device } from '../types';
import { type Columns, ColumnWriter, type Found } from './columns';
import { examine } from './examine';
import { byDevice, type Place } from './merge';
import { MonthWriter } from './months';
import type { Context } from './plan';
import type { ShardRun } from './runs';
import { SeriesWriter } from './series';
import { CONTESTED, CROWDED } from './survey';

/** A device whose outcome depends on other shards. */
export interface Special {
  readonly index: number;
  readonly activated: number;
  /** Given if its key is contested: what its first report is ordered by. */
  readonly first: { readonly start: number; readonly hash: string } | undefined;
  /** Whether its cell may be full, and it takes up some of it. */
  readonly crowded: boolean;
  /** That its standing reports cover. */
  readonly seconds: number;
  /** Of each of its reports, in order. */
  readonly scores: readonly bigint[];
}

/** The outcome of judging a shard. Columns go to whoever writes it, the rest to whoever reduces. */
export interface Judged {
  readonly columns: Columns;
  readonly summary: Summary;
  /** Positions among the remembered reports of a device that are now in conflict. */
  readonly spoiled: ReadonlyMap<number, readonly number[]>;
}

export interface Summary {
  /** Copies that failed a check or were too many, by code. */
  readonly unverified: ReadonlyMap<ReasonCode, number>;
  /** Sums of scores by the kind's byte, without the special devices. */
  readonly scores: ReadonlyMap<number, bigint>;
  readonly special: readonly Special[];
  /** Prints of its devices' days: see `SeriesWriter`. */
  readonly series: Uint8Array;
  /** What its energy devices delivered in a month: see `MonthWriter`. */
  readonly months: Uint8Array;
}

/** Judges a shard. A device with a contested key is judged as if the key were active under its index. */
export function judge(context: Context, runs: readonly ShardRun[]): Judged {
  const { plan, view, states, rules } = context;
  const columns = new ColumnWriter();
  const unverified = new Map<ReasonCode, number>();
  const refuse = (code: ReasonCode, count: number): void => {
    unverified.set(code, (unverified.get(code) ?? 0) + count);
  };
  const scores = new Map<number, bigint>();
  const special: Special[] = [];
  const spoiled = new Map<number, readonly number[]>();
  const series = new SeriesWriter(plan.policy.equal_readings, plan.horizon);
  const months = new MonthWriter(plan);
  function* evidenceOf(reports: Iterable<readonly Place[]>): Generator<Found> {
    for (const copies of reports) {
      const examined = examine(copies[0]!.report, copies, rules, refuse);
      if (examined) yield { ...examined, copy: copies[examined.signature]! };
    }
  }
  for (const [index, reports] of byDevice(runs)) {
    const known = states.get(index);
    const relative = known ? undefined : plan.relatives.get(index);
    const before = known?.recent ?? relative?.recent ?? [];
    const kept = limitDevice(evidenceOf(reports), before, plan.quota, ({ copies }) =>
      refuse('too-many-reports', copies),
    );
    if (kept.length === 0) continue;
    const device = view.device(index)!;
    const remembered = known?.recent ?? relative?.left?.recent ?? [];
    const { judged: found, recent } = judgeDevice(
      device,
      kindOf(device.kind)!,
      plan.policy,
      remembered,
      kept,
    );
    const capacity = countedCapacity(plan.policy.attestation, device, plan.attested);
    const judged = capacity < device.capacity ? partly(found, capacity, device.capacity) : found;
    const conflicts = [...remembered.keys()].filter((i) => recent[i] !== remembered[i]);
    if (conflicts.length > 0) spoiled.set(index, conflicts);
    const activated = known?.activated ?? plan.epoch;
    series.add(device, activated, recent, judged);
    columns.begin(index);
    let [sum, seconds] = [0n, 0];
    for (const item of judged) {
      columns.add(item);
      sum += item.score;
      if (item.outcome === 'accepted' || item.outcome === 'zeroed') seconds += item.evidence.report.seconds;
    }
    // By what is registered: a statement that ends must not turn a month that was paid into one that is too much.
    months.add(device, (known ?? relative?.left)?.month, sum, capacity === device.capacity);
    const flags = plan.survey.flags[index]!;
    const crowded = sum > 0n && ((flags & CROWDED) !== 0 || hasNoCell(device));
    const contested = (flags & CONTESTED) !== 0;
    const isOwed = (known?.hold?.held ?? 0n) > 0n;
    if (crowded || contested || isOwed) {
      const { report, hash } = kept[0]!;
      const first = contested ? { start: report.start, hash } : undefined;
      special.push({ index, activated, first, crowded, seconds, scores: judged.map(({ score }) => score) });
    } else scores.set(device.kind, (scores.get(device.kind) ?? 0n) + sum);
  }
  return {
    columns: columns.end(),
    summary: { unverified, scores, special, series: series.end(), months: months.end() },
    spoiled,
  };
}

/** What a device counts by a part of its capacity. */
function partly<T extends { readonly score: bigint }>(
  judged: readonly T[],
  counted: number,
  of: number,
): T[] {
  const share = Math.floor((counted * 1_000_000) / of);
  return judged.map((one) => ({ ...one, score: shareOf(one.score, share) }));
}

const hasNoCell = ({ h3Cell }: Device): boolean => cellCentre(h3Cell) === undefined;
