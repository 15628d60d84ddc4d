import bs58 from 'bs58';
import { expect } from 'chai';
import fc from 'fast-check';
import { fromBase58, toBase58 } from '../../src/domain';

const address = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('base58 addresses', () => {
  it('survive encoding and decoding, in both directions', () => {
    fc.assert(
      fc.property(address, (bytes) => {
        const text = toBase58(bytes);
        expect(fromBase58(text)).to.deep.equal(bytes);
        expect(text).to.equal(bs58.encode(bytes));
      }),
    );
    for (const zeros of [1, 2, 31, 32]) {
      const bytes = new Uint8Array(32).fill(255, zeros);
      expect(toBase58(bytes)).to.equal(bs58.encode(bytes));
    }
  });

  it('each have one text', () => {
    const alphabet = [...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'];
    const texts = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 30, maxLength: 46 });
    let read = 0;
    fc.assert(
      fc.property(texts, (text) => {
        let bytes: Uint8Array;
        try {
          bytes = fromBase58(text);
        } catch (error) {
          expect((error as Error).message).to.include('is not a 32-byte base58 address');
          return;
        }
        read += 1;
        expect(toBase58(bytes)).to.equal(text);
      }),
      { numRuns: 500 },
    );
    expect(read).to.be.greaterThan(20);
  });

  it('are refused with an invalid character or length', () => {
    const text = toBase58(new Uint8Array(32).fill(7));
    for (const character of ['0', 'O', 'I', 'l', ' ', '+', 'é', 'Ā', '1️']) {
      expect(() => fromBase58(character + text.slice(1)), character).to.throw('not a 32-byte base58 address');
      expect(() => fromBase58(text.slice(0, -1) + character), character).to.throw(
        'not a 32-byte base58 address',
      );
    }
    for (const other of ['', text.slice(1), `${text}1`, `1${text}`, ` ${text}`, `${text} `])
      expect(() => fromBase58(other), other).to.throw('not a 32-byte base58 address');
  });
});
