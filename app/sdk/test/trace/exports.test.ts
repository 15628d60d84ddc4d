import { expect } from 'chai';
import { decodeTrace, Zone } from '../../src/trace';
import { type Made, madeDays, readMade, starts, wanted } from './made-up-days';
import { portals } from './portals';

const days = madeDays();
const iso = (wall: number): string => new Date(wall).toISOString();
const lines = (head: string, row: (made: Made) => string): string => [head, ...days.map(row)].join('\n');

describe('exports of', () => {
  for (const [
    name,
    {
      head,
      row,
      foot = [],
      joined = '\n',
      options,
      reading = {},
      made = days,
      read: right = made,
      within = 0.051,
    },
  ] of Object.entries(portals)) {
    it(name, () => {
      const text = [...head, ...made.map(row), ...foot, ''].join(joined);
      const zone = options && 'zone' in options ? options.zone : new Zone('UTC');
      const trace = readMade(text, { ...options, zone });
      expect(trace.reading).to.include(reading);
      const read = new Map(starts(trace));
      const wrong = wanted(right).filter(
        ([start, watts]) => !(Math.abs((read.get(start) ?? Number.NaN) - watts) <= within),
      );
      expect(wrong.slice(0, 3), `read ${JSON.stringify(starts(trace).slice(40, 44))}`).to.deep.equal([]);
      expect(read.size).to.equal(right.length);
    });
  }
});

describe('NEM12', () => {
  const half = madeDays(3, 30);
  const file = (...registers: string[]): string =>
    [
      '100,NEM12,202407140000,MDP1,RET1',
      ...registers.flatMap((register) => [
        `200,6408011223,${registers.join('')},1,${register},N1,METER123,${register === 'Q1' ? 'kVArh' : 'KWH'},30,`,
        ...[0, 1, 2].map((day) => {
          const part = half.slice(day * 48, day * 48 + 48);
          const date = iso(part[0]!.wall).slice(0, 10).replaceAll('-', '');
          const values = part.map(({ watts }) => (register === 'B1' ? watts / 2000 : 0.25));
          return `300,${date},${values.join()},${day === 1 ? 'N' : 'A'},,,20240714120000,`;
        }),
      ]),
      '900',
    ].join('\n');
  const right = wanted(half.filter((_, i) => i < 48 || i >= 96)).map(([start, watts]) => [
    start - 36_000_000,
    watts,
  ]);

  it('has the energy fed in, in the time of the market', () => {
    const trace = readMade(file('E1', 'B1', 'Q1'), { device: 'B1', zone: undefined });
    expect(starts(trace)).to.deep.equal(right);
    expect(trace.reading).to.include({ unit: 'kWh', interval: 1800 });
    expect(starts(readMade(file('B1'), { zone: undefined }))).to.deep.equal(right);
  });
  it('error: several registers, or none of energy fed in', () => {
    expect(() => readMade(file('E1', 'B1'))).to.throw('--device "B1"');
    expect(() => readMade(file('E1'))).to.throw('no register of energy fed in (B1 or the like), only E1');
  });
});

describe('encodings of one language', () => {
  // Node encodes none of these: the bytes are those of the words.
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const words: Record<string, [time: Buffer, power: Buffer]> = {
    Shift_JIS: [bytes('93fa8e9e'), bytes('94ad93649364 97cd'.replace(' ', ''))],
    GB18030: [bytes('cab1bce4'), bytes('b9a6c2ca')],
    Big5: [bytes('aec9b6a1'), bytes('a55cb276')],
    'EUC-KR': [bytes('bdc3b0a3'), bytes('c0fcb7c2')],
    'Windows-1251': [bytes('c4e0f2e0'), bytes('cceef9edeef1f2fc')],
  };
  for (const [encoding, [time, power]] of Object.entries(words)) {
    it(encoding, async () => {
      const rows = days.map(({ wall, watts }) => `${iso(wall)},${watts},7\n`).join('');
      const file = Buffer.concat([time, Buffer.from(','), power, Buffer.from('(kW),x\n'), Buffer.from(rows)]);
      const decoded = await decodeTrace(file);
      expect(decoded.encoding).to.equal(encoding);
      const trace = readMade(decoded.text);
      expect(trace.reading.unit).to.equal('kW');
      expect(starts(trace)).to.deep.equal(
        wanted(days).map(([start, watts]) => [start, Math.round(watts * 1e4) / 10]),
      );
    });
  }
});

describe('a zone in the name of a column', () => {
  it('is named where --tz says otherwise', () => {
    const warned = (zone: string, mark: string) =>
      readMade(
        lines('Time (UTC),power', ({ wall, watts }) => `${iso(wall).slice(0, 19)}${mark},${watts}`),
        { zone: new Zone(zone) },
      ).reading.warnings.join();
    expect(warned('Europe/Berlin', '')).to.equal(
      'the column Time (UTC) says UTC, --tz says Europe/Berlin, which counts',
    );
    expect(warned('+00:00', '')).to.equal('');
    expect(warned('Europe/Berlin', 'Z')).to.equal('');
  });
});

describe('exports that lack something', () => {
  const errors: Record<string, [string, RegExp]> = {
    'the year': [
      lines(
        'Month,Day,Hour,AC System Output (W)',
        ({ wall, watts }) => `7,11,${new Date(wall).getUTCHours()},${watts}`,
      ),
      /months and days stand there without a year.*measured and not simulated/,
    ],
    'the date': [
      lines('Uhrzeit;Leistung (W)', ({ wall, watts }) => `${iso(wall).slice(11, 16)};${watts}`),
      /the column Uhrzeit holds times of day without their date/,
    ],
    'which of two sensors is meant, though their times differ': [
      lines(
        'entity_id,state,last_changed',
        ({ wall, watts }) =>
          `sensor.pv_power,${watts},${iso(wall + 1234)}\nsensor.house_power,300,${iso(wall + 421_000)}`,
      ),
      /2 devices.*entity_id tells apart.*such as --device "sensor.pv_power"/,
    ],
    'what the device generates': [
      lines('time,grid_power_w,house_power_w', ({ wall, watts }) => `${iso(wall)},${400 - watts},400`),
      /no column holds generated power or energy: grid_power_w, house_power_w.*--value-column/,
    ],
  };
  for (const [what, [text, error]] of Object.entries(errors)) {
    it(`error: ${what}`, () => expect(() => readMade(text)).to.throw(error));
  }
  it('error: a data file of a Solar-Log', async () => {
    const error = await decodeTrace(Buffer.from('m[mi++]="11.07.24 20:55:00|123;130"\n')).then(
      () => '',
      (reason: Error) => reason.message,
    );
    expect(error).to.include('JavaScript, such as the data files of a Solar-Log, not CSV');
  });
});
