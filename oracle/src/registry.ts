import {
  equal,
  fromHex,
  nextRegistryHash,
  type RegisteredDevice,
  registeredChange,
  toHex,
} from '@commonwire/sdk';
import type { Chain, RegistryChange } from './chain';
import { Registry } from './domain';
import { OracleError } from './errors';
import { jsonBytes, numberKey, parseJson, type Store } from './storage/store';

/** One registering instruction as stored. */
interface StoredChange {
  readonly registry_hash: string;
  readonly devices: readonly (Omit<RegisteredDevice, 'deviceKey' | 'owner' | 'h3Cell'> & {
    readonly deviceKey: string;
    readonly owner: string;
    readonly h3Cell: string;
  })[];
}

/** Changes read from the chain, not stored yet, and where the next reading starts. */
export interface Unread {
  readonly changes: readonly RegistryChange[];
  readonly cursor: string | undefined;
}

const PARTITION = 'registry';
const CURSOR = 'registry-cursor';

/**
 * The network's registry as this oracle has read it from finalized transactions. The order is proven twice: by the
 * index each registration starts at, and by the running hash the program gave after it.
 */
export class RegistryReader {
  private readonly registry = Registry.fromDevices([]);
  private loading: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly chain: Chain,
  ) {}

  /** The devices known so far, without reading anything. */
  get known(): Registry {
    return this.registry;
  }

  /** Takes in what this or another process has stored since. */
  async refresh(): Promise<Registry> {
    this.loading = this.loading.catch(() => undefined).then(() => this.load());
    await this.loading;
    return this.registry;
  }

  /** Reads what the chain has beyond what is stored, in registry order, without storing it. */
  async read(): Promise<Unread> {
    await this.refresh();
    const start = await this.cursor();
    const signatures = await this.chain.registrySignatures(start);
    const found: RegistryChange[] = [];
    let cursor = start;
    for (const signature of signatures) {
      const changes = await this.chain.registryChanges(signature);
      // A node may list a transaction before it serves it: stop there and come back.
      if (!changes) break;
      found.push(...changes);
      cursor = signature;
    }
    return this.inOrder(found, start, cursor);
  }

  /** Stores what {@link read} gave: from then on the devices are known. @returns how many are new. */
  async save({ changes, cursor }: Unread): Promise<number> {
    const before = this.registry.deviceCount;
    for (const change of changes)
      await this.store.insert(PARTITION, numberKey(change.first), jsonBytes(toStored(change)));
    if (cursor !== undefined) await this.moveCursor(cursor);
    await this.refresh();
    return this.registry.deviceCount - before;
  }

  /** Transactions of one slot come in any order; a gap means the rest isn't there yet, and the cursor stays. */
  private inOrder(
    found: readonly RegistryChange[],
    start: string | undefined,
    cursor: string | undefined,
  ): Unread {
    const sorted = [...found].sort((a, b) => a.first - b.first);
    const changes: RegistryChange[] = [];
    let count = this.registry.deviceCount;
    let hash = this.registry.hash;
    for (const change of sorted) {
      if (change.first + change.devices.length <= count) continue;
      if (change.first !== count) return { changes, cursor: start };
      hash = change.devices.reduce(
        (running, device) => nextRegistryHash(running, registeredChange(device)),
        hash,
      );
      if (!equal(hash, change.registryHash))
        throw new OracleError(
          'registry-differs',
          `the devices from ${change.first} on don't hash to what the program announced; check the RPC node`,
        );
      count += change.devices.length;
      changes.push(change);
    }
    return { changes, cursor };
  }

  private async load(): Promise<void> {
    for await (const item of this.store.query(PARTITION, { from: numberKey(this.registry.deviceCount) })) {
      const { devices, registry_hash } = parseJson(item.body) as StoredChange;
      if (Number(item.sort) !== this.registry.deviceCount) return;
      for (const device of devices) this.registry.register(fromStored(device));
      if (toHex(this.registry.hash) !== registry_hash)
        throw new OracleError('registry-damaged', `stored devices from ${item.sort} on have another hash`);
    }
  }

  private async cursor(): Promise<string | undefined> {
    const item = await this.store.get(CURSOR, CURSOR);
    return item && (parseJson(item.body) as { signature: string }).signature;
  }

  private async moveCursor(signature: string): Promise<void> {
    const item = await this.store.get(CURSOR, CURSOR);
    const body = jsonBytes({ signature });
    if (!item) await this.store.insert(CURSOR, CURSOR, body);
    else await this.store.replace(CURSOR, CURSOR, item.version, body);
  }
}

function toStored({ registryHash, devices }: RegistryChange): StoredChange {
  return {
    registry_hash: toHex(registryHash),
    devices: devices.map((device) => ({
      ...device,
      deviceKey: toHex(device.deviceKey),
      owner: toHex(device.owner),
      h3Cell: device.h3Cell.toString(),
    })),
  };
}

function fromStored(device: StoredChange['devices'][number]): RegisteredDevice {
  return {
    ...device,
    deviceKey: fromHex(device.deviceKey),
    owner: fromHex(device.owner),
    h3Cell: BigInt(device.h3Cell),
  };
}
