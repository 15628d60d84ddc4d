import { expect } from 'chai';
import { readTrace, TraceError, type TraceOptions, Zone } from '../../src/trace';

const zone = new Zone('UTC');
const columns = { exported: 'export', imported: 'import' };
const read = (text: string, options: TraceOptions = {}) =>
  readTrace({ text, encoding: 'UTF-8' }, { zone, registers: columns, ...options });
/** Rows of a quarter of an hour each: `[import, export]` in kWh. */
const file = (rows: readonly (readonly [string, string])[], head = 'time,import [kWh],export [kWh]') =>
  [
    head,
    ...rows.map(([a, b], i) => `2026-06-21 ${10 + (i >> 2)}:${['00', '15', '30', '45'][i % 4]},${a},${b}`),
  ].join('\n');
const inKwh = { registers: { exported: 'export [kWh]', imported: 'import [kWh]' } };
const grown = (text: string, options: TraceOptions = inKwh) =>
  read(text, options).series.readings.map(({ registers }) => [registers!.imported, registers!.exported]);
const reasons = (text: string, options: TraceOptions = inKwh) => {
  const { rows, series } = read(text, options);
  return rows.map((_, i) => series.refused.get(i) ?? null);
};

const STEADY = [
  ['1200.1', '800.0'],
  ['1200.35', '800.0'],
  ['1200.35', '801.2'],
  ['1200.352', '801.9'],
] as const;

describe("a meter's registers", () => {
  it('are read as what each grew by, whole Wh', () => {
    expect(grown(file(STEADY))).to.deep.equal([
      [250, 0],
      [0, 1200],
      [2, 700],
    ]);
    const { rows, series, reading } = read(file(STEADY), inKwh);
    expect(rows.map(({ value }) => value)).to.deep.equal([null, -250, 1200, 698]);
    expect(series.readings[0]).to.deep.include({
      start: Date.parse('2026-06-21T10:00:00Z') / 1000,
      seconds: 900,
    });
    expect(reading).to.include({ values: 'registers', unit: 'kWh', readings: 3, interval: 900 });
  });
  it('lose no Wh to rounding, however long they run', () => {
    const rows = Array.from({ length: 50 }, (_, i) => [(98_765.4321 + i * 0.0337).toFixed(4), '0'] as const);
    const sum = grown(file(rows)).reduce((total, [imported]) => total + imported!, 0);
    expect(sum).to.equal(Math.floor(98_765_432.1 + 49 * 33.7) - 98_765_432);
  });
  it('that show less than before were reset: the interval is lost, and no other', () => {
    const reset = file([
      ['1200', '800'],
      ['1201', '801'],
      ['0', '0'],
      ['0.5', '0.1'],
      ['0.4', '0.2'],
      ['0.6', '0.3'],
    ]);
    expect(reasons(reset)).to.deep.equal([
      'no-difference',
      null,
      'register-reset',
      null,
      'register-reset',
      null,
    ]);
    expect(grown(reset)).to.deep.equal([
      [1000, 1000],
      [500, 100],
      [200, 100],
    ]);
    const one = file([
      ['1200', '800'],
      ['1201', '799.5'],
      ['1202', '800'],
    ]);
    expect(reasons(one)).to.deep.equal(['no-difference', 'register-reset', null]);
  });
  it('that miss a quarter tell what passed in half an hour', () => {
    const lines = file(STEADY).split('\n');
    lines.splice(2, 1);
    const { series } = read(lines.join('\n'), inKwh);
    expect(series.readings.map(({ seconds }) => seconds)).to.deep.equal([1_800, 900]);
  });
  it('that are told twice: the same once, others not at all', () => {
    const lines = file(STEADY).split('\n');
    const same = [...lines.slice(0, 3), lines[2], ...lines.slice(3)].join('\n');
    expect(reasons(same)).to.deep.equal(['no-difference', null, 'duplicate', null, null]);
    const other = [...lines.slice(0, 3), lines[2]!.replace('800.0', '800.1'), ...lines.slice(3)].join('\n');
    expect(reasons(other)).to.deep.equal(['no-difference', 'conflict', 'conflict', null, null]);
  });
  it('need both values in a row', () => {
    expect(
      reasons(
        file([
          ['1', '1'],
          ['2', ''],
          ['3', '3'],
        ]),
      ),
    ).to.deep.equal(['no-difference', 'no-value', null]);
  });
  it('error: a column that is none, of power, or the same twice', () => {
    const failure = (text: string, options: TraceOptions): string => {
      try {
        read(text, options);
      } catch (error) {
        if (error instanceof TraceError) return `${error.code} ${error.message}`;
        throw error;
      }
      return 'it went through';
    };
    expect(failure(file(STEADY), {})).to.match(
      /^no-such-column --export-column: there is no column export among/,
    );
    expect(
      failure(file(STEADY, 'time,import,export [W]'), { registers: { ...columns, exported: 'export [W]' } }),
    ).to.match(/^bad-file the column export \[W\] is in W, and a register counts energy/);
    const twice = { exported: 'import [kWh]', imported: 'import [kWh]' };
    expect(failure(file(STEADY), { registers: twice })).to.match(
      /^no-such-column --import-column: both registers/,
    );
  });
});
