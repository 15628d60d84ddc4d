import { crypto } from '#crypto';
import { concat } from './bytes';

/** Length of every hash here, bytes. */
export const HASH_BYTES = 32;

/** Returns the SHA-256 of the concatenated parts: 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = new Uint8Array(HASH_BYTES);
  sha256Into(hash, 0, parts.length === 1 ? (parts[0] as Uint8Array) : concat(...parts));
  return hash;
}

/** Writes the SHA-256 of `data` at `offset` of `target` without allocating, for trees of millions of nodes. */
export const sha256Into: (target: Uint8Array, offset: number, data: Uint8Array) => void = crypto.sha256Into;
