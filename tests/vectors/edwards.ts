import { createHash } from 'node:crypto';
import { concat } from '@commonwire/sdk/core';
import { invert, mod, power } from './modular';

/**
 * Simple and slow arithmetic on the Ed25519 curve, to make signatures that no signing function would make: with points
 * of small or mixed order and non-canonical encodings. RFC 8032, section 5.1.
 */
const P = 2n ** 255n - 19n;
/** Order of the base point. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Affine coordinates x and y. */
export type Point = readonly [bigint, bigint];

const reduce = (value: bigint): bigint => mod(value, P);
const D = reduce(-121665n * invert(121666n, P));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n, P);

/** Neutral element. */
export const IDENTITY: Point = [0n, 1n];

/** Adds two points, including equal and opposite ones. */
export function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = reduce(D * x1 * x2 * y1 * y2);
  const inverse = invert(1n - product * product, P);
  const x = (x1 * y2 + y1 * x2) * (1n - product) * inverse;
  const y = (y1 * y2 + x1 * x2) * (1n + product) * inverse;
  return [reduce(x), reduce(y)];
}

/** Multiplies a point by a scalar. */
export function multiply(scalar: bigint, point: Point): Point {
  let result = IDENTITY;
  for (let doubled = point, rest = scalar; rest > 0n; rest >>= 1n, doubled = add(doubled, doubled)) {
    if (rest & 1n) result = add(result, doubled);
  }
  return result;
}

/** Encodes a scalar as 32 bytes, little-endian. */
export const scalarBytes = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

const toNumber = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Returns the canonical encoding: y, with the lowest bit of x in the highest bit. */
export const encode = ([x, y]: Point): Uint8Array => scalarBytes(y | ((x & 1n) << 255n));

/** Decodes any encoding, canonical or not; returns undefined if there is no point with that y. */
export function decode(bytes: Uint8Array): Point | undefined {
  const value = toNumber(bytes);
  const y = reduce(value & (2n ** 255n - 1n));
  const squared = reduce((y * y - 1n) * invert(D * y * y + 1n, P));
  const candidate = power(squared, (P + 3n) / 8n, P);
  const root = [candidate, reduce(candidate * ROOT_OF_MINUS_ONE)].find((x) => reduce(x * x) === squared);
  if (root === undefined) return undefined;
  return [(root & 1n) === value >> 255n ? root : reduce(-root), y];
}

/** The generator: y = 4/5, x even. */
export const BASE = decode(scalarBytes(reduce(4n * invert(5n, P)))) as Point;

/** Returns `k` of the verification equation `S B = R + k A`: SHA-512 of R, A and the message, modulo L. */
export function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  const digest = createHash('sha512')
    .update(concat(r, a, message))
    .digest();
  return mod(toNumber(digest), L);
}
