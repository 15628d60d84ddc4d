/** Judges the reports of one shard: everything that needs no other shard. */

import { judgeDevice } from '../history';
import { kindOf } from '../kinds';
import { cellCentre } from '../place';
import { limitDevice } from '../quota';
import { reasons as allReasons, type ReasonCode } from '../reasons';
import { deviceAt, recordEnd } from '../run';
import type { Device, Outcome } from '../types';
import { byDeviceAndStart, type Copy, type Examined, examine } from './examine';
import type { Context } from './plan';
import { entryAt, type RunEntry, type ShardRun } from './runs';
import { asBuffer, sharedBytes } from './shards';
import { CONTESTED, CROWDED } from './survey';

/** Outcomes by the number that stands for them in columns. */
export const OUTCOMES: readonly Outcome[] = ['accepted', 'zeroed', 'rejected', 'duplicate'];
/** Reasons by number; 0 stands for none. */
export const REASONS: readonly (ReasonCode | undefined)[] = [
  undefined,
  ...(Object.keys(allReasons) as ReasonCode[]),
];
const reasonNumber = new Map(REASONS.map((code, i) => [code, i]));

/** The judged reports of a shard: a value each in every column, in order of (device, start, hash). */
export interface Columns {
  /** Devices that have reports, and where the reports of each begin; one more entry than devices. */
  readonly devices: Uint32Array;
  readonly begins: Uint32Array;
  /** Run and position of a copy with the lowest signature. */
  readonly run: Uint16Array;
  readonly at: Uint32Array;
  readonly epoch: Float64Array;
  readonly receivedAt: Float64Array;
  readonly copies: Float64Array;
  /** 32 bytes each. */
  readonly hash: Uint8Array;
  readonly outcome: Uint8Array;
  readonly reason: Uint8Array;
  readonly stillSeconds: Float64Array;
  readonly score: BigUint64Array;
}

/** A device whose outcome depends on other shards. */
export interface Special {
  readonly index: number;
  readonly activated: number;
  /** Given if its key is contested: what its first report is ordered by. */
  readonly first: { readonly start: number; readonly hash: string } | undefined;
  readonly crowded: boolean;
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
}

/** Judges a shard. A device with a contested key is judged as if the key were active under its index. */
export function judge(context: Context, runs: readonly ShardRun[]): Judged {
  const { plan, view, states, rules } = context;
  const columns = new Judging(runs);
  const unverified = new Map<ReasonCode, number>();
  const refuse = (code: ReasonCode, count: number): void => {
    unverified.set(code, (unverified.get(code) ?? 0) + count);
  };
  const scores = new Map<number, bigint>();
  const special: Special[] = [];
  const spoiled = new Map<number, readonly number[]>();
  for (const [index, found] of byDevice(runs)) {
    const evidence: Found[] = [];
    for (const copies of distinct(found)) {
      const bytes = copies[0]!.report;
      const examined = examine(bytes, copies, rules, refuse);
      if (examined) evidence.push({ ...examined, copy: copies[examined.signature]! });
    }
    if (evidence.length === 0) continue;
    evidence.sort(byDeviceAndStart);
    const device = view.device(index)!;
    const known = states.get(index);
    const relative = known ? undefined : plan.relatives.get(index);
    const kept = limitDevice(evidence, known?.recent ?? relative?.recent ?? [], plan.quota);
    const surplus = copiesOf(evidence) - copiesOf(kept);
    if (surplus > 0) refuse('too-many-reports', surplus);
    if (kept.length === 0) continue;
    const remembered = known?.recent ?? relative?.left?.recent ?? [];
    const { judged, recent } = judgeDevice(device, kindOf(device.kind)!, plan.policy, remembered, kept);
    const conflicts = [...remembered.keys()].filter((i) => recent[i] !== remembered[i]);
    if (conflicts.length > 0) spoiled.set(index, conflicts);
    columns.begin(index);
    let sum = 0n;
    for (const item of judged) {
      columns.add(item);
      sum += item.score;
    }
    const flags = plan.survey.flags[index]!;
    const crowded = sum > 0n && ((flags & CROWDED) !== 0 || hasNoCell(device));
    const contested = (flags & CONTESTED) !== 0;
    if (crowded || contested) {
      const { report, hash } = kept[0]!;
      const activated = known?.activated ?? plan.epoch;
      const first = contested ? { start: report.start, hash } : undefined;
      special.push({ index, activated, first, crowded, scores: judged.map(({ score }) => score) });
    } else scores.set(device.kind, (scores.get(device.kind) ?? 0n) + sum);
  }
  return { columns: columns.end(), summary: { unverified, scores, special }, spoiled };
}

type Found = Examined & { readonly copy: Place };
type Place = Copy & Pick<RunEntry, 'report'> & { readonly run: number; readonly at: number };

const hasNoCell = ({ h3Cell }: Device): boolean => cellCentre(h3Cell) === undefined;

const copiesOf = (evidence: readonly Examined[]): number =>
  evidence.reduce((sum, { copies }) => sum + copies, 0);

/** The entries of each device in all runs. */
function* byDevice(runs: readonly ShardRun[]): Generator<[number, Place[]]> {
  const open = runs.map(({ bytes, ...source }, run) => ({
    ...source,
    run,
    bytes: asBuffer(bytes),
    at: 0,
    read: 0,
  }));
  for (;;) {
    let index = Number.POSITIVE_INFINITY;
    for (const { bytes, at } of open) if (at < bytes.length) index = Math.min(index, deviceAt(bytes, at));
    if (index === Number.POSITIVE_INFINITY) return;
    const found: Place[] = [];
    for (const one of open) {
      while (one.at < one.bytes.length && deviceAt(one.bytes, one.at) === index) {
        const { run, verified, epoch, at } = one;
        const { report, signature, receivedAt, next } = entryAt(one.bytes, at);
        const count = one.copies?.[one.read++] ?? 1;
        found.push({ report, signature, receivedAt, epoch, count, verified, run, at });
        one.at = next;
      }
    }
    yield [index, found];
  }
}

/** The copies of each report. */
function distinct(found: readonly Place[]): Iterable<readonly Place[]> {
  if (found.length === 1) return [found];
  const byReport = new Map<string, Place[]>();
  for (const place of found) {
    const name = place.report.toString('latin1');
    const copies = byReport.get(name);
    if (copies) copies.push(place);
    else byReport.set(name, [place]);
  }
  return byReport.values();
}

/** Fills the columns, which have room for every entry of the runs and are cut to size in the end. */
class Judging {
  private readonly columns: Columns;
  private reports = 0;
  private devices = 0;

  constructor(runs: readonly ShardRun[]) {
    let room = 0;
    for (const run of runs) {
      const bytes = asBuffer(run.bytes);
      for (let at = 0; at < bytes.length; room++) at = recordEnd(bytes, at);
    }
    this.columns = {
      devices: new Uint32Array(room),
      begins: new Uint32Array(room + 1),
      run: new Uint16Array(room),
      at: new Uint32Array(room),
      epoch: new Float64Array(room),
      receivedAt: new Float64Array(room),
      copies: new Float64Array(room),
      hash: new Uint8Array(32 * room),
      outcome: new Uint8Array(room),
      reason: new Uint8Array(room),
      stillSeconds: new Float64Array(room),
      score: new BigUint64Array(room),
    };
  }

  /** The following reports are this device's. */
  begin(index: number): void {
    this.columns.begins[this.devices] = this.reports;
    this.columns.devices[this.devices++] = index;
  }

  add(item: {
    evidence: Found;
    outcome: Outcome;
    reasons: readonly ReasonCode[];
    stillSeconds: number;
    score: bigint;
  }): void {
    const { columns } = this;
    const i = this.reports++;
    const { evidence } = item;
    columns.run[i] = evidence.copy.run;
    columns.at[i] = evidence.copy.at;
    columns.epoch[i] = evidence.epoch;
    columns.receivedAt[i] = evidence.receivedAt;
    columns.copies[i] = evidence.copies;
    asBuffer(columns.hash).write(evidence.hash, 32 * i, 'hex');
    columns.outcome[i] = OUTCOMES.indexOf(item.outcome);
    columns.reason[i] = reasonNumber.get(item.reasons[0])!;
    columns.stillSeconds[i] = item.stillSeconds;
    columns.score[i] = item.score;
  }

  /** The columns, in memory that threads share. */
  end(): Columns {
    const { columns, reports, devices } = this;
    columns.begins[devices] = reports;
    return {
      devices: sharedCopy(columns.devices, devices),
      begins: sharedCopy(columns.begins, devices + 1),
      run: sharedCopy(columns.run, reports),
      at: sharedCopy(columns.at, reports),
      epoch: sharedCopy(columns.epoch, reports),
      receivedAt: sharedCopy(columns.receivedAt, reports),
      copies: sharedCopy(columns.copies, reports),
      hash: sharedCopy(columns.hash, 32 * reports),
      outcome: sharedCopy(columns.outcome, reports),
      reason: sharedCopy(columns.reason, reports),
      stillSeconds: sharedCopy(columns.stillSeconds, reports),
      score: sharedCopy(columns.score, reports),
    };
  }
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array | BigUint64Array;

function sharedCopy<T extends Column>(column: T, length: number): T {
  const bytes = sharedBytes(length * column.BYTES_PER_ELEMENT);
  bytes.set(new Uint8Array(column.buffer as ArrayBuffer, column.byteOffset, bytes.length));
  return new (column.constructor as new (buffer: ArrayBufferLike) => T)(bytes.buffer);
}
