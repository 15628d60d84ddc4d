import { z } from 'zod';
import { seconds } from '../../policy-fields';

/** The thresholds of the rules for parking; docs/verification/parking.md has their formulas and sources. */
export const parkingPolicy = z.strictObject({
  /** Least seconds between two changes of a bay. */
  change_seconds: seconds.default(10),
});
