import { expect } from 'chai';
import { sealedLog } from '../src/log/records';
import { DAY, signed } from './domain/support';
import { World } from './support/world';

describe('an oracle whose clock is days ahead', () => {
  let world: World;
  let ahead = 0;

  beforeEach(async () => {
    ahead = 0;
    world = await new World().start();
    await world.kill(0);
    await world.run(0, { now: () => world.time + ahead });
    await world.tick();
  });
  afterEach(() => world.stop());

  it('seals no log, whose time nobody could take back, and goes on once the clock is right', async () => {
    const report = signed(world.devices[0]!);
    await world.at(0).client.submit([report]);
    world.pass(61);
    await world.chain.cut();
    ahead = (DAY + 1) * 1000;
    await world.at(0).server.tick();
    const { oracle } = world.at(0);
    expect(world.events('failed').map(({ task, code }) => [task, code])).to.deep.include([
      'sync',
      'clock-ahead',
    ]);
    expect(await sealedLog(oracle.store, oracle.address, 1)).to.equal(undefined);
    ahead = 0;
    await world.promoted(1);
    expect((await sealedLog(oracle.store, oracle.address, 1))?.head).to.include({ reports: 1 });
  });
});
