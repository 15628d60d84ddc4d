import { z } from 'zod';
import { margin, ppm, seconds } from '../policy-fields';

/** The thresholds of the rules for energy. */
export const energyPolicy = z.strictObject({
  /** Most energy, as a share of capacity times length. */
  capacity_margin_ppm: margin.default(1_350_000),
  /** How far above the clear-sky bound an interval may lie. */
  clear_sky_margin_ppm: margin.default(1_350_000),
  /** The same below `cloud_edge_seconds`: the edge of a cloud focuses light for minutes. */
  cloud_edge_margin_ppm: margin.default(2_000_000),
  cloud_edge_seconds: seconds.default(900),
  /** What a device draws for itself, as a share of capacity; counts as zero, by night in either sign. */
  own_draw_ppm: ppm.default(5_000),
  /** By day the same value may stand for so long. */
  frozen_seconds: seconds.default(14_400),
  /** Below this many Wh, whole numbers stand still by rounding alone. */
  frozen_min_wh: z.number().int().min(0).max(1_000_000_000).default(100),
  /** At or above this share of capacity an inverter holds its power by design. */
  clipping_ppm: ppm.default(950_000),
  /** Largest change of mean power between neighbouring intervals of at least `cloud_edge_seconds`, of capacity. */
  jump_ppm: margin.default(1_000_000),
  /** How far the reported position may be from the registered cell's centre. */
  place_metres: z.number().int().min(1).max(100_000).default(10_000),
});
