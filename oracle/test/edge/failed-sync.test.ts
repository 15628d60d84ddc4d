import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DynamoStore, dynamoClient, ensureTable } from '../../src/storage/dynamo';
import { openDatabase } from '../../src/storage/embedded';
import { ProcessNetwork } from '../support/process-network';
import { storedReports } from '../support/stored';

const HOOK = join(__dirname, '../support/failing-sync.cjs');

describe('an oracle whose disk takes a write and then fails to sync it', function () {
  this.timeout(120_000);
  let folder: string;
  let net: ProcessNetwork;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-sync-'));
    net = await ProcessNetwork.create({ speed: 1 });
  });
  after(async () => {
    await Promise.all(net.oracles.map((oracle) => oracle.end('SIGKILL')));
    await rm(folder, { recursive: true });
  });

  it('acknowledges nothing more, says disk-failed and ends; started again, it has all it acknowledged and goes on', async () => {
    const [oracle] = net.oracles as [(typeof net.oracles)[number]];
    const fails = join(folder, 'fails');
    oracle.set({ NODE_OPTIONS: `--require ${HOOK}`, SYNCS_FAIL: fails });
    await oracle.start();
    await net.ready(oracle);
    const info = await oracle.client.network();
    const [kept, doubtful, after] = [0, 1, 2].map((index) => net.report(index, info)) as [
      ReturnType<typeof net.report>,
      ReturnType<typeof net.report>,
      ReturnType<typeof net.report>,
    ];
    expect((await oracle.client.submit([kept])).results).to.deep.equal([{ status: 'accepted' }]);

    await writeFile(fails, '');
    const refused = await oracle.client.submit([doubtful]).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Error);
    expect(await oracle.exited()).to.equal(1);
    const [{ message }] = oracle.events('disk-failed') as unknown as [{ message: string }];
    expect(message).to.include('could not be synced to disk').and.include('ENOSPC');

    await rm(fails);
    await oracle.start();
    await net.ready(oracle);
    const { epoch, results } = await oracle.client.submit([after]);
    expect(results).to.deep.equal([{ status: 'accepted' }]);
    await oracle.end('SIGTERM');
    const database = await openDatabase(oracle.data);
    const client = dynamoClient(database.endpoint);
    try {
      await ensureTable(client, 'commonwire-oracle');
      const store = new DynamoStore(client, 'commonwire-oracle');
      const address = oracle.key.publicKey.toBase58();
      const logs = await Promise.all(
        Array.from({ length: epoch }, (_, i) => storedReports(store, address, i + 1)),
      );
      const stored = logs.flat();
      expect(stored.map(({ report }) => report)).to.include.members([kept.report, after.report]);
    } finally {
      client.destroy();
      await database.close();
    }
  });
});
