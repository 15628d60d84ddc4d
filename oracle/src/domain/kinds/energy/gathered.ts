/** Light that clouds gather: for minutes only, so that every rolling quarter of an hour holds to the ordinary margin. */
import { clearSky, highestSun, sineOfSunHeight } from '../../sun';
import type { EnergyPolicy } from './policy';
import type { Reading } from './readings';
import type { Site } from './site';

/** The most that rounding to whole units adds to a reading. */
const ROUNDING = 0.5;

/**
 * Finds short readings that use the wider margin for longer than clouds gather light. Only readings above the ordinary
 * margin are refused, in order of time: each must leave every window of `cloud_edge_seconds` that it touches within that
 * margin. A reading that lies in a window in part counts by that part.
 */
export function gathered(
  readings: readonly Reading[],
  site: Site,
  policy: EnergyPolicy,
): ReadonlySet<number> {
  const found = new Set<number>();
  const longest = policy.cloud_edge_seconds;
  const edges: number[] = [];
  for (const [i, reading] of readings.entries())
    if (!reading.judged && reading.seconds < longest && isAbove(reading, site, policy)) edges.push(i);
  // Those to come don't count yet: whether they stand is decided after this one.
  const waiting = new Set(edges);
  const counts = (i: number): boolean => !waiting.has(i) && !found.has(i);
  for (const i of edges) {
    waiting.delete(i);
    if (
      windowsAround(readings, i, longest).some((from) => isTooMuch(readings, i, from, counts, site, policy))
    )
      found.add(i);
  }
  return found;
}

/** Whether a reading exceeds the ordinary margin by itself, and what the device draws: that earns nothing anyway. */
function isAbove({ start, seconds, value }: Reading, site: Site, policy: EnergyPolicy): boolean {
  const { latitude, longitude, capacity } = site;
  if (value <= Math.ceil((capacity * seconds * policy.own_draw_ppm) / 3_600_000_000)) return false;
  const bound = (height: number): number => wattHours(height, seconds, site, policy) + ROUNDING;
  if (value <= bound(sineOfSunHeight(start + seconds / 2, latitude, longitude))) return false;
  return value > bound(highestSun(start, seconds, latitude, longitude));
}

/** The energy of the ordinary margin under a sun of this height, Wh. */
const wattHours = (height: number, seconds: number, { capacity }: Site, policy: EnergyPolicy): number =>
  (((capacity * clearSky(height)) / 1000) * seconds * policy.clear_sky_margin_ppm) / 3_600_000_000;

/** Where windows over a reading begin that could hold the most: with a reading, or so that they end with one. */
function windowsAround(readings: readonly Reading[], i: number, length: number): number[] {
  const { start, seconds } = readings[i]!;
  const [first, last] = [start + seconds - length, start];
  const windows = [first, last];
  for (let k = i - 1; k >= 0 && readings[k]!.start >= first; k--) windows.push(readings[k]!.start);
  for (let k = i + 1; k < readings.length; k++) {
    const from = readings[k]!.start + readings[k]!.seconds - length;
    if (from > last) break;
    windows.push(from);
  }
  return windows;
}

function isTooMuch(
  readings: readonly Reading[],
  i: number,
  from: number,
  counts: (i: number) => boolean,
  site: Site,
  policy: EnergyPolicy,
): boolean {
  const length = policy.cloud_edge_seconds;
  let [sum, rounding] = [0, 0];
  const add = (k: number): boolean => {
    const { start, seconds, value } = readings[k]!;
    const inside = Math.min(from + length, start + seconds) - Math.max(from, start);
    if (inside <= 0) return false;
    if (!counts(k)) return true;
    sum += (value * inside) / seconds;
    rounding += (ROUNDING * inside) / seconds;
    return true;
  };
  for (let k = i; k >= 0 && add(k); k--);
  for (let k = i + 1; k < readings.length && add(k); k++);
  const height = highestSun(from, length, site.latitude, site.longitude);
  return sum > wattHours(height, length, site, policy) + rounding;
}
