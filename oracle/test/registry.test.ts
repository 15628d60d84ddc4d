import { toHex } from '@commonwire/sdk/core';
import { expect } from 'chai';
import { RegistryReader } from '../src/registry/reader';
import type { DynamoStore } from '../src/storage/dynamo';
import { devices, makeDevice } from './domain/support';
import { FakeChain } from './support/fake-chain';
import { useTables } from './support/tables';

describe('oracle: registry from the chain', () => {
  const tables = useTables();
  let store: DynamoStore;
  let chain: FakeChain;
  const all = devices(9);

  beforeEach(async () => {
    store = await tables.create();
    chain = new FakeChain(() => 0);
    for (const first of [0, 3, 6]) chain.register(all.slice(first, first + 3));
  });

  /** Returns the number of new changes. */
  const sync = async (reader: RegistryReader) => {
    const before = reader.known.length;
    await reader.save(await reader.read());
    return reader.known.length - before;
  };

  /** Returns the registry as read by a new oracle. */
  const synced = async (from: FakeChain) => {
    const reader = new RegistryReader(await tables.create(), from);
    await sync(reader);
    return reader.known;
  };

  it('reads each new change once, and is the same after a restart', async () => {
    const reader = new RegistryReader(store, chain);
    expect(await sync(reader)).to.equal(3);
    expect(await sync(reader)).to.equal(0);
    const again = new RegistryReader(store, chain);
    expect((await again.refresh()).deviceCount).to.equal(9);
    expect(toHex(again.known.hash)).to.equal(toHex(reader.known.hash));
    expect(again.known.in(1).device(8)).to.deep.include({ index: 8, capacity: all[8]!.capacity });
  });

  it("orders registrations by their first index, whatever the node's order in a slot", async () => {
    const list = chain.registrySignatures.bind(chain);
    chain.registrySignatures = async (after) => (await list(after)).reverse();
    const reader = new RegistryReader(store, chain);
    expect(await sync(reader)).to.equal(3);
  });

  it('waits at a gap and at a transaction that the node does not serve yet', async () => {
    const list = chain.registrySignatures.bind(chain);
    const read = chain.registryChanges.bind(chain);
    const reader = new RegistryReader(store, chain);
    const [, second] = await list({});
    chain.registrySignatures = async (after) =>
      (await list(after)).filter((signature) => signature !== second);
    expect(await sync(reader)).to.equal(1);
    chain.registrySignatures = list;
    chain.registryChanges = async (signature) => (signature === second ? undefined : read(signature));
    expect(await sync(reader)).to.equal(0);
    chain.registryChanges = read;
    expect(await sync(reader)).to.equal(2);
  });

  it('reads transfers and retirements between registrations, and applies nothing twice', async () => {
    chain.transfer(4, all[5]!.owner);
    chain.register([makeDevice(9)]);
    chain.retire(0);
    const reader = new RegistryReader(store, chain);
    const unread = await reader.read();
    await reader.save(unread);
    await reader.save(unread);
    expect([reader.known.length, reader.known.deviceCount]).to.deep.equal([6, 10]);
    const stored = await new RegistryReader(store, chain).refresh();
    expect(toHex(stored.hash)).to.equal(toHex(reader.known.hash));
    expect([...stored.in(9).entries()]).to.deep.equal([...reader.known.in(9).entries()]);
    expect(stored.in(2).device(4)!.owner).to.deep.equal(all[5]!.owner);
    expect(stored.in(2).isRetired(0)).to.equal(true);
    expect(await sync(reader)).to.equal(0);
  });

  it("orders the changes in a slot by the running hash, whatever the node's order", async () => {
    for (const index of [0, 1, 2, 3]) chain.transfer(index, all[8]!.owner);
    chain.register([makeDevice(9)]);
    for (const index of [4, 9]) chain.retire(index);
    const list = chain.registrySignatures.bind(chain);
    const expected = [...(await synced(chain)).in(1).entries()];
    for (const order of [(a: number) => -a, (a: number) => (a * 7) % 10, (a: number) => (a * 3) % 10]) {
      chain.registrySignatures = async (after) =>
        (await list(after))
          .map((name, i) => ({ name, i }))
          .sort((a, b) => order(a.i) - order(b.i))
          .map(({ name }) => name);
      expect([...(await synced(chain)).in(1).entries()]).to.deep.equal(expected);
    }
  });

  it('does not apply a transfer if a change before it is missing', async () => {
    const list = chain.registrySignatures.bind(chain);
    chain.transfer(4, all[5]!.owner);
    chain.retire(0);
    const hidden = (await list({}))[3];
    const reader = new RegistryReader(store, chain);
    chain.registrySignatures = async (after) => (await list(after)).filter((name) => name !== hidden);
    expect(await sync(reader)).to.equal(3);
    const { incomplete } = await reader.read();
    expect(incomplete).to.include({ code: 'registry-differs' });
    expect(reader.known.in(9).isRetired(0)).to.equal(false);
    chain.registrySignatures = list;
    expect(await sync(reader)).to.equal(2);
  });

  it('refuses devices that do not lead to the announced hash', async () => {
    const read = chain.registryChanges.bind(chain);
    chain.registryChanges = async (signature) =>
      (await read(signature))?.map((change) => ({
        ...change,
        ...(change.kind === 'registered' && {
          devices: change.devices.map((device) => ({ ...device, capacity: device.capacity + 1 })),
        }),
      }));
    const { changes, incomplete } = await new RegistryReader(store, chain).read();
    expect(changes).to.deep.equal([]);
    expect(incomplete).to.include({ code: 'registry-differs' });
  });
});
