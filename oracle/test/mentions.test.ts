import { toHex } from '@commonwire/sdk/core';
import { expect } from 'chai';
import type { Chain } from '../src/chain/chain';
import { RegistryReader } from '../src/registry/reader';
import type { DynamoStore } from '../src/storage/dynamo';
import { devices, makeDevice } from './domain/support';
import { FakeChain, withMethods } from './support/fake-chain';
import { useTables } from './support/tables';
import { World } from './support/world';

/** A chain that counts how often it is asked, and how many transactions at once. */
function counted(chain: FakeChain) {
  const calls = { lists: 0, reads: 0, open: 0, most: 0 };
  const registrySignatures: Chain['registrySignatures'] = (start) => {
    calls.lists++;
    return chain.registrySignatures(start);
  };
  const registryChanges: Chain['registryChanges'] = async (signature) => {
    calls.reads++;
    calls.open++;
    calls.most = Math.max(calls.most, calls.open);
    await new Promise((resolve) => setImmediate(resolve));
    calls.open--;
    return chain.registryChanges(signature);
  };
  return { calls, chain: withMethods(chain, { registrySignatures, registryChanges }) };
}

describe("transactions that only name a registry's address", () => {
  const tables = useTables();
  let store: DynamoStore;
  let fake: FakeChain;

  beforeEach(async () => {
    store = await tables.create();
    fake = new FakeChain(() => 0);
    fake.register(devices(3));
  });

  const sync = async (reader: RegistryReader) => {
    const unread = await reader.read();
    await reader.save(unread);
    return unread;
  };
  const mention = (times: number) => {
    for (let i = 0; i < times; i++) fake.mention();
  };

  it('cost nothing while the registry is the same, and are never read later', async () => {
    const { calls, chain } = counted(fake);
    const reader = new RegistryReader(store, chain);
    await sync(reader);
    Object.assign(calls, { lists: 0, reads: 0 });
    for (let round = 0; round < 10; round++) {
      mention(100);
      await sync(reader);
    }
    expect([calls.lists, calls.reads]).to.deep.equal([0, 0]);
    mention(5);
    fake.register([makeDevice(3)]);
    await sync(reader);
    expect(reader.known.deviceCount).to.equal(4);
    expect([calls.lists, calls.reads]).to.deep.equal([1, 6]);
    // Nor after a restart.
    const again = new RegistryReader(store, chain);
    Object.assign(calls, { lists: 0, reads: 0 });
    mention(1000);
    await sync(again);
    expect([calls.lists, calls.reads]).to.deep.equal([0, 0]);
  });

  it('are read several at once, in order, where they come with a change', async () => {
    const { calls, chain } = counted(fake);
    const reader = new RegistryReader(store, chain);
    mention(500);
    fake.transfer(1, makeDevice(2).owner);
    mention(500);
    fake.register([makeDevice(3)]);
    await sync(reader);
    expect(toHex(reader.known.hash)).to.equal(toHex((await fake.registryState()).hash));
    expect(calls.most).to.equal(16);
  });

  it('do not keep an oracle from sealing, from the first of them on', async () => {
    const world = await new World(1).start();
    try {
      await world.tick();
      world.chain.mention();
      world.chain.register([makeDevice(6)]);
      const never = new Promise<undefined>(() => undefined);
      world.at(0).oracle.registry.stop();
      await world.kill(0);
      const chain = withMethods(world.chain, { registryChanges: () => never });
      const { log, oracle } = await world.run(0, { chain, registryMs: 50 });
      await world.tick();
      await world.chain.cut();
      await world.tick();
      expect(log.filter(({ name }) => name === 'sealed')).to.have.length(1);
      expect(oracle.registry.known.deviceCount).to.equal(6);
    } finally {
      await world.stop();
    }
  });

  it('do not keep a new oracle from joining: 20,000 transactions, some before a restart', async () => {
    for (let i = 3; i < 403; i++) {
      mention(49);
      fake.register([makeDevice(i)]);
    }
    const dies = withMethods(fake, {
      registryChanges: async (signature) =>
        signature.endsWith('-7001') ? new Promise(() => undefined) : fake.registryChanges(signature),
    });
    const first = new RegistryReader(store, dies, 50);
    for (let left = 20_000, before = 0; left !== before; ) [before, left] = [left, (await sync(first)).left];
    first.stop();
    expect(first.known.deviceCount).to.equal(3 + 139);
    const { calls, chain } = counted(fake);
    const second = new RegistryReader(store, chain);
    for (let round = 0; round < 100 && second.known.deviceCount < 403; round++) await sync(second);
    expect(toHex(second.known.hash)).to.equal(toHex((await fake.registryState()).hash));
    // What the first had stored isn't read again.
    expect(calls.reads).to.equal(13_001);
  });
});
