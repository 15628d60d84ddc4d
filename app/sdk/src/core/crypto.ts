import { ed25519 } from '@noble/curves/ed25519';
import { p256 } from '@noble/curves/nist';
import { sha256, sha512 } from '@noble/hashes/sha2';
import { concat } from './bytes';
import type { CryptoBackend } from './crypto-backend';

const { Point } = ed25519;
const ED25519_ORDER = Point.Fn.ORDER;

/** Pure JavaScript, for browsers and any platform without native code. */
export const crypto: CryptoBackend = {
  sha256Into(target, offset, data) {
    target.set(sha256(data), offset);
  },
  ed25519KeyPair(seed) {
    const publicKey = ed25519.getPublicKey(seed);
    return { publicKey, secretKey: concat(seed, publicKey) };
  },
  ed25519Sign: (message, secretKey) => ed25519.sign(message, secretKey.subarray(0, 32)),
  // noble's own `verify` multiplies by the cofactor, which the chain's precompile does not.
  ed25519Verify(publicKey, message, signature) {
    const s = fromLittleEndian(signature.subarray(32));
    if (s >= ED25519_ORDER) return false;
    try {
      const key = Point.fromHex(publicKey);
      const r = Point.fromHex(signature.subarray(0, 32));
      if (key.isSmallOrder() || r.isSmallOrder()) return false;
      const k = fromLittleEndian(sha512(concat(signature.subarray(0, 32), publicKey, message)));
      const right = r.add(key.multiplyUnsafe(k % ED25519_ORDER));
      const left = s === 0n ? Point.ZERO : Point.BASE.multiplyUnsafe(s);
      return left.equals(right);
    } catch {
      return false; // Not a point of the curve.
    }
  },
  isEd25519Point(bytes) {
    try {
      Point.fromHex(bytes, true);
      return true;
    } catch {
      return false;
    }
  },
  p256PublicKey: (scalar) => p256.getPublicKey(scalar, true),
  p256Sign: (message, scalar) => p256.sign(message, scalar, { prehash: true, lowS: true }).toBytes('compact'),
  p256Verify(publicKey, message, signature) {
    try {
      return p256.verify(signature, message, publicKey, { prehash: true, lowS: true });
    } catch {
      return false; // Not a point of the curve.
    }
  },
};

function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}
