import { ascii, concat, fromBase64, ofLength, u64 } from '@commonwire/sdk/core';
import { z } from 'zod';

/** Requests and answers between a client and a hotspot, as JSON over HTTP. */

export const OFFER_PATH = '/v1/offer';
export const SESSIONS_PATH = '/v1/sessions';
export const VOUCHERS_PATH = '/v1/vouchers';
export const TUNNEL_PATH = '/v1/tunnel';
/** Name of the protocol to which a tunnel is upgraded: HTTP as spoken to a proxy. */
export const TUNNEL_PROTOCOL = 'commonwire-proxy';

const base64 = (bytes: number) =>
  z
    .string()
    .max(100)
    .refine((text) => /^[A-Za-z0-9+/]+={0,2}$/.test(text) && fromBase64(text).length === bytes, {
      error: `is not ${bytes} bytes in base64`,
    });
/** A u64 in decimal. */
export const decimal = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt)
  .refine((value) => value < 2n ** 64n, { error: 'exceeds 64 bits' });
export const signatureText = base64(64);
const addressText = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);

/** What a hotspot offers. `nonce` opens one session within a minute. */
export const offerSchema = z.object({
  offer: addressText,
  price: decimal,
  nonce: base64(32),
});

/** The last voucher, which either side may have lost. */
const voucherSchema = z.object({ units: decimal, cost: decimal, signature: signatureText });

export const openSchema = z.object({
  order: addressText,
  nonce: base64(32),
  /** By the order's session key, over {@link openMessage}. */
  signature: signatureText,
  last: voucherSchema.nullable(),
});

/** `bytes`: counted before this session; `last`: as the hotspot has it. */
export const openedSchema = z.object({
  token: base64(32),
  bytes: z.int().nonnegative(),
  last: voucherSchema.nullable(),
});

/** The client's answer to a report, and the request for the next one. `leave`: there is none. */
export const answerSchema = z.object({ voucher: voucherSchema.nullable(), leave: z.boolean() });

/** How much a hotspot has counted. */
export const reportSchema = z.object({
  bytes: z.int().nonnegative(),
  units: decimal,
  cost: decimal,
});

export const errorSchema = z.object({
  error: z.object({ code: z.string().max(40), message: z.string().max(500) }),
});

/** What the session key signs to open a session: `"commonwire:session:v1" | program | order | birth u64 | nonce 32`. */
export const openMessage = (
  order: {
    program: Uint8Array;
    order: Uint8Array;
    birth: bigint;
  },
  nonce: Uint8Array,
): Uint8Array =>
  concat(
    ascii('commonwire:session:v1'),
    ofLength(32, order.program, 'program'),
    ofLength(32, order.order, 'order'),
    u64(order.birth),
    ofLength(32, nonce, 'nonce'),
  );

/** JSON with integers of any size as decimal strings. */
export const stringify = (value: unknown): string =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}` : item));
