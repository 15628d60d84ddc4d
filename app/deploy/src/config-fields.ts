import { CommonwireError } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';

/** An invalid network configuration. The message begins with the path of the first bad field. */
export class NetworkConfigError extends CommonwireError {
  declare readonly code: 'bad-network-config';
}

export const U32_MAX = 4_294_967_295;

/** An amount of base units or lamports, as a decimal string. */
export const amount = z
  .string('must be a decimal string such as "1000000"')
  .regex(/^(0|[1-9][0-9]{0,19})$/, 'must be a whole number in decimal, without sign, point or leading zero')
  .transform(BigInt)
  .refine((value) => value < 1n << 64n, 'must be below 2^64');

/** An amount above zero. */
export const positive = amount.refine((value) => value > 0n, 'must not be 0');

/** An integer within bounds. */
export const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
};

/** A base58 address. */
export const address = z.string('must be a base58 address').transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is not a base58 address of 32 bytes` });
    return z.NEVER;
  }
});

/**
 * Checks a value read from JSON.
 * @param refuse makes the error, whose message begins with the first bad field
 * @param what is configured, for errors about all of it @throws NetworkConfigError by default
 */
export function parseConfig<S extends z.ZodType>(
  schema: S,
  value: unknown,
  refuse: (message: string) => Error = (message) => new NetworkConfigError('bad-network-config', message),
  what = 'network',
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const field = [...issue.path, ...unknown].join('.') || what;
  throw refuse(`${field}: ${unknown.length > 0 ? 'is not a known field' : issue.message}`);
}
