import { expect } from 'chai';
import { FIRST_LOG_HASH, type LastHead, lastHead, verifyLog } from '../src/domain';
import { BatchLog } from '../src/log/batch-log';
import { expiryOf } from '../src/log/keep';
import { sealedLog } from '../src/log/records';
import { localSigner } from '../src/runtime/keys';
import { type BlobStore, readBlob } from '../src/storage/blobs';
import type { DynamoStore } from '../src/storage/dynamo';
import { bytesOf, committee, identity, makeDevice, NOON, oracles, reportsIn, signed } from './domain/support';
import { SharedMemory } from './support/shared-memory';
import { useTables } from './support/tables';

const ORACLE = committee[0]!;
const device = makeDevice(7);
/** A report of the minute with this number. */
const sent = (minute: number) => signed(device, { start: NOON + 60 * minute });
const report = (minute: number) => bytesOf(sent(minute));

describe('oracle: batch log', () => {
  const tables = useTables();
  let store: DynamoStore;
  let blobs: BlobStore;

  beforeEach(async () => {
    store = await tables.create();
    ({ blobs } = new SharedMemory(() => 0).process());
  });

  /** The log as opened by one process of the oracle. */
  const open = (now: () => number = () => 1_000_000, tailMs?: number) =>
    new BatchLog({
      ...(tailMs !== undefined && { tailMs }),
      store,
      blobs,
      network: identity.network,
      oracle: ORACLE,
      signer: localSigner(oracles[0]!.secretKey),
      now,
    });

  /** The reports of the sealed logs of epochs 1 to `last`, verified as one chain. */
  async function verified(last: number): Promise<string[][]> {
    const logs: string[][] = [];
    let before: LastHead | undefined;
    for (let epoch = 1; epoch <= last; epoch++) {
      const { head, runs } = (await sealedLog(store, ORACLE, epoch))!;
      const read = [];
      for (const run of runs) {
        const pages = await Promise.all(run.pages.map((name) => readBlob(blobs, name)));
        read.push({ ...run, pages: pages.map((page) => page!) });
      }
      verifyLog(identity.network, { head, runs: read }, before);
      before = lastHead(identity.network, head);
      logs.push(reportsIn({ head, runs: read }).map((one) => one.report));
    }
    return logs;
  }

  it('refuses reports until it knows the first epoch', async () => {
    const failure = await open()
      .append([report(0)])
      .catch((error: { code: string }) => error);
    expect(failure).to.include({ code: 'not-ready' });
  });

  it('learns that another process has sealed the epoch, without appending anything', async () => {
    const [mine, other] = [open(undefined, 20), open()];
    await mine.start(1);
    expect(await mine.openEpoch()).to.equal(1);
    await other.append([report(1)]);
    await other.seal(2);
    const end = performance.now() + 5_000;
    while ((await mine.openEpoch()) === 1 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await mine.openEpoch()).to.equal(3);
    // And by the first write, whenever that is.
    const late = open(undefined, 1e9);
    expect(await late.openEpoch()).to.equal(3);
    await other.seal(3);
    expect(await late.append([report(2)])).to.include({ epoch: 4, sequence: 0 });
    expect(await late.openEpoch()).to.equal(4);
  });

  it('stores every acknowledged batch in exactly one log, however many processes append and seal at once', async () => {
    const processes = [open(), open(), open()];
    await processes[0]!.start(1);
    const acknowledged = new Map<string, number>();
    const places = new Set<string>();
    const appends = Array.from({ length: 120 }, async (_, i) => {
      const { epoch, lane, sequence } = await processes[i % 3]!.append([report(i)]);
      acknowledged.set(sent(i).report, epoch);
      places.add(`${epoch}:${lane}:${sequence}`);
    });
    const seals = [processes[1]!.seal(1), processes[2]!.seal(1)];
    await Promise.all([...appends, ...seals]);
    await processes[0]!.append([report(121)]);
    await processes[1]!.seal(2);
    const logs = await verified(2);
    const found = logs.flatMap((reports, i) => reports.map((one) => [one, i + 1] as const));
    expect(found).to.have.length(121);
    for (const [name, epoch] of acknowledged) expect(new Map(found).get(name)).to.equal(epoch);
    expect(places.size, 'batches share entries').to.be.lessThan(120);
  });

  it('seals once, with the refusals since the last head', async () => {
    const log = open();
    await log.start(4);
    await log.refuse({ 'bad-signature': 2 });
    const [first] = await log.seal(4);
    await log.refuse({ 'bad-signature': 1, 'unknown-device': 3 });
    expect(await open().seal(4)).to.deep.equal([]);
    const [second] = await open().seal(5);
    expect(first!.refused).to.deep.equal({ 'bad-signature': 2 });
    expect(second!.refused).to.deep.equal({ 'bad-signature': 1, 'unknown-device': 3 });
    const previous = lastHead(identity.network, first!).head;
    expect(second).to.include({ epoch: 5, reports: 0, root: FIRST_LOG_HASH, previous });
  });

  it('continues without going back in time when the clock is set back', async () => {
    let now = 5000;
    const log = open(() => now);
    await log.start(1);
    await log.append([report(1)]);
    now = 1000;
    await log.append([report(2)]);
    await log.seal(1);
    await log.append([report(3)]);
    await log.seal(2);
    expect((await verified(2)).map(({ length }) => length)).to.deep.equal([2, 1]);
  });

  it('has entries that the database drops some day, and a sealed log that it keeps', async () => {
    store = await tables.create(expiryOf(() => 1_000_000));
    const log = open();
    await log.start(1);
    const { lane } = await log.append([report(1)]);
    await log.seal(1);
    const expiring: string[] = [];
    const items = await tables.items();
    for (const { p, x } of items) if (x?.N !== undefined) expiring.push(p!.S!);
    const days = (Number(items.find(({ x }) => x)!.x!.N) - 1_000) / 86_400;
    expect(days).to.equal(90);
    expect(new Set(expiring)).to.deep.equal(new Set([`log:${ORACLE}:1:${lane}`]));
    await store.drop(`log:${ORACLE}:1:${lane}`);
    expect(await verified(1)).to.deep.equal([[sent(1).report]]);
  });

  it('error: it lost an entry before it was sealed, and signs nothing', async () => {
    const log = open();
    await log.start(1);
    const { lane } = await log.append([report(1)]);
    await log.append([report(2)]);
    const failing = new BatchLog({
      store,
      blobs,
      network: identity.network,
      oracle: ORACLE,
      signer: { publicKey: oracles[0]!.publicKey, sign: () => Promise.reject(new Error('no key now')) },
      now: () => 1,
    });
    expect(await failing.seal(1).catch((error: Error) => error.message)).to.equal('no key now');
    await store.drop(`log:${ORACLE}:1:${lane}`);
    expect(
      await open()
        .seal(1)
        .catch((error: Error) => error.message),
    ).to.include('has 0 of its 2 entries');
    expect(await sealedLog(store, ORACLE, 1)).to.equal(undefined);
    expect(await open().append([report(3)])).to.include({ epoch: 2, sequence: 0 });
  });
});
