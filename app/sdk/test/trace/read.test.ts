import { expect } from 'chai';
import { readTrace, type TraceOptions, Zone } from '../../src/trace';

const DENVER = new Zone('America/Denver');
const utc = (time: string): number => Date.parse(`${time}Z`) / 1000;
const readRows = (text: string, zone?: Zone, options: TraceOptions = {}) =>
  readTrace({ text, encoding: 'UTF-8' }, { ...options, zone }).rows;
const read = (text: string, zone?: Zone) =>
  readRows(text, zone).map(({ time, value, reason }) => [time, value, reason ?? 'ok']);
const timeOf = (text: string, zone?: Zone) => readRows(`${text},1`, zone)[0]!.time;

describe('rows of a file', () => {
  const first = utc('2016-07-01T07:00:00');
  const expected = [
    [first, 1.5, 'ok'],
    [first + 900, -2, 'ok'],
  ];

  describe('are read the same way', () => {
    const forms: Record<string, string> = {
      plain: '2016-07-01 00:00:00-07:00,1.5\n2016-07-01 00:15:00-07:00,-2\n',
      'with a header': 'measured_on,ac_power\n2016-07-01 00:00:00-07:00,1.5\n2016-07-01 00:15:00-07:00,-2',
      'with a header that leaves the time unnamed': ',W\n2016-07-01T07:00Z,1.5\n2016-07-01T07:15Z,-2',
      'with CRLF, a byte order mark and empty lines at the end':
        '\uFEFFtime,W\r\n2016-07-01T07:00Z,1.5\r\n2016-07-01T07:15Z,-2\r\n\r\n\r\n',
      'separated by semicolons, with decimal commas': 'time;W\n2016-07-01T07:00Z;1,5\n2016-07-01T07:15Z;-2,0',
      'separated by tabs': '2016-07-01T07:00Z\t1.5\n2016-07-01T07:15Z\t-2',
      'in quotes': '"time","power, W"\n"2016-07-01T07:00Z","1.5"\n"2016-07-01T07:15Z","-2"',
      'with further columns': 'time,W,label\n2016-07-01T07:00Z,1.5,True\n2016-07-01T07:15Z,-2,',
      'in unix seconds': `${first},1.5\n${first + 900},-2`,
      'in unix milliseconds': `${first}000,1.5e0\n${first + 900}000,-2.0e+0`,
      'with fractions of a second, an offset without colon, a date with slashes':
        '2016/7/1 01:00:00.250 -0600,1.5\n2016-07-01 09:15:00.9+02,-2',
      'after an unnamed column of row numbers':
        ',Timestamp,value_normalized,label\n0,2016-07-01 00:00:00-0700,1.5,False\n1,2016-07-01 00:15:00-0700,-2,True',
      'with labels and other numbers before the power':
        'measured_on,outlier,ac_voltage,AC Power (W)\n2016-07-01T07:00Z,True,240,1.5\n2016-07-01T07:15Z,False,241,-2',
      'with date and time of day in separate columns, and flags after the power':
        'Date,Time,value,power_flag\n2016-07-01,07:00Z,1.5,0\n2016-07-01,07:15Z,-2,1',
      'with decimal commas between other columns':
        'Nr;Zeit;Status;Leistung\n1;2016-07-01T07:00Z;ok;1,5\n2;2016-07-01T07:15Z;ok;-2,0',
      'with values before times': 'value,datetime\n1.5,2016-07-01T07:00:00.000Z\n-2,2016-07-01T07:15:00.000Z',
      'with the year last and the month first, on a 12-hour clock':
        'Date,Power\n7/1/2016 7:00 AM Z,1.5\n7/1/2016 7:15:00 AM Z,-2',
      'with the year last and the day first': '1.7.2016 07:00 UTC;1,5\n1.7.2016 07:15 UTC;-2',
    };
    for (const [name, text] of Object.entries(forms)) {
      it(name, () => expect(read(text)).to.deep.equal(expected));
    }
    it('in local time', () => {
      const text = '2016-07-01 01:00,1.5\n2016-07-01 01:15:00,-2';
      expect(read(text, DENVER)).to.deep.equal(expected);
    });
  });

  it('counts short and empty lines as rows', () => {
    const rows = readRows('time,W\n2016-07-01,1\n\n2016-07-01T07:00Z\n,,', new Zone('UTC'));
    expect(rows.map(({ reason }) => reason)).to.deep.equal([
      undefined,
      'unreadable-time',
      'no-value',
      'unreadable-time',
    ]);
  });

  it('keeps the offset of a time, whatever the zone', () => {
    expect(timeOf('2016-07-01 00:00:00-07:00', DENVER)).to.equal(first);
  });

  it('unreadable-time, no-value, unreadable-value: every bad row is kept with its reason', () => {
    const text = `time,W
2016-07-01T07:00Z,
2016-07-01T07:15Z,NaN
2016-07-01T07:30Z
2016-07-01T07:45Z,n/a
2016-07-01T08:00Z,1O0
2016-07-01T08:15Z,Infinity
2016-07-01T08:30Z,1e999
2016-07-01T08:45Z,0x10
2016-02-30T08:45Z,1
2016-07-01T24:01Z,1
yesterday,1

2016-07-01 08:60:00+00:00,1
2016-07-01T09:00Z,1`;
    expect(read(text).map(([, , reason]) => reason)).to.deep.equal([
      ...Array(4).fill('no-value'),
      ...Array(4).fill('unreadable-value'),
      ...Array(5).fill('unreadable-time'),
      'ok',
    ]);
  });

  it('reads the day first if one date requires it, otherwise the month', () => {
    const days = '1/7/2016 07:00Z,1\n13/7/2016 07:00Z,1';
    expect(readRows(days, undefined).map(({ time }) => time)).to.deep.equal([first, first + 12 * 86_400]);
    expect(timeOf('1/7/2016 07:00Z')).to.equal(utc('2016-01-07T07:00:00'));
    expect(timeOf('7/1/2016 12:05 AM Z')).to.equal(utc('2016-07-01T00:05:00'));
    expect(() => timeOf('7/1/2016 13:05 PM Z')).to.throw('no column holds times');
  });

  it('uses named columns', () => {
    const text = 'logged,measured,dc_power,ac_power\n2016-07-02T07:00Z,2016-07-01T07:00Z,1.5,1.4';
    const rows = readRows(text, undefined, { timeColumn: 'measured', valueColumn: 'dc_power' });
    expect(rows.map(({ time, value }) => [time, value])).to.deep.equal([[first, 1.5]]);
    expect(() => readRows(text, undefined, { valueColumn: 'power' })).to.throw(
      '--value-column: there is no column power',
    );
  });

  it('reads a first line with a bad time and a number as a row, not a header', () => {
    expect(read('yesterday,1\n2016-07-01T07:00Z,2')[0]).to.deep.equal([undefined, 1, 'unreadable-time']);
  });

  describe('local time', () => {
    it('no-such-time: a time in the hour that clocks skip', () => {
      const rows = read('2016-03-13 01:45,1\n2016-03-13 02:15,1\n2016-03-13 03:00,1', DENVER);
      expect(rows).to.deep.equal([
        [utc('2016-03-13T08:45:00'), 1, 'ok'],
        [undefined, 1, 'no-such-time'],
        [utc('2016-03-13T09:00:00'), 1, 'ok'],
      ]);
    });
    it('reads the hour that clocks repeat twice, in order', () => {
      const local = ['00:30', '01:00', '01:30', '01:00', '01:30', '02:00'];
      const rows = readRows(local.map((time) => `2016-11-06 ${time},1`).join('\n'), DENVER);
      const start = utc('2016-11-06T06:30:00');
      expect(rows.map(({ time }) => time)).to.deep.equal(local.map((_, i) => start + i * 1800));
    });
    it('reads both passes of a repeated hour in a descending file', () => {
      const local = ['02:00', '01:30', '01:00', '01:30', '01:00', '00:30'];
      const rows = readRows(local.map((time) => `2016-11-06 ${time},1`).join('\n'), DENVER);
      const end = utc('2016-11-06T09:00:00');
      expect(rows.map(({ time }) => time)).to.deep.equal(local.map((_, i) => end - i * 1800));
    });
    it('reads the usual forms of fixed offsets', () => {
      for (const zone of ['-07:00', '-0700', '-7', 'UTC-7', 'GMT-07:00', 'Etc/GMT+7', 'America/Phoenix']) {
        expect(timeOf('2016-07-01 00:00', new Zone(zone)), zone).to.equal(first);
      }
    });
    it('reads zones that changed their offset at midnight, by half an hour, or to odd seconds', () => {
      expect(timeOf('2011-12-31 00:00:00', new Zone('Pacific/Apia'))).to.equal(utc('2011-12-30T10:00:00'));
      expect(timeOf('2016-12-01 12:00', new Zone('Australia/Lord_Howe'))).to.equal(
        utc('2016-12-01T01:00:00'),
      );
      expect(new Zone('Europe/Amsterdam').moments(Date.UTC(1900, 0, 1, 12) / 1000)).to.have.length(1);
      expect(timeOf('2016-12-01 12:00', new Zone('-07:00'))).to.equal(utc('2016-12-01T19:00:00'));
      expect(timeOf('2016-12-01 12:00', new Zone('UTC'))).to.equal(utc('2016-12-01T12:00:00'));
    });
    it('error: no zone, naming the line', () => {
      expect(() => readRows('time,W\n2016-07-01 00:00,1', undefined)).to.throw(
        'line 2: the time 2016-07-01 00:00 has no offset from UTC; name its zone with --tz',
      );
    });
    it('error: a zone that does not exist', () => {
      expect(() => new Zone('America/Golden')).to.throw('--tz: America/Golden is not a time zone');
    });
  });

  it('error: a file without rows', () => {
    for (const text of ['', '\n\n', 'time,W\n']) expect(() => readRows(text, undefined)).to.throw('no rows');
  });
});
