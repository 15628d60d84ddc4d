/** Power that hovers within a noise far smaller than sunlight's: a frozen value with a little noise on it. */
import { isCeiling, isNear, likelihood, type Stretch, type Surroundings } from './ceiling';
import { quantile } from './readings';
import { brightness, type Site } from './site';

/** The greatest probability that a stretch arises by chance in all readings. */
const CHANCE = 0.001;
/** The width of the noise, as a share of the power. */
const NOISE = 0.00025;
/** Fewest readings that can hover. */
const FEWEST = 4;
/** Noise widths by which the sun must have moved the power. */
const MOVED = 4;
/** Readings at the level outside the stretch that show that an inverter holds it. */
const TOUCHES = 3;
/** The share of changes from one reading to the next that are smaller than a small one. */
const SMALL_CHANGE = 0.25;

/** Positions of readings in a hovering stretch. */
export function hovering(around: Surroundings, site: Site | undefined): Set<number> {
  const found = new Set<number>();
  const { readings, policy } = around;
  if (!site) return found;
  let tell: ReturnType<typeof usual> | undefined;
  for (const stretch of stretches(around)) {
    const { first, last } = stretch;
    if (last - first + 1 < FEWEST || readings[last]!.judged) continue;
    const seconds = readings[last]!.start + readings[last]!.seconds - readings[first]!.start;
    if (seconds <= policy.frozen_least_seconds) continue;
    const level = readings[first]!.watts;
    tell ??= usual(around);
    const chance = Math.min(1, (2 * NOISE * level) / tell.change);
    if (likelihood(chance, last - first, tell.count) > CHANCE) continue;
    if (!hasMoved(stretch, around, site) || isLevel(stretch, around)) continue;
    for (let i = first; i <= last; i++) if (!readings[i]!.judged) found.add(i);
  }
  return found;
}

/** Stretches by day within the noise that aren't of one power alone, which is for another rule. */
function* stretches({ readings, least }: Surroundings): Generator<Stretch> {
  for (let first = 0, next: number; first < readings.length; first = next) {
    next = first + 1;
    const { watts } = readings[first]!;
    if (watts <= least) continue;
    let [low, high] = [watts, watts];
    let differs = false;
    for (; next < readings.length; next++) {
      const power = readings[next]!.watts;
      const [lower, higher] = [Math.min(low, power), Math.max(high, power)];
      if (higher - lower > NOISE * lower) break;
      differs ||= readings[next]!.value !== readings[first]!.value;
      [low, high] = [lower, higher];
    }
    if (differs) yield { first, last: next - 1 };
  }
}

/** A small usual change between neighbours by day, watts, and the number of readings by day. */
function usual({ readings, least }: Surroundings): { change: number; count: number } {
  const changes: number[] = [];
  let count = 0;
  for (const [i, { watts }] of readings.entries()) {
    if (watts <= least) continue;
    count++;
    const before = readings[i - 1]?.watts ?? 0;
    if (before > least && Math.abs(watts - before) > NOISE * watts) changes.push(Math.abs(watts - before));
  }
  return {
    change: quantile(
      changes.sort((a, b) => a - b),
      SMALL_CHANGE,
    ),
    count,
  };
}

/** Whether the sun alone must have moved the power out of the noise. */
function hasMoved({ first, last }: Stretch, { readings }: Surroundings, site: Site): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (let i = first; i <= last; i++) {
    const light = brightness(readings[i]!, site);
    [low, high] = [Math.min(low, light), Math.max(high, light)];
  }
  return high - low > MOVED * NOISE * high;
}

/** Whether an inverter holds the level: at its ceiling, near the capacity, or again and again. */
function isLevel({ first, last }: Stretch, around: Surroundings): boolean {
  const { readings, capacity, policy } = around;
  const level = readings[first]!.watts;
  if (level * 1_000_000 >= capacity * policy.clipping_ppm || isCeiling(level, around)) return true;
  let touches = 0;
  for (const [i, { watts }] of readings.entries()) {
    if ((i < first || i > last) && isNear(watts, level, 2 * NOISE)) touches++;
  }
  return touches >= TOUCHES;
}
