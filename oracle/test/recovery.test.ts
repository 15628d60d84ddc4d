import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '@commonwire/sdk/core';
import { reportHash } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { toBase58 } from '../src/domain';
import { signedFor } from '../src/epoch/signing';
import { sealedLog } from '../src/log/records';
import { type Backup, backUp, readBackup, restore } from '../src/runtime/backup';
import type { OracleError } from '../src/runtime/errors';
import { folderBlobs } from '../src/storage/blobs';
import { identity, MINUTE, NOON, signed } from './domain/support';
import { World } from './support/world';

/** The oracle that is lost. */
const LOST = 0;

describe('an oracle that is restored from a backup', function () {
  this.timeout(120_000);
  let world: World;
  let restored = 0;
  /** Where the lost oracle has its records now. */
  let table: string;
  let parts: string;

  beforeEach(async () => {
    world = await new World().start();
    [table, parts] = [`oracle-${LOST}`, String(LOST)];
    await world.tick();
  });
  afterEach(async () => {
    // Whatever was restored, nobody has proof of a second signature, nor of a second log.
    expect(world.events('equivocation')).to.deep.equal([]);
    expect(world.events('forked')).to.deep.equal([]);
    expect(world.events('declined')).to.deep.equal([]);
    await world.stop();
  });

  const address = () => world.address(LOST);
  const owner = () => ({ oracle: address(), network: toBase58(identity.network) });
  const backup = async (): Promise<Backup> =>
    backUp(await world.store(table), world.path(parts), world.path('backup'), owner());

  /** Starts the lost oracle on a new store, filled from the backup or empty. */
  async function replace(from: 'backup' | 'nothing', exact = false): Promise<void> {
    await world.kill(LOST);
    table = parts = `restored-${restored++}`;
    const store = await world.store(table);
    if (from === 'backup')
      await restore(world.path('backup'), await readBackup(world.path('backup'), owner()), {
        store,
        parts: world.path(parts),
        exact,
      });
    await world.run(LOST, { store, blobs: folderBlobs(world.path(parts)) });
  }

  /** Ticks until the oracle has recovered, which takes a minute. */
  async function recovery() {
    await world.tick();
    expect(world.events('recovering')).to.have.length(1);
    world.pass(61);
    await world.until('recovered', () => world.events('recovered').length === 1);
    return world.events('recovered')[0]!;
  }

  const report = (device: number, quarter: number) =>
    signed(world.devices[device]!, { start: NOON + quarter * 15 * MINUTE });
  const send = async (oracle: number, ...reports: ReturnType<typeof report>[]) => {
    const { epoch, results } = await world.at(oracle).client.submit(reports);
    expect(results).to.deep.equal(reports.map(() => ({ status: 'accepted' })));
    return epoch;
  };
  const epochOf = async (device: number, { report: text }: ReturnType<typeof report>) => {
    const hash = toHex(reportHash(Buffer.from(text, 'base64')));
    const { reports } = await world.at(1).client.device(device);
    return reports.find((one) => one.hash === hash && one.outcome === 'accepted')?.epoch;
  };
  const signedMessages = async (epoch: number) =>
    (await signedFor(world.at(LOST).oracle.store, epoch)).map(({ message }) => message);
  /** Lets time pass until an epoch is promoted, also if the lost oracle would lead some of its attempts. */
  const promoted = async (epoch: number) => {
    for (let round = 0; round < 20 && world.chain.current.epoch < epoch; round++) {
      world.pass(21);
      await world.tick(2);
    }
    expect(world.chain.current.epoch, JSON.stringify(world.events('failed'))).to.be.at.least(epoch);
  };
  const nextEpoch = () => promoted(world.chain.current.epoch + 1);

  it('takes its sealed log and its signatures back from its peers, signs nothing twice, and goes on', async () => {
    await send(LOST, report(0, 0));
    await nextEpoch();
    const [before, after] = [report(1, 0), report(2, 0)];
    await send(LOST, before);
    await backup();
    await send(LOST, after);
    world.chain.challengeSeconds = 1_000;
    world.pass(61);
    await world.until('posted', () => world.chain.pending?.epoch === 2);
    const sealed = () => sealedLog(world.at(LOST).oracle.store, address(), 2);
    const head = (await sealed())?.head;
    const messages = await signedMessages(2);
    expect(messages).to.have.length(1);

    await replace('backup');
    const refusal = await world
      .at(LOST)
      .client.submit([report(3, 0)])
      .catch((error: unknown) => error);
    expect(refusal).to.include({ status: 503, code: 'not-ready' });
    const { epoch, lost, abstains } = await recovery();
    expect([epoch, lost, abstains]).to.deep.equal([3, [], [2]]);
    expect((await sealed())?.head).to.deep.equal(head);
    expect(await signedMessages(2)).to.deep.equal(messages);

    // A veto makes the others sign another attempt: it abstains from that too, although it leads the first.
    world.chain.void();
    world.chain.challengeSeconds = 0;
    await promoted(2);
    expect(await signedMessages(2)).to.deep.equal(messages);
    expect([await epochOf(1, before), await epochOf(2, after)]).to.deep.equal([2, 2]);
    const later = report(3, 0);
    const next = await send(LOST, later);
    await promoted(next);
    expect(await epochOf(3, later)).to.equal(next);
    expect(await signedMessages(3)).to.have.length(1);
  });

  it('never seals a log again that nobody has a copy of, and saves the reports that the backup has of it', async () => {
    await nextEpoch();
    const [before, after] = [report(1, 0), report(2, 0)];
    await send(LOST, before);
    await backup();
    await send(LOST, after);
    await world.chain.cut();
    // Only this oracle seals its log; then its machine is gone before anybody has copied it.
    await world.at(LOST).server.tick();
    const sealed = async () => (await sealedLog(world.at(LOST).oracle.store, address(), 2))?.head;
    expect(await sealed()).to.include({ reports: 2 });

    await replace('backup');
    const { epoch, lost, abstains } = await recovery();
    expect([epoch, lost, abstains]).to.deep.equal([3, [2], [2]]);
    await promoted(2);
    expect(await sealed()).to.equal(undefined);
    expect(await signedMessages(2)).to.deep.equal([]);
    await promoted(3);
    expect(await epochOf(1, before), 'in the backup').to.equal(3);
    expect(await epochOf(2, after), 'stored after the backup, and by nobody else').to.equal(undefined);
    expect(await signedMessages(3)).to.have.length(1);
    // The log after the gap counts for everybody, and so does the next one.
    const later = report(2, 1);
    const next = await send(LOST, later);
    await promoted(next);
    expect(await epochOf(2, later)).to.equal(next);
  });

  it('waits for a peer that does not answer, as it may have the log', async () => {
    await nextEpoch();
    await backup();
    await send(LOST, report(1, 0));
    await world.chain.cut();
    await world.at(LOST).server.tick();
    await world.at(2).server.tick();
    await world.kill(2);
    await replace('backup');
    await world.tick();
    world.pass(61);
    await world.tick(2);
    expect(world.events('recovered')).to.deep.equal([]);
    expect(world.events('recovering').at(-1)).to.deep.include({ silent: [world.url(2)] });
    await world.run(2);
    await world.until('recovered', () => world.events('recovered').length === 1);
    expect(world.events('recovered')[0]).to.deep.include({ lost: [], abstains: [2] });
    await promoted(2);
  });

  it('recovers by itself if nothing is left but its key', async () => {
    await send(LOST, report(0, 0));
    await nextEpoch();
    await send(LOST, report(1, 0));
    world.chain.challengeSeconds = 1_000;
    world.pass(61);
    await world.until('posted', () => world.chain.pending?.epoch === 2);
    const messages = await signedMessages(2);
    await replace('nothing');
    expect(await recovery()).to.deep.include({ epoch: 3, lost: [], abstains: [2] });
    expect(await signedMessages(2)).to.deep.equal(messages);
    world.chain.challengeSeconds = 0;
    await promoted(2);
    const later = report(2, 0);
    const next = await send(LOST, later);
    await promoted(next);
    expect(await epochOf(2, later)).to.equal(next);
  });

  it('recovers also if nobody who answers knows whether it has signed before', async () => {
    await send(LOST, report(0, 0));
    world.pass(61);
    await world.chain.cut();
    for (const peer of [1, 2]) await world.kill(peer);
    // It leads the third attempt.
    for (let round = 0; round < 15 && (await signedMessages(1)).length === 0; round++) {
      world.pass(21);
      await world.tick();
    }
    expect(await signedMessages(1)).to.have.length(1);
    await replace('nothing');
    await world.tick();
    world.pass(61);
    await world.tick(2);
    expect(world.events('recovering').at(-1)).to.deep.include({ silent: [world.url(1), world.url(2)] });
    for (const peer of [1, 2]) await world.run(peer);
    await world.until('recovered', () => world.events('recovered').length === 1);
    expect(world.events('recovered')[0]).to.have.property('abstains').that.includes(1);
    expect(await signedMessages(1)).to.deep.equal([]);
  });

  it('recovers each time that it is restored, also from the backup of one that was restored before', async () => {
    await nextEpoch();
    await backup();
    await replace('backup');
    await recovery();
    await nextEpoch();
    await backup();
    // What it signs from here on isn't in the backup.
    world.chain.challengeSeconds = 1_000;
    world.pass(61);
    await world.until('posted', () => world.chain.pending?.epoch === 3);
    const messages = await signedMessages(3);
    await replace('backup');
    expect(await signedMessages(3)).to.deep.equal([]);
    expect(await recovery()).to.deep.include({ lost: [], abstains: [3] });
    expect(await signedMessages(3)).to.deep.equal(messages);
  });

  it('goes on at once if it has not run since the backup', async () => {
    await send(LOST, report(0, 0));
    await nextEpoch();
    const before = report(1, 0);
    await send(LOST, before);
    await world.kill(LOST);
    await backup();
    await replace('backup', true);
    await nextEpoch();
    expect(world.events('recovering')).to.deep.equal([]);
    expect(await signedMessages(2)).to.have.length(1);
    expect(await epochOf(1, before)).to.equal(2);
  });

  it('copies only new parts into a backup that is there, and lists what it holds', async () => {
    await send(LOST, report(0, 0));
    await nextEpoch();
    const first = await backup();
    expect(first.parts).to.be.greaterThan(3);
    await send(LOST, report(1, 0));
    await nextEpoch();
    const second = await backup();
    expect(second.parts).to.be.greaterThan(first.parts);
    expect(second.items).to.be.greaterThan(first.items);
    const files = (await readdir(world.path('backup'))).sort();
    expect(files).to.deep.equal(['backup.json', second.file, 'parts']);
  });

  it('error: bad-backup, other-backup', async () => {
    const refused = (change: Promise<unknown>) =>
      change.then(
        () => undefined,
        (error: unknown) => (error as OracleError).code,
      );
    const made = await backup();
    const folder = world.path('backup');
    expect(await refused(readBackup(folder, { ...owner(), oracle: toBase58(identity.network) }))).to.equal(
      'other-backup',
    );
    await mkdir(world.path('empty'));
    expect(await refused(readBackup(world.path('empty'), owner()))).to.equal('bad-backup');
    const path = join(folder, made.file);
    await writeFile(path, (await readFile(path)).subarray(1));
    expect(await refused(readBackup(folder, owner()))).to.equal('bad-backup');
  });
});
