/** Power that stays constant for longer than sunlight allows. */
import { isHeld, likelihood, type Stretch, type Surroundings } from './ceiling';
import { isSame } from './grain';
import { brightness, type Site } from './site';

/** The greatest probability that a stretch arises by chance in all of a device's known readings. */
const CHANCE = 0.1;

/** Seconds between two answers of a meter that count as usual. */
const LONGEST_HOLD = 900;

/** The findings about readings, by position. */
export interface Stillness {
  /** Seconds for which the power has not changed, including the reading; 0 at night. */
  readonly still: readonly number[];
  /** Positions of readings in a frozen stretch: all of it, since none of the equal readings is known to be measured. */
  readonly frozen: ReadonlySet<number>;
}

/** Finds frozen stretches. A stretch continues across a night or a gap: a meter frozen before it is still frozen. */
export function stillness(around: Surroundings, site: Site | undefined): Stillness {
  const still = new Array<number>(around.readings.length).fill(0);
  const frozen = new Set<number>();
  for (const stretch of stretches(around, still)) {
    const stillSeconds = still[stretch.last]!;
    if (!isTooLong(stretch, stillSeconds, around, site) || isHeld(stretch, stillSeconds, around, site))
      continue;
    for (let i = stretch.first; i <= stretch.last; i++) frozen.add(i);
  }
  return { still, frozen };
}

/** Finds all daytime stretches of equal power, including single readings; writes their durations into `still`. */
function* stretches({ readings, least, policy }: Surroundings, still: number[]): Generator<Stretch> {
  for (let first = 0, next: number; first < readings.length; first = next) {
    next = first + 1;
    const { watts } = readings[first]!;
    if (watts <= least) continue;
    let stillSeconds = 0;
    next = first;
    for (; next < readings.length && isSame(readings[next]!.watts, watts, policy); next++) {
      const { seconds, stillSeconds: known } = readings[next]!;
      stillSeconds = Math.max(stillSeconds + seconds, known);
      still[next] = stillSeconds;
    }
    yield { first, last: next - 1 };
  }
}

/** Whether power was constant for longer than the meter's steps explain. */
function isTooLong(
  { first, last }: Stretch,
  stillSeconds: number,
  around: Surroundings,
  site: Site | undefined,
): boolean {
  const { readings, policy } = around;
  const { watts, value, seconds } = readings[last]!;
  if (stillSeconds < policy.frozen_reports * seconds || stillSeconds <= policy.frozen_least_seconds)
    return false;
  const { step, count, hold, chance } = around.grain();
  // A logger may ask more often than its meter answers, but a meter that answers less than every quarter is behind.
  if (stillSeconds < policy.frozen_reports * Math.min(hold * seconds, LONGEST_HOLD)) return false;
  // Only one power was seen, so its steps can only be those of the format.
  const steps = watts / step;
  if (stillSeconds > policy.frozen_seconds && (steps || value) >= policy.frozen_steps) return true;
  if (likelihood(chance, stillSeconds / seconds - 1, count) > CHANCE) return false;
  if (stillSeconds * stillSeconds * steps > policy.frozen_step_seconds * policy.frozen_step_seconds)
    return true;
  if (!site) return false;
  const [a, b] = [brightness(readings[first]!, site), brightness(readings[last]!, site)];
  return steps * Math.abs(a - b) > policy.frozen_light_steps * Math.max(a, b);
}
