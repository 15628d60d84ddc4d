import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { expect } from 'chai';
import { signOnce } from '../src/epoch/signing';
import { OracleError, storeUnavailable } from '../src/runtime/errors';
import { openStore } from '../src/runtime/open';
import { DurableStore } from '../src/storage/durable';
import { FolderSync } from '../src/storage/folder-sync';
import { jsonBytes } from '../src/storage/store';
import { identity, NOON, signed } from './domain/support';
import { World } from './support/world';

/** A disk that syncs when a test says so. */
class SlowDisk {
  syncs = 0;
  private waiting: ((error?: unknown) => void)[] = [];

  sync = (): Promise<void> => {
    this.syncs++;
    return new Promise((resolve, reject) => {
      this.waiting.push((error) => (error === undefined ? resolve() : reject(error as Error)));
    });
  };

  /** Ends the sync that is under way. @returns whether there was one */
  end(error?: unknown): boolean {
    const end = this.waiting.shift();
    end?.(error);
    return end !== undefined;
  }
}

/** Whether a promise is settled once everything else had its turn. */
async function isSettled(promise: Promise<unknown>, ms = 150): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, new Promise<false>((resolve) => setTimeout(resolve, ms, false))]);
}

describe('an oracle whose power is cut', () => {
  let world: World;
  let disk: SlowDisk;
  let store: DurableStore;
  let tables = 0;

  before(async () => {
    world = await new World(1).start();
  });
  after(() => world.stop());
  beforeEach(async () => {
    disk = new SlowDisk();
    store = new DurableStore(await world.store(`durable-${tables++}`), disk.sync);
  });

  const until = async (done: () => boolean) => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('has answered nothing that was not on disk; writes that come during a sync share the next', async () => {
    const first = store.insert('p', 'a', jsonBytes(1));
    await until(() => disk.syncs === 1);
    const others = ['b', 'c', 'd', 'e'].map((sort) => store.insert('p', sort, jsonBytes(1)));
    expect(await isSettled(Promise.race([first, ...others]))).to.equal(false);
    disk.end();
    expect(await first).to.equal(true);
    expect(await isSettled(Promise.race(others))).to.equal(false);
    await until(() => disk.syncs === 2);
    disk.end();
    expect(await Promise.all(others)).to.deep.equal([true, true, true, true]);
    expect(disk.syncs).to.equal(2);
  });

  it('has shown no signature that was not on disk, to nobody', async () => {
    const [signer] = [world.at(0).oracle.signer];
    const message = {
      ...identity,
      committeeVersion: 1,
      epoch: 1n,
      attempt: 0,
      ledgerRoot: new Uint8Array(32),
      earnedTotal: 0n,
      deviceCount: 0,
      registryHash: new Uint8Array(32),
      usageRoot: new Uint8Array(32),
      datasetHash: new Uint8Array(32),
    };
    const signing = signOnce(store, signer, message);
    // Whether it abstains, it has read.
    await until(() => disk.syncs === 1);
    disk.end();
    await until(() => disk.syncs === 2);
    const read = (async () => {
      for await (const item of store.query('epoch:1')) return item.sort;
      return undefined;
    })();
    expect(await isSettled(Promise.race([signing, read]))).to.equal(false);
    const flushing = setInterval(() => disk.end(), 5);
    await signing;
    expect(await read).to.be.a('string');
    clearInterval(flushing);
  });

  it('has shown no signature that its other threads wrote and that was not on disk', async () => {
    const below = await world.store('threads');
    const other = new SlowDisk();
    const writing = new DurableStore(below, other.sync).insert('epoch:1', 'signed:0', jsonBytes(1));
    await until(() => other.syncs === 1);
    store = new DurableStore(below, disk.sync);
    const first = async () => {
      for await (const item of store.query('epoch:1')) return item;
      return undefined;
    };
    for (const read of [() => store.get('epoch:1', 'signed:0'), first]) {
      const item = read();
      expect(await isSettled(item)).to.equal(false);
      expect(disk.end()).to.equal(true);
      expect((await item)?.sort).to.equal('signed:0');
    }
    other.end();
    expect(await writing).to.equal(true);
  });

  it('has acknowledged no report that was not on disk', async () => {
    const writes = new DurableStore(await world.store('acknowledged'), () => disk.sync());
    await world.kill(0);
    const { client, server } = await world.run(0, { store: writes });
    const pumping = setInterval(() => disk.end(), 5);
    await server.tick();
    clearInterval(pumping);
    while (disk.end()) await new Promise(setImmediate);
    const before = disk.syncs;
    const answer = client.submit([signed(world.devices[0]!, { start: NOON })]);
    await until(() => disk.syncs > before);
    expect(await isSettled(answer, 300)).to.equal(false);
    const flushing = setInterval(() => disk.end(), 5);
    expect((await answer).results).to.deep.equal([{ status: 'accepted' }]);
    await world.kill(0);
    clearInterval(flushing);
  });

  it('says nothing more once a sync has failed: a later one proves nothing', async () => {
    const told: unknown[] = [];
    store = new DurableStore(await world.store('fails'), disk.sync, (error) => told.push(error));
    const one = store.insert('p', 'a', jsonBytes(1)).catch((error: unknown) => error);
    await until(() => disk.syncs === 1);
    disk.end(new OracleError('disk-failed', 'EIO'));
    expect(await one).to.be.instanceOf(Error);
    const later = await store.insert('p', 'b', jsonBytes(1)).catch((error: unknown) => error);
    expect(later).to.include({ message: 'EIO' });
    const read = await store.get('p', 'a').catch((error: unknown) => error);
    expect([read, told]).to.deep.equal([later, [later]]);
    expect(disk.syncs).to.equal(1);
  });

  it('tries again what could not be tried: nothing was answered meanwhile', async () => {
    const one = store.insert('p', 'a', jsonBytes(1)).catch((error: unknown) => error);
    await until(() => disk.syncs === 1);
    disk.end(storeUnavailable(new Error('EMFILE')));
    expect(await one).to.include({ code: 'store-unavailable' });
    const read = store.get('p', 'a');
    await until(() => disk.syncs === 2);
    expect(await isSettled(read)).to.equal(false);
    disk.end();
    expect((await read)?.body).to.deep.equal(new Uint8Array(jsonBytes(1)));
  });

  it('has what was written synced in tables once it is opened again, whatever became of the sync', async () => {
    const data = world.path('reopened');
    const folder = join(data, 'dynamo');
    const written = Buffer.from('what must survive').toString('base64');
    const filesWith = async () => {
      const names = await readdir(folder);
      const contents = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
      return names.filter((_, i) => contents[i]!.includes(written)).map((name) => extname(name));
    };
    const open = () => openStore({ data, dynamoEndpoint: undefined, table: 'oracle' }, false);
    const first = await open();
    await first.store.insert('partition', 'kept', Buffer.from('what must survive'));
    expect(await filesWith()).to.deep.equal(['.log']);
    await first.close();
    // LevelDB syncs each table and the manifest that names it before it removes the log.
    const second = await open();
    expect(await filesWith()).to.deep.equal(['.ldb']);
    await second.close();
  });

  it('the store in a folder syncs the files that have what it answered', async () => {
    const data = world.path('folder');
    const { store: opened, close } = await openStore(
      { data, dynamoEndpoint: undefined, table: 'oracle' },
      false,
    );
    expect(opened).to.be.instanceOf(DurableStore);
    try {
      await opened.insert('partition', 'kept', Buffer.from('what must survive'));
      const synced: string[] = [];
      const folder = join(data, 'dynamo');
      const watched = new FolderSync(folder, async (path) => {
        const handle = await open(path, 'r');
        const note = (call: () => Promise<void>) => async () => {
          await call();
          synced.push(basename(path));
        };
        return Object.assign(Object.create(handle) as FileHandle, {
          datasync: note(() => handle.datasync()),
          sync: note(() => handle.sync()),
          close: () => handle.close(),
        });
      });
      await watched.sync();
      await watched.close();
      expect(synced.at(-1)).to.equal('dynamo');
      const logs = await Promise.all(
        synced.slice(0, -1).map((name) => readFile(join(folder, name), 'latin1')),
      );
      expect(logs.join('')).to.include(Buffer.from('what must survive').toString('base64'));
    } finally {
      await close();
    }
  });
});
