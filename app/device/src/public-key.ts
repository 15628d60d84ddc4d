import { ECDH } from 'node:crypto';
import { fromHex, KeyType, toHex } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';

/** A device's public key. */
export interface DevicePublicKey {
  keyType: KeyType;
  /** Ed25519: 32 bytes; P-256: 33, compressed. */
  bytes: Uint8Array;
}

/**
 * Parses a public key as written by {@link formatPublicKey}: Ed25519 in base58, P-256 in 66 hex digits.
 * @throws DeviceError `usage` for any other text, and for a point that isn't on its curve: no signature could ever match
 * it, so the device could never earn
 */
export function parsePublicKey(text: string): DevicePublicKey | undefined {
  try {
    if (/^[\da-f]{66}$/i.test(text)) {
      ECDH.convertKey(text, 'prime256v1', 'hex', 'hex', 'compressed');
      return { keyType: KeyType.p256, bytes: fromHex(text.toLowerCase()) };
    }
    const bytes = new PublicKey(text).toBytes();
    if (PublicKey.isOnCurve(bytes)) return { keyType: KeyType.ed25519, bytes };
  } catch {
    // Reported below, with the same message as for a point that isn't on the curve.
  }
  return undefined;
}

/** Formats a public key: Ed25519 in base58, P-256 in 66 hex digits. */
export function formatPublicKey({ keyType, bytes }: DevicePublicKey): string {
  return keyType === KeyType.p256 ? toHex(bytes) : new PublicKey(bytes).toBase58();
}
