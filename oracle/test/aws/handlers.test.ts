import { expect } from 'chai';
import { inBackground } from '../../src/functions/common';
import { FOLLOWED, following } from '../../src/functions/work';
import { expiryOf, keepUnpromoted, LOG_KEPT_MS } from '../../src/log/keep';
import { logPartition, readLog } from '../../src/log/records';
import { signed } from '../domain/support';
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

  describe('whose table drops old logs', () => {
    let world: World;
    before(async () => {
      world = await new World(1).start();
    });
    after(() => world.stop());

    it('give an expiry to logs of epochs only', () => {
      const expiry = expiryOf(() => 1_000_000);
      expect(expiry('log:KEY:7')).to.equal((1_000_000 + LOG_KEPT_MS) / 1000);
      for (const kept of [
        'log:KEY',
        'epoch:7',
        'registry',
        'evidence',
        'copies:KEY',
        'recovery',
        'promoted:7',
      ])
        expect(expiry(kept), kept).to.equal(undefined);
    });

    it('write a log again, once a day, whose epoch is not promoted after 30 days, and leave its content', async () => {
      const { oracle, server, client } = world.at(0);
      await server.tick();
      await client.submit(world.devices.map((device) => signed(device)));
      const partition = logPartition(oracle.address, 1);
      const entries = async () => (await readLog(oracle.store, oracle.address, 1)).entries;
      const version = async () => (await oracle.store.get(partition, '0'.repeat(20)))!.version;
      const written = await entries();
      expect(written).to.have.length(1);
      const keep = () => keepUnpromoted(oracle, oracle.now() + 60_000);
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
      expect(await entries()).to.deep.equal(written);
      // What ingest appends then still follows.
      await client.submit([signed(world.devices[0]!, { start: Math.floor(world.time / 60_000) * 60 - 600 })]);
      expect((await entries()).at(-1)!.previous).to.equal(written[0]!.hash);
    });
  });
});
