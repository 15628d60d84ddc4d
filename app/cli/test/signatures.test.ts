import { ed25519KeyPair, KeyType, type SignatureCheck, sha256, signEd25519 } from '@commonwire/sdk/core';
import { expect } from 'chai';
import { startVerifier } from '../src/auditing/signatures';

describe('verifying many signatures', () => {
  const key = ed25519KeyPair(sha256(Buffer.from('verifier')));
  const message = new Uint8Array(180).fill(7);
  const good = {
    keyType: KeyType.ed25519,
    publicKey: key.publicKey,
    message,
    signature: signEd25519(message, key),
  };
  const spoiled = [
    { ...good, message: message.map((byte, i) => (i === 179 ? byte + 1 : byte)) },
    { ...good, signature: good.signature.slice(0, 63) },
    { ...good, publicKey: new Uint8Array(33) },
    { ...good, keyType: KeyType.p256 },
    { ...good, message: new Uint8Array(0) },
  ];
  const TOTAL = 5_500;

  const verified = (bad: SignatureCheck | undefined, at: number) => {
    const told: string[] = [];
    const verifier = startVerifier(TOTAL, (what) => told.push(what()));
    for (let i = 0; i < TOTAL; i++) verifier.verify(i === at && bad ? bad : good);
    return { told, verdict: verifier.allValid() };
  };

  it('finds all of them valid on another thread, and shows how many', async () => {
    const { told, verdict } = verified(undefined, 0);
    expect(await verdict).to.equal(true);
    expect(told.at(-1)).to.equal('5,500 of 5,500 signatures verified');
  });

  it('finds a single bad one, also the last of a partial batch', async () => {
    for (const [i, bad] of spoiled.entries())
      expect(await verified(bad, i === 0 ? TOTAL - 1 : 1_000 * i).verdict, `${i}`).to.equal(false);
  });

  it('verifies a few on the same thread', async () => {
    const verifier = startVerifier(2, () => {});
    expect([good, ...spoiled].map(verifier.verify)).to.deep.equal([true, ...spoiled.map(() => false)]);
    expect(await verifier.allValid()).to.equal(true);
  });
});
