/** The most that a clear day gives panels with the registered mount, and the readings that exceed it. */
import type { Mount } from '@commonwire/sdk/device';
import { clearSky, cosine, type SunDirection, sine, sineOfSunHeight, sunDirection } from '../../sun';
import type { EnergyPolicy } from './policy';
import type { Reading } from './readings';
import type { Site } from './site';

const DAY = 86_400;
/** Length of the steps in which light is added up, seconds. */
const STEP = 900;
/** Steps with which a day is looked at first, and the share of what they give that is surely less than the bound. */
const COARSE_STEP = 7_200;
const SURE = 0.8;
/** Degrees between the tilts that are tried: the best is missed by a degree at most, which is 0.02 %. */
const TILT_STEP = 2;
/** The share of a clear sky's light that doesn't come from the sun's direction: see `clearSky`. */
const FROM_SKY = 1 / 11;

/** Light of a clear sky while the sun is in a direction, Wh for each W of capacity. */
interface Light {
  readonly from: SunDirection;
  readonly energy: number;
}

/**
 * Finds readings judged now that lift a local solar day above the clear-sky day of the device's mount, in order of time.
 * What earlier epochs accepted of the day counts first. Devices that registered no mount have the widest bound there is:
 * that of each reading, all day.
 */
export function aboveDay(
  readings: readonly Reading[],
  site: Site,
  mount: Mount,
  policy: EnergyPolicy,
): ReadonlySet<number> {
  const found = new Set<number>();
  if (mount === 'unknown') return found;
  const dayOf = ({ start }: Reading): number => Math.floor((start + site.longitude * 240) / DAY);
  for (let from = 0, to = 0; from < readings.length; from = to) {
    const day = dayOf(readings[from]!);
    while (to < readings.length && dayOf(readings[to]!) === day) to++;
    const energy = (counts: (one: Reading) => boolean): number =>
      readings
        .slice(from, to)
        .reduce((sum, one) => (one.value > 0 && counts(one) ? sum + one.value : sum), 0);
    const all = energy(() => true);
    const most = (margin: number): number => (margin * policy.day_margin_ppm * site.capacity) / 1_000_000;
    const midnight = day * DAY - site.longitude * 240;
    // Most days are far below the bound, which a few steps tell.
    if (all <= SURE * most(tilted(lightOf(midnight, site, COARSE_STEP), 0))) continue;
    const bound = most(clearDay(lightOf(midnight, site), mount));
    if (all <= bound) continue;
    let sum = energy(({ judged }) => judged);
    for (let i = from; i < to; i++) {
      const { judged, value } = readings[i]!;
      if (judged || value <= 0) continue;
      if (sum + value > bound) found.add(i);
      else sum += value;
    }
  }
  return found;
}

/** The most that panels with a mount get of a day's light, whichever way they face, Wh for each W of capacity. */
export function clearDay(light: readonly Light[], mount: Mount): number {
  if (mount === 'fixed') return best((tilt) => tilted(light, tilt));
  const whole = light.reduce((sum, { energy }) => sum + energy, 0);
  if (mount !== 'one-axis') return whole;
  const east = turning(light, ({ east }) => east);
  const inMeridian = best((tilt) => {
    const [flat, steep] = [cosine(tilt), sine(tilt)];
    return turning(light, ({ meridian, pole }) => flat * meridian + steep * pole);
  });
  return Math.max(east, inMeridian);
}

/** The light of a day that begins at a unix time. */
export function lightOf(
  start: number,
  { latitude, longitude }: Pick<Site, 'latitude' | 'longitude'>,
  step = STEP,
): Light[] {
  const light: Light[] = [];
  for (let time = start + step / 2; time < start + DAY; time += step) {
    const sky = clearSky(sineOfSunHeight(time, latitude, longitude));
    if (sky > 0) light.push({ from: sunDirection(time, longitude), energy: (sky * step) / 3_600 / 1_000 });
  }
  return light;
}

/** The best of all tilts in the plane of the meridian: a day's light is the same on either side of noon. */
function best(of: (tilt: number) => number): number {
  let most = 0;
  for (let tilt = -90; tilt <= 90; tilt += TILT_STEP) most = Math.max(most, of(tilt));
  return most;
}

/** What a panel gets that faces a point of the meridian, so many degrees above the equator. */
function tilted(light: readonly Light[], tilt: number): number {
  const [flat, steep] = [cosine(tilt), sine(tilt)];
  return light.reduce((sum, { from, energy }) => {
    const facing = flat * from.meridian + steep * from.pole;
    return sum + energy * (FROM_SKY + (1 - FROM_SKY) * Math.max(0, facing));
  }, 0);
}

/** What a panel gets that turns about an axis; `along` is the cosine of the sun's distance from the axis. */
const turning = (light: readonly Light[], along: (from: SunDirection) => number): number =>
  light.reduce((sum, { from, energy }) => {
    const off = along(from);
    return sum + energy * (FROM_SKY + (1 - FROM_SKY) * root(1 - off * off));
  }, 0);

/** The square root of a number from 0 to 1 by Newton's method: engines may round theirs differently. */
function root(square: number): number {
  if (!(square > 1e-12)) return 0;
  let value = 1;
  for (let i = 0; i < 30; i++) value = (value + square / value) / 2;
  return value;
}
