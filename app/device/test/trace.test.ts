import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { EnergyMeter, parseTrace, readTrace, toIntervals } from '../src/trace';

const PV = join(__dirname, '..', 'data', 'pv');
const read = (name: string) => readTrace(join(PV, name));
const total = (intervals: { wattHours: bigint }[]) =>
  intervals.reduce((sum, { wattHours }) => sum + wattHours, 0n);

describe('power traces', () => {
  it('reads the fixed array: 10,000 intervals of 15 minutes from 2016-07-01T07:00Z', () => {
    const { samples, stepSeconds } = read('serf_east_15min_ac_power.csv');
    expect(samples).to.have.length(10_000);
    expect(stepSeconds).to.equal(900);
    expect(samples[0]).to.deep.equal({ start: 1_467_356_400, microWatts: -2_860_100n });
    expect(samples.at(-1)).to.deep.equal({ start: 1_476_355_500, microWatts: -2_929_800n });
  });

  it('reads the tracker and the one-minute traces', () => {
    expect(read('nrel_1axis_tracker_mesa_ac_power.csv')).to.include({ stepSeconds: 900 });
    expect(read('serf_east_1min_ac_power.csv')).to.include({ stepSeconds: 60 });
    expect(read('midc_bms_ghi_20220120.csv').samples).to.have.length(1_440);
  });

  // Computed from the files with awk: the sum of positive values times the step, in Wh, rounded down.
  for (const [name, wattHours] of [
    ['serf_east_15min_ac_power.csv', 2_941_907n],
    ['serf_east_1min_ac_power.csv', 69_279n],
    ['nrel_1axis_tracker_mesa_ac_power.csv', 16_613n],
  ] as const) {
    it(`meters ${name} to its known sum`, () => {
      expect(total(toIntervals(read(name)))).to.equal(wattHours);
    });
  }

  it('never states less than zero, and states zero at night', () => {
    const intervals = toIntervals(read('serf_east_15min_ac_power.csv'));
    expect(intervals.every(({ wattHours }) => wattHours >= 0n)).to.equal(true);
    expect(total(intervals.slice(0, 16))).to.equal(0n);
  });

  it('scales the sum by the size of the array', () => {
    const trace = read('serf_east_15min_ac_power.csv');
    const double = total(toIntervals(trace, { numerator: 12_000n, denominator: 6_000n }));
    expect(Number(double - 2n * 2_941_907n)).to.be.within(0, 1);
  });

  for (const [what, line, message] of [
    ['a bad number', '2016-07-01 00:15Z,abc', 'x.csv:3: unreadable-value'],
    ['a local time', '2016-07-01 00:15:00,1', 'x.csv: line 3: the time 2016-07-01 00:15:00 has no offset'],
    ['a missing column', '2016-07-01 00:15Z', 'x.csv:3: no-value'],
    ['an empty line', '', 'x.csv:3: unreadable-time'],
    ['time going backwards', '2016-06-30 23:30Z,1', 'out-of-order'],
    ['half minutes', '2016-07-01 00:15:30Z,1', 'x.csv:3: time is not a whole minute'],
  ] as const) {
    it(`error: ${what}, naming file and line`, () => {
      const text = `time,watts\n2016-07-01 00:00Z,1\n${line}\n2016-07-01 00:30Z,1\n`;
      expect(() => parseTrace(text, 'x.csv')).to.throw(message);
    });
  }

  it('loses no energy, however it is split, and never states more than was delivered', () => {
    const powers = fc.array(fc.bigInt({ min: -5_000_000n, max: 20_000_000_000n }), { maxLength: 200 });
    fc.assert(
      fc.property(
        powers,
        fc.constantFrom(60, 300, 900, 3_600),
        fc.bigInt({ min: 1n, max: 50_000n }),
        (list, seconds, size) => {
          const meter = new EnergyMeter({ numerator: size, denominator: 6_000n });
          let given = 0n;
          let stated = 0n;
          for (const power of list) {
            stated += meter.add(power, seconds);
            given += (power > 0n ? power : 0n) * BigInt(seconds) * size;
            expect(stated).to.equal(given / (3_600_000_000n * 6_000n));
          }
        },
      ),
    );
  });
});
