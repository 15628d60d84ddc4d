import { toHex } from '@commonwire/sdk/core';

/** Shortens a hash for comparison by eye. */
export const short = (hash: Uint8Array): string => `${toHex(hash).slice(0, 16)}…`;
