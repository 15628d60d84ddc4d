import { Ed25519Program } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  ed25519Instruction,
  ed25519KeyPair,
  FormatError,
  KeyType,
  lowS,
  p256PublicKey,
  packDeviceKey,
  sha256,
  signEd25519,
  signP256,
  unpackDeviceKey,
  verifySignature,
} from '../src/core';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 400 });
const flip = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === (bit >> 3) % bytes.length ? byte ^ (1 << (bit & 7)) : byte));

describe('signatures', () => {
  it('verify as made, and not with any bit of message, key or signature altered', () => {
    fc.assert(
      fc.property(seeds, messages, fc.nat(4096), (seed, message, bit) => {
        const { publicKey } = ed25519KeyPair(seed);
        const check = { keyType: KeyType.ed25519, publicKey, message, signature: signEd25519(message, seed) };
        expect(verifySignature(check)).to.equal(true);
        expect(verifySignature({ ...check, signature: flip(check.signature, bit) })).to.equal(false);
        expect(verifySignature({ ...check, publicKey: flip(publicKey, bit) })).to.equal(false);
        if (message.length > 0) {
          expect(verifySignature({ ...check, message: flip(message, bit) })).to.equal(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are refused in any other length', () => {
    fc.assert(
      fc.property(messages, fc.nat(100), (message, length) => {
        fc.pre(length !== 64);
        const { publicKey } = ed25519KeyPair(sha256(message));
        const signature = new Uint8Array(length);
        signature.set(signEd25519(message, sha256(message)).subarray(0, length));
        for (const keyType of [0, 1, 2]) {
          expect(verifySignature({ keyType, publicKey, message, signature })).to.equal(false);
        }
      }),
    );
  });

  it('of P-256 verify as made, low-s only', () => {
    fc.assert(
      fc.property(messages, fc.nat(4096), (message, bit) => {
        const privateKey = sha256(message);
        const check = { keyType: KeyType.p256, publicKey: p256PublicKey(privateKey), message };
        const signature = signP256(message, privateKey);
        expect(verifySignature({ ...check, signature })).to.equal(true);
        expect(lowS(signature)).to.deep.equal(signature);
        expect(verifySignature({ ...check, signature: flip(signature, bit) })).to.equal(false);
        expect(verifySignature({ ...check, publicKey: flip(check.publicKey, bit), signature })).to.equal(
          false,
        );
      }),
    );
  });

  it('have keys that fit the registry and come back from it', () => {
    const key = ed25519KeyPair(sha256()).publicKey;
    expect(unpackDeviceKey(0, packDeviceKey(0, key))).to.deep.equal(key);
    const p256 = p256PublicKey(sha256());
    expect(unpackDeviceKey(1, packDeviceKey(1, p256))).to.deep.equal(p256);
    for (const [act, code] of [
      [() => packDeviceKey(0, p256), 'wrong-length'],
      [() => packDeviceKey(1, key), 'wrong-length'],
      [() => packDeviceKey(2, p256), 'unknown-key-type'],
      [() => unpackDeviceKey(0, new Uint8Array(33).fill(1)), 'out-of-range'],
      [() => unpackDeviceKey(1, key), 'wrong-length'],
    ] as const) {
      expect(act).to.throw(FormatError).with.property('code', code);
    }
  });
});

describe('ed25519Instruction', () => {
  const message = new Uint8Array(247).fill(5);
  const signatures = [1, 2, 3, 4, 5].map((n) => {
    const { publicKey, secretKey } = ed25519KeyPair(sha256(Uint8Array.of(n)));
    return { publicKey, signature: signEd25519(message, { publicKey, secretKey }) };
  });

  it('makes what web3.js makes for one signature', () => {
    const [only] = signatures as [(typeof signatures)[number]];
    const theirs = Ed25519Program.createInstructionWithPublicKey({ ...only, message });
    const ours = ed25519Instruction({ message, signatures: [only] });
    expect(ours.programId.equals(theirs.programId)).to.equal(true);
    expect(ours.data.equals(theirs.data)).to.equal(true);
  });

  it('points every offset into itself, at one message', () => {
    const { data } = ed25519Instruction({ message, signatures });
    expect([data[0], data[1]]).to.deep.equal([5, 0]);
    for (const [i, { publicKey, signature }] of signatures.entries()) {
      const field = (n: number) => data.readUInt16LE(2 + 14 * i + 2 * n);
      expect([field(1), field(3), field(6)]).to.deep.equal([0xffff, 0xffff, 0xffff]);
      expect(data.subarray(field(0), field(0) + 64).equals(signature)).to.equal(true);
      expect(data.subarray(field(2), field(2) + 32).equals(publicKey)).to.equal(true);
      expect(data.subarray(field(4), field(4) + field(5)).equals(message)).to.equal(true);
    }
    expect(data.length).to.equal(2 + 5 * (14 + 96) + 247);
  });

  it('refuses no signature, one key twice and wrong lengths', () => {
    const [only] = signatures as [(typeof signatures)[number]];
    for (const [bad, code] of [
      [[], 'out-of-range'],
      [[only, only], 'out-of-range'],
      [[{ ...only, signature: new Uint8Array(63) }], 'wrong-length'],
    ] as const) {
      expect(() => ed25519Instruction({ message, signatures: bad }))
        .to.throw(FormatError)
        .with.property('code', code);
    }
  });
});
