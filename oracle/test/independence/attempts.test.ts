import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { MINUTE, NOON, signed } from '../domain/support';
import { nextAttempt, promotedByOthers, timesAccepted } from '../support/outcome';
import { World } from '../support/world';

describe('oracle: an epoch whose leaders fail', () => {
  let world: World;
  let sent: SignedReport[];
  afterEach(() => world.stop());

  async function start(members: number, threshold: number): Promise<void> {
    world = await new World(members).start();
    world.chain.threshold = threshold;
    sent = [];
    await world.tick();
  }
  /** Sends a device's report to an oracle, which acknowledges it. */
  async function send(i: number, device: number, minute = 0): Promise<void> {
    const report = signed(world.devices[device]!, { start: NOON + minute * MINUTE, seconds: 60, value: 20n });
    expect((await world.at(i).client.submit([report])).results).to.deep.equal([{ status: 'accepted' }]);
    sent.push(report);
  }
  const attempts = () => world.chain.posts.map(({ attempt }) => attempt);

  it('is led by the next oracle if the leader died after it accepted reports, which count once it is back', async () => {
    await start(3, 2);
    for (const i of [0, 1, 2]) await send(i, i);
    await world.kill(1);
    world.pass(61);
    await world.tick();
    world.pass(5);
    await world.until('cut by another', () => world.chain.cuts.length === 1);
    await world.tick(3);
    expect(attempts(), 'the leader is waited for').to.deep.equal([]);
    await nextAttempt(world);
    await world.promoted(1);
    expect(attempts()).to.deep.equal([1]);
    expect(await Promise.all(sent.map((report) => timesAccepted(world, report)))).to.deep.equal([1, 0, 1]);
    await world.run(1);
    world.pass(61);
    await world.promoted(2);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
  });

  it('is led by the one after next if two leaders in a row are dead', async () => {
    await start(5, 3);
    for (const i of [0, 3, 4]) await send(i, i);
    for (const i of [1, 2]) await world.kill(i);
    await world.chain.cut();
    await world.tick(2);
    for (const [attempt, leader] of [1, 2].entries()) {
      expect(attempts(), `oracle ${leader} leads attempt ${attempt}`).to.deep.equal([]);
      await nextAttempt(world);
      await world.tick(2);
    }
    await world.promoted(1);
    expect(attempts()).to.deep.equal([2]);
    expect(world.events('closed').map(({ attempt }) => attempt)).to.deep.equal([2]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('is posted by another oracle if the leader died after all had signed', async () => {
    await start(3, 2);
    for (const i of [0, 1, 2]) await send(i, i);
    await world.chain.cut();
    world.chain.threshold = 4;
    await world.tick(3);
    expect(world.events('signed').map(({ attempt }) => attempt)).to.deep.equal([0, 0, 0]);
    await world.kill(1);
    world.chain.threshold = 2;
    await promotedByOthers(world, 1);
    expect(attempts()).to.deep.equal([0]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
  });

  it('is signed anew in each attempt once the committee has changed, though all had signed them before', async () => {
    await start(3, 2);
    for (const i of [0, 1, 2]) await send(i, i);
    await world.chain.cut();
    world.chain.paused = true;
    await world.tick(3);
    expect(world.events('signed').map(({ attempt }) => attempt)).to.deep.equal([0, 0, 0]);
    world.chain.committeeVersion = 2;
    world.chain.paused = false;
    await world.promoted(1);
    expect(attempts()).to.deep.equal([0]);
    expect(world.events('declined')).to.deep.equal([]);
    expect(world.events('equivocation')).to.deep.equal([]);
  });

  it('waits below the threshold for several attempts and cuts, and loses no acknowledged report', async () => {
    await start(3, 2);
    for (const i of [0, 1, 2]) await send(i, i);
    for (const i of [0, 2]) await world.kill(i);
    await world.chain.cut();
    for (let attempt = 0; attempt < 4; attempt++) {
      await send(1, 3, attempt);
      await nextAttempt(world);
    }
    // The remaining oracle cuts the next epoch and keeps accepting reports, but can't post.
    await world.until('cut again', () => world.chain.cuts.length === 2);
    await send(1, 4);
    await world.tick(2);
    expect(world.chain.posts).to.deep.equal([]);
    expect(world.chain.current.epoch).to.equal(0);
    for (const i of [0, 2]) await world.run(i);
    await send(0, 5);
    for (let round = 0; round < 20 && world.chain.current.epoch < 3; round++) {
      world.pass(31);
      await world.tick(2);
    }
    expect(world.chain.current.epoch).to.equal(3);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.events('equivocation')).to.deep.equal([]);
  });
});
