import { expect } from 'chai';
import { inBackground } from '../../src/functions/common';
import { FOLLOWED, following } from '../../src/functions/work';
import { expiryOf, keepUnsealed, LANES_KEPT_MS } from '../../src/log/keep';
import { lanePartition, lanesOf } from '../../src/log/records';
import { signed } from '../domain/support';
import { storedReports } from '../support/stored';
import { World } from '../support/world';

const DAY_SECONDS = 86_400;

describe('functions on AWS', () => {
  describe('that can not begin', () => {
    const before = { ...process.env };
    // Everything is missing from the environment, as in a stack that lacks its settings.
    const handler = inBackground('close', async () => undefined);
    beforeEach(() => {
      for (const name of Object.keys(process.env))
        if (name.startsWith('COMMONWIRE_')) delete process.env[name];
    });
    afterEach(() => Object.assign(process.env, before));

    it('name each message, so that it comes again or goes to the dead letters', async () => {
      const Records = ['one', 'two'].map((messageId) => ({ messageId })) as never;
      expect(await handler({ Records })).to.deep.equal({
        batchItemFailures: [{ itemIdentifier: 'one' }, { itemIdentifier: 'two' }],
      });
    });

    it('fail when a schedule calls them, which AWS counts', async () => {
      const failed = await handler({}).catch((error: Error) => error);
      expect(failed).to.have.property('code', 'bad-environment');
    });
  });

  it('follow each event by work, each once', () => {
    expect([...following(['sealed', 'copied', 'sealed'])]).to.deep.equal(['close', 'attest']);
    expect([...following([])]).to.deep.equal([]);
    expect(FOLLOWED).to.include.members(['cut', 'sealed', 'closed', 'signed', 'promoted']);
  });

  describe('whose table drops old lanes', () => {
    let world: World;
    before(async () => {
      world = await new World(1).start();
    });
    after(() => world.stop());

    it('give an expiry to lanes only', () => {
      const expiry = expiryOf(() => 1_000_000);
      expect(expiry('log:KEY:7:00112233')).to.equal((1_000_000 + LANES_KEPT_MS) / 1000);
      for (const kept of [
        'log:KEY',
        'log:KEY:7',
        'sealed:KEY',
        'epoch:7',
        'registry',
        'evidence',
        'copies:KEY',
        'recovery',
        'promoted:7',
      ])
        expect(expiry(kept), kept).to.equal(undefined);
    });

    it('write a lane again, once a day, whose epoch is not sealed after 30 days, and leave its content', async () => {
      const { oracle, server, client } = world.at(0);
      await server.tick();
      const reports = world.devices.map((device) => signed(device));
      await client.submit(reports);
      const [lane] = await lanesOf(oracle.store, oracle.address, 1);
      const partition = lanePartition(oracle.address, 1, lane!);
      const stored = () => storedReports(oracle.store, oracle.address, 1);
      const version = async () => (await oracle.store.get(partition, '0'.repeat(20)))!.version;
      expect(await stored()).to.deep.equal(reports);
      const keep = () => keepUnsealed(oracle, oracle.now() + 60_000);
      world.pass(29 * DAY_SECONDS);
      await keep();
      expect(await version()).to.equal(1);
      world.pass(2 * DAY_SECONDS);
      await keep();
      await keep();
      expect(await version()).to.equal(2);
      world.pass(DAY_SECONDS);
      await keep();
      expect(await version()).to.equal(3);
      expect(await stored()).to.deep.equal(reports);
      // What ingest appends then still has its place, and is sealed with it.
      const late = signed(world.devices[0]!, { start: Math.floor(world.time / 60_000) * 60 - 600 });
      await client.submit([late]);
      expect(await stored()).to.deep.equal([...reports, late]);
      await world.chain.cut();
      await server.tick();
      expect((await client.log(1)).head.reports).to.equal(reports.length + 1);
      world.pass(60 * DAY_SECONDS);
      await keep();
      expect(await version()).to.equal(3);
    });
  });
});
