/** Solar energy: capacity in watts, value in Wh over the interval. */
import { Kind as KindId } from '@commonwire/sdk';
import { cellCentre, within } from '../place';
import type { Policy } from '../policy';
import { clearSky, highestSun, SUNSET } from '../sun';
import type { Device, Report } from '../types';
import type { Finding, Followed, Kind, Placed } from './kind';

const MILLION = 1_000_000n;
const SECONDS_AN_HOUR = 3_600n;
/** Light in W/m2 at which a panel gives its rated power: standard test conditions. */
const RATED_LIGHT = 1_000n;

const SCALE = MILLION * SECONDS_AN_HOUR;

/** A share (millionths) of the capacity over the interval, in Wh times `SCALE`. */
const share = (report: { seconds: number }, device: Device, ppm: number): bigint =>
  BigInt(device.capacity) * BigInt(report.seconds) * BigInt(ppm);

/** Most Wh the device can bring. Rounded down: else many tiny devices could each claim a whole Wh a minute. */
const capacityBound = (report: Report, device: Device, policy: Policy): bigint =>
  share(report, device, policy.energy.capacity_margin_ppm) / SCALE;

/** What the device may draw for itself, Wh. Rounded up: it pays nothing either way. */
const ownDraw = (report: Report, device: Device, policy: Policy): bigint =>
  (share(report, device, policy.energy.own_draw_ppm) + SCALE - 1n) / SCALE;

/**
 * Most Wh a clear sky gives, for any orientation of the panel, a tracker's included; 0 by night. Rounded to the nearest
 * as readings are, so that a reading below the bound never exceeds it by being rounded.
 */
function clearSkyBound(report: Report, device: Device, policy: Policy, height: number): bigint {
  const { cloud_edge_seconds, cloud_edge_margin_ppm, clear_sky_margin_ppm } = policy.energy;
  const margin = report.seconds < cloud_edge_seconds ? cloud_edge_margin_ppm : clear_sky_margin_ppm;
  const light = share(report, device, margin) * BigInt(clearSky(height));
  return (light + (RATED_LIGHT * SCALE) / 2n) / (RATED_LIGHT * SCALE);
}

const reject = (reason: Finding['reason']): Finding => ({ outcome: 'rejected', reason });

function check(report: Report, device: Device, policy: Policy): Finding | undefined {
  const cell = cellCentre(device.h3Cell);
  if (!cell) return reject('no-place');
  const place = { latitude: report.latitude / 1e7, longitude: report.longitude / 1e7 };
  if (!within(place, cell, policy.energy.place_metres)) return reject('away-from-cell');

  const { value } = report;
  if (value === 0n) return undefined;
  const own = ownDraw(report, device, policy);
  if (value < 0n) return value >= -own ? { outcome: 'zeroed', reason: 'own-draw' } : reject('negative');
  if (value > capacityBound(report, device, policy)) return reject('above-capacity');

  const height = highestSun(report.start, report.seconds, place.latitude, place.longitude);
  if (value <= clearSkyBound(report, device, policy, height)) return undefined;
  if (value <= own) return { outcome: 'zeroed', reason: 'own-draw' };
  return reject(height < SUNSET ? 'sun-at-night' : 'above-clear-sky');
}

function follow(series: readonly Placed[], device: Device, policy: Policy): Followed[] {
  const result: Followed[] = [];
  let before: Placed | undefined;
  for (const item of series) {
    if (!item.report) {
      before = item;
      continue;
    }
    const followed = step(item, device, policy, before);
    result.push(followed);
    if (!followed.finding) before = { ...item, run: followed.run };
  }
  return result;
}

function step(report: Placed, device: Device, policy: Policy, before: Placed | undefined): Followed {
  const { frozen_min_wh, frozen_seconds, clipping_ppm, jump_ppm, cloud_edge_seconds } = policy.energy;
  if (before && before.start + before.seconds === report.start) {
    const long = Math.min(before.seconds, report.seconds) >= cloud_edge_seconds;
    if (long && changeOfPower(report, before) > BigInt(device.capacity) * BigInt(jump_ppm)) {
      return { finding: reject('jump'), run: 0 };
    }
  }
  const clipped = report.value * SCALE >= share(report, device, clipping_ppm);
  if (report.value < BigInt(frozen_min_wh) || clipped) return { run: 0 };
  // Whatever time passed since: a meter that stood still last night still does.
  const still = before && before.value === report.value && before.seconds === report.seconds;
  const run = (still ? before.run : 0) + report.seconds;
  return run > frozen_seconds ? { finding: reject('frozen-value'), run } : { run };
}

/** Difference of mean power, either way, in millionths of a watt. */
function changeOfPower(report: Placed, before: Placed): bigint {
  const power = ({ value, seconds }: { value: bigint; seconds: number }): bigint =>
    (value * SECONDS_AN_HOUR * MILLION) / BigInt(seconds);
  const change = power(report) - power(before);
  return change < 0n ? -change : change;
}

/** Rules after the design's table; each verified Wh counts the same. */
export const energy: Kind = {
  id: KindId.energy,
  name: 'energy',
  check,
  follow,
  score: ({ value }) => (value > 0n ? value : 0n),
};
