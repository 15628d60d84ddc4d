import { expect } from 'chai';
import {
  formatCapacity,
  formatCount,
  formatDuration,
  formatKilowattHours,
  formatTime,
  formatTokens,
  shorten,
  splitTokens,
} from '../src/format';

const plain = (text: string) => text.replace(/\u202f/g, ' ');

describe('status page: figures', () => {
  it('shows amounts to the last unit', () => {
    expect(plain(formatTokens(18_446_744_073_709_551_615n, 6))).to.equal('18 446 744 073 709.551615');
    expect(formatTokens(1n, 6)).to.equal('0.000001');
    expect(formatTokens(0n, 6)).to.equal('0');
    expect(formatTokens(1_500_000n, 6)).to.equal('1.5');
    expect(formatTokens(123n, 0)).to.equal('123');
    expect(splitTokens(1_500_000n, 6)).to.deep.equal({ whole: '1', fraction: '500000' });
    expect(splitTokens(123n, 0)).to.deep.equal({ whole: '123', fraction: '' });
  });

  it('shows counts, energy, capacities, times and names', () => {
    expect(plain(formatKilowattHours(1_234_567n))).to.equal('1 234.5');
    expect(plain(formatCount(14_400))).to.equal('14 400');
    expect(formatCapacity(10_500, 1)).to.equal('10.5 kW');
    expect(formatCapacity(900, 1)).to.equal('900 W');
    expect(formatCapacity(12, 3)).to.equal('12 bays');
    expect(formatTime(1_467_400_500)).to.equal('2016-07-01 19:15 UTC');
    expect(formatTime(Number.MAX_SAFE_INTEGER)).to.equal('–');
    expect(formatDuration(9.4)).to.equal('9 s');
    expect(formatDuration(600)).to.equal('10 min');
    expect(shorten('SysvarC1ock11111111111111111111111111111111')).to.equal('Sysva…1111');
  });
});
