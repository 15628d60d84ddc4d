import { mountedCell } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { type CloseResult, close, genesis, verifyDataset, verifyShard } from '../../src/domain';
import { clearMonth, monthAt, SPANS, spanOf, withEnergy, within } from '../../src/domain/kinds/energy/month';
import { readStateLine, stateLine } from '../../src/domain/lines';
import { DeviceStates } from '../../src/domain/shard/states';
import { disk, parentOf } from './cells';
import {
  address,
  closeInput,
  cutOf,
  DAY,
  GOLDEN_SPOT,
  HOUR,
  makeDevice,
  makePolicy,
  NOON,
  northOf,
  registryOf,
  signed,
  type TestDevice,
} from './support';

/** The first day of a span of five, so that an epoch of five days is one. */
const FIRST = Math.ceil(NOON / (5 * DAY)) * 5 * DAY + 19 * HOUR;
const EPOCHS = 7;
const FIXED = mountedCell(GOLDEN_SPOT, 'fixed');
/** Another cell of resolution 4: its centre is more than 40 km away. */
const ELSEWHERE = disk(parentOf(GOLDEN_SPOT, 4), 1).find((cell) => cell !== parentOf(GOLDEN_SPOT, 4))!;

/** One report a day, of the hour after noon. */
interface Plan {
  readonly device: TestDevice;
  readonly wattHours: number;
}

/** Closes seven epochs of five days, and audits each as a whole and by shards of four devices. */
function closeMonths(plans: readonly Plan[], changes: Parameters<typeof makePolicy>[0] = {}): CloseResult[] {
  const registry = registryOf(plans.map(({ device }) => device));
  const { energy, ...others } = changes;
  const policy = makePolicy({
    late_seconds: 6 * DAY,
    device_epoch_cap: '1000000',
    energy: { month_neighbours: 4, month_least_ppm: 0, ...energy },
    ...others,
  });
  const results: CloseResult[] = [];
  const part = (name: string) =>
    results.flatMap(({ parts }) => parts).find(({ sha256 }) => sha256 === name)!.bytes;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const reports = plans.flatMap(({ device, wattHours }) =>
      [0, 1, 2, 3, 4].map((day) =>
        signed(device, {
          start: FIRST + (5 * epoch + day) * DAY,
          seconds: HOUR,
          value: BigInt(wattHours + ((device.index * 31 + (5 * epoch + day) * 17) % 50)),
          ...northOf(device.h3Cell, 0),
        }),
      ),
    );
    const before = results.at(-1);
    const previous = before?.next ?? genesis;
    const at = FIRST + (5 * epoch + 4) * DAY + 2 * HOUR;
    const given = { previous, policy, cut: cutOf(registry, at), shardBits: 2 };
    const result = close(closeInput(registry, reports, given, at));
    results.push(result);
    const { manifest, manifestBytes } = result;
    verifyDataset({ manifestBytes, part, previous });
    for (const shard of manifest.shards.keys())
      expect(
        verifyShard({ manifest, part, before: before?.manifest ?? null, partBefore: part, shard }),
        `shard ${shard}`,
      ).to.equal(null);
  }
  return results;
}

const scoreOf = (results: readonly CloseResult[], index: number): number =>
  results.reduce((sum, { rewards }) => sum + Number(rewards[index]!.score), 0);
const beyond = ({ verdicts }: CloseResult): number[] =>
  verdicts.flatMap(({ evidence, reasons }) =>
    reasons.includes('above-month') ? [evidence.report.index] : [],
  );

const honest = (index: number, changes: Partial<TestDevice> = {}): Plan => ({
  device: makeDevice(index, { h3Cell: FIXED, owner: address(`neighbour ${index}`), ...changes }),
  // From a shaded roof to the best one.
  wattHours: 1_400 + (index % 8) * 90,
});
const neighbours = Array.from({ length: 8 }, (_, i) => honest(i));
const ghosts = (owner: (i: number) => string, count: number, h3Cell = FIXED): Plan[] =>
  Array.from({ length: count }, (_, i) => ({
    device: makeDevice(8 + i, { h3Cell, owner: address(owner(i)) }),
    wattHours: 5_400,
  }));

describe('a rolling month', function () {
  this.timeout(60_000);

  it('bounds what most devices of an area claim, all of one owner, by what the others reach, and pays no more', () => {
    const results = closeMonths([...neighbours, ...ghosts(() => 'ghost', 10)]);
    // Nobody has delivered all month before the sixth epoch.
    expect(results.slice(0, 5).flatMap(beyond)).to.deep.equal([]);
    const last = results.at(-1)!;
    expect(new Set(beyond(last))).to.deep.equal(new Set(Array.from({ length: 10 }, (_, i) => 8 + i)));
    for (const { verdicts, rewards } of results)
      for (const { index, score } of rewards) {
        const own = verdicts.filter(({ evidence }) => evidence.report.index === index);
        expect(own.reduce((sum, one) => sum + one.score, 0n)).to.equal(score);
        expect(own.every(({ outcome }) => outcome === 'accepted' || outcome === 'zeroed')).to.equal(true);
      }
    // In the sixth and seventh epoch, while the others earn as before.
    expect(scoreOf(results.slice(5), 8)).to.be.below(scoreOf(results.slice(5), 7) / 4);
    for (let i = 0; i < 8; i++)
      expect(scoreOf([last], i), `device ${i}`).to.be.within(
        neighbours[i]!.wattHours * 5,
        neighbours[i]!.wattHours * 5 + 250,
      );
    const { unallocated, allocated, budget } = last.totals;
    expect(BigInt(allocated) + BigInt(unallocated)).to.equal(BigInt(budget));
    expect(Number(unallocated)).to.be.below(100);
  });

  it('does not, while too few owners have delivered all month, or where the policy has it off', () => {
    const few = [
      ...neighbours.slice(0, 6),
      ...ghosts(() => 'ghost', 10).map((plan, i) => moved(plan, 6 + i)),
    ];
    expect(closeMonths(few).flatMap(beyond)).to.deep.equal([]);
    const all = [...neighbours, ...ghosts(() => 'ghost', 2)];
    expect(closeMonths(all, { energy: { month_neighbours: 0 } }).flatMap(beyond)).to.deep.equal([]);
  });

  it('owners who report next to nothing take nothing from others, but where these are too few: list them', () => {
    const idle = (from: number, count: number): Plan[] =>
      Array.from({ length: count }, (_, i) => ({
        device: makeDevice(from + i, { h3Cell: FIXED, owner: address(`idle ${i}`) }),
        wattHours: 100,
      }));
    expect(closeMonths([...neighbours, ...idle(8, 16)]).flatMap(beyond)).to.deep.equal([]);
    const few = [...neighbours.slice(0, 3), ...idle(3, 6)];
    expect(new Set(closeMonths(few).flatMap(beyond))).to.deep.equal(new Set([0, 1, 2]));
    const entry = {
      devices: few.slice(3).map(({ device }) => device.index),
      reason: 'Made up.',
      evidence: { sha256: '00'.repeat(32), link: 'https://example.org/' },
      listed: FIRST,
      expires: FIRST + 90 * DAY,
    };
    expect(closeMonths(few, { denylist: { entries: [entry] } }).flatMap(beyond)).to.deep.equal([]);
  });

  it('neighbours can take no more than the policy lets them', () => {
    const all = [...neighbours, ...ghosts(() => 'ghost', 2)];
    expect(closeMonths(all).flatMap(beyond)).to.not.deep.equal([]);
    // These report an hour a day, less than half of a clear month.
    expect(closeMonths(all, { energy: { month_least_ppm: 500_000 } }).flatMap(beyond)).to.deep.equal([]);
  });

  it('compares within an area: a sunny valley is no measure for the next', () => {
    const away = ghosts(() => 'ghost', 2, mountedCell(ELSEWHERE, 'fixed'));
    expect(closeMonths([...neighbours, ...away]).flatMap(beyond)).to.deep.equal([]);
  });

  it('the climate bounds all of them, where made-up arrays of many owners are the majority', () => {
    const many = ghosts((i) => `ghost ${i}`, 12);
    const free = closeMonths([...neighbours, ...many]);
    expect(beyond(free.at(-1)!)).to.deep.equal([]);
    // A tenth, since these report an hour a day.
    const share = 100_000;
    const bounded = closeMonths([...neighbours, ...many], { energy: { month_climate_ppm: share } });
    expect(new Set(beyond(bounded.at(-1)!)).size).to.equal(12);
    const last = spanOf(FIRST + 34 * DAY);
    const most = Math.floor((clearMonth(6_000, 39.742, 'fixed', last) * share) / 1_000_000);
    const month = bounded.at(-1)!.next.devices.get(8)!.month!;
    expect(month.last).to.equal(last);
    expect(month.energy.reduce((sum, one) => sum + one, 0)).to.equal(most);
  });
});

/** The plan under another index. */
const moved = ({ device, wattHours }: Plan, index: number): Plan => ({
  device: makeDevice(index, { h3Cell: device.h3Cell, owner: device.owner }),
  wattHours,
});

describe('the state of a month', () => {
  const month = { last: 100, energy: [1, 2, 3, 4, 5, 6] };

  it('moves on with time, and counts late and early reports in the first and last span', () => {
    expect(monthAt(month, 102)).to.deep.equal({ last: 102, energy: [3, 4, 5, 6, 0, 0] });
    expect(monthAt(month, 1_000).energy).to.deep.equal(new Array(SPANS).fill(0));
    expect(monthAt(month, 99)).to.equal(month);
    const at = (span: number) => withEnergy(month, span * 5 * DAY, 10).energy;
    expect([at(20), at(99), at(101)]).to.deep.equal([
      [11, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 15, 6],
      [1, 2, 3, 4, 5, 16],
    ]);
  });

  it('is the same after it was packed and written, beside a hold and without one', () => {
    const recent = readStateLine(
      `{"index":3,"activated":1,"debt":"0","recent":[[60,60,"${'ab'.repeat(32)}","1","5",0,true,"7"]]}`,
    ).recent;
    const common = { activated: 1, debt: 2n, recent };
    const states = [
      { ...common, index: 0 },
      { ...common, index: 1, month },
      { ...common, index: 2, month, hold: { since: 5, held: 9n } },
      { ...common, index: 3, hold: { since: 5, held: 9n } },
      { ...common, index: 4, recent: [], month },
    ];
    const packed = DeviceStates.from(states);
    expect([...packed.values()]).to.deep.equal(states);
    expect([...packed.holds()].map(([index]) => index)).to.deep.equal([2, 3]);
    for (const state of states) expect(readStateLine(stateLine(state))).to.deep.equal(state);
  });

  it('error: a month of other numbers', () => {
    for (const bad of ['[100,1,2,3,4,5]', '[100,1,2,3,4,5,6.5]', '[100,1,2,3,4,5,-1]'])
      expect(() => readStateLine(`{"index":3,"activated":1,"debt":"0","recent":[],"month":${bad}}`)).to.throw(
        /month|line/,
      );
  });

  it('a bound is used up in order', () => {
    expect(within([3n, 4n, 5n], 6n)).to.deep.equal([3n, 3n, 0n]);
    expect(within([3n, 4n], 7n)).to.deep.equal([3n, 4n]);
  });
});
