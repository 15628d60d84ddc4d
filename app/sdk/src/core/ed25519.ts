import { crypto } from '#crypto';
import { ofLength } from './bytes';
import type { Ed25519KeyPair } from './crypto-backend';

export type { Ed25519KeyPair } from './crypto-backend';

/** Derives the key pair of a 32-byte seed. @throws FormatError `wrong-length` */
export function ed25519KeyPair(seed: Uint8Array): Ed25519KeyPair {
  return crypto.ed25519KeyPair(ofLength(32, seed, 'a seed'));
}

/** Signs a message with a 32-byte seed or a key pair: 64 bytes. @throws FormatError `wrong-length` */
export function signEd25519(message: Uint8Array, key: Uint8Array | Ed25519KeyPair): Uint8Array {
  const { secretKey } = key instanceof Uint8Array ? ed25519KeyPair(key) : key;
  return crypto.ed25519Sign(message, ofLength(64, secretKey, 'a secret key'));
}

/**
 * Verifies a signature as strictly as the chain's Ed25519 precompile (`verify_strict` of ed25519-dalek): the equation
 * without cofactor, S below the group order, neither key nor R of small order.
 *
 * Lengths and canonical encodings are checked here, since not every backend does.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isCanonicalPoint(publicKey, 0) || !isCanonicalPoint(signature, 0)) return false;
  return crypto.ed25519Verify(publicKey, message, signature);
}

/** Whether the encoded y, without the sign bit of x, is below p = 2^255 - 19. */
function isCanonicalPoint(bytes: Uint8Array, offset: number): boolean {
  if (((bytes[offset + 31] as number) & 0x7f) !== 0x7f) return true;
  for (let i = 30; i > 0; i--) if (bytes[offset + i] !== 0xff) return true;
  return (bytes[offset] as number) < 0xed;
}

/** Whether 32 bytes are a point of the curve. Addresses derived from seeds never are. */
export const isOnCurve = (bytes: Uint8Array): boolean => crypto.isEd25519Point(bytes);
