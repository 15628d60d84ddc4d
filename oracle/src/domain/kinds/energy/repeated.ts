/** Power that repeats that of an earlier time reading by reading, as a portal does that replays what it has stored. */
import type { Surroundings } from './ceiling';
import { quantumOf } from './grain';
import type { Reading } from './readings';

/** The greatest probability that a repetition arises by chance in all readings. */
const CHANCE = 0.0001;
/** How likely at least a power is the same as at another time, and how many times likelier than its neighbour's. */
const LEAST_LIKELY = 0.02;
const LIKELIER = 4;
/** How alike days are at the same hour, as a share of the power: within it, a power of few steps is often the same. */
const DAILY = 0.01;
/** Fewest readings that tell: they repeat, and differ from both their neighbours. */
const FEWEST = 4;
/** How likely it is where the days are alike beside the repetition too: clear skies, and a meter of few steps. */
const ALIKE = 0.5;
/** Powers are alike if they differ by no more of these steps, or by no more than this share. */
const ALIKE_STEPS = 10;
const ALIKE_SHARE = 0.01;
/** Readings on either side of a repetition that are compared. */
const BESIDE = 2;
/** A repetition of what is nearer in time is left to the other rules, seconds. */
const NEAREST = 14_400;
/** Earlier readings of one value that are compared; a value that is more frequent tells nothing. */
const MOST_ALIKE = 6;

/** Positions of readings that repeat earlier ones. The earlier ones stand. */
export function repeated({ readings, least: night, grain }: Surroundings): Set<number> {
  const found = new Set<number>();
  const lags = lagsOf(readings, night);
  if (lags.length === 0) return found;
  const at = new Map(readings.map(({ start }, i) => [start, i]));
  const { quantum: usual, change, count } = grain();
  for (const lag of lags) {
    for (const { run, telling } of runs(readings, at, lag, night)) {
      if (telling < FEWEST) continue;
      const quantum = Math.max(usual, quantumOf(run.map((i) => readings[i]!)));
      const likely = Math.min(1, Math.max(LEAST_LIKELY, (LIKELIER * quantum) / change));
      const least = isAlike(run, readings, at, lag, quantum) ? Math.max(ALIKE, likely) : likely;
      let chance = count * lags.length;
      for (const i of run) {
        if (tells(readings, i)) chance *= Math.max(least, 1 / (1 + (DAILY * readings[i]!.watts) / quantum));
      }
      if (chance > CHANCE) continue;
      for (const i of run) if (!readings[i]!.judged) found.add(i);
    }
  }
  return found;
}

/** Distances in time at which enough telling readings repeat, ascending. */
function lagsOf(readings: readonly Reading[], least: number): number[] {
  const votes = new Map<number, number>();
  const alike = new Map<number, number[]>();
  for (const [i, { value, start, seconds, watts }] of readings.entries()) {
    if (watts <= least || !tells(readings, i)) continue;
    const earlier = alike.get(value);
    if (!earlier) {
      alike.set(value, [i]);
      continue;
    }
    if (earlier.length <= MOST_ALIKE) {
      for (const j of earlier) {
        const lag = start - readings[j]!.start;
        if (lag >= NEAREST && readings[j]!.seconds === seconds) votes.set(lag, (votes.get(lag) ?? 0) + 1);
      }
    }
    earlier.push(i);
  }
  return [...votes]
    .filter(([, count]) => count >= FEWEST)
    .map(([lag]) => lag)
    .sort((a, b) => a - b);
}

/** Whether a reading differs from both its neighbours: levels that stay are common. */
const tells = (readings: readonly Reading[], i: number): boolean =>
  readings[i]!.value !== readings[i - 1]?.value && readings[i]!.value !== readings[i + 1]?.value;

/** A run without the levels at its ends, which other days have too. */
function trimmed(
  readings: readonly Reading[],
  run: readonly number[],
  telling: number,
): { run: readonly number[]; telling: number } {
  let [from, to] = [0, run.length - 1];
  while (!tells(readings, run[from]!)) from++;
  while (!tells(readings, run[to]!)) to--;
  return { run: run.slice(from, to + 1), telling };
}

/** Whether the powers beside a run are alike too, without being the same. */
function isAlike(
  run: readonly number[],
  readings: readonly Reading[],
  at: ReadonlyMap<number, number>,
  lag: number,
  quantum: number,
): boolean {
  const [first, last] = [run[0]!, run[run.length - 1]!];
  for (let k = 1; k <= BESIDE; k++) {
    for (const i of [first - k, last + k]) {
      const [reading, j] = [readings[i], at.get((readings[i]?.start ?? 0) - lag)];
      if (!reading || j === undefined) continue;
      const off = Math.abs(reading.watts - readings[j]!.watts);
      if (off > 0 && off <= Math.max(ALIKE_STEPS * quantum, ALIKE_SHARE * reading.watts)) return true;
    }
  }
  return false;
}

/** Runs of readings by day that are the same as those `lag` seconds earlier; nights don't end them. */
function* runs(
  readings: readonly Reading[],
  at: ReadonlyMap<number, number>,
  lag: number,
  least: number,
): Generator<{ run: readonly number[]; telling: number }> {
  let run: number[] = [];
  let telling = 0;
  for (const [i, { start, value, seconds, watts }] of readings.entries()) {
    const j = at.get(start - lag);
    const earlier = j === undefined ? undefined : readings[j]!;
    if (earlier && watts <= least && earlier.watts <= least) continue;
    if (earlier && earlier.value === value && earlier.seconds === seconds) {
      run.push(i);
      if (tells(readings, i)) telling++;
      continue;
    }
    if (telling > 0) yield trimmed(readings, run, telling);
    run = [];
    telling = 0;
  }
  if (telling > 0) yield trimmed(readings, run, telling);
}
