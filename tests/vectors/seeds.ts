import { ascii, sha256 } from '@commonwire/sdk/core';

/** 32 bytes that anybody can derive: `H("commonwire <text>")`. Keys and values of the vectors come from here. */
export const derived = (text: string): Uint8Array => sha256(ascii(`commonwire ${text}`));

/** The first 8 bytes of {@link derived}, little-endian. */
export function derivedU64(text: string): bigint {
  return derived(text)
    .subarray(0, 8)
    .reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
