import { z } from 'zod';
import { metres, ppm } from '../../policy-fields';

/** The thresholds of the rules for bandwidth; docs/verification/bandwidth.md has their formulas and sources. */
export const bandwidthPolicy = z.strictObject({
  /** Up to this distance from the registered cell's centre, bytes count in full. */
  full_metres: metres.default(300),
  /** Up to this distance they count by `reduced_ppm`, and beyond it not at all; at least `full_metres`. */
  reduced_metres: metres.default(400),
  reduced_ppm: ppm.default(250_000),
});
