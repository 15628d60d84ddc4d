import type { OracleRequestError } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import { DynamoStore, dynamoClient, ensureTable } from '../../src/storage/dynamo';
import { type FolderDatabase, openDatabase } from '../../src/storage/embedded';
import { MINUTE, NOON, signed } from '../domain/support';
import { SmallDisk } from '../support/small-disk';
import { storedReports } from '../support/stored';
import { World } from '../support/world';

describe('an oracle whose disk is full', () => {
  let disk: SmallDisk;
  let world: World;
  let database: FolderDatabase;
  let store: DynamoStore;

  before(async () => {
    disk = new SmallDisk();
    world = await new World(1).start();
    await world.kill(0);
    store = await openStore();
    await world.run(0, { store });
    await world.tick();
  });
  after(async () => {
    disk.makeRoom();
    await world.stop();
    await database.close();
    disk.remove();
  });

  async function openStore(): Promise<DynamoStore> {
    database = await openDatabase(disk.folder);
    const client = dynamoClient(database.endpoint);
    await ensureTable(client, 'oracle');
    return new DynamoStore(client, 'oracle');
  }

  it('error: store-unavailable, with Retry-After; it goes on once there is room, and has all it acknowledged', async function () {
    this.timeout(60_000);
    const { client, oracle } = world.at(0);
    const acknowledged: string[] = [];
    let next = 0;
    const submit = async () => {
      const report = signed(world.devices[0]!, {
        start: NOON - 600 * MINUTE + next++ * MINUTE,
        seconds: 60,
        value: 1n,
      });
      const { results } = await client.submit([report]);
      expect(results).to.deep.equal([{ status: 'accepted' }]);
      acknowledged.push(report.report);
    };
    for (let i = 0; i < 20; i++) await submit();
    disk.fill();
    const refused: OracleRequestError[] = [];
    while (refused.length < 3) await submit().catch((error: OracleRequestError) => refused.push(error));
    for (const { status, code, retryAfter } of refused)
      expect([status, code, retryAfter]).to.deep.equal([503, 'store-unavailable', 10]);
    // It still shows what it has.
    expect((await client.network()).device_count).to.equal(6);
    expect((await client.device(0)).reports).to.have.length(10);

    disk.makeRoom();
    const before = acknowledged.length;
    while (acknowledged.length < before + 20) await submit().catch(() => undefined);
    await world.kill(0);
    await database.close();
    store = await openStore();
    const stored = await storedReports(store, oracle.address, 1);
    expect(stored.map(({ report }) => report)).to.include.members(acknowledged);
    await world.run(0, { store });
    await submit();
  });
});
