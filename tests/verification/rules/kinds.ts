import { concat, toHex, u8, u16, u32, u64 } from '@commonwire/sdk/core';
import { encodeReport, Kind, type Report, reportHash } from '@commonwire/sdk/device';
/** Reports of links, car parks and sensors, and of a device that contradicts itself: at each rule's bound, and at random. */
import { type Device, kindOf } from '../../../oracle/src/domain';
import { judgeDevice } from '../../../oracle/src/domain/history';
import { remember } from '../../../oracle/src/domain/state';
import type { DeviceState, Evidence } from '../../../oracle/src/domain/types';
import { childOf, disk, parentOf, positionIn } from '../../../oracle/test/domain/cells';
import {
  DAY,
  GOLDEN_SPOT,
  HOUR,
  MINUTE,
  makeDevice,
  makePolicy,
  makeReport,
  NOON,
  northOf,
} from '../../../oracle/test/domain/support';
import { randomFrom } from '../faults';
import { type Fixture, type Judged, verdictOf } from './fixture';

type Reported = Partial<Report>;

const QUARTER = 15 * MINUTE;
const policy = makePolicy();

/** One device's reports, epoch after epoch, judged without signatures. */
interface Series {
  readonly device: Device;
  readonly epochs: readonly (readonly Reported[])[];
}

const inOrder = (a: Evidence, b: Evidence): number =>
  a.report.start - b.report.start || (a.hash < b.hash ? -1 : 1);

function evidenceOf(device: Device, changes: Reported): Evidence {
  const report = makeReport(device, changes);
  const hash = toHex(reportHash(encodeReport(report)));
  return { hash, text: '', report, signature: '', epoch: 0, receivedAt: 0, copies: 1 };
}

function ofSeries(series: readonly Series[]): Judged {
  const inputs: string[] = [];
  const verdicts: string[] = [];
  for (const { device, epochs } of series) {
    let state: DeviceState = { index: 0, activated: 1, debt: 0n, recent: [] };
    for (const reports of epochs) {
      const evidence = reports.map((changes) => evidenceOf(device, changes)).sort(inOrder);
      const { judged, recent, owed } = judgeDevice(
        device,
        kindOf(device.kind)!,
        policy,
        state.recent,
        evidence,
      );
      for (const { hash } of evidence) inputs.push(`${device.h3Cell} ${device.capacity} ${hash}`);
      for (const one of judged) verdicts.push(`${verdictOf(one)} ${one.score} ${one.stillSeconds} ${owed}`);
      const paid = judged.map((one) => ({ ...one, paid: one.score }));
      const end = Math.max(0, ...evidence.map(({ report }) => report.start + report.seconds));
      state = remember(state, recent, paid, end - policy.late_seconds);
    }
  }
  return { inputs, verdicts };
}

/** Reports that can't contradict each other: none touches the next. */
const apart = (device: Device, list: readonly Reported[]): Series => ({
  device,
  epochs: [list.map((changes, i) => ({ start: NOON + i * 2 * HOUR, ...changes }))],
});

const atDistances = (...metres: number[]): Reported[] => metres.map((one) => northOf(GOLDEN_SPOT, one));
const every = (step: number, count: number): number[] => Array.from({ length: count }, (_, i) => i * step);
const ofLengths = (...lengths: number[]): Reported[] =>
  lengths.map((length) => ({ extra: new Uint8Array(length) }));
const range = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i);

function links(): Judged {
  const device = makeDevice(0, { kind: Kind.bandwidth, h3Cell: GOLDEN_SPOT, capacity: 1_000 });
  const most = 1_000n * 125n * 900n;
  const counters = (before: bigint, after: bigint) => concat(u64(before), u64(after));
  const last = (1n << 64n) - 1n;
  const values = [-1n, 0n, 1n, most - 1n, most, most + 1n].flatMap((value) => [
    { value },
    { value, extra: counters(5n, 5n + most) },
    { value: value / 15n, seconds: MINUTE },
  ]);
  const counted = [
    [5_000n, 5_999n],
    [5_000n, 6_000n],
    [last, 999n],
    [last, 1_000n],
    [(1n << 32n) - 500n, 500n],
    [0n, last],
  ].map(([before, after]) => ({ extra: counters(before!, after!) }));
  const here = northOf(GOLDEN_SPOT, 0);
  const distances = atDistances(...every(10, 60), 299.9, 300.1, 399.9, 400.1, 4e6);
  const list = [...values, ...counted, ...ofLengths(1, 8, 15, 17, 255)].map((one) => ({ ...here, ...one }));
  return ofSeries([
    apart(device, [...list, ...distances.map((one) => ({ ...one, value: 1_003n }))]),
    apart({ ...device, h3Cell: 0n }, [here]),
  ]);
}

function carParks(): Judged {
  const device = makeDevice(0, { kind: Kind.parking, h3Cell: GOLDEN_SPOT, capacity: 4 });
  const values = [-1n, 0n, 1n, 3_599n, 3_600n, 3_601n].map((value) => ({ value }));
  const changed = [...range(355, 365), 0, 0xffff_ffff].map((changes) => ({
    value: 600n,
    extra: u32(changes),
  }));
  const neighbours = disk(GOLDEN_SPOT, 2).map((cell) => ({ value: 600n, ...positionIn(cell) }));
  const distances = atDistances(...every(0.5, 60));
  const list = [...values, ...changed, ...ofLengths(1, 3, 5, 255), ...neighbours, ...distances];
  const cells = [parentOf(GOLDEN_SPOT, 11), childOf(GOLDEN_SPOT, 14), 0n];
  return ofSeries([
    apart(device, list),
    ...cells.map((h3Cell) => apart({ ...device, h3Cell }, [{ value: 600n }])),
  ]);
}

const extra = (quantity: number, samples = 60): Uint8Array => concat(u8(quantity), u16(samples));

/** Each quantity by its byte: its bounds, and how far it may go from one quarter of an hour to the next. */
const quantities = Object.values(policy.sensor.quantities).map((limits, i) => ({
  quantity: i + 1,
  ...limits,
}));
const sensor = makeDevice(0, { kind: Kind.sensor, h3Cell: GOLDEN_SPOT, capacity: 100_000_000 });

function sensorReports(): Judged {
  const bounds = quantities.flatMap(({ quantity, least, most }) =>
    [least - 1, least, most, most + 1].map((value) => ({ value: BigInt(value), extra: extra(quantity) })),
  );
  const unknown = [0, 9, 255].map((quantity) => ({ extra: extra(quantity) }));
  const thin = range(30, 45).map((samples) => ({ extra: extra(1, samples) }));
  const distances = atDistances(...every(25, 20), 299.9, 300.1).map((one) => ({
    ...one,
    extra: extra(1),
  }));
  const warm = [-30_001n, -30_000n, 30_000n, 30_001n].map((value) => ({ value, extra: extra(1) }));
  // Values of their own, so that none stands still.
  const hours = (list: readonly Reported[]) =>
    list.map((one, i) => ({ seconds: HOUR, value: 20_000n + BigInt(i), ...one }));
  return ofSeries([
    apart(sensor, hours([...bounds, ...unknown, ...ofLengths(0, 1, 2, 4, 255), ...thin, ...distances])),
    apart({ ...sensor, capacity: 30_000 }, hours(warm)),
    apart({ ...sensor, h3Cell: 0n }, hours([{ extra: extra(1) }])),
  ]);
}

/** Walks of every quantity over two days, in three epochs: some readings leap, stand still, are thin or missing. */
function sensorWalks(): Judged {
  const walks = quantities.flatMap(({ quantity, least, most, jump, jump_minute, frozen_seconds }) =>
    [0, 1, 2].map((seed): Series => {
      const random = randomFrom(1_000 * quantity + seed);
      const seconds = seed === 2 ? HOUR : QUARTER;
      const step = Math.min(jump, (jump_minute * seconds) / 60);
      const reports: Reported[] = [];
      let [value, still] = [(least + most) / 2, 0];
      for (let start = NOON; start < NOON + 2 * DAY; start += seconds) {
        if (still > 0) still--;
        else if (random() < 0.03) still = Math.round((frozen_seconds / seconds) * (0.5 + random()));
        else value += step * (random() - 0.5) * (random() < 0.1 ? 6 : 0.2);
        value = Math.round(Math.min(most, Math.max(least, value)));
        // A single reading that leaps by about as much as it may.
        const leap = random() < 0.05 ? Math.round(step * (0.8 + 0.4 * random())) : 0;
        if (random() < 0.08) continue;
        const samples = Math.round((seconds / 60) * (random() < 0.1 ? random() : 1));
        const shown = Math.min(most, value + leap);
        reports.push({ start, seconds, value: BigInt(shown), extra: extra(quantity, samples) });
      }
      const third = Math.ceil(reports.length / 3);
      return { device: sensor, epochs: [0, 1, 2].map((i) => reports.slice(i * third, (i + 1) * third)) };
    }),
  );
  const rest = quantities.map(({ quantity, rest_below, rest_above, least, most }): Series => {
    const [low, high] = [Math.max(least, rest_below), Math.min(most, rest_above)];
    const still = (from: number, day: number): Reported[] =>
      every(HOUR, 26).map((second) => ({
        start: NOON + day * 2 * DAY + second,
        seconds: HOUR,
        value: BigInt(from),
        extra: extra(quantity, 60),
      }));
    return { device: sensor, epochs: [low, low + 1, high - 1, high].map(still) };
  });
  return ofSeries([...walks, ...rest]);
}

/** A device whose reports take the same minutes, come again, or count on as they shouldn't. */
function histories(): Judged {
  const device = makeDevice(0);
  const series = range(1, 40).map((seed): Series => {
    const random = randomFrom(seed);
    const epochs = range(0, 3).map((epoch) =>
      range(1, 5).map((): Reported => {
        const quarter = epoch * 4 + Math.floor(random() * 10);
        const start = NOON + quarter * QUARTER + (random() < 0.1 ? MINUTE : 0);
        const odd = random() < 0.2 ? BigInt(Math.round(6_000 * (random() - 0.5))) : 0n;
        const seconds = random() < 0.1 ? 2 * QUARTER : QUARTER;
        const value = random() < 0.6 ? 100n : BigInt(Math.floor(random() * 200));
        return { start, seconds, value, sequence: BigInt(start) / 60n + odd };
      }),
    );
    return { device, epochs: epochs.map(distinct) };
  });
  return ofSeries(series);
}

/** A log's copies of one report are one report. */
const distinct = (reports: readonly Reported[]): Reported[] => [
  ...new Map(
    reports.map((one) => [`${one.start} ${one.seconds} ${one.value} ${one.sequence}`, one]),
  ).values(),
];

export const kindFixtures: readonly Fixture[] = [
  { name: 'links', judge: links },
  { name: 'car parks', judge: carParks },
  { name: 'sensors, each report by itself', judge: sensorReports },
  { name: 'sensors over time', judge: sensorWalks },
  { name: 'a device that contradicts itself', judge: histories },
];
