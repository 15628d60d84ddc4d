import { sha256 } from '@commonwire/sdk/core';
import { PROGRAM_ID, type RegistryEntry } from '@commonwire/sdk/network';
import {
  type CloseInput,
  type Device,
  type PreviousState,
  Registry,
  type SignedReport,
} from '../../oracle/src/domain';
import {
  type Batch,
  cellAt,
  closeInput,
  HOUR,
  identity,
  makeDevice,
  makeLog,
  NOON,
  signed,
  type TestDevice,
} from '../../oracle/test/domain/support';
import type { World } from '../../oracle/test/support/world';

/** Devices per degree, about 500 m apart, so that each is alone in its cell. */
const GRID = 200;
/** Devices on one line of latitude. */
const LINE = 1000;
/** Reports per log entry. */
const BATCH = 700;
/** The chain's limits on what can be earned. */
export const EMISSION = { maxSupply: 1n << 60n, epochCap: 1n << 50n, halvingEpochs: 0n };

/** Devices registered by one transaction. */
const REGISTERED = 80;

/** Registers solar arrays in a world until it has `count` devices. Returns all of them, by index. */
export function registerFleet({ chain, devices }: World, count: number): TestDevice[] {
  const fleet = [...devices];
  while (fleet.length < count) fleet.push(solarArray(fleet.length));
  for (let i = devices.length; i < count; i += REGISTERED) chain.register(fleet.slice(i, i + REGISTERED));
  return fleet;
}

/** A number of solar arrays, each with a separate owner and cell, and their invented but validly signed reports. */
export class Fleet {
  readonly registry: Registry;

  constructor(readonly size: number) {
    this.registry = Registry.from(this.registrations());
  }

  /**
   * Returns the input for closing an epoch: a log with a report of each device.
   * @param previous the outcome of the previous epoch
   */
  input(previous: PreviousState): CloseInput {
    const epoch = previous.epoch + 1;
    const sealed = NOON + HOUR * epoch;
    const log = makeLog(0, epoch, this.batches(epoch, sealed), {
      sealed,
      ...(previous.heads[0] && { previous: previous.heads[0].head }),
    });
    const limits = { epoch: `${EMISSION.epochCap}`, device: '1000000000000' };
    const input = closeInput(this.registry, [], { previous, limits, logs: [log] }, sealed);
    return { ...input, identity: { ...identity, program: PROGRAM_ID.toBytes() } };
  }

  /** Registrations in batches of 20, as on chain. Their secrets aren't kept because a million would fill the memory. */
  private *registrations(): Generator<RegistryEntry> {
    for (let first = 0; first < this.size; first += 20) {
      const devices: Device[] = [];
      for (let index = first; index < Math.min(first + 20, this.size); index++) {
        const { keyType, deviceKey, owner, kind, h3Cell, capacity } = solarArray(index);
        devices.push({ index, keyType, deviceKey, owner, kind, h3Cell, capacity });
      }
      yield { kind: 'registered', devices };
    }
  }

  /** One by one: reports of a million devices as objects would take more memory than their close. */
  private *batches(epoch: number, at: number): Generator<Batch> {
    for (let first = 0; first < this.size; first += BATCH) {
      const reports: SignedReport[] = [];
      for (let index = first; index < Math.min(first + BATCH, this.size); index++)
        reports.push(reportOf(solarArray(index), NOON + (epoch - 1) * 900));
      yield { at, reports };
    }
  }
}

/** The solar array with an index, with an owner and a cell of its own. */
const solarArray = (index: number): TestDevice =>
  makeDevice(index, { owner: sha256(Buffer.from(`owner ${index}`)), h3Cell: cellAt(place(index)) });

/** The report of a solar array for a quarter of an hour. */
export function reportOf(device: TestDevice, start: number): SignedReport {
  const { latitude, longitude } = place(device.index);
  return signed(device, {
    latitude: Math.round(latitude * 1e7),
    longitude: Math.round(longitude * 1e7),
    start,
    value: BigInt(600 + (device.index % 600)),
  });
}

const place = (index: number) => ({
  latitude: 36 + Math.floor(index / LINE) / GRID,
  longitude: -108 + (index % LINE) / GRID,
});
