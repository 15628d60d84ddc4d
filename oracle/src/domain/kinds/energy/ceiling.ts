/** Powers that an inverter holds by design, so that an honest reading repeats. */
import { type Grain, isSame } from './grain';
import type { EnergyPolicy } from './policy';
import type { Reading } from './readings';

/** Readings `first` to `last` of a list, inclusive. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** The readings and bounds that a stretch is compared with. */
export interface Surroundings {
  readonly readings: readonly Reading[];
  /** Watts. */
  readonly capacity: number;
  /** Watts above which a reading counts as daytime. */
  readonly least: number;
  readonly grain: () => Grain;
  readonly policy: EnergyPolicy;
}

/** `chance` to the power of `times`, of `tries`. */
export function likelihood(chance: number, times: number, tries: number): number {
  let likely = tries;
  for (let i = 0; i < times; i++) likely *= chance;
  return likely;
}

/** The share of daytime readings that may exceed a ceiling: clouds concentrate light before the inverter limits it. */
const ABOVE = 0.02;
/** The ratio to a ceiling from which a reading counts as above it. */
const ABOVE_CEILING_RATIO = 1.01;

/** Readings at a level, outside the stretch, that establish it as a ceiling: with a fine meter they aren't a coincidence. */
const TOUCHES = 3;
/** How many times more of them there must be than an even spread over all levels gives: power clusters at some. */
const LEAST_CLUSTERING = 50;

/**
 * Whether power was constant because the inverter held it: near the capacity; at a tenth of it, reduced from more, as grids
 * curtail; at a level to which power returned repeatedly; or at the device's ceiling, which almost no reading exceeds and
 * which either other readings reach too or power approached and left as gradually as light changes.
 */
export function isHeld({ first, last }: Stretch, stillSeconds: number, around: Surroundings): boolean {
  const { readings, capacity, least, grain, policy } = around;
  const { watts: level, seconds } = readings[last]!;
  if (level * 1_000_000 >= capacity * policy.clipping_ppm) return true;
  const { step } = grain();
  const [before, after] = [readings[first - 1], readings[last + 1]];
  if (isTenth(level, capacity, seconds) && [before, after].every((next) => isCut(level, next))) return true;

  let [day, above, touches] = [0, 0, 0];
  for (const [i, { watts }] of readings.entries()) {
    if (watts <= least) continue;
    day++;
    if (watts > level * ABOVE_CEILING_RATIO) above++;
    if ((i < first || i > last) && isSame(watts, level, policy)) touches++;
  }
  if (touches >= TOUCHES && touches * capacity >= LEAST_CLUSTERING * day * step) return true;
  if (above > day * ABOVE) return false;
  // With a fine meter, even one other reading at exactly the same power isn't a coincidence.
  if (touches >= 2 || touches * level >= 200 * step) return true;
  // The next reading isn't known yet.
  if (!after) return stillSeconds <= policy.frozen_seconds;
  const came = isGentle(readings[first]!, before, readings[first - 2]);
  const left = isGentle(readings[last]!, after, readings[last + 2]);
  return (came && left) || ((came || left) && touches > 0);
}

/** Whether almost no reading by day exceeds a level. */
export function isCeiling(level: number, { readings, least }: Surroundings): boolean {
  let [day, above] = [0, 0];
  for (const { watts } of readings) {
    if (watts <= least) continue;
    day++;
    if (watts > level * ABOVE_CEILING_RATIO) above++;
  }
  return above <= day * ABOVE;
}

/** Whether two powers differ by no more than a share. */
export const isNear = (a: number, b: number, share: number): boolean =>
  Math.abs(a - b) <= share * Math.abs(b);

/** Equal up to a hundred thousandth of the capacity and the rounding to the format's steps. */
function isTenth(level: number, capacity: number, seconds: number): boolean {
  const tenths = Math.floor((level * 10) / capacity + 0.5);
  return Math.abs(level - (tenths * capacity) / 10) <= capacity / 100_000 + 1800 / seconds;
}

/** Whether there was light for more than a curtailed device delivered. */
const isCut = (level: number, next: Reading | undefined): boolean => !next || next.watts >= 0.95 * level;

/** Longest time over which a change counts as gradual if readings are missing, seconds. */
const LONGEST_GRADUAL_CHANGE_SECONDS = 7_200;

/** Whether power moved from a ceiling to `next` as sunlight does: by a few percent in a quarter of an hour, or at the pace that followed. */
function isGentle(edge: Reading, next: Reading | undefined, further: Reading | undefined): boolean {
  if (!next) return true;
  const between = Math.min(LONGEST_GRADUAL_CHANGE_SECONDS, Math.abs(next.start - edge.start));
  const usual = 0.05 * edge.watts * Math.max(1, between / 900);
  const slope = further ? next.watts - further.watts : 0;
  return edge.watts - next.watts <= Math.max(usual, 1.25 * slope);
}
