import { expect } from 'chai';
import { type EpochRow, secondsToCut } from '../src/epochs';
import { formatDuration, formatKilowattHours, formatTime, formatTokens, shorten } from '../src/format';

const plain = (text: string) => text.replace(/\u202f/g, ' ');
const row = (epoch: number, cutTime: number): EpochRow => ({
  epoch,
  state: 'promoted',
  dataset_hash: null,
  ledger_root: null,
  earned_total: null,
  device_count: null,
  totals: { cutTime, accepted: 0, zeroed: 0, rejected: 0, duplicate: 0, codes: {}, allocated: 0n },
});

describe('status page: figures', () => {
  it('shows amounts to the last unit', () => {
    expect(plain(formatTokens(18_446_744_073_709_551_615n, 6))).to.equal('18 446 744 073 709.551615');
    expect(formatTokens(1n, 6)).to.equal('0.000001');
    expect(formatTokens(0n, 6)).to.equal('0');
    expect(formatTokens(1_500_000n, 6)).to.equal('1.5');
    expect(formatTokens(123n, 0)).to.equal('123');
  });

  it('shows energy, times and names', () => {
    expect(plain(formatKilowattHours(1_234_567n))).to.equal('1 234.5');
    expect(formatTime(1_467_400_500)).to.equal('2016-07-01 19:15 UTC');
    expect(formatTime(Number.MAX_SAFE_INTEGER)).to.equal('–');
    expect(formatDuration(9.4)).to.equal('9 s');
    expect(formatDuration(600)).to.equal('10 min');
    expect(shorten('SysvarC1ock11111111111111111111111111111111')).to.equal('Sysva…1111');
  });

  it('expects the next cut one epoch after the last, also when that is not yet known', () => {
    const epochs = [row(3, 130), row(2, 120), row(1, 90)];
    expect(secondsToCut(epochs, 134)).to.equal(6);
    expect(secondsToCut(epochs, 147)).to.equal(3);
    expect(secondsToCut(epochs.slice(2), 147)).to.equal(undefined);
    expect(secondsToCut([], 147)).to.equal(undefined);
  });
});
