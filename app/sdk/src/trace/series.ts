/** Turns rows into a series of readings: sorts them, removes duplicates and finds their intervals. */
import { counterReadings } from './counter';
import { isFalling, longestRise } from './order';
import type { Row } from './reasons';
import { LONGEST, type Series, type SeriesReading, type SeriesReason, SHORTEST } from './series-types';
import { toWattHours, type Unit } from './units';

/** How rows are made into readings. */
export interface SeriesOptions {
  readonly unit: Unit;
  readonly isCounter: boolean;
  /** Seconds; default: the median step. */
  readonly interval?: number | undefined;
  /** Whether times mark the ends of intervals; default: their starts. */
  readonly ends?: boolean | undefined;
}

/** How far a time may be off the regular interval, as a share of it, before the sequence restarts. */
const JITTER = 0.25;
const USUAL_STEPS = [60, 120, 180, 240, 300, 600, 900, 1_200, 1_800, 3_600];
/** The interval of a file with one row. */
const USUAL = 900;

/** Rows in order of time. Of rows with the same time and value the first counts; of several values for a time, none. */
export interface Ordered {
  /** Positions of the rows that have a time and a value. */
  readonly standing: readonly number[];
  readonly refused: Map<number, SeriesReason>;
  /** The median step, seconds; 0 with one row. */
  readonly step: number;
}

/** Puts rows, which may be in descending order, in order. */
export function orderRows(rows: readonly Row[]): Ordered {
  const refused = new Map<number, SeriesReason>();
  const timed: number[] = [];
  for (const [i, { reason, time }] of rows.entries()) {
    if (reason) refused.set(i, reason);
    if (time !== undefined && reason !== 'implausible-time' && reason !== 'future-time') timed.push(i);
  }
  const timeOf = (i: number): number => rows[i]!.time!;
  if (isFalling(timed, timeOf)) timed.reverse();
  const ordered = longestRise(timed, timeOf);
  if (ordered.length < timed.length) {
    const inOrder = new Set(ordered);
    for (const i of timed) if (!inOrder.has(i)) refused.set(i, 'out-of-order');
  }
  return { standing: withoutDuplicates(ordered, rows, refused), refused, step: median(timed.map(timeOf)) };
}

/** Makes ordered rows into readings. */
export function toSeries(
  rows: readonly Row[],
  { standing, refused, step }: Ordered,
  options: SeriesOptions,
): Series {
  const interval = options.interval ?? (step || USUAL);
  if (options.isCounter)
    return { ...counterReadings(rows, standing, refused, step || USUAL, options.unit), step };
  if (interval < SHORTEST)
    return { readings: minutes(rows, standing, interval, options), refused, interval: SHORTEST, step };
  const readings: SeriesReading[] = [];
  const earlier = options.ends ? interval : 0;
  for (const reading of regular(rows, standing, interval, options.unit)) {
    if (reading.seconds < SHORTEST) refused.set(reading.rows[0]!, 'too-short');
    else if (reading.seconds > LONGEST) refused.set(reading.rows[0]!, 'too-long');
    else readings.push(earlier ? { ...reading, start: reading.start - earlier } : reading);
  }
  return { readings, refused, interval, step };
}

function withoutDuplicates(
  ordered: readonly number[],
  rows: readonly Row[],
  refused: Map<number, SeriesReason>,
): number[] {
  const standing: number[] = [];
  const valued = ordered.filter((i) => !refused.has(i));
  for (let k = 0, next: number; k < valued.length; k = next) {
    const first = valued[k]!;
    next = k + 1;
    while (next < valued.length && rows[valued[next]!]!.time === rows[first]!.time) next++;
    const group = valued.slice(k, next);
    const agree = group.every((i) => rows[i]!.value === rows[first]!.value);
    for (const i of group) if (!agree || i !== first) refused.set(i, agree ? 'duplicate' : 'conflict');
    if (agree) standing.push(first);
  }
  return standing;
}

/** Aligns readings to the interval if the clock only jitters. None overlaps the next. */
function* regular(
  rows: readonly Row[],
  standing: readonly number[],
  interval: number,
  unit: Unit,
): Generator<SeriesReading> {
  const jitter = interval * JITTER;
  let expected = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < standing.length; k++) {
    const { time, value } = rows[standing[k]!]!;
    const start = Math.abs(time! - expected) <= jitter ? expected : time!;
    const next = standing[k + 1];
    const room = next === undefined ? interval : rows[next]!.time! - start;
    const seconds = room < interval - jitter ? Math.max(1, room) : interval;
    yield { start, seconds, wattHours: toWattHours(unit, value!, seconds), rows: [standing[k]!] };
    expected = start + seconds;
  }
}

/** The means of power, or sums of energy, in whole minutes: what a report can hold of values that come faster. */
function minutes(
  rows: readonly Row[],
  standing: readonly number[],
  interval: number,
  { unit, ends }: SeriesOptions,
): SeriesReading[] {
  const readings: SeriesReading[] = [];
  const earlier = ends ? interval : 0;
  for (let k = 0, next: number; k < standing.length; k = next) {
    const minute = Math.floor((rows[standing[k]!]!.time! - earlier) / SHORTEST);
    next = k;
    let sum = 0;
    while (
      next < standing.length &&
      Math.floor((rows[standing[next]!]!.time! - earlier) / SHORTEST) === minute
    ) {
      sum += rows[standing[next]!]!.value!;
      next++;
    }
    const value = unit.quantity === 'power' ? sum / (next - k) : sum;
    readings.push({
      start: minute * SHORTEST,
      seconds: SHORTEST,
      wattHours: toWattHours(unit, value, SHORTEST),
      rows: standing.slice(k, next),
    });
  }
  return readings;
}

/** Returns the median step between sorted times that isn't zero; 0 if there is none. Even many rows have few steps. */
function median(times: number[]): number {
  times.sort((a, b) => a - b);
  const counts = new Map<number, number>();
  let steps = 0;
  for (let k = 1; k < times.length; k++) {
    const step = times[k]! - times[k - 1]!;
    if (step === 0) continue;
    counts.set(step, (counts.get(step) ?? 0) + 1);
    steps++;
  }
  // Two rows hours apart don't tell how long either is.
  if (steps === 1 && times.at(-1)! - times[0]! > LONGEST) return 0;
  let passed = 0;
  for (const [step, count] of [...counts].sort(([a], [b]) => a - b)) {
    passed += count;
    if (passed * 2 > steps) return rounded(step, counts);
  }
  return 0;
}

/** Steps of a timer that is now early and now late are those of the usual interval that they have on average. */
function rounded(step: number, counts: ReadonlyMap<number, number>): number {
  if (step < SHORTEST || step % SHORTEST === 0) return step;
  let [sum, count] = [0, 0];
  for (const [each, times] of counts) {
    if (Math.abs(each - step) > step * JITTER) continue;
    sum += each * times;
    count += times;
  }
  const mean = sum / count;
  return USUAL_STEPS.find((usual) => Math.abs(mean - usual) <= usual * 0.02) ?? step;
}
