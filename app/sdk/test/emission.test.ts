import { expect } from 'chai';
import { epochCapOf } from '../src/network';

describe('cap of an epoch', () => {
  // The same cases as in programs/network/tests/rules.rs.
  const caps = (halvingEpochs: bigint, epochs: bigint[]) =>
    epochs.map((epoch) => epochCapOf({ maxSupply: 0n, epochCap: 1000n, halvingEpochs }, epoch));

  it('stays without halving', () => {
    expect(caps(0n, [1n, 2n, 2n ** 64n - 1n])).to.deep.equal([1000n, 1000n, 1000n]);
  });

  it('halves on schedule down to nothing', () => {
    expect(caps(10n, [1n, 10n, 11n, 20n, 21n, 101n])).to.deep.equal([1000n, 1000n, 500n, 500n, 250n, 0n]);
    expect(caps(1n, [1n, 2n, 64n, 65n])).to.deep.equal([1000n, 500n, 0n, 0n]);
  });
});
