import { expect } from 'chai';
import { measured } from '../../../tests/verification/traces';
import { type CloseResult, close, genesis, partsBefore, verifyDataset, verifyShard } from '../../src/domain';
import { disk, parentOf } from './cells';
import {
  closeInput,
  cutOf,
  GOLDEN_SPOT,
  HOUR,
  MINUTE,
  makeDevice,
  makeLog,
  makePolicy,
  NOON,
  northOf,
  registryOf,
  signed,
  type TestDevice,
} from './support';

const QUARTER = 15 * MINUTE;
/** Midnight UTC: a day's readings are compared from here on. */
const MIDNIGHT = Math.floor(NOON / 86_400) * 86_400;
/** Morning there to the afternoon, all in one UTC day. */
const TIMES = Array.from({ length: 24 }, (_, i) => MIDNIGHT + 15 * HOUR + i * QUARTER);

const array = (index: number, changes: Partial<TestDevice> = {}) =>
  makeDevice(index, { h3Cell: GOLDEN_SPOT, capacity: 6_000, ...changes });

const valuesOf = (seed: number) => TIMES.map((_, i) => BigInt(600 + ((i * 7_919 + seed * 104_729) % 500)));

const reportsOf = (device: TestDevice, values: readonly bigint[], times = TIMES) =>
  times.map((start, i) => signed(device, { start, value: values[i]!, ...northOf(device.h3Cell, 0) }));

interface EpochPlan {
  readonly at: number;
  readonly reports: ReturnType<typeof signed>[];
}

/** Closes epochs one after another, by shards of two devices, and audits each of them as a whole and by shards. */
function closeEpochs(
  fleet: readonly TestDevice[],
  epochs: readonly EpochPlan[],
  policy = makePolicy({ equal_readings: 12 }),
): CloseResult[] {
  const registry = registryOf(fleet);
  const results: CloseResult[] = [];
  const part = (name: string) =>
    results.flatMap(({ parts }) => parts).find(({ sha256 }) => sha256 === name)!.bytes;
  for (const { at, reports } of epochs) {
    const before = results.at(-1);
    const previous = before?.next ?? genesis;
    const result = close(
      closeInput(registry, reports, { previous, policy, cut: cutOf(registry, at), shardBits: 1 }, at),
    );
    results.push(result);
    const { manifest, manifestBytes } = result;
    verifyDataset({ manifestBytes, part, previous });
    for (const shard of manifest.shards.keys()) {
      const input = { manifest, part, before: before?.manifest ?? null, partBefore: part, shard };
      expect(partsBefore(manifest, input.before, shard, part).length > 0).to.equal(before !== undefined);
      expect(verifyShard(input), `shard ${shard}`).to.equal(null);
    }
  }
  return results;
}

const EVENING = MIDNIGHT + 22 * HOUR;
const rewardsOf = ({ rewards }: CloseResult) => rewards.map(({ reward }) => reward);

describe('equal series', () => {
  it('twelve keys with one series share one pay, and honest neighbours keep theirs', () => {
    const copying = Array.from({ length: 12 }, (_, i) => array(i));
    const honest = [array(12), array(13)];
    const reports = [
      ...copying.flatMap((device) => reportsOf(device, valuesOf(1))),
      ...honest.flatMap((device, i) => reportsOf(device, valuesOf(2 + i))),
    ];
    const policy = makePolicy({ device_epoch_cap: '1000000', equal_readings: 12 });
    const [result] = closeEpochs([...copying, ...honest], [{ at: EVENING, reports }], policy);
    const rewards = rewardsOf(result!);
    expect(rewards.slice(1, 12)).to.deep.equal(new Array(11).fill(0n));
    const [first, ...others] = [rewards[0]!, ...rewards.slice(12)];
    expect(Number(first + others[0]! + others[1]!)).to.be.within(999_997, 1_000_000);
    const zeroed = result!.verdicts.filter(({ reasons }) => reasons.includes('equal-series'));
    expect(zeroed).to.have.length(11 * TIMES.length);
    expect(zeroed.every(({ outcome, score }) => outcome === 'zeroed' && score === 0n)).to.equal(true);
  });

  it('are not compared unless the policy asks for it', () => {
    const copying = [array(0), array(1)];
    const reports = copying.flatMap((device) => reportsOf(device, valuesOf(1)));
    const [result] = closeEpochs(copying, [{ at: EVENING, reports }], makePolicy());
    expect(rewardsOf(result!)).to.deep.equal([500_000n, 500_000n]);
  });

  it('whoever follows ten minutes behind is the copy, also if it leaves out the zeros of the night', () => {
    const [honest, copy] = [array(0), array(1)];
    const at = (time: number, device: TestDevice, start: number, value: bigint) => ({
      at: time,
      reports: reportsOf(device, [value], [start]),
    });
    const day = TIMES.flatMap((start, i) => [
      at(start + QUARTER, honest, start, valuesOf(1)[i]!),
      at(start + QUARTER + 10 * MINUTE, copy, start, valuesOf(1)[i]!),
    ]);
    const dusk = TIMES.at(-1)! + QUARTER;
    const night = [0, 1, 2].map((i) => at(dusk + (i + 1) * QUARTER, honest, dusk + i * QUARTER, 0n));
    const registry = registryOf([honest, copy]);
    const changes = { policy: makePolicy({ equal_readings: 12 }), cut: cutOf(registry, EVENING) };
    const log = makeLog(0, 1, [...day, ...night], { sealed: EVENING });
    const result = close({ ...closeInput(registry, [], changes, EVENING), logs: [log] });
    expect(rewardsOf(result)).to.deep.equal([600_000n, 0n]);
  });

  it('whoever sent its readings first keeps its pay, however late it was registered', () => {
    const [copy, original] = [array(0), array(1)];
    const early = reportsOf(original, valuesOf(1));
    const late = reportsOf(copy, valuesOf(1));
    const results = closeEpochs(
      [copy, original],
      [
        { at: EVENING, reports: early },
        { at: EVENING + HOUR, reports: [...late, ...reportsOf(original, [777n], [EVENING - HOUR])] },
      ],
      makePolicy({ late_seconds: 129_600, equal_readings: 12 }),
    );
    expect(rewardsOf(results[0]!)[1]! > 0n).to.equal(true);
    // The day has one reading more by now, so the copy isn't whole.
    expect(rewardsOf(results[1]!)[0]! > 0n).to.equal(true);
    const nextDay = MIDNIGHT + 25 * HOUR;
    const whole = closeEpochs(
      [copy, original],
      [
        { at: EVENING, reports: early },
        { at: nextDay + HOUR, reports: [...late, ...reportsOf(original, [777n], [nextDay])] },
      ],
    );
    expect(rewardsOf(whole[1]!)[0]).to.equal(0n);
  });

  it('compares within a neighbourhood and a kind, and only readings that tell', () => {
    const home = parentOf(GOLDEN_SPOT, 8);
    const elsewhere = disk(home, 1).find((cell) => cell !== home)!;
    const pairs: [string, TestDevice[], readonly bigint[]][] = [
      ['another cell of resolution 8', [array(0), array(1, { h3Cell: elsewhere })], valuesOf(1)],
      ['levels', [array(0), array(1)], TIMES.map((_, i) => BigInt(600 + 50 * Math.floor(i / 3)))],
      ['a coarse meter', [array(0), array(1)], valuesOf(1).map((value) => (value / 100n) * 100n)],
      ['too few readings', [array(0), array(1)], valuesOf(1).slice(0, 11)],
    ];
    for (const [what, fleet, values] of pairs) {
      const reports = fleet.flatMap((device) => reportsOf(device, values, TIMES.slice(0, values.length)));
      const [result] = closeEpochs(fleet, [{ at: EVENING, reports }]);
      expect(
        result!.verdicts.some(({ reasons }) => reasons.includes('equal-series')),
        what,
      ).to.equal(false);
    }
  });

  it('no two measured days are alike: shifted to the same hours, they share few telling readings', () => {
    const wattHours = measured().fixed.samples.map(({ watts }) => Math.round(watts / 4));
    const days = Array.from({ length: Math.floor(wattHours.length / 96) }, (_, day) =>
      wattHours.slice(day * 96, (day + 1) * 96),
    );
    let most = 0;
    for (const [i, one] of days.entries())
      for (const other of days.slice(i + 1)) {
        const same = one.filter((value, k) => value >= 20 && value === other[k]);
        most = Math.max(most, same.length);
      }
    expect(days.length).to.be.greaterThan(50);
    expect(most).to.be.lessThan(12);
  });
});
