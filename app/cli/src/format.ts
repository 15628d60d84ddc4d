import { formatUnits, toHex } from '@commonwire/sdk/core';

/** Formats base units as tokens: `1,234.5`. */
export const tokens = (amount: bigint, decimals: number): string => formatUnits(amount, decimals, ',');

/** Formats unix seconds as ISO 8601. */
export const time = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString();

/** Shortens a hash for comparison by eye. */
export const short = (hash: Uint8Array): string => `${toHex(hash).slice(0, 16)}…`;

/** `1 device`, `2 devices`; `1 leaf`, `2 leaves` with both words. */
export const count = (number: number, what: string, several = `${what}s`): string =>
  `${number} ${number === 1 ? what : several}`;

/** Text that anybody may have written, without what would steer a terminal. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '�');
