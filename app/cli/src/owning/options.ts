import { parseUnits } from '@commonwire/sdk/core';
import { bigWhole, UsageError } from '@commonwire/sdk/node';
import { z } from 'zod';

/** A number of whole shares. */
export const shareCount = bigWhole(1n, (1n << 64n) - 1n, 'a number of shares above 0');

/** An amount of tokens, to be read by {@link tokenAmount}. */
export const tokensText = z
  .string()
  .regex(/^\d{1,20}(\.\d{1,9})?$/, 'is not a number of tokens, such as 1250.5');

/** The base units that an option states. @throws UsageError */
export function tokenAmount(option: string, text: string, decimals: number): bigint {
  const amount = parseUnits(text, decimals);
  if (amount === undefined || amount === 0n)
    throw new UsageError(`${option}: ${text} is zero, too large or has more than ${decimals} decimals`);
  return amount;
}

const STREAMS = ['payment', 'reward'] as const;

/** A stream by name, as its number. */
export const stream = z
  .enum(STREAMS, 'is neither payment nor reward')
  .transform((name) => STREAMS.indexOf(name));

/** A date, or a time with its zone, as unix seconds. */
export const date = z
  .string()
  .refine(
    (text) =>
      /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text) &&
      Number.isFinite(Date.parse(text)),
    { error: 'is neither a date such as 2027-03-31 nor a time such as 2027-03-31T18:00:00Z', abort: true },
  )
  .transform((text) => BigInt(Date.parse(text) / 1000));

/** Most bytes of a link on chain. */
const LINK_BYTES = 128;

/** A link that others can follow, as long as fits on chain. */
export const link = z
  .url({
    protocol: /^(https?|ipfs|ar)$/,
    error: 'is not a link: one of http, https, ipfs or ar, such as https://example.org/photo.jpg',
  })
  .refine(
    (text) => Buffer.byteLength(text) <= LINK_BYTES,
    `is longer than ${LINK_BYTES} bytes: take a shorter link`,
  );

/** 32 bytes in hexadecimal. */
export const sha256Text = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a SHA-256: 64 hexadecimal digits, as sha256sum prints it');
