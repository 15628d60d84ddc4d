/** What answers are made of. */
import * as z from 'zod';

export const hash = z.string().regex(/^[0-9a-f]{64}$/);
export const amount = z.string().regex(/^(0|[1-9][0-9]{0,19})$/);
export const address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
export const natural = z.number().int().nonnegative();
