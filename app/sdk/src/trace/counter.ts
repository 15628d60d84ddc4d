/** Meter readings: tells them from energy of intervals, and takes their differences. */
import type { Row } from './reasons';
import { LONGEST, type Series, type SeriesReading, type SeriesReason, SHORTEST } from './series-types';
import { toWattHours, type Unit } from './units';

/** Falls that aren't resets, as a share of steps: a counter has next to none. */
const MOST_FALLS = 0.005;
/** A value after a reset, as a share of the one before. */
const RESET = 0.2;
/** How long untitled values must rise to be a counter's: a morning's power does so for hours, seconds. */
const LONG = 12 * 3_600;
/** Where counters begin again. */
const FULL = [65_536, 4_294_967_296, ...Array.from({ length: 9 }, (_, i) => 10 ** (i + 3))];
/** Intervals of which readings at odd times are made, seconds. */
const GRIDS = [60, 300, 600, 900, 1_800, 3_600];

/** Whether values in order of time only grow, but for resets, and rest where a counter would. */
export function isCounter(
  times: readonly number[],
  values: readonly number[],
  titled: boolean,
  unit: Unit | undefined,
): boolean {
  if (unit?.quantity === 'power') return false;
  let [rises, falls, resets, rest] = [0, 0, 0, 0];
  const growth: number[] = [];
  for (let k = 1; k < values.length; k++) {
    const [before, now] = [values[k - 1]!, values[k]!];
    if (now > before) growth.push(now - before);
    if (now > before) rises++;
    else if (now < before) now <= before * RESET ? resets++ : falls++;
    // At the height that was reached, as by night.
    else if (now > 0 && now >= (values[k - 2] ?? now)) rest++;
  }
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const days = Math.max(1, Math.ceil((last - first) / 86_400));
  if (rises < 2 || falls > values.length * MOST_FALLS || resets > 2 * days) return false;
  if (titled) return true;
  if (last - first < LONG) return false;
  growth.sort((a, b) => a - b);
  const usual = growth[growth.length >> 1] ?? 0;
  const high = Math.min(...values.slice(0, 100_000)) > 50 * usual && values.length >= 20;
  return high || rest > values.length * 0.15;
}

/** What a counter has grown by; undefined if its readings don't tell. */
export function growthOf(before: number, now: number): number | undefined {
  if (now >= before) return now - before;
  const full = FULL.find((size) => before < size && before > size * 0.95 && now < size * 0.05);
  if (full !== undefined) return full - before + now;
  if (now <= before * RESET) return now;
  // A correction of the last digit.
  return before - now <= before * 1e-4 ? 0 : undefined;
}

/** Makes the readings of a counter into energy of intervals. A row stands for the time since the one before it. */
export function counterReadings(
  rows: readonly Row[],
  standing: readonly number[],
  refused: Map<number, SeriesReason>,
  step: number,
  unit: Unit,
): Omit<Series, 'step'> {
  const even = standing.filter(
    (i, k) => k > 0 && Math.abs(rows[i]!.time! - rows[standing[k - 1]!]!.time! - step) <= step * 0.05,
  ).length;
  const isRegular = step % SHORTEST === 0 && step <= LONGEST && even >= (standing.length - 1) * 0.8;
  return isRegular
    ? differences(rows, standing, refused, step, unit)
    : onGrid(rows, standing, refused, step, unit);
}

function differences(
  rows: readonly Row[],
  standing: readonly number[],
  refused: Map<number, SeriesReason>,
  step: number,
  unit: Unit,
): Omit<Series, 'step'> {
  const readings: SeriesReading[] = [];
  if (standing.length > 0) refused.set(standing[0]!, 'no-difference');
  for (let k = 1; k < standing.length; k++) {
    const [before, now] = [rows[standing[k - 1]!]!, rows[standing[k]!]!];
    const seconds = now.time! - before.time!;
    const growth = growthOf(before.value!, now.value!);
    if (growth === undefined) refused.set(standing[k]!, 'no-difference');
    else if (seconds > LONGEST) refused.set(standing[k]!, 'too-long');
    else if (seconds < SHORTEST) refused.set(standing[k]!, 'too-short');
    else
      readings.push({
        start: before.time!,
        seconds,
        wattHours: toWattHours(unit, growth, seconds),
        rows: [standing[k]!],
      });
  }
  return { readings, refused, interval: step };
}

/** A counter that is read at odd times, or too often, gives the energy of regular intervals by its readings around them. */
function onGrid(
  rows: readonly Row[],
  standing: readonly number[],
  refused: Map<number, SeriesReason>,
  step: number,
  unit: Unit,
): Omit<Series, 'step'> {
  const grid = GRIDS.find((seconds) => seconds >= Math.max(2 * step, Math.min(10 * step, 900))) ?? LONGEST;
  const readings: SeriesReading[] = [];
  // What the counter has grown by since its first reading, at the last grid point, if its readings around that are near.
  let total = 0;
  let known: { at: number; total: number } | undefined;
  let within: number[] = [];
  if (standing.length > 0) refused.set(standing[0]!, 'no-difference');
  const drop = (): void => {
    for (const row of within) refused.set(row, 'no-difference');
    within = [];
  };
  for (let k = 1; k < standing.length; k++) {
    const [before, now] = [rows[standing[k - 1]!]!, rows[standing[k]!]!];
    const growth = growthOf(before.value!, now.value!);
    const seconds = now.time! - before.time!;
    if (growth === undefined || seconds > Math.max(grid, 3 * step)) {
      known = undefined;
      drop();
      refused.set(standing[k]!, growth === undefined ? 'no-difference' : 'too-long');
      total += growth ?? 0;
      continue;
    }
    for (let at = (Math.floor(before.time! / grid) + 1) * grid; at <= now.time!; at += grid) {
      const here = total + (growth * (at - before.time!)) / seconds;
      if (at === now.time!) within.push(standing[k]!);
      if (known?.at === at - grid) {
        readings.push({
          start: known.at,
          seconds: grid,
          wattHours: toWattHours(unit, here - known.total, grid),
          rows: within,
        });
        within = [];
      } else drop();
      known = { at, total: here };
    }
    total += growth;
    if (now.time! % grid !== 0) within.push(standing[k]!);
  }
  drop();
  return { readings, refused, interval: grid };
}
