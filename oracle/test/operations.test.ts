import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '@commonwire/sdk/core';
import { expect } from 'chai';
import { ProcessNetwork } from './support/process-network';
import type { OracleProcess } from './support/processes';

/** The procedures of docs/operating.md, in its order, on one network that goes on meanwhile. */
describe('operating oracles', function () {
  this.timeout(300_000);
  let net: ProcessNetwork;
  let folder: string;
  /** Three of the first committee, the one that takes over from the second, and the one that replaces the first. */
  let oracles: readonly OracleProcess[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-operations-'));
    net = await ProcessNetwork.create({ spare: 2, speed: 1 });
    ({ oracles } = net);
    await knowEachOther(0, 1, 2);
  });
  after(async () => {
    await Promise.all(oracles.map((oracle) => oracle.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  /** Makes these oracles each other's peers and starts them again, one after another, as operators would. */
  async function knowEachOther(...positions: number[]): Promise<void> {
    for (const i of positions) {
      const peers = positions.filter((peer) => peer !== i).map((peer) => oracles[peer]!.client.url);
      oracles[i]!.set({ COMMONWIRE_PEERS: peers.join(',') });
      await oracles[i]!.end('SIGTERM');
      await oracles[i]!.start();
    }
    for (const i of positions) await net.ready(oracles[i]!);
  }

  const signs = (oracle: OracleProcess, after: number) =>
    net.until(
      `${oracle.key.publicKey} signs an epoch after ${after}`,
      () => oracle.events('signed').some(({ epoch }) => Number(epoch) > after) || undefined,
    );
  const nobodySignedTwice = async () => {
    for (const oracle of oracles) {
      const answer = await oracle.client.evidence().catch(() => undefined);
      if (answer) expect(answer.evidence).to.deep.equal([]);
      expect(oracle.events('forked')).to.deep.equal([]);
    }
  };

  it('start one on a port that is in use: it says so and ends, and its folder is free again', async () => {
    const [running, , , spare] = oracles as [OracleProcess, OracleProcess, OracleProcess, OracleProcess];
    const own = spare.settings.COMMONWIRE_PORT!;
    const { port } = new URL(running.client.url);
    spare.set({ COMMONWIRE_PORT: port });
    const message = await spare.start().catch(reasonOf);
    expect(message).to.include(`error: another process uses port ${port} of 127.0.0.1: stop it, or set`);
    spare.set({ COMMONWIRE_PORT: own });
    await spare.start();
    expect(await spare.end('SIGTERM')).to.equal(0);
  });

  it('back up a running one; on a new disk it goes on from the backup and signs nothing twice', async () => {
    const [, , lost] = oracles as [OracleProcess, OracleProcess, OracleProcess];
    await net.promoted(1);
    const backup = join(folder, 'backup');
    const made = await lost.command('backup', '--to', backup);
    expect(made.code, made.stderr).to.equal(0);
    const { items, parts } = JSON.parse(made.stdout);
    expect([items > 10, parts > 3]).to.deep.equal([true, true]);

    const refused = await lost.command('restore', '--from', backup);
    expect([refused.code, refused.stderr]).to.deep.equal([
      1,
      `error: ${lost.data} has the records of an oracle; name a new folder in COMMONWIRE_DATA\n`,
    ]);

    // It signs on after the backup, and what it signs then is lost with its disk.
    await signs(lost, await net.current());
    await lost.end('SIGKILL');
    await rm(lost.data, { recursive: true });
    lost.set({ COMMONWIRE_DATA: join(folder, 'new-disk') });
    const restored = await lost.command('restore', '--from', backup);
    expect(restored.code, restored.stderr).to.equal(0);
    await lost.start();
    const health = await lost.client.health();
    expect(health.status).to.equal('starting');
    const { epoch } = await net.until('recovered', () => lost.events('recovered')[0]);
    await net.ready(lost);
    await signs(lost, Number(epoch) - 1);
    await nobodySignedTwice();
  });

  it('change the key of one, without losing a report that it has accepted', async () => {
    const [, before, , after] = oracles as [OracleProcess, OracleProcess, OracleProcess, OracleProcess];
    await knowEachOther(0, 1, 2, 3);
    await net.setCommittee([0, 1, 2, 3]);
    // The last report that goes to the old key; from here on, devices use the others.
    const report = net.report(0, await before.client.network());
    const { epoch, results } = await before.client.submit([report]);
    expect(results).to.deep.equal([{ status: 'accepted' }]);
    await net.until('the report counts', async () => {
      await net.promoted(epoch);
      return (await net.counted(after)).has(report.report) || undefined;
    });
    await net.setCommittee([0, 2, 3]);
    await before.end('SIGTERM');
    await signs(after, epoch);
    await signs(oracles[0]!, await net.current());
    await nobodySignedTwice();
  });

  it('replace one that is lost with its key by a new one, while the others go on', async () => {
    const [lost, , , , next] = oracles as [OracleProcess, ...OracleProcess[]];
    await lost.end('SIGKILL');
    await rm(lost.data, { recursive: true });
    const at = await net.current();
    await net.promoted(at + 1);
    await knowEachOther(2, 3, 4);
    await net.setCommittee([2, 3, 4]);
    await signs(next!, at + 1);
    const { earned_total, paid_total } = await net.until('all paid', async () => {
      const info = await next!.client.network();
      return info.earned_total !== '0' && info.earned_total === info.paid_total ? info : undefined;
    });
    expect(paid_total).to.equal(earned_total);
    await nobodySignedTwice();
  });
});
