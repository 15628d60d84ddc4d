import { concat, ofLength } from './bytes';
import { FormatError } from './errors';

/** Signature schemes of devices, by the byte that the registry stores. */
export const KeyType = { ed25519: 0, p256: 1 } as const;
/** 0 Ed25519, 1 P-256. */
export type KeyType = (typeof KeyType)[keyof typeof KeyType];

/** Bytes of the key field in registry leaves. */
export const DEVICE_KEY_BYTES = 33;

/**
 * Encodes a public key as the registry's 33-byte field: Ed25519's 32 bytes and a zero, or P-256's 33 bytes (compressed SEC1).
 * @throws FormatError `wrong-length`, `unknown-key-type`
 */
export function packDeviceKey(keyType: number, publicKey: Uint8Array): Uint8Array {
  if (keyType === KeyType.ed25519) {
    return concat(ofLength(32, publicKey, 'an Ed25519 key'), Uint8Array.of(0));
  }
  return ofLength(DEVICE_KEY_BYTES, publicKey, p256(keyType));
}

/**
 * Decodes the public key in a 33-byte field: 32 bytes for Ed25519, 33 for P-256.
 * @throws FormatError `wrong-length`, `unknown-key-type`, `out-of-range` if the byte after an Ed25519 key isn't zero
 */
export function unpackDeviceKey(keyType: number, field: Uint8Array): Uint8Array {
  ofLength(DEVICE_KEY_BYTES, field, 'a key field');
  if (keyType !== KeyType.ed25519) {
    p256(keyType);
    return new Uint8Array(field);
  }
  if (field[32] === 0) return new Uint8Array(field.subarray(0, 32));
  throw new FormatError('out-of-range', 'the byte after an Ed25519 key is not zero');
}

function p256(keyType: number): string {
  if (keyType === KeyType.p256) return 'a P-256 key';
  throw new FormatError('unknown-key-type', `${keyType} is not a key type`);
}
