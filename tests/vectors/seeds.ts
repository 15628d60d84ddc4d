import { ascii, sha256 } from '@commonwire/sdk/core';

/** Derives 32 bytes as `H("commonwire <text>")`. All keys and values of the vectors are derived in this way. */
export const derived = (text: string): Uint8Array => sha256(ascii(`commonwire ${text}`));

/** Returns the first 8 bytes of {@link derived} as a little-endian integer. */
export function derivedU64(text: string): bigint {
  return derived(text)
    .subarray(0, 8)
    .reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
