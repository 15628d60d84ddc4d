import {
  ascii,
  concat,
  ed25519KeyPair,
  fromHex,
  KeyType,
  p256PublicKey,
  signEd25519,
  toHex,
} from '@commonwire/sdk/core';
import * as edwards from './edwards';
import { bigEndian, N, signDeterministically } from './p256';
import { derived } from './seeds';

/** A signature and whether strict verification accepts it. */
export interface SignatureVector {
  name: string;
  keyType: number;
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
  valid: boolean;
}

/**
 * Every encoding of the eight points of small order; the last six aren't canonical.
 * Source: Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", table 1.
 */
export const SMALL_ORDER = [
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `01${'00'.repeat(30)}80`,
  `ec${'ff'.repeat(31)}`,
  `ed${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(31)}`,
  `ee${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(31)}`,
].map(fromHex);

const message = ascii('commonwire vector message');
const littleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const secret = littleEndian(derived('vector scalar')) % edwards.L;
const nonce = littleEndian(derived('vector nonce')) % edwards.L;
const keyPoint = edwards.multiply(secret, edwards.BASE);
const noncePoint = edwards.multiply(nonce, edwards.BASE);
const ORDER_8 = edwards.decode(SMALL_ORDER[6] as Uint8Array) as edwards.Point;

/**
 * Returns R and S = r + k a for any encodings of R and A. The challenge is computed from the encodings, as in
 * verifiers.
 */
function sign(
  r: bigint,
  encodedR: Uint8Array,
  a: bigint,
  encodedA: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  const k = edwards.challenge(encodedR, encodedA, text);
  return concat(encodedR, edwards.scalarBytes((r + k * a) % edwards.L));
}

/** Finds a message whose challenge is (or isn't) divisible by 8. If it is, A's part of small order cancels out. */
function messageWhere(divisible: boolean, encodedR: Uint8Array, encodedA: Uint8Array): Uint8Array {
  for (let i = 0; ; i++) {
    const text = ascii(`commonwire vector message ${i}`);
    if ((edwards.challenge(encodedR, encodedA, text) % 8n === 0n) === divisible) return text;
  }
}

function ed25519Vectors(): SignatureVector[] {
  const keyType = KeyType.ed25519;
  const key = ed25519KeyPair(derived('vector 1'));
  const good = signEd25519(message, key);
  const vector = (name: string, change: Partial<SignatureVector>): SignatureVector => ({
    ...{ name, keyType, publicKey: key.publicKey, message, signature: good, valid: false },
    ...change,
  });
  const plusL = edwards.scalarBytes(littleEndian(good.subarray(32)) + edwards.L);
  const flipped = good.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
  const [encodedA, encodedR] = [edwards.encode(keyPoint), edwards.encode(noncePoint)];
  const mixedA = edwards.encode(edwards.add(keyPoint, ORDER_8));
  const mixedR = edwards.encode(edwards.add(noncePoint, ORDER_8));
  const mixedKey = (name: string, divisible: boolean) => {
    const text = messageWhere(divisible, encodedR, mixedA);
    const signature = sign(nonce, encodedR, secret, mixedA, text);
    return vector(name, { publicKey: mixedA, message: text, signature, valid: divisible });
  };
  // p + 3: the other encoding of y = 3, which belongs to points of large order.
  const nonCanonical = fromHex(`f0${'ff'.repeat(30)}7f`);
  return [
    vector('Ed25519: valid', { valid: true }),
    vector('Ed25519: valid, empty message', {
      message: new Uint8Array(0),
      signature: signEd25519(new Uint8Array(0), key),
      valid: true,
    }),
    vector('Ed25519: other message', { message: ascii('commonwire vector messagf') }),
    vector('Ed25519: other domain', {
      message: ascii('commonwire:report:v1 text'),
      signature: signEd25519(ascii('commonwire:epoch:v1 text'), key),
    }),
    vector('Ed25519: other key', { publicKey: ed25519KeyPair(derived('vector 2')).publicKey }),
    vector('Ed25519: altered R', { signature: flipped }),
    vector('Ed25519: S + L', { signature: concat(good.slice(0, 32), plusL) }),
    vector('Ed25519: S of all ones', { signature: concat(good.slice(0, 32), new Uint8Array(32).fill(0xff)) }),
    vector('Ed25519: truncated signature', { signature: good.slice(0, 63) }),
    vector('Ed25519: signature too long', { signature: concat(good, Uint8Array.of(0)) }),
    vector('Ed25519: no signature', { signature: new Uint8Array(0) }),
    vector('Ed25519: truncated key', { publicKey: key.publicKey.slice(0, 31) }),
    vector('Ed25519: key field of 33 bytes', { publicKey: concat(key.publicKey, Uint8Array.of(0)) }),
    vector('Ed25519: key not on the curve', { publicKey: fromHex(`02${'00'.repeat(31)}`) }),
    vector('Ed25519: identity key, R and S zero or neutral', {
      publicKey: SMALL_ORDER[0] as Uint8Array,
      signature: concat(SMALL_ORDER[0] as Uint8Array, new Uint8Array(32)),
    }),
    vector('Ed25519: non-canonical key of large order', { publicKey: nonCanonical }),
    vector('Ed25519: non-canonical R of large order', { signature: concat(nonCanonical, good.slice(32)) }),
    // The equation without cofactor holds, so the chain accepts it, and only the key's owner can make it.
    mixedKey('Ed25519: key of mixed order, challenge divisible by 8', true),
    mixedKey('Ed25519: key of mixed order, valid with cofactor only', false),
    vector('Ed25519: R of mixed order, valid with cofactor only', {
      publicKey: encodedA,
      signature: sign(nonce, mixedR, secret, encodedA, message),
    }),
    ...SMALL_ORDER.flatMap((small, i) => {
      const text = messageWhere(true, encodedR, small);
      const name = `${i < 8 ? '' : 'non-canonical '}${toHex(small.slice(0, 4))}..${toHex(small.slice(31))}`;
      return [
        vector(`Ed25519: small-order key ${name}, equation holds`, {
          publicKey: small,
          message: text,
          signature: sign(nonce, encodedR, 0n, small, text),
        }),
        vector(`Ed25519: small-order R ${name}, equation with cofactor holds`, {
          publicKey: encodedA,
          signature: sign(0n, small, secret, encodedA, message),
        }),
      ];
    }),
  ];
}

function p256Vectors(): SignatureVector[] {
  const privateKey = derived('vector 3');
  const publicKey = p256PublicKey(privateKey);
  const good = signDeterministically(message, privateKey);
  const [r, s] = [good.slice(0, 32), good.slice(32)];
  const vector = (name: string, change: Partial<SignatureVector>): SignatureVector => ({
    ...{ name, keyType: KeyType.p256, publicKey, message, signature: good, valid: false },
    ...change,
  });
  const highS = bigEndian(N - BigInt(`0x${toHex(s)}`));
  const zero = new Uint8Array(32);
  const lengthened = (part: Uint8Array) =>
    (part[0] as number) & 0x80 ? concat(Uint8Array.of(0), part) : part;
  const integer = (part: Uint8Array) => concat(Uint8Array.of(2, part.length), part);
  const body = concat(integer(lengthened(r)), integer(lengthened(s)));
  return [
    vector('P-256: valid', { valid: true }),
    vector('P-256: high s', { signature: concat(r, highS) }),
    vector('P-256: other message', { message: ascii('commonwire vector messagf') }),
    vector('P-256: other domain', {
      message: ascii('commonwire:report:v1 text'),
      signature: signDeterministically(ascii('commonwire:epoch:v1 text'), privateKey),
    }),
    vector('P-256: other key', { publicKey: p256PublicKey(derived('vector 4')) }),
    vector('P-256: r zero', { signature: concat(zero, s) }),
    vector('P-256: s zero', { signature: concat(r, zero) }),
    vector('P-256: r the order', { signature: concat(bigEndian(N), s) }),
    vector('P-256: truncated signature', { signature: good.slice(0, 63) }),
    vector('P-256: no signature', { signature: new Uint8Array(0) }),
    vector('P-256: DER signature', { signature: concat(Uint8Array.of(0x30, body.length), body) }),
    vector('P-256: other sign of y', {
      publicKey: concat(Uint8Array.of(5 - (publicKey[0] as number)), publicKey.slice(1)),
    }),
    vector('P-256: x not on the curve', {
      publicKey: concat(Uint8Array.of(2), fromHex(`${'00'.repeat(31)}01`)),
    }),
    vector('P-256: x beyond the field', { publicKey: new Uint8Array(33).fill(0xff).fill(2, 0, 1) }),
    vector('P-256: hybrid prefix', { publicKey: concat(Uint8Array.of(6), publicKey.slice(1)) }),
    vector('P-256: prefix zero', { publicKey: concat(Uint8Array.of(0), publicKey.slice(1)) }),
    vector('P-256: identity key', { publicKey: new Uint8Array(1) }),
    vector('P-256: identity key in 33 bytes', { publicKey: new Uint8Array(33) }),
    vector('P-256: truncated key', { publicKey: publicKey.slice(0, 32) }),
    vector('unknown key type', { keyType: 2 }),
    vector('P-256 signature under the Ed25519 key type', { keyType: KeyType.ed25519 }),
  ];
}

/** Returns all signature vectors, valid and invalid. */
export const signatureVectors = (): SignatureVector[] => [...ed25519Vectors(), ...p256Vectors()];
