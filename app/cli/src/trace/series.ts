/** Turns rows into the readings of a series: sorts them, removes duplicates and finds their intervals. */
import type { ReasonCode } from '@commonwire/oracle/domain';
import type { FileReason } from './reasons';
import type { Row } from './rows';

/** A reading and the interval it covers. */
export interface SeriesReading {
  /** Unix seconds. */
  readonly start: number;
  readonly seconds: number;
  readonly value: number;
}

/** The series in a file. */
export interface Series {
  /** Positions of the rows that are readings, in order of time. */
  readonly standing: readonly number[];
  /** Why the other rows aren't readings, by position. */
  readonly refused: ReadonlyMap<number, FileReason | ReasonCode>;
  /** Seconds from one reading to the next. */
  readonly interval: number;
}

/** How far a time may be off the regular interval, as a share of it, before the sequence restarts. */
const JITTER = 0.25;

/**
 * Sorts rows by time; the file may be in descending order. Of rows with the same time and value the first counts, as it
 * does for an oracle. Of rows with the same time and several values none counts. The interval is the median step unless
 * it is given.
 */
export function toSeries(rows: readonly Row[], given?: number): Series {
  const refused = new Map<number, FileReason | ReasonCode>();
  const timed: number[] = [];
  for (const [i, { reason }] of rows.entries()) {
    if (reason) refused.set(i, reason);
    if (!reason || reason === 'no-value' || reason === 'unreadable-value') timed.push(i);
  }
  const timeOf = (i: number): number => rows[i]!.time!;
  if (isFalling(timed, timeOf)) timed.reverse();
  const ordered = longestRise(timed, timeOf);
  if (ordered.length < timed.length) {
    const inOrder = new Set(ordered);
    for (const i of timed) if (!inOrder.has(i)) refused.set(i, 'out-of-order');
  }

  const interval = given ?? median(ordered, timeOf);
  return { standing: withoutDuplicates(ordered, rows, refused), refused, interval };
}

function withoutDuplicates(
  ordered: readonly number[],
  rows: readonly Row[],
  refused: Map<number, FileReason | ReasonCode>,
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

/** Yields the readings of a series, aligned to the interval if the clock only jitters. None overlaps the next. */
export function* readingsOf({ standing, interval }: Series, rows: readonly Row[]): Generator<SeriesReading> {
  const jitter = interval * JITTER;
  let expected = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < standing.length; k++) {
    const { time, value } = rows[standing[k]!]!;
    const start = Math.abs(time! - expected) <= jitter ? expected : time!;
    const next = standing[k + 1];
    const room = next === undefined ? interval : rows[next]!.time! - start;
    const seconds = room < interval - jitter ? Math.max(1, room) : interval;
    yield { start, seconds, value: value! };
    expected = start + seconds;
  }
}

/** Returns the median step that isn't zero; a quarter of an hour if there is none. Even many rows have few steps. */
function median(ordered: readonly number[], timeOf: (row: number) => number): number {
  const counts = new Map<number, number>();
  let steps = 0;
  for (let k = 1; k < ordered.length; k++) {
    const step = timeOf(ordered[k]!) - timeOf(ordered[k - 1]!);
    if (step <= 0) continue;
    counts.set(step, (counts.get(step) ?? 0) + 1);
    steps++;
  }
  let passed = 0;
  for (const [step, count] of [...counts].sort(([a], [b]) => a - b)) {
    passed += count;
    if (passed * 2 > steps) return step;
  }
  return 900;
}

/** Returns whether a list is in descending order, which is so if most of its steps are. */
function isFalling(list: readonly number[], timeOf: (item: number) => number): boolean {
  let balance = 0;
  for (let k = 1; k < list.length; k++) balance += Math.sign(timeOf(list[k]!) - timeOf(list[k - 1]!));
  return balance < 0;
}

/** Returns the longest non-descending subsequence, so that one wrong time doesn't put all later rows out of order. */
function longestRise(list: readonly number[], timeOf: (item: number) => number): readonly number[] {
  if (list.every((item, k) => k === 0 || timeOf(list[k - 1]!) <= timeOf(item))) return list;
  /** At index n: the end of the subsequence of length n + 1 whose last time is the earliest. */
  const ends: number[] = [];
  const before = new Int32Array(list.length).fill(-1);
  for (const [k, item] of list.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeOf(list[ends[middle]!]!) <= timeOf(item)) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[k] = ends[low - 1]!;
    ends[low] = k;
  }
  const rise: number[] = [];
  for (let k = ends.at(-1)!; k >= 0; k = before[k]!) rise.push(list[k]!);
  return rise.reverse();
}
