import { concat, u8, u16 } from '@commonwire/sdk/core';
import { Kind, type Report } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { close, kindOf } from '../../src/domain';
import {
  closeAll,
  closeInput,
  DAY,
  GOLDEN_SPOT,
  HOUR,
  judgeReports,
  MINUTE,
  makeDevice,
  makePolicy,
  makeReport,
  NOON,
  northOf,
  registryOf,
  signed,
} from './support';

const QUARTER = 15 * MINUTE;
const TEMPERATURE = 1;
/** A thermometer up to 60 °C. */
const thermometer = makeDevice(0, { kind: Kind.sensor, h3Cell: GOLDEN_SPOT, capacity: 60_000 });

const extra = (quantity: number, samples = 15) => concat(u8(quantity), u16(samples));

const judge = (changes: Partial<Report>, device = thermometer) =>
  judgeReports(device, [{ value: 21_000n, extra: extra(TEMPERATURE), ...changes }])[0];

/** Reports with these values for quarters of an hour from noon on; none where undefined. */
const quarters = (values: readonly (number | undefined)[], quantity = TEMPERATURE): Partial<Report>[] =>
  values.flatMap((value, i) =>
    value === undefined ? [] : [{ start: NOON + i * QUARTER, value: BigInt(value), extra: extra(quantity) }],
  );

/** Returns the code or outcome of each, in one epoch that ends with the last. */
const codes = (reports: readonly Partial<Report>[], policy = makePolicy(), device = thermometer) => {
  const { start = NOON, seconds = QUARTER } = reports.at(-1)!;
  return judgeReports(device, reports, { policy, sealed: start + seconds }).map(([code]) => code);
};

/** Values that change a little from quarter to quarter. */
const moving = (count: number, from = 20_000): number[] =>
  Array.from({ length: count }, (_, i) => from + ((i * 7919) % 101));

const repeat = (code: string, count: number): string[] => Array<string>(count).fill(code);

describe('rules of sensors', () => {
  it('score the measured seconds, whatever was measured', () => {
    expect(judge({})).to.deep.equal(['accepted', 900n]);
    expect(judge({ value: -5_000n })).to.deep.equal(['accepted', 900n]);
  });
  it('no-place and away-from-cell: more than 300 m', () => {
    expect(judge({}, { ...thermometer, h3Cell: 0n })).to.deep.equal(['no-place', 0n]);
    expect(judge(northOf(GOLDEN_SPOT, 299.9))).to.deep.equal(['accepted', 900n]);
    expect(judge(northOf(GOLDEN_SPOT, 300.1))).to.deep.equal(['away-from-cell', 0n]);
  });
  it('bad-extra: anything other than a quantity and a count', () => {
    for (const length of [0, 1, 2, 4, 255]) {
      expect(judge({ extra: new Uint8Array(length) })).to.deep.equal(['bad-extra', 0n]);
    }
  });
  it('unknown-quantity', () => {
    for (const quantity of [0, 9, 255]) {
      expect(judge({ extra: extra(quantity) })).to.deep.equal(['unknown-quantity', 0n]);
    }
  });
  it('out-of-bounds: each quantity has its own bounds', () => {
    const bounds: [number, number, number][] = [
      [1, -40_000, 60_000],
      [2, 0, 100_000],
      [3, 300_000, 1_100_000],
      [4, 0, 75_000],
      [5, 0, 1_000_000],
      [6, 0, 2_000_000],
      [7, 300_000, 10_000_000],
      [8, 15_000, 140_000],
    ];
    const large = { ...thermometer, capacity: 20_000_000 };
    for (const [quantity, least, most] of bounds) {
      const at = (value: number) => judge({ value: BigInt(value), extra: extra(quantity) }, large)![0];
      expect([at(least - 1), at(least), at(most), at(most + 1)], `quantity ${quantity}`).to.deep.equal([
        'out-of-bounds',
        'accepted',
        'accepted',
        'out-of-bounds',
      ]);
    }
  });
  it('above-capacity: more than the device can show, with either sign', () => {
    const small = { ...thermometer, capacity: 30_000 };
    expect(judge({ value: 30_000n }, small)![0]).to.equal('accepted');
    expect(judge({ value: 30_001n }, small)![0]).to.equal('above-capacity');
    expect(judge({ value: -30_001n }, small)![0]).to.equal('above-capacity');
  });

  describe('too-few-samples', () => {
    it('in an interval: less than 67 %', () => {
      // 10.05 of 15 samples are needed.
      expect(judge({ extra: extra(TEMPERATURE, 11) })).to.deep.equal(['accepted', 900n]);
      expect(judge({ extra: extra(TEMPERATURE, 10) })).to.deep.equal(['too-few-samples', 0n]);
      expect(judge({ extra: extra(TEMPERATURE, 0) })).to.deep.equal(['too-few-samples', 0n]);
    });
    it('in an hour: two quarters are not enough, three are', () => {
      const two = [20_001, 20_002, undefined, undefined, 20_003, 20_004, 20_005, 20_006];
      expect(codes(quarters(two))).to.deep.equal([...repeat('too-few-samples', 2), ...repeat('accepted', 4)]);
      const three = [20_001, 20_002, undefined, 20_003, 20_004];
      expect(codes(quarters(three))).to.deep.equal(repeat('accepted', 4));
    });
    it('in the hour in which the epoch ends: only as far as it is known', () => {
      expect(codes(quarters([20_001]))).to.deep.equal(['accepted']);
      expect(codes(quarters([undefined, 20_001]))).to.deep.equal(['too-few-samples']);
    });
    it('in an hour: reports counted in the previous epoch count', () => {
      const [one, two, three, four] = quarters(moving(4)).map((changes) => signed(thermometer, changes));
      const results = closeAll(
        registryOf([thermometer]),
        [
          [one!, two!],
          [three!, four!],
        ],
        makePolicy(),
      );
      expect(results.map(({ totals }) => totals.accepted)).to.deep.equal([2, 2]);
      const [, late] = closeAll(registryOf([thermometer]), [[], [three!, four!]], makePolicy());
      expect(late!.totals).to.include({ accepted: 0, zeroed: 2 });
    });
    it('in an hour: rejected intervals and those with too few samples do not count', () => {
      const reports = quarters(moving(5));
      for (const i of [1, 2]) reports[i] = { ...reports[i], extra: extra(TEMPERATURE, 3) };
      expect(codes(reports)).to.deep.equal([...repeat('too-few-samples', 4), 'accepted']);
    });
  });

  describe('jump', () => {
    it('rejects a reading that differs from both neighbours by more than 15 °C', () => {
      const up = [20_000, 20_010, 35_021, 20_020, 20_030];
      expect(codes(quarters(up))).to.deep.equal(['accepted', 'accepted', 'jump', 'accepted', 'accepted']);
      const less = [20_000, 20_010, 35_010, 20_020, 20_030];
      expect(codes(quarters(less))).to.deep.equal(repeat('accepted', 5));
    });
    it('rejects more than 3 °C per minute between short intervals', () => {
      const minutes = (values: readonly number[]) =>
        values.map((value, i) => {
          const start = NOON + i * MINUTE;
          return { start, seconds: MINUTE, value: BigInt(value), extra: extra(TEMPERATURE, 1) };
        });
      const spike = (height: number) => codes(minutes([20_000, 20_001, 20_000 + height, 20_000, 20_003]));
      expect(spike(3_000)).to.deep.equal(repeat('accepted', 5));
      expect(spike(3_100)[2]).to.equal('jump');
    });
    it('accepts a lasting step, as from a cold front', () => {
      const front = [35_000, 35_010, 12_000, 12_010, 12_020];
      expect(codes(quarters(front))).to.deep.equal(repeat('accepted', 5));
    });
    it('accepts a change across a gap', () => {
      const gap = [20_000, 20_001, 20_002, undefined, 40_000, 40_001, 40_002, 40_003];
      expect(codes(quarters(gap))).to.deep.equal(repeat('accepted', 7));
    });
  });

  describe('frozen-value', () => {
    const PRESSURE = 3;
    const barometer = { ...thermometer, capacity: 1_100_000 };
    const pressures = (values: readonly (number | undefined)[]) =>
      codes(quarters(values, PRESSURE), makePolicy(), barometer);

    it('rejects a whole stretch of more than 2 h of constant pressure', () => {
      const before = moving(4, 900_000);
      const after = moving(3, 900_000);
      expect(pressures([...before, ...Array<number>(8).fill(901_000), ...after])).to.deep.equal(
        repeat('accepted', 15),
      );
      expect(pressures([...before, ...Array<number>(9).fill(901_000), ...after])).to.deep.equal([
        ...repeat('accepted', 4),
        ...repeat('frozen-value', 9),
        // Three quarters are left of the hour in which the stretch ends.
        ...repeat('accepted', 3),
      ]);
    });
    it('continues through a gap', () => {
      const held = Array<number | undefined>(10).fill(901_000);
      held[4] = undefined;
      expect(pressures(held)).to.deep.equal(repeat('frozen-value', 9));
    });
    it('is known across epochs, even after their reports are forgotten', () => {
      const reports = quarters(Array<number>(16).fill(901_000), PRESSURE);
      const epochs = reports.map((changes) => [signed(barometer, changes)]);
      const policy = makePolicy({ late_seconds: HOUR });
      const results = closeAll(registryOf([barometer]), epochs, policy, (epoch) => NOON + epoch * QUARTER);
      expect(results.map(({ verdicts }) => verdicts[0]!.reasons[0])).to.deep.equal([
        ...Array<undefined>(8).fill(undefined),
        ...repeat('frozen-value', 8),
      ]);
    });
    it('does not count for an hour', () => {
      const before = moving(4, 900_000);
      const after = moving(3, 900_000);
      expect(pressures([...before, ...Array<number>(10).fill(901_000), ...after])).to.deep.equal([
        ...repeat('accepted', 4),
        ...repeat('frozen-value', 10),
        ...repeat('too-few-samples', 2),
        'accepted',
      ]);
    });
    it('accepts fog, clean air and calm, which stay constant for days', () => {
      const still = (quantity: number, value: number) =>
        codes(quarters(Array<number>(26 * 4).fill(value), quantity), makePolicy(), {
          ...thermometer,
          capacity: 1_000_000,
        }).filter((code) => code === 'frozen-value').length;
      expect(still(2, 95_000)).to.equal(0);
      expect(still(2, 94_999)).to.equal(26 * 4);
      expect(still(5, 1_000)).to.equal(0);
      expect(still(5, 1_001)).to.equal(26 * 4);
      expect(still(4, 0)).to.equal(0);
      expect(still(4, 3_000)).to.equal(26 * 4);
      expect(still(1, 20_000)).to.equal(26 * 4);
    });
    it('frozen-value: a value that rests at a bound for longer than the weather does', () => {
      const frozen = (quantity: number, value: number, hours: number) =>
        codes(
          quarters(Array<number>(hours * 4).fill(value), quantity),
          makePolicy({ late_seconds: 400_000 }),
          {
            ...thermometer,
            capacity: 1_000_000,
          },
        ).filter((code) => code === 'frozen-value').length;
      expect(frozen(2, 100_000, 72)).to.equal(0);
      expect(frozen(2, 100_000, 73)).to.equal(73 * 4);
      expect(frozen(4, 0, 48)).to.equal(0);
      expect(frozen(4, 0, 49)).to.equal(49 * 4);
      expect(frozen(5, 1_000, 49)).to.equal(49 * 4);
    });
  });

  it('use the tables of the policy', () => {
    const policy = makePolicy({
      sensor: { place_metres: 50, samples_ppm: 1_000_000, quantities: { temperature: { most: 25_000 } } },
    });
    const at = (changes: Partial<Report>) =>
      judgeReports(thermometer, [{ value: 21_000n, extra: extra(TEMPERATURE), ...changes }], {
        policy,
      })[0]![0];
    expect(at({})).to.equal('accepted');
    expect(at({ value: 25_001n })).to.equal('out-of-bounds');
    expect(at({ extra: extra(TEMPERATURE, 14) })).to.equal('too-few-samples');
    expect(at(northOf(GOLDEN_SPOT, 60))).to.equal('away-from-cell');
  });

  it('never count more seconds than a day has, and do not depend on the order of arrival', () => {
    const registry = registryOf([thermometer]);
    const reading = fc.record({
      start: fc.nat(47).map((half) => NOON + half * 30 * MINUTE),
      seconds: fc.constantFrom(30 * MINUTE, HOUR),
      value: fc.integer({ min: -50_000, max: 70_000 }).map(BigInt),
      extra: fc.tuple(fc.nat(9), fc.nat(70)).map(([quantity, samples]) => extra(quantity, samples)),
    });
    const both = fc
      .array(reading, { maxLength: 30 })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(both, ([list, other]) => {
        const [one, two] = [list, other].map((reports) => {
          const sent = reports.map((changes) => signed(thermometer, changes));
          const { verdicts } = close(closeInput(registry, sent, {}, NOON + DAY));
          return verdicts.map(({ evidence, outcome, reasons, score }) => ({
            hash: evidence.hash,
            outcome,
            reasons,
            score,
          }));
        });
        expect(two).to.deep.equal(one);
        expect(one!.reduce((sum, { score }) => sum + score, 0n) <= BigInt(DAY + HOUR)).to.equal(true);
      }),
      { numRuns: 40 },
    );
  });

  it('never throw, whatever the extra bytes', () => {
    const rules = kindOf(Kind.sensor)!;
    const policy = makePolicy();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5 }),
        fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
        (extra, value) => {
          const finding = rules.check(makeReport(thermometer, { extra, value }), thermometer, policy);
          if (!finding) expect(value >= -40_000n && value <= 2_000_000n).to.equal(true);
        },
      ),
    );
  });
});
