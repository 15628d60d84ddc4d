import { readFileSync } from 'node:fs';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { importBundled } from '../../../tests/support/browser-bundle';
import * as edwards from '../../../tests/vectors/edwards';
import { VECTORS_FILE } from '../../../tests/vectors/generate';
import { N, signDeterministically } from '../../../tests/vectors/p256';
import { SMALL_ORDER } from '../../../tests/vectors/signatures';
import type { Vectors } from '../../../tests/vectors/types';
import * as core from '../src/core';
import { concat, fromHex, lowS, sha256, toHex } from '../src/core';
import { programAddress } from '../src/core/addresses';
import { crypto as portable } from '../src/core/crypto';
import { crypto as native } from '../src/node/crypto';

const BACKENDS = [native, portable];
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const seeds = bytes(32);
const messages = fc.uint8Array({ maxLength: 300 });
const littleEndian = (value: Uint8Array): bigint =>
  value.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const flip = (value: Uint8Array, bit: number) =>
  value.map((byte, i) => (i === (bit >> 3) % value.length ? byte ^ (1 << (bit & 7)) : byte));

/** Compares the results of both backends. */
function both<T>(ask: (backend: typeof native) => T): T {
  const [nativeSays, portableSays] = BACKENDS.map(ask) as [T, T];
  expect(portableSays, 'portable, compared with native').to.deep.equal(nativeSays);
  return nativeSays;
}

const verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  both((backend) => backend.ed25519Verify(publicKey, message, signature));

const P = 2n ** 255n - 19n;
const isCanonical = (encoded: Uint8Array) => (littleEndian(encoded) & (2n ** 255n - 1n)) < P;

/** Multiples of a point of order 8: all of small order. */
const TORSION = Array.from({ length: 8 }, (_, i) =>
  edwards.multiply(BigInt(i), edwards.decode(SMALL_ORDER[6]!)!),
);

describe('native and portable cryptography', () => {
  it('hash alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(8), (data, offset) => {
        both((backend) => {
          const target = new Uint8Array(40);
          backend.sha256Into(target, offset, data);
          return toHex(target);
        });
      }),
    );
  });

  it('make the same Ed25519 keys and signatures', () => {
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const { publicKey, secretKey } = both((backend) => backend.ed25519KeyPair(seed));
        const signature = both((backend) => backend.ed25519Sign(message, secretKey));
        expect(verify(publicKey, message, signature)).to.equal(true);
      }),
    );
  });

  it('refuse an Ed25519 signature with any bit of it, of key or message altered', () => {
    fc.assert(
      fc.property(seeds, bytes(20), fc.nat(8 * 64 - 1), (seed, message, bit) => {
        const { publicKey, secretKey } = native.ed25519KeyPair(seed);
        const signature = native.ed25519Sign(message, secretKey);
        expect(verify(publicKey, message, flip(signature, bit))).to.equal(false);
        expect(verify(flip(publicKey, bit), message, signature)).to.equal(false);
        expect(verify(publicKey, flip(message, bit), signature)).to.equal(false);
      }),
    );
  });

  it('refuse S that is zero, or at or above the group order', () => {
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const { publicKey, secretKey } = native.ed25519KeyPair(seed);
        const signature = native.ed25519Sign(message, secretKey);
        const s = littleEndian(signature.subarray(32));
        const others = [0n, edwards.L, 2n ** 253n, 2n ** 256n - 1n];
        for (let same = s + edwards.L; same < 2n ** 256n; same += edwards.L) others.push(same);
        for (const other of others) {
          const altered = concat(signature.subarray(0, 32), edwards.scalarBytes(other));
          expect(verify(publicKey, message, altered), `S = ${other}`).to.equal(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('take keys and R of mixed order where the equation without cofactor holds, like the chain', () => {
    let good = 0;
    const scalars = fc.bigInt({ min: 1n, max: 2n ** 32n });
    const torsion = fc.nat(7);
    fc.assert(
      fc.property(scalars, scalars, torsion, torsion, messages, (a, r, i, j, message) => {
        const key = edwards.encode(edwards.add(edwards.multiply(a, edwards.BASE), TORSION[i]!));
        const encodedR = edwards.encode(edwards.add(edwards.multiply(r, edwards.BASE), TORSION[j]!));
        const k = edwards.challenge(encodedR, key, message);
        const signature = concat(encodedR, edwards.scalarBytes((r + k * a) % edwards.L));
        // S B = R + k A up to torsion, which vanishes where j + k i is a multiple of its order.
        const valid = (BigInt(j) + k * BigInt(i)) % 8n === 0n;
        expect(verify(key, message, signature)).to.equal(valid);
        if (valid) good++;
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(good).to.be.within(5, 50);
  });

  it('refuse keys and R of small order in every encoding, whatever S', () => {
    const values = [0n, 1n, edwards.L - 1n, edwards.L].map(edwards.scalarBytes);
    const { publicKey } = native.ed25519KeyPair(sha256());
    for (const small of SMALL_ORDER) {
      for (const s of values) {
        for (const other of [publicKey, ...SMALL_ORDER]) {
          for (const [key, r] of [[small, other], [other, small]] as const) {
            expect(core.verifyEd25519(key, sha256(), concat(r, s))).to.equal(false);
            const agreed = isCanonical(key) && isCanonical(r);
            if (agreed) expect(verify(key, sha256(), concat(r, s))).to.equal(false);
          }
        }
      }
    }
  }); // biome-ignore format: pairs are easier to see on one line

  it('judge signatures of random bytes alike', () => {
    fc.assert(
      fc.property(bytes(32), messages, bytes(64), (key, message, signature) => {
        expect(verify(key, message, signature)).to.equal(false);
      }),
      { numRuns: 30 },
    );
  });

  it('tell points of the curve from other bytes as the runtime does', () => {
    const isPoint = (value: Uint8Array) => both((backend) => backend.isEd25519Point(value));
    let points = 0;
    fc.assert(
      fc.property(bytes(32), (value) => {
        expect(isPoint(value)).to.equal(edwards.decode(value) !== undefined);
        // web3.js refuses what isn't canonical; random bytes are, but for one in 2^250.
        expect(isPoint(value)).to.equal(PublicKey.isOnCurve(value));
        if (isPoint(value)) points++;
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(points).to.be.within(30, 70);
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(isPoint(native.ed25519KeyPair(seed).publicKey)).to.equal(true);
        expect(isPoint(programAddress(new PublicKey(seed), seed).toBytes())).to.equal(false);
      }),
      { numRuns: 50 },
    );
  });

  it('take points in every encoding that the runtime decompresses, canonical or not', () => {
    const isPoint = (value: Uint8Array) => both((backend) => backend.isEd25519Point(value));
    const all: Uint8Array[] = [...SMALL_ORDER];
    for (let y = 0n; y < 19n; y++) {
      for (const encoded of [y, y + P]) {
        all.push(edwards.scalarBytes(encoded), edwards.scalarBytes(encoded | (1n << 255n)));
      }
    }
    for (const value of all)
      expect(isPoint(value), toHex(value)).to.equal(edwards.decode(value) !== undefined);
    expect(all.filter((value) => !isCanonical(value) && isPoint(value)).length).to.be.greaterThan(20);
    for (const length of [0, 31, 33]) expect(isPoint(new Uint8Array(length))).to.equal(false);
  });

  it('make the same P-256 keys, and take each other’s signatures but no altered one', () => {
    fc.assert(
      fc.property(seeds, messages, fc.nat(8 * 64 - 1), (seed, message, bit) => {
        const publicKey = both((backend) => backend.p256PublicKey(seed));
        const verifyP256 = (key: Uint8Array, text: Uint8Array, signature: Uint8Array) =>
          both((backend) => backend.p256Verify(key, text, signature));
        for (const backend of BACKENDS) {
          const signature = lowS(backend.p256Sign(message, seed));
          expect(verifyP256(publicKey, message, signature)).to.equal(true);
        }
        const signature = signDeterministically(message, seed);
        const altered = flip(signature, bit);
        // The range of s is checked before a backend is asked.
        if (lowS(altered) === altered) expect(verifyP256(publicKey, message, altered)).to.equal(false);
        expect(verifyP256(publicKey, concat(message, Uint8Array.of(0)), signature)).to.equal(false);
        expect(verifyP256(flip(publicKey, 8 + (bit % 256)), message, signature)).to.equal(false);
      }),
      { numRuns: 20 },
    );
  });
});

describe('what is bundled for browsers, and what Node uses', () => {
  let bundled: typeof core;
  before(async () => {
    bundled = await importBundled<typeof core>('@commonwire/sdk/core');
  });

  const { signatures } = JSON.parse(readFileSync(VECTORS_FILE, 'utf8')) as Vectors;
  const accepted = ({ verifySignature }: typeof core) =>
    signatures
      .filter(({ key_type: keyType, public_key, message, signature }) => {
        const check = { keyType, publicKey: fromHex(public_key), message: fromHex(message) };
        return verifySignature({ ...check, signature: fromHex(signature) });
      })
      .map(({ name }) => name);
  const valid = signatures.filter((vector) => vector.valid).map(({ name }) => name);

  it('are not the same code', () => {
    expect(bundled.verifySignature).to.not.equal(core.verifySignature);
  });

  it('accept the valid vectors and no other', () => {
    expect(accepted(core)).to.deep.equal(valid);
    expect(accepted(bundled)).to.deep.equal(valid);
  });

  it('error: P-256 scalars outside the group', () => {
    for (const scalar of [0n, N, N + 1n, 2n ** 256n - 1n]) {
      const privateKey = fromHex(scalar.toString(16).padStart(64, '0'));
      for (const { p256PublicKey, signP256 } of [core, bundled]) {
        for (const act of [() => p256PublicKey(privateKey), () => signP256(sha256(), privateKey)])
          expect(act).to.throw().with.property('code', 'out-of-range');
      }
    }
  });
});
