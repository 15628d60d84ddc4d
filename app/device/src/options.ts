import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { formatPublicKey, parsePublicKey } from './public-key';

/** An address in base58. */
export const address = z.string().transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is no address` });
    return z.NEVER;
  }
});

/** A whole number within bounds. */
export const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** 1e-7 degree; the equals sign in `--longitude=-105.18` is needed for negative numbers. */
export const degrees = (most: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?$/, 'must be decimal degrees such as 39.742')
    .transform((text) => Math.round(Number(text) * 1e7))
    .pipe(
      z
        .number()
        .min(-most * 1e7)
        .max(most * 1e7),
    );

/** The address of an HTTP server. */
export const httpUrl = z.url({ protocol: /^https?$/ });

/** The name of a kind in the SDK's `Kind`. */
export const kindName = z.enum(['energy', 'bandwidth', 'parking', 'sensor']);

/** Public keys of devices, each given once and as many as fit one transaction, whatever their types. */
export const publicKeys = z
  .array(
    z.string().transform((text, context) => {
      try {
        return parsePublicKey(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
  )
  .max(80, 'at most 80 fit one transaction; register the others afterwards')
  .refine((keys) => new Set(keys.map(formatPublicKey)).size === keys.length, 'the same key is given twice');
