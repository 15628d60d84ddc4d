import { KeyType, sha256 } from '@commonwire/sdk/core';
import { encodeReport } from '@commonwire/sdk/device';
import type { RegistryEntry } from '@commonwire/sdk/network';
import fc from 'fast-check';
import type { CloseInput, Log, SignedReport } from '../../../src/domain';
import { Registry } from '../../../src/domain';
import {
  address,
  cellAt,
  committee,
  cutOf,
  GOLDEN,
  HOUR,
  hashOfHead,
  identity,
  makeDevice,
  makeLog,
  makePolicy,
  makeReport,
  NOON,
  sign,
  type TestDevice,
} from '../support';

/** Devices of a random network. */
export const SIZE = 14;
const EPOCHS = 3;
const PLACES = [0, 1, 2].map((i) => ({ latitude: GOLDEN.latitude + i / 50, longitude: GOLDEN.longitude }));

/** What one epoch of a random network begins with, without the state before it. */
export type EpochOf = Omit<CloseInput, 'previous' | 'committee'> & { readonly committee: readonly string[] };

/** Some devices share a key or a cell, and some keys are of the other type. */
const anyFleet: fc.Arbitrary<TestDevice[]> = fc
  .array(
    fc.record({ key: fc.nat(9), place: fc.nat(2), p256: fc.nat(6), capacity: fc.constantFrom(4000, 6000) }),
    {
      minLength: SIZE,
      maxLength: SIZE,
    },
  )
  .map((facts) =>
    facts.map(({ key, place, p256, capacity }, index) =>
      makeDevice(index, {
        key: `key ${key}`,
        capacity,
        h3Cell: p256 === 1 ? 1n : cellAt(PLACES[place]!),
        ...(key === p256 && { keyType: KeyType.p256 }),
        owner: address(`owner ${index}`),
      }),
    ),
  );

const anyChange = fc.record({
  index: fc.nat(SIZE - 1),
  retires: fc.boolean(),
  after: fc.integer({ min: 0, max: 2 }),
});

const anyReport = fc.record({
  index: fc.nat(SIZE + 1),
  epoch: fc.integer({ min: 1, max: EPOCHS }),
  slot: fc.nat(4),
  value: fc.constantFrom(300n, 600n, 601n, -1n, 90_000n),
  fault: fc.nat(19),
  seen: fc.uniqueArray(fc.nat(2), { minLength: 1 }),
  late: fc.nat(5),
});
type AnyReport = typeof anyReport extends fc.Arbitrary<infer T> ? T : never;

/** What the first two devices report where equal series are looked for. */
const TWINS: readonly AnyReport[] = [0, 1].flatMap((index) =>
  [1, 2].flatMap((epoch) =>
    ([600n, 601n] as const).map((value, i) => ({
      index,
      epoch,
      slot: 3 * i,
      value,
      fault: 0,
      seen: [index],
      late: 1,
    })),
  ),
);

const anyNetworkOf = (
  equal: fc.Arbitrary<number>,
  listed: fc.Arbitrary<readonly number[]>,
  climate: fc.Arbitrary<number>,
): fc.Arbitrary<readonly EpochOf[]> =>
  fc
    .record({
      facts: anyFleet,
      changes: fc.uniqueArray(anyChange, { maxLength: 5, selector: ({ index }) => index }),
      given: fc.array(anyReport, { minLength: 10, maxLength: 70 }),
      // Holds one or two of the devices above.
      capacity: fc.constantFrom(5000, 9000, 30_000),
      equal,
      listed,
      climate,
    })
    .map(({ facts, changes, given, capacity, equal, listed, climate }) => {
      const fleet = equal > 0 ? facts.with(1, { ...facts[1]!, h3Cell: facts[0]!.h3Cell }) : facts;
      const reports = equal > 0 ? [...given.filter(({ index }) => index > 1), ...TWINS] : given;
      const registry = new Registry();
      registry.apply({ kind: 'registered', devices: fleet.slice(0, SIZE / 2) });
      registry.apply({ kind: 'registered', devices: fleet.slice(SIZE / 2) });
      const owners = fleet.map(({ owner }) => owner);
      const policyIn = (epoch: number) =>
        makePolicy({
          cell_capacity: { energy: capacity },
          equal_readings: equal,
          energy: { month_neighbours: climate > 0 ? 1 : 0, month_climate_ppm: climate },
          denylist: { notice_seconds: 0, entries: epoch < EPOCHS ? listing(listed) : [] },
        });
      const last = new Map<string, string>();
      return Array.from({ length: EPOCHS }, (_, i): EpochOf => {
        const epoch = i + 1;
        for (const { index, retires } of changes.filter(({ after }) => after === i)) {
          const effectiveEpoch = BigInt(epoch);
          const owner = sha256(owners[index]!);
          const entry: RegistryEntry = retires
            ? { kind: 'retired', change: { index, effectiveEpoch } }
            : { kind: 'transferred', change: { index, owner, effectiveEpoch } };
          registry.apply(entry);
          if (!retires) owners[index] = owner;
        }
        const logs = [0, 1, 2].map((oracle) => {
          const mine = reports.filter((one) => one.epoch === epoch && one.seen.includes(oracle));
          const log = logOf(
            oracle,
            epoch,
            mine.map((one) => reportOf(fleet, owners, one, oracle)),
            last,
          );
          last.set(committee[oracle]!, hashOfHead(log));
          return log;
        });
        return {
          identity,
          epoch,
          cut: cutOf(registry),
          limits: { epoch: '1000000000000', device: '1000000000000' },
          registry,
          policy: policyIn(epoch),
          committee,
          logs,
        };
      });
    });

/** Three epochs of a network, each with the logs of three oracles. */
export const anyNetwork = anyNetworkOf(fc.constant(0), fc.constant([]), fc.constant(0));

/**
 * Such a network that looks for equal series, too, bounds months, and holds the pay of some devices in its first two epochs, to
 * pay it in the third.
 */
export const anyGuardedNetwork = anyNetworkOf(
  fc.nat(1),
  fc.uniqueArray(fc.nat(SIZE - 1), { maxLength: 4 }),
  // Of a month that allows some reports.
  fc.constantFrom(500, 1_000_000),
);

const listing = (devices: readonly number[]) =>
  devices.length === 0
    ? []
    : [
        {
          devices: [...devices].sort((a, b) => a - b),
          reason: 'They report what a neighbour measures.',
          evidence: { sha256: 'ab'.repeat(32), link: 'https://example.org/evidence.pdf' },
          listed: NOON - HOUR,
          expires: NOON + 1_000 * HOUR,
        },
      ];

const sealedAt = (epoch: number): number => NOON + epoch * HOUR;

const logOf = (
  oracle: number,
  epoch: number,
  reports: readonly SignedReport[],
  last: Map<string, string>,
): Log =>
  makeLog(
    oracle,
    epoch,
    reports.map((report) => ({ at: sealedAt(epoch) - 60, reports: [report, report] })),
    {
      sealed: sealedAt(epoch) + oracle,
      previous: last.get(committee[oracle]!),
    },
  );

/** Mostly a good report; sometimes one that an oracle should have refused, and only one oracle didn't. */
function reportOf(
  fleet: readonly TestDevice[],
  owners: readonly Uint8Array[],
  { index, epoch, slot, value, fault, late }: AnyReport,
  oracle: number,
): SignedReport {
  const device = fleet[index] ?? makeDevice(index);
  const start = sealedAt(epoch - (late === 0 ? 1 : 0)) - HOUR + slot * 600;
  const place = PLACES.find((one) => cellAt(one) === device.h3Cell) ?? PLACES[0]!;
  const report = makeReport(device, {
    start,
    value,
    owner: fault === 1 ? device.owner : (owners[index] ?? device.owner),
    latitude: Math.round(place.latitude * 1e7),
    longitude: Math.round(place.longitude * 1e7),
    ...(fault === 2 && { kind: 3 }),
    ...(fault === 3 && { seconds: 61 }),
  });
  const bytes = encodeReport(report);
  // A time that no report has, and another network.
  if (fault === 6) bytes.fill(255, 96, 104);
  if (fault === 7) bytes.fill(1, 20, 52);
  const signed = sign(device, bytes);
  if (fault === 4 && oracle === 0) return { ...signed, signature: Buffer.alloc(64, 1).toString('base64') };
  if (fault === 5 && oracle === 1) return { ...signed, signature: Buffer.alloc(64, 255).toString('base64') };
  return signed;
}
