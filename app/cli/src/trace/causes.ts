import { count } from '@commonwire/sdk/core';
/** Finds what made readings wrong, where the data show it: a clock that was set, another unit, an inverter's rating. */
import type { CheckedTrace } from './check';

/** What causes are found from. */
export interface CauseInput {
  readonly trace: CheckedTrace;
  /** Each row's power as a share of the capacity. */
  readonly power: readonly number[];
  /** Degrees, east positive. */
  readonly longitude: number;
}

/** The share of the capacity above which a device is producing. */
const POWER = 0.01;
/** Hours by which production must move from one day to the next, and days on either side that show it. */
const MOVED = 0.75;
const DAYS = 2;
const MOST_MOVED = 1.5;
const SCATTER = 0.25;
/** A value so far below those around it is of another unit. */
const OTHER_UNIT = 1 / 200;
const LEAST_ROWS = 4;

/** Yields one line for each cause. */
export function* causes(input: CauseInput): Generator<string> {
  yield* clockSet(input);
  yield* otherUnit(input);
  yield* heldAtCapacity(input);
}

const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** A clock that was set an hour or more forward or back, from one day on. */
function* clockSet({ trace: { rows, decisions }, power, longitude }: CauseInput): Generator<string> {
  const days = new Map<number, { weight: number; hours: number }>();
  for (const [i, { time }] of rows.entries()) {
    if (time === undefined || power[i]! <= POWER || decisions[i]!.verdict !== 'accepted') continue;
    const solar = time / 3600 + longitude / 15;
    const day = Math.floor(solar / 24);
    const sum = days.get(day) ?? { weight: 0, hours: 0 };
    // Production without its brightest part: clouds move that, the edges of the day stay.
    const weight = Math.sqrt(Math.min(power[i]!, 0.2));
    sum.weight += weight;
    sum.hours += weight * (solar - day * 24);
    days.set(day, sum);
  }
  const centres = [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, { weight, hours }]) => ({ day, hour: hours / weight, weight }));
  const full = median(centres.map(({ weight }) => weight)) / 2;
  const whole = centres.filter(({ weight }) => weight >= full);
  let best: { day: number; by: number; jump: number } | undefined;
  for (let k = DAYS; k <= whole.length - DAYS; k++) {
    const parts = [whole.slice(Math.max(0, k - 7), k), whole.slice(k, k + 7)].map((part) =>
      part.map(({ hour }) => hour),
    );
    const [before, after] = parts.map(median) as [number, number];
    const by = after - before;
    // Clouds move single days; a clock moves all of them.
    const scatter = median(
      parts.flatMap((part, side) => part.map((hour) => Math.abs(hour - (side ? after : before)))),
    );
    const jump = Math.abs(whole[k]!.hour - whole[k - 1]!.hour);
    if (Math.abs(by) < MOVED || Math.abs(by) > MOST_MOVED || scatter > SCATTER) continue;
    if (jump > (best?.jump ?? 0)) best = { day: whole[k]!.day, by, jump };
  }
  if (best) {
    yield `from ${dateOf(best.day)} on, production is centred ${Math.abs(best.by).toFixed(1)} hours ${best.by > 0 ? 'later' : 'earlier'} than before: was the clock set, such as for summer time? Give --tz, or split the file there`;
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Some hours by day in kW among watts, as after an update of a device. */
function* otherUnit({ trace: { rows }, power }: CauseInput): Generator<string> {
  const timed = [...rows.keys()].filter((i) => rows[i]!.time !== undefined && power[i]! > 0);
  timed.sort((a, b) => rows[a]!.time! - rows[b]!.time!);
  for (let first = 1, next: number; first < timed.length; first = next) {
    next = first + 1;
    const before = power[timed[first - 1]!]!;
    if (before < 0.05 || power[timed[first]!]! > before * OTHER_UNIT) continue;
    while (next < timed.length && power[timed[next]!]! <= before * OTHER_UNIT * 2) next++;
    const after = timed[next] === undefined ? 0 : power[timed[next]!]!;
    if (next - first < LEAST_ROWS || after < 0.05) continue;
    const [a, b] = [rows[timed[first]!]!, rows[timed[next - 1]!]!];
    yield `${count(next - first, 'reading')} from ${a.timestamp} to ${b.timestamp} are about a thousandth of those around them: another unit, such as kW among W?`;
  }
}

/** Power that stops at the capacity for hours: the rating of an inverter, not of the panels. */
function* heldAtCapacity({ trace: { rows, interval }, power }: CauseInput): Generator<string> {
  const powered = power.filter((share) => share > POWER).length;
  const held = [...rows.keys()].filter((i) => Math.abs(power[i]! - 1) <= 0.005);
  const most = power.reduce((a, b) => Math.max(a, b), 0);
  if (most > 1.01 || held.length < LEAST_ROWS || held.length < powered * 0.05) return;
  yield `power stops at --capacity-watts for ${((held.length * interval) / 3600).toFixed(1)} hours: is that the rating of the inverter? Give the rating of the panels, or mornings and evenings may be refused`;
}
