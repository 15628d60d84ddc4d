/** No power, or what a device draws for itself, that stands still: by night it may, under a high sun a device gives more. */
import type { Stretch, Surroundings } from './ceiling';
import { isSame } from './grain';
import type { EnergyPolicy } from './policy';
import type { Reading } from './readings';
import { brightness, type Site } from './site';

/** Positions of readings. */
export interface Idle {
  /** A device that is off, or a logger that writes zeros for what it doesn't hear. Both earn nothing. */
  readonly off: ReadonlySet<number>;
  /** A meter that stands still: elsewhere its small readings move. */
  readonly stuck: ReadonlySet<number>;
}

/** Of how many pairs of small readings it is told whether they move, and the share that may be alike. */
const PAIRS = 20;
const ALIKE = 0.1;
/** Seconds from one look at the sun to the next. */
const LOOK = 900;

export function idle(around: Surroundings, site: Site | undefined): Idle {
  const { readings, least, policy } = around;
  const [off, stuck] = [new Set<number>(), new Set<number>()];
  const { pairs, alike, long } = small(readings, least, policy);
  for (const { first, last } of long) {
    const inside = last - first;
    if (
      readings[first]!.watts !== 0 &&
      pairs - inside >= PAIRS &&
      alike - inside <= (pairs - inside) * ALIKE
    ) {
      for (let i = first; i <= last; i++) stuck.add(i);
    } else if (site) {
      const sunny = (i: number): boolean =>
        brightness(readings[i]!, site) * 1_000_000 > site.capacity * policy.idle_sun_ppm;
      const { seconds } = readings[first]!;
      const stride = Math.max(1, Math.floor(LOOK / seconds));
      let under = 0;
      for (let i = first; i <= last; i += stride) if (sunny(i)) under += stride * seconds;
      if (under <= policy.frozen_seconds) continue;
      for (let i = first; i <= last; i++) if (!readings[i]!.judged && sunny(i)) off.add(i);
    }
  }
  return { off, stuck };
}

/** Neighbours of at most `least` watts: how many, how many of them alike, and where they are for long. */
function small(
  readings: readonly Reading[],
  least: number,
  policy: EnergyPolicy,
): { pairs: number; alike: number; long: Stretch[] } {
  let [pairs, alike] = [0, 0];
  const long: Stretch[] = [];
  for (let first = 0, next: number; first < readings.length; first = next) {
    next = first + 1;
    const { watts, seconds } = readings[first]!;
    if (watts > least) continue;
    while (next < readings.length && readings[next]!.watts <= least) {
      pairs++;
      if (!isSame(readings[next]!.watts, watts, policy)) break;
      alike++;
      next++;
    }
    const last = next - 1;
    if ((next - first) * seconds > policy.frozen_seconds && !readings[last]!.judged)
      long.push({ first, last });
  }
  return { pairs, alike, long };
}
