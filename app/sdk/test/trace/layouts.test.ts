import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { decodeTrace } from '../../src/trace';
import { type Made, madeDays, readMade, starts, wanted } from './made-up-days';

const days = madeDays();
const iso = (wall: number): string => new Date(wall).toISOString();
const plain = (made: readonly Made[] = days): string[] =>
  made.map(({ wall, watts }) => `${iso(wall)};${watts}`);
const expectRead = (text: string, options = {}, made: readonly Made[] = days) => {
  const read = starts(readMade(text, options));
  const expected = wanted(made);
  const at = expected.findIndex((reading, i) => read[i]?.join() !== reading.join());
  expect(read[at], `reading ${at}`).to.deep.equal(expected[at]);
  expect(read).to.have.length(expected.length);
};
const lines = (...parts: (string | readonly string[])[]): string => parts.flat().join('\n');

describe('layouts of a file', () => {
  const heads: Record<string, string[]> = {
    'a preamble': ['Plant;Roof 7', 'Owner;A. Person', '', 'time;power'],
    'a preamble with numbers and dates': [
      'Created;2024-07-20 10:00',
      'Serial;123456',
      'Peak;5000',
      '',
      'time;power',
    ],
    'a preamble longer than the rows': ['a;b;c;d;e;f;g;h', '1;2;3;4;5;6;7;8', 'time;power'],
    'forty lines of preamble': [
      ...Array.from({ length: 40 }, (_, i) => `key ${i};value ${i}`),
      '',
      'time;power',
    ],
    'units below the names': ['time;power', '[UTC];[W]'],
    'units above the names': [';W', 'time;power'],
    comments: ['# site: A', '# unit: W', '#', 'time;power'],
    'a header that is a comment': ['#time;power'],
    'sep=': ['sep=;', 'time;power'],
    'no header': [],
    'a header in quotes': ['"time";"power; net of losses"'],
  };
  for (const [name, head] of Object.entries(heads)) {
    it(name, () => {
      expectRead(lines(head, plain()));
      expect(readMade(lines(head, plain())).rows).to.have.length(days.length);
    });
  }

  it('passes over lines with --skip', () => {
    expectRead(lines('2024-01-01T00:00Z;7', '2024-01-01T00:15Z;9', 'time;power', plain()), { skip: 2 });
  });

  it('headers again in the middle, as of files put together', () => {
    expectRead(lines('time;power', plain(days.slice(0, 100)), 'time;power', plain(days.slice(100))));
  });

  it('each line in quotes as a whole', () => {
    expectRead(
      lines(
        '"time,power"',
        plain().map((line) => `"${line.replace(';', ',')}"`),
      ),
    );
  });

  it('a quote that is never closed', () => {
    const open = plain().map((line, i) => (i === 5 ? line.replace(';', ';"') : line));
    expectRead(lines('time;power', open));
  });

  it('columns divided by bars, tabs or blanks', () => {
    for (const mark of ['|', '\t', '   ']) {
      expectRead(
        lines(
          `time${mark}power`,
          plain().map((line) => line.replace(';', mark).replace('Z', '+00:00')),
        ),
      );
    }
  });

  it('a day in each row', () => {
    const head = ['Date', ...days.slice(0, 96).map(({ wall }) => iso(wall).slice(11, 16))];
    const rows = [0, 1, 2].map((day) => {
      const part = days.slice(day * 96, day * 96 + 96);
      return [iso(part[0]!.wall).slice(0, 10), ...part.map(({ watts }) => watts)].join(';');
    });
    const text = lines('Plant;Roof;W', '', head.join(';'), rows);
    expectRead(text);
    expect(readMade(text).reading.warnings.join()).to.include('one row a day and 96 values');
  });

  it('a day in each row, with times at the ends of intervals', () => {
    const ends = days.slice(0, 96).map(({ wall }) => iso(wall + 900_000).slice(11, 16));
    const rows = [0, 1, 2].map((day) => {
      const part = days.slice(day * 96, day * 96 + 96);
      return [iso(part[0]!.wall).slice(0, 10), ...part.map(({ watts }) => watts)].join(';');
    });
    expectRead(lines(['Date', ...ends].join(';'), rows));
  });

  it('a day in each row, hours numbered', () => {
    const hourly = madeDays(3, 60);
    for (const name of ['H', 'Hour ', '']) {
      const head = ['Datum', ...Array.from({ length: 24 }, (_, i) => `${name}${i + 1}`)].join(';');
      const rows = [0, 1, 2].map((day) => {
        const part = hourly.slice(day * 24, day * 24 + 24);
        return [iso(part[0]!.wall).slice(0, 10), ...part.map(({ watts }) => watts)].join(';');
      });
      expectRead(lines(head, rows), {}, hourly);
    }
  });

  it('a day in each column', () => {
    const head = ['Zeit', ...[0, 1, 2].map((day) => iso(days[day * 96]!.wall).slice(0, 10))].join(';');
    const rows = Array.from({ length: 96 }, (_, i) =>
      [iso(days[i]!.wall).slice(11, 16), ...[0, 1, 2].map((day) => days[day * 96 + i]!.watts)].join(';'),
    );
    expectRead(lines(head, rows));
  });

  it('one device of several, by --device', () => {
    const rows = days.flatMap(({ wall, watts }) =>
      ['INV1', 'INV2', 'INV3'].map((name, k) => `${iso(wall)};${name};${watts * (k + 1)}`),
    );
    const text = lines('time;inverter;power', rows);
    expectRead(text, { device: 'INV1' });
    expectRead(text, { device: 'inverter=INV1' });
    expect(() => readMade(text)).to.throw(/3 devices.*inverter tells apart \(INV1, INV2, INV3\).*--device/);
    expect(() => readMade(text, { device: 'INV9' })).to.throw('--device: there is no device INV9');
  });

  const columns: Record<string, [string, (made: Made) => string]> = {
    'power, not its factor, temperature or the grid': [
      'time;Power factor;Temperature;Grid import (W);Battery power;AC power;Load power',
      ({ wall, watts }) => `${iso(wall)};0.98;31.5;120;-40;${watts};777`,
    ],
    'Leistung, not Spannung or Zählerstand': [
      'Zeit;Spannung (V);Zählerstand (kWh);Leistung (W);Frequenz',
      ({ wall, watts }) => `${iso(wall)};230.1;1000.5;${watts};50.01`,
    ],
    'puissance active, not réactive': [
      'horodatage;puissance réactive (var);puissance active (W)',
      ({ wall, watts }) => `${iso(wall)};13;${watts}`,
    ],
    'production, not consumption': [
      'time;Consumption (W);Production (W)',
      ({ wall, watts }) => `${iso(wall)};500;${watts}`,
    ],
    'AC, not DC': [
      'time;DC Power (W);AC Power (W)',
      ({ wall, watts }) => `${iso(wall)};${watts * 1.04};${watts}`,
    ],
    'the only other column': ['time;roof', ({ wall, watts }) => `${iso(wall)};${watts}`],
  };
  for (const [name, [head, line]] of Object.entries(columns)) {
    it(`chooses ${name}`, () => expectRead(lines(head, days.map(line))));
  }

  it('error: columns that are all something else', () => {
    const text = lines(
      'time;Temperature;Power factor',
      days.map(({ wall }) => `${iso(wall)};20.5;0.97`),
    );
    expect(() => readMade(text)).to.throw(
      /no column holds generated power or energy: Temperature, Power factor.*--value-column/,
    );
  });

  it('extra-cells: decimal commas in a file separated by commas', () => {
    const text = lines(
      'time,solar,load',
      days.map(({ wall, watts }) => `${iso(wall)},${String(watts).replace('.', ',')},400`),
    );
    const { rows, reading } = readMade(text);
    for (const [i, { reason, value }] of rows.entries()) {
      if (Number.isInteger(days[i]!.watts)) expect(value).to.equal(days[i]!.watts);
      else expect(reason).to.equal('extra-cells');
    }
    expect(reading.warnings.join()).to.match(/lines have more cells than the header.*decimal commas/);
  });

  it('implausible-time: clocks that were wrong', () => {
    for (const time of ['1970-01-01T00:00Z', '2105-01-01T00:00Z', '2036-02-07T06:28Z']) {
      const rows = plain();
      rows.splice(100, 0, `${time};5`);
      const { rows: read, series } = readMade(lines('time;power', rows));
      expect(read[100]!.reason, time).to.equal('implausible-time');
      expect(series.readings).to.have.length(days.length);
    }
  });

  it('error: intervals of more than an hour', () => {
    const daily = Array.from({ length: 30 }, (_, i) => `2024-06-${String(i + 1).padStart(2, '0')};12.5`);
    expect(() => readMade(lines('Date;Energy (kWh)', daily))).to.throw(
      'the values are 1 d apart, and a report covers 60 to 3600 s',
    );
  });

  it('puts values of seconds together to minutes', () => {
    const seconds = Array.from(
      { length: 600 },
      (_, i) => `${iso(Date.UTC(2024, 6, 11, 10) + i * 1000)};${i}`,
    );
    const { series, reading } = readMade(lines('time;power', seconds));
    expect(series.readings).to.have.length(10);
    expect(series.readings[0]).to.deep.include({ seconds: 60, wattHours: 29.5 / 60 });
    expect(series.readings[0]!.rows).to.have.length(60);
    expect(reading.warnings.join()).to.include('put together to minutes');
  });
});

describe('counters', () => {
  const count = (from: number, each: (total: number, i: number) => number = (total) => total): string[] => {
    let total = from;
    return [
      `${iso(days[0]!.wall)};${each(total, -1)}`,
      ...days.map(({ wall, watts }, i) => {
        total += watts / 4;
        return `${iso(wall + 900_000)};${each(total, i)}`;
      }),
    ];
  };
  const close = (text: string, options = {}) => {
    const read = starts(readMade(text, options));
    const far = wanted(days).filter(
      ([start, watts], i) => read[i]?.[0] !== start || Math.abs(read[i]![1] - watts) > 0.2,
    );
    expect(far).to.deep.equal([]);
  };
  it('that run on', () => {
    close(lines('time;Total yield (Wh)', count(18_894_500)));
    expect(readMade(lines('time;Total yield (Wh)', count(5))).reading).to.include({
      values: 'counter',
      times: 'end',
    });
  });
  it('without a name that says so', () => close(lines('time;state', count(18_894_500)), { unit: 'Wh' }));
  it('that begin again each day', () => {
    let total = 0;
    const rows = days.map(({ wall, watts }, i) => {
      total = i % 96 === 0 ? 0 : total + days[i - 1]!.watts / 4;
      return [`${iso(wall)};${total}`, watts];
    });
    const { series, reading } = readMade(
      lines(
        'time;E-Today (Wh)',
        rows.map(([line]) => String(line)),
      ),
    );
    expect(reading.values).to.equal('counter');
    const sum = series.readings.reduce((all, { wattHours }) => all + wattHours, 0);
    const made = days.reduce((all, { watts }) => all + watts / 4, 0);
    expect(sum).to.be.closeTo(made, 1);
  });
  it('that roll over', () =>
    close(
      lines(
        'time;Meter reading (Wh)',
        count(990_000, (total) => total % 1_000_000),
      ),
    ));
  it('not: energy of intervals, whatever it is called', () => {
    const text = lines(
      'time;Total energy (Wh)',
      days.map(({ wall, watts }) => `${iso(wall)};${watts / 4}`),
    );
    expect(readMade(text).reading.values).to.equal('energy');
    expectRead(text);
  });
  it('not: the power of a morning', () => {
    const morning = days.slice(24, 52);
    const text = lines('time;value', plain(morning));
    expect(readMade(text).reading.values).to.equal('power');
  });
  it('as the option says', () => {
    const text = lines('time;value', count(5));
    expect(readMade(text, { counter: true, unit: 'Wh' }).reading.values).to.equal('counter');
    expect(readMade(text, { counter: false }).reading.values).to.equal('power');
  });
});

describe('bytes of a file', () => {
  const text = lines('time;Leistung (W) süd', plain());
  const utf16 = (mark: boolean): Uint8Array => Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
  const swapped = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes).swap16();
  const forms: Record<string, [Uint8Array, string]> = {
    'UTF-8': [Buffer.from(text), 'UTF-8'],
    'UTF-8 with a mark': [Buffer.from(`\uFEFF${text}`), 'UTF-8'],
    'UTF-16': [utf16(true), 'UTF-16LE'],
    'UTF-16 without a mark': [utf16(false), 'UTF-16LE'],
    'UTF-16 the other way round': [swapped(utf16(true)), 'UTF-16BE'],
    'Windows-1252': [Buffer.from(text, 'latin1'), 'Windows-1252'],
    'lines ended by CR': [Buffer.from(text.replaceAll('\n', '\r')), 'UTF-8'],
    'mixed ends of lines': [Buffer.from(text.replace('\n', '\r\n').replaceAll('5\n', '5\r')), 'UTF-8'],
    gzip: [gzipSync(text), 'UTF-8 in gzip'],
  };
  for (const [name, [bytes, encoding]] of Object.entries(forms)) {
    it(name, async () => {
      const decoded = await decodeTrace(bytes);
      expect(decoded.encoding).to.equal(encoding);
      expectRead(decoded.text);
    });
  }
  const others: Record<string, string | Uint8Array> = {
    JSON: '{"energy": {"unit": "Wh"}}',
    'a ZIP archive': 'PK\x03\x04\x14\x00',
    'a spreadsheet \\(.xlsx\\)': 'PK\x03\x04\x14\x00\x00\x00[Content_Types].xml',
    'a spreadsheet \\(.ods\\)': 'PK\x03\x04\x14\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet',
    'a spreadsheet of an old Office': Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]),
    'a PDF': '%PDF-1.7',
    'a web page': '<!DOCTYPE html><table>',
    XML: '<?xml version="1.0"?><a/>',
    'an SQLite database': 'SQLite format 3\0',
    'a Parquet file': 'PAR1\x15\x04',
    'packed with xz': Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    'a binary file': Buffer.from(Array.from({ length: 400 }, (_, i) => (i * 7) % 256)),
    damaged: gzipSync(text).subarray(0, 200),
  };
  for (const [name, bytes] of Object.entries(others)) {
    it(`error: ${name}, with what to do`, async () => {
      const error = await decodeTrace(Buffer.from(bytes as string, 'latin1')).then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error?.message).to.match(new RegExp(`${name}.*: .*(save|export|unpack|convert|ask|copy)`));
    });
  }
});
