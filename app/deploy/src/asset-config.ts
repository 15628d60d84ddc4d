import type { Terms } from '@commonwire/sdk/assets';
import { BASIS_POINTS, MAX_TRANCHES } from '@commonwire/sdk/assets';
import { CommonwireError, fromHex, parseUnits } from '@commonwire/sdk/core';
import { KIND_NAMES, Kind } from '@commonwire/sdk/device';
import type { PublicKey } from '@solana/web3.js';
import { latLngToCell } from 'h3-js';
import { z } from 'zod';
import { address, parseConfig, whole } from './config-fields';

/** An invalid configuration of an asset. The message begins with the path of the first bad field. */
export class AssetConfigError extends CommonwireError {
  declare readonly code: 'bad-asset-config';
}

/** The configuration of a new asset. What its terms need of the chain, such as a token's decimals, is read later. */
export interface AssetConfig {
  name: string;
  /** Number of its devices' kind; 0 if it has several. */
  kind: number;
  h3Cell: bigint;
  capacity: bigint;
  documents: { link: string; sha256: Uint8Array };
  paymentMint: PublicKey;
  /** The network in which its devices earn. */
  network?: PublicKey;
  /** Default: the creator. */
  authority?: PublicKey;
  /** Default: shares need no permits. */
  compliance?: PublicKey;
  /** Terms whose price is still to be counted in the token's base units. */
  terms: Omit<Terms, 'price'>;
  /** Tokens for one share, as in the file. */
  price: string;
}

/** H3 resolution of an asset's place: cells about 150 m across. */
const PLACE_RESOLUTION = 10;
const DAY_SECONDS = 86_400;
const YEAR_DAYS = 366;

const shares = z
  .number('must be a whole number of shares')
  .int('must be a whole number of shares')
  .min(1, 'must be at least 1');

/** A text that fits a field of so many bytes. */
const text = (most: number) => {
  const message = `must be a text of 1 to ${most} bytes`;
  return z.string(message).refine((value) => value.length > 0 && Buffer.byteLength(value) <= most, message);
};

/** A date, or a time with its zone, as unix seconds. */
const date = z
  .string('must be a time such as "2027-03-31T18:00:00Z"')
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/,
    'must be a date such as "2027-03-31", or a time with its zone such as "2027-03-31T18:00:00Z"',
  )
  .transform((value) => Date.parse(value))
  .refine((value) => Number.isFinite(value), 'is not a day of the calendar')
  .transform((value) => BigInt(value / 1000));

/** A part of what was raised, as basis points. */
const percent = z
  .number('must be a number above 0, with at most two decimals')
  .positive('must be above 0')
  .max(100, 'must be at most 100')
  .transform((value) => value * 100)
  .refine((points) => Math.abs(points - Math.round(points)) < 1e-6, 'must have at most two decimals')
  .transform(Math.round);

const degrees = (most: number) => {
  const message = `must be a number of degrees from -${most} to ${most}`;
  return z.number(message).min(-most, message).max(most, message);
};

const schema = z
  .strictObject({
    name: text(47),
    kind: z
      .enum([...KIND_NAMES, 'several'], `must be one of ${KIND_NAMES.join(', ')} and several`)
      .transform((name) => (name === 'several' ? 0 : Kind[name])),
    place: z.strictObject({ latitude: degrees(90), longitude: degrees(180) }),
    /** In the kind's capacity unit. */
    capacity: whole(0, Number.MAX_SAFE_INTEGER),
    documents: z.strictObject({
      link: text(128),
      sha256: z
        .string('must be a SHA-256: 64 hexadecimal digits')
        .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256: 64 hexadecimal digits, as sha256sum prints it')
        .transform(fromHex),
    }),
    payment_mint: address,
    network: address.optional(),
    price: z
      .string('must be a number of tokens as text, such as "25" or "0.5"')
      .regex(/^\d{1,20}(\.\d{1,9})?$/, 'must be a number of tokens as text, such as "25" or "0.5"'),
    min_shares: shares,
    max_shares: shares,
    deadline: date,
    builder: address,
    authority: address.optional(),
    compliance: address.optional(),
    tranches: z
      .array(z.strictObject({ percent, by: date }), 'must be a list of tranches')
      .min(1, 'must have at least one tranche')
      .max(MAX_TRANCHES, `must have at most ${MAX_TRANCHES} tranches`),
    revenue_window_days: whole(1, YEAR_DAYS).default(1),
  })
  .superRefine(({ min_shares, max_shares, deadline, tranches }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (max_shares < min_shares) refuse(['max_shares'], `must be at least min_shares, ${min_shares}`);
    const sum = tranches.reduce((total, tranche) => total + tranche.percent, 0);
    if (sum !== BASIS_POINTS) refuse(['tranches'], `must add up to 100 percent, not ${sum / 100}`);
    for (const [at, { by }] of tranches.entries())
      if (by < (tranches[at - 1]?.by ?? deadline))
        refuse(
          ['tranches', at, 'by'],
          at === 0 ? 'must not be before the deadline' : 'must not be before the last one',
        );
  });

/**
 * Checks a configuration read from JSON, as in `asset.example.json`. Rejects unknown fields, so that a misspelt one isn't
 * silently ignored.
 * @throws AssetConfigError naming the first bad field
 */
export function parseAssetConfig(value: unknown): AssetConfig {
  const fields = parseConfig(
    schema,
    value,
    (message) => new AssetConfigError('bad-asset-config', message),
    'asset',
  );
  const { network, authority, compliance, place } = fields;
  return {
    name: fields.name,
    kind: fields.kind,
    h3Cell: BigInt(`0x${latLngToCell(place.latitude, place.longitude, PLACE_RESOLUTION)}`),
    capacity: BigInt(fields.capacity),
    documents: fields.documents,
    paymentMint: fields.payment_mint,
    price: fields.price,
    terms: {
      builder: fields.builder,
      minShares: BigInt(fields.min_shares),
      maxShares: BigInt(fields.max_shares),
      deadline: fields.deadline,
      windowSeconds: BigInt(fields.revenue_window_days * DAY_SECONDS),
      tranches: fields.tranches.map(({ percent: part, by }) => ({ part, date: by })),
    },
    ...(network ? { network } : {}),
    ...(authority ? { authority } : {}),
    ...(compliance ? { compliance } : {}),
  };
}

/** The price in base units of a token. @throws AssetConfigError */
export function priceIn({ price, terms }: AssetConfig, decimals: number): bigint {
  const units = parseUnits(price, decimals);
  const refuse = (message: string) => new AssetConfigError('bad-asset-config', `price: ${message}`);
  if (units === undefined || units === 0n)
    throw refuse(`${price} is zero, too large or has more than the token's ${decimals} decimals`);
  if (units * terms.maxShares >= 1n << 64n)
    throw refuse('times max_shares is more than a token account holds');
  return units;
}
