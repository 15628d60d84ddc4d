import { z } from 'zod';
import { seconds } from '../../policy-fields';

/** The thresholds of the rules for parking; docs/verification/parking.md has their formulas and sources. */
export const parkingPolicy = z.strictObject({
  /** Seconds that a bay stays as it is, at least, before it changes again. */
  change_seconds: seconds.default(10),
});
