/** Powers that an inverter holds by design, so that an honest reading repeats. */
import { type Grain, isSame } from './grain';
import type { EnergyPolicy } from './policy';
import type { Reading } from './readings';
import { brightness, type Site } from './site';

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
 * curtail; at a level to which power returned repeatedly, or that follows a load; or at the device's ceiling, which almost
 * no reading exceeds. That is round, as ratings are, or other readings reach it too, or power approached and left it as
 * gradually as light changes.
 */
export function isHeld(
  stretch: Stretch,
  stillSeconds: number,
  around: Surroundings,
  site: Site | undefined,
): boolean {
  const { first, last } = stretch;
  const { readings, capacity, least, grain, policy } = around;
  const { watts: level, seconds } = readings[last]!;
  if (level * 1_000_000 >= capacity * policy.clipping_ppm) return true;
  if (site && isLoad(stretch, around, site)) return true;
  const { step, quantum } = grain();
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
  if (isRound(level, quantum)) return true;
  // With a fine meter, even one other reading at exactly the same power isn't a coincidence.
  if (touches >= 2 || touches * level >= 200 * step) return true;
  // The next reading isn't known yet.
  if (!after) return stillSeconds <= policy.frozen_seconds;
  const came = isGentle(readings[first]!, before, readings[first - 2]);
  const left = isGentle(readings[last]!, after, readings[last + 2]);
  return (came && left) || ((came || left) && touches > 0);
}

/** Readings that a load stays at a level, and readings between two levels. */
const LOAD_STAYS = 3;
const LOAD_CHANGES = 2;
/** The most a device delivers that follows a load, as a share of a panel facing the sun. */
const LOAD_SHARE = 0.5;

/**
 * Whether a level follows or precedes another one directly, as the power of a device that may not export steps with the
 * load. A logger that asks too rarely makes steps too, but all of one length and as high as the sun.
 */
function isLoad({ first, last }: Stretch, around: Surroundings, site: Site): boolean {
  const { readings, least, policy } = around;
  const level = readings[last]!.watts;
  const middle = readings[(first + last) >> 1]!;
  if (level > LOAD_SHARE * brightness(middle, site)) return false;
  for (const side of [-1, 1]) {
    const edge = side < 0 ? first : last;
    for (let skip = 1; skip <= LOAD_CHANGES + 1; skip++) {
      const from = edge + side * skip;
      let stays = 0;
      const other = readings[from]?.watts ?? 0;
      while (
        other > least &&
        readings[from + side * stays] &&
        isSame(readings[from + side * stays]!.watts, other, policy)
      )
        stays++;
      const isLevel = stays >= LOAD_STAYS && stays !== last - first + 1 && !isSame(other, level, policy);
      if (isLevel && isTelling(stays, around.grain())) return true;
    }
  }
  return false;
}

/** The greatest probability that a level beside another one arises by chance in all of a device's known readings. */
const LOAD_CHANCE = 0.1;

/** Whether power stays for longer than chance makes it in short intervals of a calm day. */
function isTelling(stays: number, { chance, count }: Grain): boolean {
  return likelihood(chance, stays - 1, count) <= LOAD_CHANCE;
}

/** Steps of a meter among which a round level is no coincidence. */
const ROUND_STEPS = 50;

/** Whether a level has two digits only, or is a multiple of five of the second, and the meter shows far more levels. */
function isRound(level: number, quantum: number): boolean {
  let unit = 1;
  while (unit * 100 <= level) unit *= 10;
  return [unit, 5 * unit].some(
    (size) =>
      quantum * ROUND_STEPS <= size &&
      Math.abs(level - Math.floor(level / size + 0.5) * size) <= level / 100_000,
  );
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
