/** What a device of some watts can bring in an interval: bounds in Wh, whole. */
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

/** Most Wh the device can bring. Rounded down: else many tiny devices could each claim a whole Wh a minute. */
export const capacityBound = (span: Span, { energy }: Policy): bigint =>
  share(span, energy.capacity_margin_ppm) / SCALE;

/** What the device may draw for itself, Wh. Rounded up: it pays nothing either way. */
export const ownDraw = (span: Span, { energy }: Policy): bigint =>
  (share(span, energy.own_draw_ppm) + SCALE - 1n) / SCALE;

/**
 * Most Wh a clear sky gives, for any orientation of the panel, a tracker's included; 0 by night. Rounded to the nearest
 * as readings are, so that a reading below the bound never exceeds it by being rounded. `height` is the sine of the
 * sun's.
 */
export function clearSkyBound(span: Span, { energy }: Policy, height: number): bigint {
  const { cloud_edge_seconds, cloud_edge_margin_ppm, clear_sky_margin_ppm } = energy;
  const margin = span.seconds < cloud_edge_seconds ? cloud_edge_margin_ppm : clear_sky_margin_ppm;
  const light = share(span, margin) * BigInt(clearSky(height));
  return (light + (RATED_LIGHT * SCALE) / 2n) / (RATED_LIGHT * SCALE);
}
