import { toHex } from '@commonwire/sdk/core';

/** Shortens a hash for comparison by eye. */
export const short = (hash: Uint8Array): string => `${toHex(hash).slice(0, 16)}…`;

/** `1 device`, `2 devices`; `1 leaf`, `2 leaves` with both words. */
export const count = (number: number, what: string, several = `${what}s`): string =>
  `${number} ${number === 1 ? what : several}`;
