import { whole } from '@commonwire/sdk/node';
import { Zone } from '@commonwire/sdk/trace';
import { z } from 'zod';
import { formatPublicKey, parsePublicKey } from './public-key';

/** 1e-7 degree. */
export const degrees = (most: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?$/, { error: 'is not decimal degrees such as 39.742', abort: true })
    .transform((text) => Math.round(Number(text) * 1e7))
    .refine((value) => Math.abs(value) <= most * 1e7, `is not within ${most} degrees`);

/** Length of an interval, seconds. */
export const interval = whole(60, 3_600).refine((seconds) => seconds % 60 === 0, 'is not whole minutes');

/** Public keys of devices, of any type, all different and at most as many as fit in one transaction. */
export const publicKeys = z
  .array(
    z.string().transform((text, context) => {
      const key = parsePublicKey(text);
      if (key) return key;
      const message = 'is neither an Ed25519 key in base58 nor a compressed P-256 key in 66 hex digits';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }),
  )
  .max(80, 'at most 80 fit one transaction; register the others afterwards')
  .refine((keys) => new Set(keys.map(formatPublicKey)).size === keys.length, 'the same key is given twice');

/** A time zone. */
export const zone = z.string().transform((text, context) => {
  try {
    return new Zone(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a time zone like America/Denver or -07:00' });
    return z.NEVER;
  }
});
