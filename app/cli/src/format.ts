import { toHex } from '@commonwire/sdk/core';

/** Formats base units as tokens: `1,234.5`. */
export function tokens(amount: bigint, decimals: number): string {
  const unit = 10n ** BigInt(decimals);
  const fraction = decimals === 0 ? '' : `${amount % unit}`.padStart(decimals, '0').replace(/0+$/, '');
  return `${(amount / unit).toLocaleString('en-US')}${fraction && `.${fraction}`}`;
}

/** Parses tokens such as `1234.5` to base units; undefined for too many decimals or more than a u64 holds. */
export function baseUnits(text: string, decimals: number): bigint | undefined {
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  if (fraction.length > decimals) return undefined;
  const units = BigInt(whole + fraction.padEnd(decimals, '0'));
  return units < 1n << 64n ? units : undefined;
}

/** Formats unix seconds as ISO 8601. */
export const time = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString();

/** Shortens a hash for comparison by eye. */
export const short = (hash: Uint8Array): string => `${toHex(hash).slice(0, 16)}…`;

/** `1 device`, `2 devices`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
