/** Power that for a moment rises above what the sky and the readings around it allow, or is gone. */
import type { EnergyPolicy } from './policy';
import { abut, type Reading } from './readings';
import { brightness, type Site } from './site';

/** Positions of readings that stand alone. */
export interface Moments {
  readonly spikes: ReadonlySet<number>;
  readonly dropouts: ReadonlySet<number>;
}

/** Readings looked at on either side, for how steady power was. */
const AROUND = 5;

/** Looks for one reading, or as many as the policy says, between two that it doesn't fit. */
export function moments(
  readings: readonly Reading[],
  site: Site,
  least: number,
  policy: EnergyPolicy,
): Moments {
  const spikes = new Set<number>();
  const dropouts = new Set<number>();
  let reach: number | undefined;
  for (let first = 1; first < readings.length - 1; first++) {
    const [before, reading] = [readings[first - 1]!, readings[first]!];
    const rises = reading.watts > before.watts;
    const falls = reading.watts <= least && before.watts > least;
    if (reading.judged || !(rises || falls)) continue;
    const longest = Math.min(policy.spike_reports, readings.length - 1 - first);
    for (let length = 1; length <= longest; length++) {
      const gap = around(readings, first, first + length - 1);
      if (!gap) break;
      const { lowest, highest, low, high } = gap;
      let found: Set<number> | undefined;
      if (highest <= least && low * 5 >= site.capacity) found = dropouts;
      else if (lowest > high * 1.1 && (lowest - high) * 1_000_000 >= site.capacity * policy.spike_rise_ppm) {
        const sun = brightness(reading, site);
        reach ??= reachOf(readings, site, least);
        const gathered = lowest / gathering(reading.seconds, policy);
        if (
          (isComparable(reading, sun, site, policy) && isBeyond(gathered, sun, reach, policy)) ||
          isOutOfTheBlue(readings, first, length, gap, sun, gathered)
        )
          found = spikes;
      }
      if (!found) continue;
      for (let i = first; i < first + length; i++) found.add(i);
      break;
    }
  }
  return { spikes, dropouts };
}

/** How much more light than a clear sky's clouds may gather on a device: for minutes only. */
const gathering = (seconds: number, policy: EnergyPolicy): number =>
  seconds < policy.cloud_edge_seconds ? policy.cloud_edge_margin_ppm / policy.clear_sky_margin_ppm : 1;

/** Watts in a block of readings and of the two beside it. */
interface Gap {
  readonly lowest: number;
  readonly highest: number;
  /** The lower neighbour. */
  readonly low: number;
  readonly high: number;
}

/** Undefined if a neighbour is missing, or time in between. */
function around(readings: readonly Reading[], first: number, last: number): Gap | undefined {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = first; i <= last + 1; i++) {
    if (!abut(readings[i - 1]!, readings[i]!)) return undefined;
    if (i > last) break;
    lowest = Math.min(lowest, readings[i]!.watts);
    highest = Math.max(highest, readings[i]!.watts);
  }
  const [a, b] = [readings[first - 1]!.watts, readings[last + 1]!.watts];
  return { lowest, highest, low: Math.min(a, b), high: Math.max(a, b) };
}

/** More than the light gives, and than the device makes of it at other times. */
const isBeyond = (watts: number, sun: number, reach: number, policy: EnergyPolicy): boolean =>
  watts * 1_000_000 > sun * policy.spike_light_ppm &&
  watts * 1_000_000 > sun * reach * policy.spike_reach_ppm;

/** Whether the sun is high enough to compare with other times: under a low one panels differ too much. */
const isHigh = (sun: number, { capacity }: Site): boolean => sun * 2 > capacity;

/**
 * Whether other times tell what to expect under this sun. An hour may be the only one in which a panel faces it: of that
 * more is asked, all that a panel facing it gives.
 */
const isComparable = ({ watts, seconds }: Reading, sun: number, site: Site, policy: EnergyPolicy): boolean =>
  isHigh(sun, site) && (seconds <= 2 * policy.cloud_edge_seconds || watts > sun);

/** What a device reaches of a high sun's light, but for a few readings; 0 if there are no others. */
function reachOf(readings: readonly Reading[], site: Site, least: number): number {
  const shares: number[] = [];
  for (const reading of readings) {
    if (reading.watts <= least) continue;
    const sun = brightness(reading, site);
    if (isHigh(sun, site)) shares.push(reading.watts / sun);
  }
  shares.sort((a, b) => a - b);
  return shares[shares.length - 1 - Math.max(2, Math.ceil(shares.length / 50))] ?? 0;
}

/** Clear and steady before and after: no cloud was near that could have gathered light. */
function isOutOfTheBlue(
  readings: readonly Reading[],
  first: number,
  length: number,
  { low, high }: Gap,
  sun: number,
  gathered: number,
): boolean {
  if (high < 0.4 * sun || low < 0.7 * high) return false;
  const before = roughness(readings, first - AROUND, first - 1);
  const after = roughness(readings, first + length, first + length - 1 + AROUND);
  if (before === undefined || after === undefined) return false;
  const rough = Math.max(before, after);
  return rough < 0.05 * high && gathered - high > 4 * rough + 0.1 * high;
}

/** The most that a reading is off the mean of its neighbours, watts; undefined where readings are missing. */
function roughness(readings: readonly Reading[], from: number, to: number): number | undefined {
  let most = 0;
  for (let i = from + 1; i < to; i++) {
    const [a, b, c] = [readings[i - 1], readings[i], readings[i + 1]];
    if (!a || !b || !c || !abut(a, b) || !abut(b, c)) return undefined;
    most = Math.max(most, Math.abs(b.watts - (a.watts + c.watts) / 2));
  }
  return most;
}
