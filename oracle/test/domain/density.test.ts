import { concat, u8, u16 } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { cellToCenterChild, cellToParent, getResolution, gridDisk, latLngToCell } from 'h3-js';
import { close } from '../../src/domain';
import { densityWeights, type Occupant, verifiedLoad } from '../../src/domain/density';
import { cellAround } from '../../src/domain/place';
import {
  closeAll,
  closeInput,
  GOLDEN,
  GOLDEN_SPOT,
  MINUTE,
  makeDevice,
  makePolicy,
  NOON,
  northOf,
  registryOf,
  signed,
} from './support';

const policy = makePolicy({ cell_capacity: { energy: 10_000, sensor: 2 } });
const CELL = cellToParent(GOLDEN_SPOT.toString(16), 10);
const id = (cell: string) => BigInt(`0x${cell}`);

const occupant = (index: number, capacity: number, activated = 1, changes = {}): Occupant => ({
  device: makeDevice(index, { capacity, h3Cell: GOLDEN_SPOT, ...changes }),
  activated,
});

describe('density', () => {
  it('a cell fills up: a device that fits partly counts by that part, the next one not at all', () => {
    const list = [occupant(0, 6_000), occupant(1, 6_000), occupant(2, 1_000)];
    expect(densityWeights(list, policy)).to.deep.equal([1_000_000, 666_666, 0]);
  });
  it('devices are ordered by activation, then by index, whatever their order in the input', () => {
    const list = [occupant(0, 6_000, 3), occupant(1, 6_000, 2), occupant(2, 6_000, 2), occupant(3, 6_000, 9)];
    expect(densityWeights(list, policy)).to.deep.equal([0, 1_000_000, 666_666, 0]);
    expect(densityWeights([...list].reverse(), policy)).to.deep.equal([0, 666_666, 1_000_000, 0]);
  });
  it('each kind fills a cell separately, sensors by their number', () => {
    const sensors = [1, 2, 3].map((index) => occupant(index, 90_000, 1, { kind: Kind.sensor }));
    expect(densityWeights([occupant(0, 10_000), ...sensors], policy)).to.deep.equal([
      1_000_000, 1_000_000, 1_000_000, 0,
    ]);
  });
  it('each cell of resolution 10 fills separately, whatever the resolution of the registered cell', () => {
    const here = [CELL, cellToCenterChild(CELL, 15), GOLDEN_SPOT.toString(16)].map(id);
    const next = id(gridDisk(CELL, 1).find((cell) => cell !== CELL)!);
    const list = [...here, next].map((h3Cell, i) => occupant(i, 5_000, 1, { h3Cell }));
    expect(densityWeights(list, policy)).to.deep.equal([1_000_000, 1_000_000, 0, 1_000_000]);
  });
  it('a larger cell uses the capacity of the one at its centre', () => {
    const large = latLngToCell(GOLDEN.latitude, GOLDEN.longitude, 5);
    const middle = cellToCenterChild(large, 10);
    expect(cellAround(id(large), 10)).to.equal(id(middle));
    expect(cellAround(0n, 10)).to.equal(undefined);
    const list = [large, middle].map((cell, i) => occupant(i, 10_000, 1, { h3Cell: id(cell) }));
    expect(densityWeights(list, policy)).to.deep.equal([1_000_000, 0]);
  });

  it('devices never count more than the capacity or less than fits, whatever the order of arrival', () => {
    const anyone = fc.record({
      capacity: fc.integer({ min: 0, max: 8_000 }),
      activated: fc.integer({ min: 1, max: 4 }),
      place: fc.nat(2),
      kind: fc.constantFrom(Kind.energy, Kind.sensor),
    });
    const cells = gridDisk(CELL, 1).slice(0, 3).map(id);
    const lists = fc.array(anyone, { maxLength: 20 }).chain((list) => {
      const occupants = list.map(({ capacity, activated, place, kind }, index) =>
        occupant(index, capacity, activated, { kind, h3Cell: cells[place]! }),
      );
      return fc.tuple(fc.constant(occupants), fc.shuffledSubarray(occupants, { minLength: list.length }));
    });
    const byIndex = (list: readonly Occupant[]) => {
      const weights = densityWeights(list, policy);
      return new Map(list.map(({ device }, i) => [device.index, weights[i]!]));
    };
    fc.assert(
      fc.property(lists, ([list, other]) => {
        const weights = byIndex(list);
        for (const [index, weight] of byIndex(other)) expect(weights.get(index)).to.equal(weight);
        for (const cell of cells) {
          for (const [kind, most] of [
            [Kind.energy, 10_000],
            [Kind.sensor, 2],
          ] as const) {
            // Sensors share a far larger cell, in which all three are.
            const here = list.filter(
              ({ device }) => device.kind === kind && (kind === Kind.sensor || device.h3Cell === cell),
            );
            const load = ({ device }: Occupant) => (kind === Kind.sensor ? 1 : device.capacity);
            const all = here.reduce((sum, one) => sum + load(one), 0);
            const counted = here.reduce((sum, one) => sum + load(one) * weights.get(one.device.index)!, 0);
            expect(counted).to.be.at.most(most * 1_000_000);
            // Only the device that fits partly is rounded down.
            expect(counted).to.be.above(Math.min(all, most) * 1_000_000 - Math.max(1, most));
          }
        }
      }),
    );
  });

  describe('verified units', () => {
    const load = (kind: number, capacity: number, units: bigint, seconds: number) =>
      Number(verifiedLoad(makeDevice(0, { kind, capacity, h3Cell: GOLDEN_SPOT }), units, seconds)) /
      1_000_000;

    it('fill what they need, at most what is registered', () => {
      // 2 Wh in an hour are 2 W on average; a fifth of the capacity on average fills all of it.
      expect(load(Kind.energy, 3_000_000, 2n, 3_600)).to.equal(10);
      expect(load(Kind.energy, 6_000, 1_200n, 3_600)).to.equal(6_000);
      expect(load(Kind.energy, 6_000, 600n, 3_600)).to.equal(3_000);
      expect(load(Kind.bandwidth, 1_000_000, 125_000n * 60n, 60)).to.equal(1_000);
      expect(load(Kind.parking, 100, 1_800n, 3_600)).to.equal(0.5);
      expect(load(Kind.sensor, 60_000, 900n, 3_600)).to.equal(0.25);
      expect(load(Kind.sensor, 60_000, 3_600n, 3_600)).to.equal(1);
    });
    it('3 MW registered and 2 Wh reported leave the cell to the neighbours', () => {
      const ghost = makeDevice(0, { capacity: 3_000_000, h3Cell: GOLDEN_SPOT });
      const neighbours = [1, 2].map((index) => makeDevice(index, { h3Cell: GOLDEN_SPOT }));
      const reports = [
        signed(ghost, { value: 2n }),
        ...neighbours.map((device) => signed(device, { value: 1_000n })),
      ];
      const whole = makePolicy({ cell_capacity: { energy: 3_000_000 } });
      const { verdicts } = close(closeInput(registryOf([ghost, ...neighbours]), reports, { policy: whole }));
      expect(verdicts.map(({ score, reasons }) => [score, reasons])).to.deep.equal([
        [2n, []],
        [1_000n, []],
        [1_000n, []],
      ]);
    });
    it('a burst does not fill a cell for the rest of the epoch', () => {
      const devices = [0, 1].map((index) => makeDevice(index, { capacity: 10_000, h3Cell: GOLDEN_SPOT }));
      const at = (device: number, quarter: number, seconds: number, value: bigint) =>
        signed(devices[device]!, { start: NOON + quarter * 15 * MINUTE, seconds, value });
      const epochs = [
        [at(0, 0, 900, 100n), at(1, 0, 900, 100n)],
        // A minute at full power, which was a third of the epoch's energy for a quarter of an hour's work.
        [at(0, 1, 60, 160n), at(1, 1, 900, 500n)],
      ];
      const last = closeAll(registryOf(devices), epochs, policy, (epoch) => NOON + epoch * 60 * MINUTE).at(
        -1,
      )!;
      expect(last.rewards.map(({ score }) => score)).to.deep.equal([160n, 500n]);
    });
  });

  describe('in an epoch', () => {
    const fleet = [0, 1, 2].map((index) => makeDevice(index, { h3Cell: GOLDEN_SPOT }));
    const registry = registryOf(fleet);
    const at = (device: number, quarter: number, value = 1_000n) =>
      signed(fleet[device]!, { start: NOON + quarter * 15 * MINUTE, value });

    it('cell-full: counts partly or is zeroed; its minutes are claimed anyway', () => {
      const { verdicts, rewards } = close(closeInput(registry, [at(0, 0), at(1, 0), at(2, 0)], { policy }));
      expect(verdicts.map(({ outcome, reasons, score }) => [outcome, reasons, score])).to.deep.equal([
        ['accepted', [], 1_000n],
        ['accepted', ['cell-full'], 666n],
        ['zeroed', ['cell-full'], 0n],
      ]);
      expect(rewards.map(({ score }) => score)).to.deep.equal([1_000n, 666n, 0n]);
    });
    it('a device without a score uses no capacity', () => {
      const { rewards } = close(closeInput(registry, [at(0, 0, 0n), at(1, 0), at(2, 0)], { policy }));
      expect(rewards.map(({ score }) => score)).to.deep.equal([0n, 1_000n, 666n]);
    });
    it('devices that reported in an earlier epoch come first', () => {
      const epochs = [[at(2, 0)], [at(1, 1)], [at(0, 2), at(1, 2), at(2, 2)]];
      const last = closeAll(registry, epochs, policy).at(-1)!;
      expect(last.rewards.map(({ score }) => score)).to.deep.equal([0n, 666n, 1_000n]);
      expect([...last.next.devices.values()].map(({ activated }) => activated)).to.deep.equal([3, 2, 1]);
    });
    it('a key that continues under another index is activated again', () => {
      const old = makeDevice(0, { h3Cell: GOLDEN_SPOT });
      const other = makeDevice(1, { h3Cell: GOLDEN_SPOT });
      const again = makeDevice(2, { h3Cell: GOLDEN_SPOT, key: 'device 0' });
      const moved = registryOf([old, other, again]);
      const report = (device: typeof old, quarter: number) =>
        signed(device, { start: NOON + quarter * 15 * MINUTE });
      const first = close(closeInput(moved, [report(old, 0)], { policy }));
      const second = close(closeInput(moved, [report(other, 1)], { policy, previous: first.next }));
      moved.apply({ kind: 'retired', change: { index: 0, effectiveEpoch: 3n } });
      const reports = [report(other, 2), report(again, 2)];
      const third = close(closeInput(moved, reports, { policy, previous: second.next }));
      expect(third.rewards.map(({ score }) => score)).to.deep.equal([0n, 1_000n, 666n]);
    });
  });

  it('sensors share the capacity of a cell of resolution 7', () => {
    expect(getResolution(CELL)).to.equal(10);
    const spots = [GOLDEN_SPOT, ...gridDisk(CELL, 2).slice(-2).map(id)];
    expect(new Set(spots.map((spot) => cellAround(spot, 10))).size).to.equal(3);
    expect(new Set(spots.map((spot) => cellAround(spot, 7))).size).to.equal(1);
    const sensors = spots.map((h3Cell, index) =>
      makeDevice(index, { kind: Kind.sensor, h3Cell, capacity: 60_000 }),
    );
    const extra = concat(u8(1), u16(15));
    const reports = sensors.map((device) =>
      signed(device, { value: 20_000n, extra, ...northOf(device.h3Cell, 5) }),
    );
    const { verdicts } = close(closeInput(registryOf(sensors), reports, { policy }));
    expect(verdicts.map(({ score }) => score)).to.deep.equal([900n, 900n, 0n]);
  });
});
