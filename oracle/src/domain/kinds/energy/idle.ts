/** Constant readings of zero or of a device's own consumption: normal at night, but not under a high sun. */
import type { Stretch, Surroundings } from './ceiling';
import { isSame } from './grain';
import type { EnergyPolicy } from './policy';
import type { Reading } from './readings';
import { brightness, type Site } from './site';

/** Positions of readings. */
export interface Idle {
  /** A device that is off, or a logger that writes zeros when it receives nothing. Both earn nothing. */
  readonly off: ReadonlySet<number>;
  /** A frozen meter: at other times its small readings vary. */
  readonly stuck: ReadonlySet<number>;
}

/** How many pairs of small readings decide whether they vary, and the share of pairs that may be equal. */
const PAIRS = 20;
const ALIKE = 0.1;
/** Seconds between samples of the sun's position. */
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

/** Pairs of neighbours of at most `least` watts: their number, the number of equal ones, and the long stretches. */
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
