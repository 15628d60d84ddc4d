import { decodeRegisters } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { CounterReadings, PER_WATT_HOUR, type Sample } from '../src/counters/readings';

const SECONDS = 900;
const WATTS = 4_000;

describe('readings of counters', () => {
  const sample = (time: number, exported: number, imported?: number, modulus?: number): Sample => {
    const count = (value: number) => ({
      count: BigInt(value) * PER_WATT_HOUR,
      step: PER_WATT_HOUR,
      modulus: modulus === undefined ? undefined : BigInt(modulus) * PER_WATT_HOUR,
    });
    return {
      time,
      exported: count(exported),
      ...(imported === undefined ? {} : { imported: count(imported) }),
    };
  };
  function read(samples: readonly Sample[]) {
    const counters = new CounterReadings(SECONDS, WATTS);
    const readings: [number, bigint][] = [];
    const codes: string[] = [];
    for (const one of samples) {
      const taken = counters.take(one);
      for (const { start, seconds, value } of taken.readings) {
        expect(seconds).to.equal(SECONDS);
        readings.push([start, value]);
      }
      codes.push(...taken.refusals.map(({ code }) => code));
    }
    return { readings, codes };
  }

  it('takes the sample nearest to each boundary', () => {
    const samples = [
      sample(880, 1_000),
      sample(905, 1_005),
      sample(1_400, 1_300),
      sample(1_795, 1_500),
      sample(1_860, 1_560),
      sample(2_700, 1_900),
    ];
    expect(read(samples)).to.deep.equal({
      readings: [
        [900, 495n],
        [1_800, 400n],
      ],
      codes: [],
    });
  });

  it('leaves a gap where no sample is within a tenth of the interval', () => {
    const { readings, codes } = read([
      sample(0, 10),
      sample(900, 20),
      sample(1_700, 30),
      sample(1_900, 40),
      sample(2_700, 50),
      sample(3_600, 60),
      sample(7_200, 100),
      sample(8_100, 110),
    ]);
    expect(readings).to.deep.equal([
      [0, 10n],
      [2_700, 10n],
      [7_200, 10n],
    ]);
    expect(codes).to.deep.equal([]);
  });

  it('does not believe a glitch to 0 and back, nor one upwards', () => {
    for (const glitch of [0, 5_000_000])
      expect(
        read([
          sample(0, 100_000),
          sample(450, glitch, undefined, 2 ** 32),
          sample(900, 100_800),
          sample(1_799, glitch, undefined, 2 ** 32),
          sample(1_801, 101_000),
        ]),
      ).to.deep.equal({
        readings: [
          [0, 800n],
          [900, 200n],
        ],
        codes: glitch === 0 ? ['counter-back', 'counter-back'] : ['above-capacity', 'above-capacity'],
      });
  });

  it('counts on when a counter starts again at its end, if it can have got there', () => {
    const end = 2 ** 32;
    const { readings, codes } = read([
      sample(0, end - 300, undefined, end),
      sample(900, 100, undefined, end),
      sample(1_800, 300, undefined, end),
    ]);
    expect(readings).to.deep.equal([
      [0, 400n],
      [900, 200n],
    ]);
    expect(codes).to.deep.equal([]);
    expect(
      read([sample(0, end - 9_000, undefined, end), sample(900, 100, undefined, end)]).readings,
    ).to.deep.equal([]);
    expect(read([sample(0, end - 300), sample(900, 100)]).codes).to.deep.equal(['counter-back']);
  });

  it('goes on with a counter that was replaced, without the interval of the change', () => {
    const { readings, codes } = read([
      sample(0, 100_000),
      sample(900, 100_500),
      sample(1_000, 3),
      sample(1_100, 20),
      sample(1_200, 40),
      sample(1_800, 400),
      sample(2_700, 900),
    ]);
    expect(readings).to.deep.equal([
      [0, 500n],
      [1_800, 500n],
    ]);
    expect(codes).to.deep.equal(['counter-back', 'counter-back', 'counter-reset']);
  });

  it("states both registers of a meter, and holds each to the connection's capacity", () => {
    const counters = new CounterReadings(SECONDS, WATTS);
    counters.take(sample(0, 100, 7_000));
    const { readings } = counters.take(sample(900, 150, 7_900));
    expect(readings.map(({ value, extra }) => [value, decodeRegisters(extra!)])).to.deep.equal([
      [-850n, { exported: 50, imported: 900 }],
    ]);
    const taken = counters.take(sample(1_800, 160, 9_000));
    expect(taken.readings).to.deep.equal([]);
    expect(taken.refusals.map(({ code }) => code)).to.deep.equal(['above-capacity']);
  });

  it('refuses samples that are not newer, and loses nothing of a Wh', () => {
    expect(read([sample(0, 5), sample(0, 6), sample(-1, 4)]).codes).to.deep.equal(['not-newer', 'not-newer']);
    const tenths = (time: number, count: number): Sample => ({
      time,
      exported: { count: (BigInt(count) * PER_WATT_HOUR) / 10n, step: PER_WATT_HOUR / 10n },
    });
    const values = [0, 4, 8, 12, 16, 20].map((count, i) => tenths(i * SECONDS, count));
    expect(read(values).readings.map(([, value]) => value)).to.deep.equal([0n, 0n, 1n, 0n, 1n]);
  });
});
