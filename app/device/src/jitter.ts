import { sha256 } from '@commonwire/sdk/core';

/** The most that a device waits after an interval before it sends, milliseconds. */
const MOST_MS = 20_000;

/**
 * How long a device waits after the end of an interval before it sends, milliseconds: at most a sixth of the interval. Each
 * key has its own wait, always the same, so that a fleet whose intervals end together doesn't send in the same second.
 * @param publicKey the device's @param intervalMs real time
 */
export function sendDelay(publicKey: Uint8Array, intervalMs: number): number {
  const hash = sha256(publicKey);
  const share = new DataView(hash.buffer, hash.byteOffset).getUint32(0) / 2 ** 32;
  return Math.floor(share * Math.min(MOST_MS, intervalMs / 6));
}
