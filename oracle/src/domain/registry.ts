import { equal, toHex } from '@commonwire/sdk/core';
import { FIRST_REGISTRY_HASH, type RegistryEntry, registryHashAfter } from '@commonwire/sdk/network';
import { DomainError } from './errors';
import { Devices, type SharedDevices } from './shard/devices';
import type { Device, RegistryView, Standing } from './types';

/** A transfer or a retirement. */
export type OwnerEntry = Exclude<RegistryEntry, { kind: 'registered' }>;

/** The size and hash of the registry after a change. */
interface Mark {
  readonly hash: Uint8Array;
  readonly deviceCount: number;
  readonly ownerChanges: number;
}

interface Placed {
  readonly entry: OwnerEntry;
  /** How many owner changes came before; `deviceCount` is how many registrations did. */
  readonly position: number;
  readonly deviceCount: number;
}

/** The data that all views of a registry share. It only grows, so existing views never change. */
interface Contents {
  readonly devices: Devices;
  readonly changes: Placed[];
  /** Changes in order, by device; most devices have none. */
  readonly byDevice: Map<number, Placed[]>;
}

/** A registry that grows change by change like the one on chain. It can be viewed as of any earlier cut. */
export class Registry {
  readonly #contents: Contents = { devices: new Devices(), changes: [], byDevice: new Map() };
  readonly #marks: Mark[] = [{ hash: FIRST_REGISTRY_HASH, deviceCount: 0, ownerChanges: 0 }];
  /** Positions in `#marks` by hex hash. */
  readonly #places = new Map([[toHex(FIRST_REGISTRY_HASH), 0]]);

  /** Builds a registry from its changes. @throws DomainError as {@link apply} does */
  static from(entries: Iterable<RegistryEntry>): Registry {
    const registry = new Registry();
    for (const entry of entries) registry.apply(entry);
    return registry;
  }

  /** The number of changes. */
  get length(): number {
    return this.#marks.length - 1;
  }

  get deviceCount(): number {
    return this.#contents.devices.length;
  }

  /** All devices as they were registered, by index. */
  get registered(): readonly Device[] {
    return devicesOf(this.#contents, 0, this.deviceCount);
  }

  /** Running hash over every change, 32 bytes. */
  get hash(): Uint8Array {
    return this.#marks.at(-1)!.hash;
  }

  /** Transfers and retirements, in order, without the first `from`. */
  *ownerEntries(from = 0): Generator<OwnerEntry> {
    const { changes } = this.#contents;
    for (let i = from; i < changes.length; i++) yield changes[i]!.entry;
  }

  /** A device's transfers and retirement, in order. */
  ownerEntriesOf(index: number): readonly OwnerEntry[] {
    return this.#contents.byDevice.get(index)?.map(({ entry }) => entry) ?? [];
  }

  /**
   * Applies the next change. If `announced` is given, the new running hash must be equal to it.
   * @throws DomainError, leaving the registry unchanged: `registry-gap` if the change isn't for the next device or for
   * a registered one, `registry-differs` if it leads to a different hash
   */
  apply(entry: RegistryEntry, announced?: Uint8Array): void {
    const hash = registryHashAfter(this.hash, entry);
    if (announced && !equal(hash, announced))
      throw new DomainError(
        'registry-differs',
        `it leads to the hash ${toHex(hash)}, not ${toHex(announced)}`,
      );
    if (entry.kind === 'registered') this.#add(entry.devices);
    else this.#change(entry);
    const { devices, changes } = this.#contents;
    this.#places.set(toHex(hash), this.#marks.length);
    this.#marks.push({ hash, deviceCount: devices.length, ownerChanges: changes.length });
  }

  /** Whether this hex hash is the registry's current hash or an earlier one. */
  has(hash: string): boolean {
    return this.#places.has(hash);
  }

  /** The view of an epoch as of a cut with this hex hash. @throws DomainError `registry-behind` for an unknown hash */
  at(hash: string, epoch: number): RegistryView {
    const place = this.#places.get(hash);
    if (place === undefined)
      throw new DomainError('registry-behind', `the ${this.length} known changes do not lead to ${hash}`);
    return new View(this.#contents, this.#marks[place]!, epoch);
  }

  /** What {@link viewOf} needs for the view of {@link at}. @throws DomainError `registry-behind` for an unknown hash */
  snapshot(hash: string, epoch: number): RegistrySnapshot {
    const place = this.#places.get(hash);
    if (place === undefined)
      throw new DomainError('registry-behind', `the ${this.length} known changes do not lead to ${hash}`);
    const mark = this.#marks[place]!;
    const { devices, changes } = this.#contents;
    return {
      mark,
      epoch,
      devices: devices.shared(mark.deviceCount),
      changes: changes.slice(0, mark.ownerChanges),
    };
  }

  /** The view of an epoch as of the latest change. */
  in(epoch: number): RegistryView {
    return new View(this.#contents, this.#marks.at(-1)!, epoch);
  }

  #add(devices: readonly Device[]): void {
    for (const [i, { index }] of devices.entries()) {
      if (index === this.deviceCount + i) continue;
      throw new DomainError('registry-gap', `got device ${index}, expected device ${this.deviceCount + i}`);
    }
    for (const device of devices) this.#contents.devices.push(device);
  }

  #change(entry: OwnerEntry): void {
    const { devices, changes } = this.#contents;
    const { index } = entry.change;
    if (index >= devices.length)
      throw new DomainError('registry-gap', `device ${index} has ${entry.kind} and is not registered`);
    addChange(this.#contents, { entry, position: changes.length, deviceCount: devices.length });
  }
}

function addChange({ changes, byDevice }: Contents, placed: Placed): void {
  const { index } = placed.entry.change;
  changes.push(placed);
  const before = byDevice.get(index);
  if (before) before.push(placed);
  else byDevice.set(index, [placed]);
}

const devicesOf = ({ devices }: Contents, first: number, end: number): Device[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, i) => devices.at(first + i)!);

/** A view of a registry as plain data, which another thread can be given: the devices stay in shared memory. */
export interface RegistrySnapshot {
  readonly mark: Mark;
  readonly epoch: number;
  readonly devices: SharedDevices;
  readonly changes: readonly Placed[];
}

/**
 * A snapshot of some devices only, with all changes of owner. Whoever makes it from a dataset's lines takes the rest on
 * trust: only all changes lead to the registry's hash.
 */
export function partialSnapshot(
  devices: SharedDevices,
  entries: readonly OwnerEntry[],
  { deviceCount, epoch, hash }: { deviceCount: number; epoch: number; hash: Uint8Array },
): RegistrySnapshot {
  const changes = entries.map((entry, position) => ({ entry, position, deviceCount }));
  return { mark: { hash, deviceCount, ownerChanges: changes.length }, epoch, devices, changes };
}

/** The view that a snapshot is of. */
export function viewOf({ mark, epoch, devices, changes }: RegistrySnapshot): RegistryView {
  const contents: Contents = { devices: new Devices(devices), changes: [], byDevice: new Map() };
  for (const placed of changes) addChange(contents, placed);
  return new View(contents, mark, epoch);
}

class View implements RegistryView {
  constructor(
    private readonly contents: Contents,
    private readonly mark: Mark,
    private readonly epoch: number,
  ) {}

  get deviceCount(): number {
    return this.mark.deviceCount;
  }

  get hash(): Uint8Array {
    return this.mark.hash;
  }

  device(index: number): Device | undefined {
    const device = this.registered(index);
    const last = this.changesOf(index).findLast(isTransfer);
    return device && last ? { ...device, owner: last.change.owner } : device;
  }

  isRetired(index: number): boolean {
    return this.changesOf(index).at(-1)?.kind === 'retired';
  }

  standing(index: number, owner: Uint8Array, epoch = this.epoch): Standing {
    const device = this.registered(index);
    if (!device) return 'stranger';
    const changes = this.changesOf(index, epoch);
    if (changes.length === 0) return equal(device.owner, owner) ? 'owner' : 'stranger';
    const transfers = changes.filter(isTransfer);
    const owners = [device.owner, ...transfers.map(({ change }) => change.owner)];
    const place = owners.findLastIndex((one) => equal(one, owner));
    if (place < 0) return 'stranger';
    // At most one transfer takes effect in an epoch: the next waits until the first is in a ledger.
    const isFresh = transfers.at(-1)?.change.effectiveEpoch === BigInt(epoch);
    return place >= owners.length - (isFresh ? 2 : 1) ? 'owner' : 'former-owner';
  }

  *entries(from = 0): Generator<RegistryEntry> {
    const { changes } = this.contents;
    // Devices and changes of owner before a place are as many as come before it.
    const skipped = changes.findIndex(({ position, deviceCount }) => position + deviceCount >= from);
    const first = skipped < 0 ? changes.length : skipped;
    let listed = from - first;
    const upTo = (end: number): RegistryEntry[] => {
      const added = devicesOf(this.contents, listed, end);
      listed = end;
      return added.length > 0 ? [{ kind: 'registered', devices: added }] : [];
    };
    for (const { entry, deviceCount } of changes.slice(first, this.mark.ownerChanges)) {
      yield* upTo(deviceCount);
      yield entry;
    }
    yield* upTo(this.deviceCount);
  }

  private registered(index: number): Device | undefined {
    return index < this.deviceCount ? this.contents.devices.at(index) : undefined;
  }

  /** A device's changes that are in effect in an epoch, in order. */
  private changesOf(index: number, epoch = this.epoch): OwnerEntry[] {
    const changes = this.contents.byDevice.get(index);
    if (!changes) return NO_CHANGES;
    return changes
      .filter(({ position }) => position < this.mark.ownerChanges)
      .map(({ entry }) => entry)
      .filter(({ change }) => change.effectiveEpoch <= BigInt(epoch));
  }
}

const NO_CHANGES: OwnerEntry[] = [];

const isTransfer = (entry: OwnerEntry): entry is Extract<OwnerEntry, { kind: 'transferred' }> =>
  entry.kind === 'transferred';
