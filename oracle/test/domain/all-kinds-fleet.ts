import { concat, KeyType, u8, u16, u32, u64 } from '@commonwire/sdk/core';
import { earns, Kind, type Report, type SignedReport } from '@commonwire/sdk/device';
/** A network of all kinds of devices that earn, and what they report. */
import { kinds } from '../../src/domain/kinds';
import {
  GOLDEN_SPOT,
  MINUTE,
  makeDevice,
  makePolicy,
  NOON,
  northOf,
  registryOf,
  signed,
  type TestDevice,
} from './support';

const CENTRE = northOf(GOLDEN_SPOT, 0);

/** An honest report of each kind, and one that its rules refuse. */
export const samples: Readonly<
  Record<number, { capacity: number; good: Partial<Report>; bad: Partial<Report> }>
> = {
  [Kind.energy]: { capacity: 6_000, good: { value: 1_000n }, bad: { value: 9_000n } },
  [Kind.bandwidth]: {
    capacity: 1_000,
    good: { value: 100_000n, extra: concat(u64(7n), u64(100_007n)) },
    bad: { value: 1_000_000_000n },
  },
  [Kind.parking]: {
    capacity: 4,
    good: { value: 1_800n, extra: u32(3) },
    bad: { value: 10_000n },
  },
  [Kind.sensor]: {
    capacity: 60_000,
    good: { value: 21_000n, extra: concat(u8(1), u16(15)) },
    bad: { value: 70_000n, extra: concat(u8(1), u16(15)) },
  },
  [Kind.meter]: {
    capacity: 11_000,
    good: { value: -200n, extra: concat(u32(50), u32(250)) },
    bad: { value: 200n, extra: concat(u32(50), u32(250)) },
  },
};

/** Three devices of each kind; the middle one of each three has a P-256 key. */
const earning = kinds.filter(({ name }) => earns(name));
export const fleet = earning.flatMap(({ id }, k) =>
  [0, 1, 2].map((i) =>
    makeDevice(3 * k + i, {
      kind: id,
      keyType: i === 1 ? KeyType.p256 : KeyType.ed25519,
      h3Cell: GOLDEN_SPOT,
      capacity: samples[id]!.capacity,
    }),
  ),
);
export const registry = registryOf(fleet);
export const policy = makePolicy({
  epoch_budget: '1000003',
  device_epoch_cap: '1000003',
  reported_use: true,
  kind_shares_ppm: { energy: 400_000, bandwidth: 300_000, parking: 199_999, sensor: 100_000 },
  cell_capacity: { energy: 12_000, bandwidth: 2, parking: 100, sensor: 2 },
  units_for_cap: { bandwidth: 100_000 },
});

export const report = (
  device: TestDevice,
  quarter: number,
  changes: Partial<Report> = samples[device.kind]!.good,
) => signed(device, { start: NOON + quarter * 15 * MINUTE, ...CENTRE, ...changes });

/** Reports of three epochs: every device's quarter of an hour, and of one device of each kind one that is refused. */
export const threeEpochs = (): SignedReport[][] =>
  [0, 1, 2].map((quarter) =>
    fleet.flatMap((device) => [
      report(device, quarter),
      ...(device.index % 3 === quarter ? [report(device, quarter + 1, samples[device.kind]!.bad)] : []),
    ]),
  );
