/** Bounds on the energy of a device in an interval, in whole Wh. */
import type { Policy } from '../../policy';
import { clearSky } from '../../sun';

const MILLION = 1_000_000n;
const SECONDS_AN_HOUR = 3_600n;
const SCALE = MILLION * SECONDS_AN_HOUR;
/** Light in W/m2 at which a panel gives its rated power: standard test conditions. */
const RATED_LIGHT = 1_000n;

/** A device's capacity over an interval. */
export interface Span {
  /** Watts. */
  readonly capacity: number;
  readonly seconds: number;
}

/** A share (millionths) of the capacity over the interval, in Wh times `SCALE`. */
const share = ({ capacity, seconds }: Span, ppm: number): bigint =>
  BigInt(capacity) * BigInt(seconds) * BigInt(ppm);

/** Most Wh the device can deliver. Rounded down: otherwise many tiny devices could each claim a whole Wh per minute. */
export const capacityBound = (span: Span, { energy }: Policy): bigint =>
  share(span, energy.capacity_margin_ppm) / SCALE;

/** The device's own consumption, Wh. Rounded up, since it earns nothing either way. */
export const ownDraw = (span: Span, { energy }: Policy): bigint =>
  (share(span, energy.own_draw_ppm) + SCALE - 1n) / SCALE;

/**
 * Most Wh under a clear sky for any orientation of the panel, including trackers; 0 at night. Rounded to the nearest, like
 * readings, so that rounding never lifts a reading above the bound. `height` is the sine of the sun's elevation.
 */
export function clearSkyBound(span: Span, { energy }: Policy, height: number): bigint {
  const { cloud_edge_seconds, cloud_edge_margin_ppm, clear_sky_margin_ppm } = energy;
  const margin = span.seconds < cloud_edge_seconds ? cloud_edge_margin_ppm : clear_sky_margin_ppm;
  const light = share(span, margin) * BigInt(clearSky(height));
  return (light + (RATED_LIGHT * SCALE) / 2n) / (RATED_LIGHT * SCALE);
}
