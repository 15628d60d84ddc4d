import { equal, toHex } from '@commonwire/sdk/core';
import { FIRST_REGISTRY_HASH, type RegistryEntry, registryHashAfter } from '@commonwire/sdk/network';
import { DomainError } from './errors';
import type { Device, RegistryView, Standing } from './types';

/** A transfer or a retirement. */
export type OwnerEntry = Exclude<RegistryEntry, { kind: 'registered' }>;

/** How much of the registry there was after a change. */
interface Mark {
  readonly hash: Uint8Array;
  readonly deviceCount: number;
  readonly ownerChanges: number;
}

interface Placed {
  readonly entry: OwnerEntry;
  /** How many changes of owner, and how many registrations, came before. */
  readonly position: number;
  readonly deviceCount: number;
}

/** What all views of a registry share. It only grows, so that views stay what they were. */
interface Contents {
  readonly devices: Device[];
  readonly changes: Placed[];
  /** In order, by device; most devices have none. */
  readonly byDevice: Map<number, Placed[]>;
}

/** A registry that grows change by change, as the chain's does, so that any earlier cut can be seen. */
export class Registry {
  readonly #contents: Contents = { devices: [], changes: [], byDevice: new Map() };
  readonly #marks: Mark[] = [{ hash: FIRST_REGISTRY_HASH, deviceCount: 0, ownerChanges: 0 }];
  /** Places in `#marks` by hex hash. */
  readonly #places = new Map([[toHex(FIRST_REGISTRY_HASH), 0]]);

  /** @throws DomainError like {@link apply} */
  static from(entries: Iterable<RegistryEntry>): Registry {
    const registry = new Registry();
    for (const entry of entries) registry.apply(entry);
    return registry;
  }

  /** How many changes it holds. */
  get length(): number {
    return this.#marks.length - 1;
  }

  get deviceCount(): number {
    return this.#contents.devices.length;
  }

  /** Running hash over every change, 32 bytes. */
  get hash(): Uint8Array {
    return this.#marks.at(-1)!.hash;
  }

  /** Transfers and retirements, in order. */
  *ownerEntries(): Generator<OwnerEntry> {
    for (const { entry } of this.#contents.changes) yield entry;
  }

  /**
   * Takes in the next change, which leads to the running hash `announced` if that is given.
   * @throws DomainError with nothing changed: `registry-gap` where it speaks of other devices than those that may come
   * next, `registry-differs` where it leads to another hash
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

  /** Whether the registry once was, or is, what this hex hash stands for. */
  has(hash: string): boolean {
    return this.#places.has(hash);
  }

  /** What a cut with this hex hash says of an epoch. @throws DomainError `registry-behind` if it isn't known */
  at(hash: string, epoch: number): RegistryView {
    const place = this.#places.get(hash);
    if (place === undefined)
      throw new DomainError('registry-behind', `the ${this.length} changes known do not lead to ${hash}`);
    return new View(this.#contents, this.#marks[place]!, epoch);
  }

  /** What all that is known now says of an epoch. */
  in(epoch: number): RegistryView {
    return new View(this.#contents, this.#marks.at(-1)!, epoch);
  }

  #add(devices: readonly Device[]): void {
    for (const [i, { index }] of devices.entries()) {
      if (index === this.deviceCount + i) continue;
      throw new DomainError('registry-gap', `device ${index} came where ${this.deviceCount + i} was next`);
    }
    for (const device of devices) this.#contents.devices.push(device);
  }

  #change(entry: OwnerEntry): void {
    const { devices, changes, byDevice } = this.#contents;
    const { index } = entry.change;
    if (index >= devices.length)
      throw new DomainError('registry-gap', `device ${index} has ${entry.kind} and is not registered`);
    const placed = { entry, position: changes.length, deviceCount: devices.length };
    changes.push(placed);
    const before = byDevice.get(index);
    if (before) before.push(placed);
    else byDevice.set(index, [placed]);
  }
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
    const transfers = this.changesOf(index, epoch).filter(isTransfer);
    const owners = [device.owner, ...transfers.map(({ change }) => change.owner)];
    const place = owners.findLastIndex((one) => equal(one, owner));
    if (place < 0) return 'stranger';
    // At most one transfer takes effect in an epoch: the next waits until that is in a ledger.
    const isFresh = transfers.at(-1)?.change.effectiveEpoch === BigInt(epoch);
    return place >= owners.length - (isFresh ? 2 : 1) ? 'owner' : 'former-owner';
  }

  *entries(): Generator<RegistryEntry> {
    const { devices, changes } = this.contents;
    let listed = 0;
    const upTo = (end: number): RegistryEntry[] => {
      const added = devices.slice(listed, end);
      listed = end;
      return added.length > 0 ? [{ kind: 'registered', devices: added }] : [];
    };
    for (const { entry, deviceCount } of changes.slice(0, this.mark.ownerChanges)) {
      yield* upTo(deviceCount);
      yield entry;
    }
    yield* upTo(this.deviceCount);
  }

  private registered(index: number): Device | undefined {
    return index < this.deviceCount ? this.contents.devices[index] : undefined;
  }

  /** The changes of a device that are in force in an epoch, in order. */
  private changesOf(index: number, epoch = this.epoch): OwnerEntry[] {
    const changes = this.contents.byDevice.get(index);
    if (!changes) return NONE;
    return changes
      .filter(({ position }) => position < this.mark.ownerChanges)
      .map(({ entry }) => entry)
      .filter(({ change }) => change.effectiveEpoch <= BigInt(epoch));
  }
}

const NONE: OwnerEntry[] = [];

const isTransfer = (entry: OwnerEntry): entry is Extract<OwnerEntry, { kind: 'transferred' }> =>
  entry.kind === 'transferred';
