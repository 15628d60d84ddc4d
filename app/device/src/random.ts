import { ascii, sha256, u32 } from '@commonwire/sdk/core';

/** Returns 32 bytes that depend only on the seed, purpose and number, and are the same on every machine. */
export function derive(seed: string, purpose: string, number: number): Uint8Array {
  return sha256(ascii('commonwire:simulator:v1'), sha256(ascii(seed)), sha256(ascii(purpose)), u32(number));
}

/** Returns an integer from `least` to `most`, both included, drawn with {@link derive}. */
export function draw(seed: string, purpose: string, number: number, least: number, most: number): number {
  const bytes = derive(seed, purpose, number);
  const word = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return least + Math.floor((word / 2 ** 32) * (most - least + 1));
}
