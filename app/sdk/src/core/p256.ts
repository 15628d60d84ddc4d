import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { concat, fromHex, ofLength } from './bytes';

/** Order of the group, and the half that s must not exceed. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF_ORDER = ORDER >> 1n;
/** DER of a SubjectPublicKeyInfo up to the compressed point, and of an ECPrivateKey around the scalar (RFC 5915). */
const PUBLIC_KEY_PREFIX = fromHex('3039301306072a8648ce3d020106082a8648ce3d030107032200');
const PRIVATE_KEY_PREFIX = fromHex('30310201010420');
const PRIVATE_KEY_SUFFIX = fromHex('a00a06082a8648ce3d030107');

/**
 * ECDSA over SHA-256 with r and s as 32 bytes each, big-endian. Refuses s above half the order, so that nobody can
 * make a second signature of a report, and keys that aren't compressed points of the curve.
 */
export function verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 33 || (publicKey[0] !== 2 && publicKey[0] !== 3) || signature.length !== 64)
    return false;
  const r = toScalar(signature.subarray(0, 32));
  const s = toScalar(signature.subarray(32));
  if (r === 0n || r >= ORDER || s === 0n || s > HALF_ORDER) return false;
  const key = parsePublicKey(publicKey);
  return key !== undefined && verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/**
 * The low-s signature of a message by a 32-byte private scalar: r and s, 64 bytes. Two calls give two signatures.
 * @throws FormatError `wrong_length`; an Error of node:crypto for a scalar outside the group
 */
export function signP256(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const key = parsePrivateKey(privateKey);
  return lowS(new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' })));
}

/** The compressed public key, 33 bytes, of a 32-byte private scalar. @throws as {@link signP256} */
export function p256PublicKey(privateKey: Uint8Array): Uint8Array {
  const { x, y } = createPublicKey(parsePrivateKey(privateKey)).export({ format: 'jwk' });
  const odd = (Buffer.from(String(y), 'base64url')[31] as number) & 1;
  return concat(Uint8Array.of(2 + odd), new Uint8Array(Buffer.from(String(x), 'base64url')));
}

/** The one of the two equivalent signatures that is accepted: for secure elements that don't choose by themselves. */
export function lowS(signature: Uint8Array): Uint8Array {
  const s = toScalar(ofLength(64, signature, 'a signature').subarray(32));
  if (s <= HALF_ORDER) return signature;
  return concat(signature.slice(0, 32), fromHex((ORDER - s).toString(16).padStart(64, '0')));
}

function toScalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

function parsePublicKey(publicKey: Uint8Array): KeyObject | undefined {
  try {
    const der = Buffer.from(concat(PUBLIC_KEY_PREFIX, publicKey));
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return undefined; // Not a point of the curve.
  }
}

function parsePrivateKey(scalar: Uint8Array): KeyObject {
  const der = concat(PRIVATE_KEY_PREFIX, ofLength(32, scalar, 'a private key'), PRIVATE_KEY_SUFFIX);
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'sec1' });
}
