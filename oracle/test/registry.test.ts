import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toHex } from '@commonwire/sdk';
import { expect } from 'chai';
import { RegistryReader } from '../src/registry';
import { type EmbeddedDynamo, startDynalite } from '../src/storage/dynalite';
import { DynamoStore, dynamoClient, ensureTable } from '../src/storage/dynamo';
import { devices } from './domain/support';
import { FakeChain } from './support/fake-chain';

describe('oracle: registry from the chain', () => {
  let dynamo: EmbeddedDynamo;
  let client: DynamoDBClient;
  let store: DynamoStore;
  let chain: FakeChain;
  let tables = 0;
  const all = devices(9);

  before(async () => {
    dynamo = await startDynalite();
    client = dynamoClient(dynamo.endpoint);
  });
  after(async () => {
    client.destroy();
    await dynamo.stop();
  });
  beforeEach(async () => {
    const table = `registry-${tables++}`;
    await ensureTable(client, table);
    store = new DynamoStore(client, table);
    chain = new FakeChain(() => 0);
    for (const first of [0, 3, 6]) chain.register(all.slice(first, first + 3));
  });

  const sync = async (reader: RegistryReader) => reader.save(await reader.read());

  it('takes in what is new, once, and is there again after a restart', async () => {
    const reader = new RegistryReader(store, chain);
    expect(await sync(reader)).to.equal(9);
    expect(await sync(reader)).to.equal(0);
    const again = new RegistryReader(store, chain);
    expect((await again.refresh()).deviceCount).to.equal(9);
    expect(toHex(again.known.hash)).to.equal(toHex(reader.known.hash));
    expect(again.known.device(8)).to.deep.include({ index: 8, capacity: all[8]!.capacity });
  });

  it('puts registrations in order by their first index, however the node lists a slot', async () => {
    const list = chain.registrySignatures.bind(chain);
    chain.registrySignatures = async (after) => (await list(after)).reverse();
    const reader = new RegistryReader(store, chain);
    expect(await sync(reader)).to.equal(9);
  });

  it('waits at a gap, and at a transaction the node does not serve yet', async () => {
    const list = chain.registrySignatures.bind(chain);
    const read = chain.registryChanges.bind(chain);
    const reader = new RegistryReader(store, chain);
    const [, second] = await list(undefined);
    chain.registrySignatures = async (after) =>
      (await list(after)).filter((signature) => signature !== second);
    expect(await sync(reader)).to.equal(3);
    chain.registrySignatures = list;
    chain.registryChanges = async (signature) => (signature === second ? undefined : read(signature));
    expect(await sync(reader)).to.equal(0);
    chain.registryChanges = read;
    expect(await sync(reader)).to.equal(6);
  });

  it('refuses devices that do not hash to what the program announced', async () => {
    const read = chain.registryChanges.bind(chain);
    chain.registryChanges = async (signature) =>
      (await read(signature))?.map((change) => ({
        ...change,
        devices: change.devices.map((device) => ({ ...device, capacity: device.capacity + 1 })),
      }));
    const failure = await sync(new RegistryReader(store, chain)).catch((error: { code: string }) => error);
    expect(failure).to.include({ code: 'registry-differs' });
  });
});
