import { expect } from 'chai';
import type { Row } from '../../src/trace/reasons';
import { toSeries as makeSeries, orderRows, type SeriesOptions } from '../../src/trace/series';
import { UNITS } from '../../src/trace/units';

const rowsAt = (...times: number[]): Row[] =>
  times.map((time, i) => ({ line: i + 1, timestamp: '', time, value: i, reason: undefined }));
const toSeries = (rows: Row[], options: Partial<SeriesOptions> = {}) => {
  const ordered = orderRows(rows);
  const series = makeSeries(rows, ordered, { unit: UNITS.get('W')!, isCounter: false, ...options });
  return { ...series, standing: ordered.standing };
};
const intervals = (rows: Row[]) => toSeries(rows).readings.map(({ start, seconds }) => [start, seconds]);

describe('series of a trace', () => {
  it('uses the median step as the interval unless one is given', () => {
    expect(toSeries(rowsAt(0, 900, 1800, 9000)).interval).to.equal(900);
    expect(toSeries(rowsAt(0, 900, 1800), { interval: 60 }).interval).to.equal(60);
    expect(toSeries(rowsAt(0)).interval).to.equal(900);
  });

  it('aligns readings of a jittering clock, so that neighbours touch', () => {
    expect(intervals(rowsAt(0, 60, 121, 180, 240, 299))).to.deep.equal([
      [0, 60],
      [60, 60],
      [120, 60],
      [180, 60],
      [240, 60],
      [300, 60],
    ]);
  });

  it('leaves gaps open and restarts the sequence after them', () => {
    expect(intervals(rowsAt(0, 60, 200, 260, 320, 380))).to.deep.equal([
      [0, 60],
      [60, 60],
      [200, 60],
      [260, 60],
      [320, 60],
      [380, 60],
    ]);
  });

  it('lets no reading overlap the next', () => {
    expect(intervals(rowsAt(0, 900, 1800, 2700, 2760, 2820))).to.deep.equal([
      [0, 900],
      [900, 900],
      [1800, 900],
      [2700, 60],
      [2760, 60],
      [2820, 900],
    ]);
  });

  it('duplicate: the same time and value again; conflict: the same time with another value', () => {
    const rows = rowsAt(0, 900, 900, 1800, 1800, 1800, 2700);
    const same = { ...rows[2]!, value: rows[1]!.value };
    const { refused, standing } = toSeries(rows.with(2, same));
    expect([...refused]).to.deep.equal([
      [2, 'duplicate'],
      [3, 'conflict'],
      [4, 'conflict'],
      [5, 'conflict'],
    ]);
    expect(standing).to.deep.equal([0, 1, 6]);
  });

  it('out-of-order: as few rows as possible, not all rows after one from the future', () => {
    expect([...toSeries(rowsAt(0, 900, 99_999, 1800, 2700, 1200, 3600)).refused]).to.deep.equal([
      [2, 'out-of-order'],
      [5, 'out-of-order'],
    ]);
  });

  it('reads a descending file like an ascending one', () => {
    const rows = rowsAt(2700, 1800, 900, 99_999, 0);
    const { standing, refused } = toSeries(rows);
    expect({ standing, refused: [...refused] }).to.deep.equal({
      standing: [4, 2, 1, 0],
      refused: [[3, 'out-of-order']],
    });
  });

  it('keeps the time of a row without a value, which is not a reading', () => {
    const rows = rowsAt(0, 900, 1800);
    const { refused, standing, interval } = toSeries(
      rows.with(1, { ...rows[1]!, value: null, reason: 'no-value' }),
    );
    expect({ refused: [...refused], standing, interval }).to.deep.equal({
      refused: [[1, 'no-value']],
      standing: [0, 2],
      interval: 900,
    });
  });
});
