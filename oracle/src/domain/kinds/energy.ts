import { mountOf } from '@commonwire/sdk/device';
import { cellCentre, within } from '../place';
import type { Policy } from '../policy';
import type { ReasonCode } from '../reasons';
import { highestSun, SUNSET, sineOfSunHeight } from '../sun';
import type { Device, Report } from '../types';
import { capacityBound, clearSkyBound, ownDraw } from './energy/bounds';
import { aboveDay } from './energy/day';
import { stillness } from './energy/frozen';
import { gathered } from './energy/gathered';
import { grainOf } from './energy/grain';
import { hovering } from './energy/hovering';
import { idle } from './energy/idle';
import { interpolated } from './energy/interpolated';
import { moments } from './energy/momentary';
import type { EnergyPolicy } from './energy/policy';
import { abut, type Reading, toReadings } from './energy/readings';
import { repeated } from './energy/repeated';
import type { Finding, Followed, KindRules, Placed } from './kind';

const reject = (reason: ReasonCode): Finding => ({ outcome: 'rejected', reason });
const zero = (reason: ReasonCode): Finding => ({ outcome: 'zeroed', reason });

function check(report: Report, device: Device, policy: Policy): Finding | undefined {
  const cell = cellCentre(device.h3Cell);
  if (!cell) return reject('no-place');
  const place = { latitude: report.latitude / 1e7, longitude: report.longitude / 1e7 };
  if (!within(place, cell, policy.energy.place_metres)) return reject('away-from-cell');

  const { value, start, seconds } = report;
  if (value === 0n) return undefined;
  const span = { capacity: device.capacity, seconds };
  const own = ownDraw(span, policy);
  if (value < 0n) return value >= -own ? zero('own-draw') : reject('negative');
  if (value > capacityBound(span, policy)) return reject('above-capacity');

  // Far cheaper than searching for the highest sun, and sufficient for nearly every honest report.
  const middle = sineOfSunHeight(start + seconds / 2, place.latitude, place.longitude);
  if (value <= clearSkyBound(span, policy, middle)) return undefined;
  const height = highestSun(start, seconds, place.latitude, place.longitude);
  if (value <= clearSkyBound(span, policy, height)) return undefined;
  if (value <= own) return zero('own-draw');
  return reject(height < SUNSET ? 'sun-at-night' : 'above-clear-sky');
}

function follow(series: readonly Placed[], device: Device, { energy: policy }: Policy): Followed[] {
  const { capacity } = device;
  const readings = toReadings(series);
  const least = (capacity * policy.own_draw_ppm) / 1_000_000;
  const place = cellCentre(device.h3Cell);
  const site = place && { capacity, ...place };
  const around = { readings, capacity, least, policy, grain: once(() => grainOf(readings, least, policy)) };
  const { still, frozen } = stillness(around, site);
  const { off, stuck } = idle(around, site);
  const hovers = hovering(around, site);
  const copied = repeated(around);
  const filled = interpolated(around);
  const { spikes, dropouts } = site
    ? moments(readings, site, least, () => around.grain().step, policy)
    : { spikes: new Set<number>(), dropouts: new Set<number>() };
  const edges = site ? gathered(readings, site, policy) : new Set<number>();
  const mount = mountOf(device.h3Cell) ?? 'unknown';
  const beyond = site ? aboveDay(readings, site, mount, policy) : new Set<number>();

  const jumps = (i: number): boolean =>
    isJump(readings[i]!, readings[i - 1], capacity, policy) ||
    isJump(readings[i]!, readings[i + 1], capacity, policy);
  const result: Followed[] = [];
  for (const [i, { judged }] of readings.entries()) {
    if (judged) continue;
    if (frozen.has(i)) result.push({ finding: reject('frozen-value'), stillSeconds: still[i]! });
    // Remembered, so that the value isn't considered moving again when an epoch begins.
    else if (stuck.has(i))
      result.push({ finding: reject('frozen-value'), stillSeconds: readings[i]!.seconds });
    else if (hovers.has(i) || copied.has(i)) {
      const reason = copied.has(i) ? 'repeated' : 'frozen-value';
      result.push({ finding: reject(reason), stillSeconds: readings[i]!.seconds });
    } else if (off.has(i)) result.push({ finding: zero('frozen-value'), stillSeconds: 0 });
    else if (filled.has(i)) result.push({ finding: reject('interpolated'), stillSeconds: 0 });
    else if (spikes.has(i)) result.push({ finding: reject('spike'), stillSeconds: 0 });
    else if (jumps(i)) result.push({ finding: reject('jump'), stillSeconds: 0 });
    else if (edges.has(i)) result.push({ finding: reject('above-clear-sky'), stillSeconds: 0 });
    else if (beyond.has(i)) result.push({ finding: reject('above-clear-day'), stillSeconds: 0 });
    else if (dropouts.has(i)) result.push({ finding: zero('dropout'), stillSeconds: 0 });
    else result.push({ stillSeconds: still[i]! });
  }
  return result;
}

/** The costlier checks, needed only where readings repeat or lie on a line, which is rare. */
function once<T>(tell: () => T): () => T {
  let told: { readonly value: T } | undefined;
  return () => {
    told ??= { value: tell() };
    return told.value;
  };
}

/** Whether a reading exceeds a neighbour by more than the device can change; the higher of the two is wrong. */
const isJump = (
  reading: Reading,
  next: Reading | undefined,
  capacity: number,
  policy: EnergyPolicy,
): boolean =>
  next !== undefined &&
  (abut(reading, next) || abut(next, reading)) &&
  Math.min(reading.seconds, next.seconds) >= policy.cloud_edge_seconds &&
  (reading.watts - next.watts) * 1_000_000 > capacity * policy.jump_ppm;

/** The rules for energy; every verified Wh counts the same. */
export const energy: KindRules = {
  hasExtra: false,
  check,
  follow,
  score: ({ value }) => (value > 0n ? value : 0n),
  // A fifth of the capacity on average is a good day: who delivers that fills with all of it.
  filling: { units: 1n, seconds: 5 * 3_600 },
  cellResolution: 10,
};
