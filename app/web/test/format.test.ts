import { reasons } from '@commonwire/oracle/domain';
import { Kind } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { ownerCsv } from '../src/csv';
import { findPages } from '../src/find-pages';
import {
  formatCount,
  formatDuration,
  formatFloored,
  formatTime,
  formatTokens,
  shorten,
  splitTokens,
} from '../src/format';
import { formatCapacity, formatScore, viewOf } from '../src/kinds';
import { languageFor, showTexts, type TextId } from '../src/text';
import { catalog as german } from '../src/text/catalog-de';
import { catalog as english } from '../src/text/catalog-en';
import { de } from '../src/text/de';
import { en } from '../src/text/en';
import { pagesEn } from '../src/text/pages-en';

const plain = (text: string) => text.replace(/\u202f/g, ' ');

describe('web application: figures', () => {
  it('shows amounts to the last unit', () => {
    expect(plain(formatTokens(18_446_744_073_709_551_615n, 6))).to.equal('18 446 744 073 709.551615');
    expect(formatTokens(1n, 6)).to.equal('0.000001');
    expect(formatTokens(0n, 6)).to.equal('0');
    expect(formatTokens(1_500_000n, 6)).to.equal('1.5');
    expect(formatTokens(123n, 0)).to.equal('123');
    expect(splitTokens(1_500_000n, 6)).to.deep.equal({ whole: '1', fraction: '500000' });
    expect(splitTokens(123n, 0)).to.deep.equal({ whole: '123', fraction: '' });
  });

  it('shows each kind in its own unit, rounded down', () => {
    const shown = (score: bigint, kind: number) => `${plain(formatScore(score, kind))} ${viewOf(kind).unit}`;
    expect(shown(1_234_567n, Kind.energy)).to.equal('1 234.5 kWh');
    expect(shown(1_234_567_890_999n, Kind.bandwidth)).to.equal('1 234.567 GB');
    expect(shown(5_399n, Kind.parking)).to.equal('1.49 hours occupied');
    expect(shown(3_600n, Kind.sensor)).to.equal('1.00 hours measured');
    expect(shown(1_234n, 7)).to.equal('1 234 units');
    expect(shown(0n, Kind.energy)).to.equal('0.0 kWh');
    expect(plain(formatFloored(18_446_744_073_709_551_615n, 1n, 0))).to.equal('18 446 744 073 709 551 615');
  });

  it('shows the capacity of each kind', () => {
    expect(formatCapacity(10_500, Kind.energy)).to.equal('10.5 kW');
    expect(formatCapacity(900, Kind.energy)).to.equal('900 W');
    expect(plain(formatCapacity(100_000, Kind.bandwidth))).to.equal('100 000 kbit/s');
    expect(formatCapacity(12, Kind.parking)).to.equal('12 bays');
    expect(plain(formatCapacity(40_000, Kind.sensor))).to.equal('40 000 milli-units');
    expect(formatCapacity(5, 7)).to.equal('5');
  });

  it('knows every kind of device', () => {
    for (const [name, kind] of Object.entries(Kind)) expect(viewOf(kind).name).to.equal(name);
    expect(viewOf(7).name).to.equal('kind 7');
  });

  it('shows counts, times and names', () => {
    expect(plain(formatCount(14_400))).to.equal('14 400');
    expect(formatTime(1_467_400_500)).to.equal('2016-07-01 19:15 UTC');
    expect(formatTime(Number.MAX_SAFE_INTEGER)).to.equal('–');
    expect(formatDuration(9.4)).to.equal('9 s');
    expect(formatDuration(600)).to.equal('10 min');
    expect(shorten('SysvarC1ock11111111111111111111111111111111')).to.equal('Sysva…1111');
  });

  it('writes numbers and times as German does', () => {
    showTexts('de', german);
    try {
      expect(plain(formatTokens(1_234_500_000n, 6))).to.equal('1 234,5');
      expect(formatFloored(1_234n, 1_000n, 2)).to.equal('1,23');
      expect(formatTime(1_467_400_500)).to.equal('01.07.2016, 19:15 UTC');
    } finally {
      showTexts('en', english);
    }
  });
});

describe('web application: text', () => {
  it('explains every reason that an oracle may give', () => {
    const told = Object.keys(en).filter((id) => id.startsWith('reason.'));
    expect(told).to.have.members(Object.keys(reasons).map((code) => `reason.${code}`));
  });

  it('has every text with the same values in each language', () => {
    const values = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [id, text] of Object.entries({ ...en, ...pagesEn }))
      expect(values(de[id as TextId]), id).to.deep.equal(values(text));
  });

  it('chooses the first language of a reader that there is', () => {
    expect(languageFor(['fr-FR', 'de-CH', 'en'])).to.equal('de');
    expect(languageFor(['fr'])).to.equal('en');
  });
});

describe('web application: search and files', () => {
  const ANY = 'SysvarC1ock11111111111111111111111111111111';

  it('finds what a text may mean', () => {
    const found = (text: string) => findPages(text).map(({ href }) => href);
    expect(found('12')).to.deep.equal(['/devices/12', '/epochs/12']);
    expect(found('0')).to.deep.equal(['/devices/0']);
    expect(found(ANY)).to.deep.equal([`/owners/${ANY}`]);
    for (const text of ['-1', '1.5', 'x', '<b>', '9'.repeat(16)]) expect(found(text), text).to.deep.equal([]);
  });

  it('writes an owner as CSV, exactly', () => {
    const sums = { earned: '1500000', paid: '1', claimable: '1499999' };
    const devices = [{ index: 3, kind: 1, outstanding: null, ...sums }];
    const owner = { owner: ANY, ...sums, devices, incoming: [], settlements: [], next_after: null };
    expect(ownerCsv(owner, 6, 9)).to.equal(
      `owner,epoch,device,kind,earned,paid,claimable\r\n${ANY},9,3,1,1.5,0.000001,1.499999\r\n`,
    );
  });
});
