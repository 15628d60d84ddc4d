import { createECDH, createHmac } from 'node:crypto';
import { concat, fromHex, lowS, sha256 } from '@commonwire/sdk/core';
import { invert } from './modular';

/** Order of the P-256 group. */
export const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
/** Encodes a number as 32 bytes, big-endian. */
export const bigEndian = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'));

/** Returns the nonce of RFC 6979, section 3.2, without the loop for candidates above the order (probability 2^-32). */
function nonce(privateKey: Uint8Array, hash: Uint8Array): bigint {
  const hmac = (key: Uint8Array, ...parts: Uint8Array[]) =>
    new Uint8Array(
      createHmac('sha256', key)
        .update(concat(...parts))
        .digest(),
    );
  const seed = concat(privateKey, bigEndian(toNumber(hash) % N));
  let value: Uint8Array = new Uint8Array(32).fill(1);
  let key: Uint8Array = hmac(new Uint8Array(32), value, Uint8Array.of(0), seed);
  value = hmac(key, value);
  key = hmac(key, value, Uint8Array.of(1), seed);
  value = hmac(key, value);
  return toNumber(hmac(key, value));
}

/** Returns a deterministic low-s signature, unlike `signP256`, because vectors must not change. */
export function signDeterministically(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const hash = sha256(message);
  const k = nonce(privateKey, hash);
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(bigEndian(k));
  const r = toNumber(curve.getPublicKey().subarray(1, 33)) % N;
  const s = (invert(k, N) * (toNumber(hash) + r * toNumber(privateKey))) % N;
  return lowS(concat(bigEndian(r), bigEndian(s)));
}
