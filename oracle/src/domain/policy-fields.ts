/** Fields that policies are made of. */
import { z } from 'zod';

/** A share, in millionths. */
export const ppm = z.number().int().min(0).max(1_000_000);

/** A factor of one or more, in millionths. */
export const margin = z.number().int().min(1_000_000).max(10_000_000);

/** A time of at most a year. */
export const seconds = z.number().int().min(0).max(31_536_000);

/** A distance of at most 100 km. */
export const metres = z.number().int().min(1).max(100_000);
