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
 * A public key in the form that {@link formatPublicKey} gives: Ed25519 in base58, P-256 in 66 hex digits.
 * @returns undefined for text of neither form and for what is no point of its curve: no signature would ever fit it, so
 * a device under it could never earn
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
    // Not of its form.
  }
  return undefined;
}

/** Ed25519 in base58, P-256 in 66 hex digits. */
export function formatPublicKey({ keyType, bytes }: DevicePublicKey): string {
  return keyType === KeyType.p256 ? toHex(bytes) : new PublicKey(bytes).toBase58();
}
