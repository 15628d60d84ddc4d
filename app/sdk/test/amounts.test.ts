import { formatSol, formatUnits, parseUnits, splitUnits } from '@commonwire/sdk/core';
import { expect } from 'chai';
import fc from 'fast-check';

const amount = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const decimals = fc.integer({ min: 0, max: 9 });

describe('amounts', () => {
  it('are shown exactly, without trailing zeros', () => {
    expect(formatUnits(1_234_500n, 6)).to.equal('1.2345');
    expect(formatUnits(1n, 9)).to.equal('0.000000001');
    expect(formatUnits(70n, 1)).to.equal('7');
    expect(formatUnits(70n, 0)).to.equal('70');
    expect(formatUnits(0n, 6)).to.equal('0');
    expect(formatUnits(-1_500n, 3)).to.equal('-1.5');
    expect(formatSol(2_039_280n)).to.equal('0.00203928');
  });

  it('have their thousands set apart where that is wanted', () => {
    expect(formatUnits(1_234_567_800n, 3, ',')).to.equal('1,234,567.8');
    expect(formatUnits(-123_456n, 0, ',')).to.equal('-123,456');
    expect(formatSol(1_000_000_000_000n, ',')).to.equal('1,000');
    expect(splitUnits(12_345n, 3, ' ')).to.deep.equal({ whole: '12', fraction: '345' });
  });

  it('are read as they are shown', () => {
    fc.assert(
      fc.property(amount, decimals, (units, places) => {
        expect(parseUnits(formatUnits(units, places), places)).to.equal(units);
      }),
    );
  });

  it('error: no number, too many decimals, more than a u64', () => {
    for (const text of ['', '.5', '1.', '-1', '1e3', '1,000', 'x']) {
      expect(parseUnits(text, 6), text).to.equal(undefined);
    }
    expect(parseUnits('0.0000001', 6)).to.equal(undefined);
    expect(parseUnits('18446744073709551615', 0)).to.equal((1n << 64n) - 1n);
    expect(parseUnits('18446744073709551616', 0)).to.equal(undefined);
  });
});
