import { MOUNTS, mountedCell, mountOf, placeOf } from '@commonwire/sdk/device';
import { expect } from 'chai';

/** A cell of resolution 12 in Golden. */
const CELL = 0x8c268cc80c8b1ffn;

describe('mounts in registered cells', () => {
  it('are in the three bits that H3 reserves, and leave the cell', () => {
    expect(MOUNTS.map((mount) => mountedCell(CELL, mount).toString(16))).to.deep.equal([
      '8c268cc80c8b1ff',
      '9c268cc80c8b1ff',
      'ac268cc80c8b1ff',
      'bc268cc80c8b1ff',
    ]);
    for (const mount of MOUNTS) {
      const registered = mountedCell(mountedCell(CELL, 'two-axes'), mount);
      expect([mountOf(registered), placeOf(registered)]).to.deep.equal([mount, CELL]);
    }
  });

  it('a number that stands for none leaves no cell', () => {
    for (const number of [4n, 5n, 6n, 7n]) {
      const registered = CELL | (number << 56n);
      expect([mountOf(registered), placeOf(registered)]).to.deep.equal([undefined, registered]);
    }
  });
});
