/** Power that stands still for longer than sunlight lets it. */
import { isHeld, likelihood, type Stretch, type Surroundings } from './ceiling';
import { isSame } from './grain';
import { brightness, type Site } from './site';

/** How likely a stretch may be by chance, in all that is known of a device. */
const CHANCE = 0.1;

/** What is told of each reading, by its position. */
export interface Stillness {
  /** Seconds for which the power has stood still, up to and with the reading; 0 by night. */
  readonly still: readonly number[];
  /** Positions of readings in a frozen stretch: all of it, since of equal readings none is known to be measured. */
  readonly frozen: ReadonlySet<number>;
}

/** Looks for frozen stretches. A stretch goes on across a night or a gap: a meter that stood still before still does. */
export function stillness(around: Surroundings, site: Site | undefined): Stillness {
  const still = new Array<number>(around.readings.length).fill(0);
  const frozen = new Set<number>();
  for (const stretch of stretches(around, still)) {
    const stillSeconds = still[stretch.last]!;
    if (!isTooLong(stretch, stillSeconds, around, site) || isHeld(stretch, stillSeconds, around)) continue;
    for (let i = stretch.first; i <= stretch.last; i++) frozen.add(i);
  }
  return { still, frozen };
}

/** All stretches of one power by day, single readings too; writes how long each has stood into `still`. */
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

/** Whether power stood still for longer than the steps of its meter explain. */
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
  if (stillSeconds < policy.frozen_reports * hold * seconds) return false;
  // One power and no other seen: its steps can only be the format's.
  const steps = watts / step;
  if (stillSeconds > policy.frozen_seconds && (steps || value) >= policy.frozen_steps) return true;
  if (likelihood(chance, stillSeconds / seconds - 1, count) > CHANCE) return false;
  if (stillSeconds * stillSeconds * steps > policy.frozen_step_seconds * policy.frozen_step_seconds)
    return true;
  if (!site) return false;
  const [a, b] = [brightness(readings[first]!, site), brightness(readings[last]!, site)];
  return steps * Math.abs(a - b) > policy.frozen_light_steps * Math.max(a, b);
}
