import { crypto } from '#crypto';
import { concat, fromHex, ofLength, toHex } from './bytes';
import { FormatError } from './errors';

/** Order of the group, and the half that s must not exceed. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF_ORDER = ORDER >> 1n;

/**
 * Verifies ECDSA over SHA-256, with r and s of 32 big-endian bytes each. Refuses s above half the order, so that nobody
 * can derive a second signature of a report, and keys that aren't compressed points of the curve.
 */
export function verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 33 || (publicKey[0] !== 2 && publicKey[0] !== 3) || signature.length !== 64)
    return false;
  const r = toScalar(signature.subarray(0, 32));
  const s = toScalar(signature.subarray(32));
  if (r === 0n || r >= ORDER || s === 0n || s > HALF_ORDER) return false;
  return crypto.p256Verify(publicKey, message, signature);
}

/**
 * Signs a message with a 32-byte private scalar: low-s r and s, 64 bytes. Two calls may return different signatures.
 * @throws FormatError `wrong-length`; `out-of-range` for zero and for scalars at or above the group order
 */
export function signP256(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  return lowS(crypto.p256Sign(message, inGroup(privateKey)));
}

/** Derives the compressed public key, 33 bytes, of a 32-byte private scalar. @throws as {@link signP256} */
export function p256PublicKey(privateKey: Uint8Array): Uint8Array {
  return crypto.p256PublicKey(inGroup(privateKey));
}

/** Returns the accepted one of two equivalent signatures, for secure elements that don't produce low s themselves. */
export function lowS(signature: Uint8Array): Uint8Array {
  const s = toScalar(ofLength(64, signature, 'a signature').subarray(32));
  if (s <= HALF_ORDER) return signature;
  return concat(signature.slice(0, 32), fromHex((ORDER - s).toString(16).padStart(64, '0')));
}

/** Checked here: OpenSSL reduces a scalar beyond the group, and signs with zero. */
function inGroup(privateKey: Uint8Array): Uint8Array {
  const scalar = toScalar(ofLength(32, privateKey, 'a private key'));
  if (scalar > 0n && scalar < ORDER) return privateKey;
  throw new FormatError('out-of-range', "a private key is zero or not below the group's order");
}

function toScalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}
