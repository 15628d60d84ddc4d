/** Powers that an inverter holds by design, and so stand still honestly. */
import { type Grain, isSame } from './grain';
import type { EnergyPolicy } from './policy';
import type { Reading } from './readings';

/** Readings `first` to `last` of a list, both included. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** What a stretch is looked at among. */
export interface Surroundings {
  readonly readings: readonly Reading[];
  /** Watts. */
  readonly capacity: number;
  /** Watts above which it is day. */
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

/** The share of readings by day that may lie above a ceiling: light gathered by clouds before the inverter limits it. */
const ABOVE = 0.02;
/** How far above a ceiling a reading counts as above. */
const CLEARLY = 1.01;

/** Readings at a level outside of a stretch by which it is known: of a fine meter they are no chance. */
const TOUCHES = 3;
/** How many times as many they must be as chance spreads over all levels: power gathers at some. */
const CROWDED = 50;

/**
 * Whether power stood still because it was held: near the capacity; at tenths of it, cut from more, as grids curtail; at a
 * level that power came back to time and again; or at the device's ceiling, which next to no reading lies above and which
 * others reach too, or which power came to and left as gently as light does.
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
    if (watts > level * CLEARLY) above++;
    if ((i < first || i > last) && isSame(watts, level, policy)) touches++;
  }
  if (touches >= TOUCHES && touches * capacity >= CROWDED * day * step) return true;
  if (above > day * ABOVE) return false;
  // Of a fine meter a single reading at the very same power is no chance.
  if (touches >= 2 || touches * level >= 200 * step) return true;
  // What comes next isn't known yet.
  if (!after) return stillSeconds <= policy.frozen_seconds;
  const came = isGentle(readings[first]!, before, readings[first - 2]);
  const left = isGentle(readings[last]!, after, readings[last + 2]);
  return (came && left) || ((came || left) && touches > 0);
}

/** Up to a hundred thousandth of the capacity, and what rounding to the format's steps makes of it. */
function isTenth(level: number, capacity: number, seconds: number): boolean {
  const tenths = Math.floor((level * 10) / capacity + 0.5);
  return Math.abs(level - (tenths * capacity) / 10) <= capacity / 100_000 + 1800 / seconds;
}

/** Whether there was light for more than a curtailed device gave. */
const isCut = (level: number, next: Reading | undefined): boolean => !next || next.watts >= 0.95 * level;

/** Seconds over which power is told to be gentle, where readings are missing. */
const GENTLE = 7_200;

/** Whether power went from a ceiling to `next` with the sun: a few percent in a quarter of an hour, or as it went on. */
function isGentle(edge: Reading, next: Reading | undefined, further: Reading | undefined): boolean {
  if (!next) return true;
  const between = Math.min(GENTLE, Math.abs(next.start - edge.start));
  const usual = 0.05 * edge.watts * Math.max(1, between / 900);
  const slope = further ? next.watts - further.watts : 0;
  return edge.watts - next.watts <= Math.max(usual, 1.25 * slope);
}
