import { signEd25519 } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { FIRST_LOG_HASH, type LogHead, logHeadMessage } from '../../src/domain';
import { committee, identity, MINUTE, NOON, oracles, signed } from '../domain/support';
import { DishonestMember } from '../support/dishonest-member';
import { declined, nextAttempt, promotedByOthers, timesAccepted } from '../support/outcome';
import { World } from '../support/world';

/** The leaders of epochs 1 and 2. */
const LEADER = 1;
const NEXT = 2;

describe('oracle: a leader that leaves something out', () => {
  let world: World;
  /** The reports that the oracles acknowledged, one for each device. */
  let sent: SignedReport[];

  beforeEach(async () => {
    world = await new World().start();
    await world.tick();
  });
  afterEach(() => world.stop());

  async function submit(start = NOON): Promise<void> {
    sent = [0, 1, 2].map((i) => signed(world.devices[i]!, { start }));
    for (const [i, report] of sent.entries()) {
      const { results } = await world.at(i).client.submit([report]);
      expect(results).to.deep.equal([{ status: 'accepted' }]);
    }
    world.pass(61);
  }

  /** Cuts the epoch, turns its leader, and lets every log be sealed and copied. */
  async function turned(leader: number): Promise<DishonestMember> {
    await submit(NOON + world.chain.cuts.length * 15 * MINUTE);
    const member = await DishonestMember.turn(world, leader);
    await world.chain.cut();
    await member.gather();
    await world.tick(2);
    return member;
  }

  const of = (i: number) => (head: { oracle: string }) => head.oracle === committee[i];

  /** Nobody signed its proposal, and the next leader's dataset has everything. */
  async function resolves(codes: Record<number, string>): Promise<void> {
    await world.tick(2);
    for (const [i, code] of Object.entries(codes)) expect(declined(world, Number(i))).to.deep.equal([code]);
    const epoch = world.chain.current.epoch + 1;
    expect(world.chain.posts.filter((post) => post.epoch === BigInt(epoch))).to.deep.equal([]);
    await nextAttempt(world);
    await world.promoted(epoch);
    expect(world.chain.posts.at(-1)).to.include({ attempt: 1 });
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
  }

  it('cannot leave out the log of an attester or one that an attester copied', async () => {
    const member = await turned(LEADER);
    const { due, logs } = await member.gather();
    const kept = logs.filter(({ head }) => !of(0)(head));
    expect([logs.length, kept.length]).to.deep.equal([3, 2]);
    await member.propose(due, member.close(due, kept));
    await resolves({ 0: 'own-log-missing', 2: 'peer-log-missing' });
    const { refusals } = await world.at(0).client.epoch(1);
    expect(refusals.map(({ attempt, code }) => [attempt, code])).to.deep.equal([[0, 'own-log-missing']]);
  });

  it('cannot leave out its own log after showing it', async () => {
    const member = await turned(LEADER);
    const { due, logs } = await member.gather();
    await member.propose(
      due,
      member.close(
        due,
        logs.filter(({ head }) => !of(LEADER)(head)),
      ),
    );
    await resolves({ 0: 'peer-log-missing', 2: 'peer-log-missing' });
  });

  const forged = (head: LogHead, changes: Partial<LogHead>): LogHead => {
    const altered = { ...head, ...changes };
    const signature = signEd25519(logHeadMessage(identity.network, altered), oracles[LEADER]!);
    return { ...altered, signature: Buffer.from(signature).toString('base64') };
  };
  const empty = { reports: 0, root: FIRST_LOG_HASH };
  const pretences: Record<string, (head: LogHead, all: readonly LogHead[]) => LogHead> = {
    'is empty, under its own signature': (head) => forged(head, empty),
    'is empty, under the signature it has': (head) => ({ ...head, ...empty }),
    'is that of another oracle': (head, all) => ({ ...all.find(of(2))!, oracle: head.oracle }),
  };
  for (const [name, pretend] of Object.entries(pretences))
    it(`cannot pretend that the only log with a report ${name}`, async () => {
      const member = await turned(LEADER);
      const { due, logs } = await member.gather();
      const all = logs.map(({ head }) => head);
      const heads = all.map((head) => (of(0)(head) ? pretend(head, all) : head));
      const result = member.closeAnyhow(
        due,
        heads,
        logs.filter(({ head }) => !of(0)(head)),
      );
      await member.propose(due, result);
      await resolves({ 0: 'own-log-altered', 2: 'peer-log-altered' });
    });

  it('cannot list an older head instead of the one it leaves out', async () => {
    await submit();
    await world.promoted(1);
    const older = world.at(0).oracle;
    const { manifest } = await world.at(0).client.epoch(1);
    const { logs: before } = manifest as unknown as { logs: LogHead[] };
    const member = await turned(NEXT);
    const { due, logs } = await member.gather();
    const heads = logs.map(({ head }) => (of(0)(head) ? before.find(of(0))! : head));
    expect(heads[0]).to.include({ oracle: older.address, epoch: 1 });
    await member.propose(due, member.closeAnyhow(due, heads, logs.slice(1)));
    await resolves({ 0: 'own-log-missing', 1: 'peer-log-missing' });
  });

  it('cannot leave a report out of a log whose head it lists', async () => {
    const member = await turned(LEADER);
    const { due, logs } = await member.gather();
    const heads = logs.map(({ head }) => head);
    const message = await member.propose(due, member.closeAnyhow(due, heads, logs.slice(1)));
    expect(message.earnedTotal).to.not.equal(member.close(due, logs).earnedTotal);
    await resolves({ 0: 'recomputation-differs', 2: 'recomputation-differs' });
  });

  it('cannot stall an epoch by listing a log that it shows to nobody', async () => {
    await submit();
    const member = await DishonestMember.turn(world, LEADER);
    await world.chain.cut();
    member.face.withhold(committee[LEADER]!, 1);
    await world.tick(2);
    const { due, logs } = await member.gather();
    expect(logs.map(({ head }) => head.oracle)).to.include(committee[LEADER]);
    await member.propose(due, member.close(due, logs));
    await world.tick(2);
    expect(world.events('failed').map(({ code }) => code)).to.include('log-not-found');
    expect(world.events('declined')).to.deep.equal([]);
    expect(world.chain.posts).to.deep.equal([]);
    await nextAttempt(world);
    await world.promoted(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([1]);
    expect(await Promise.all(sent.map((report) => timesAccepted(world, report)))).to.deep.equal([1, 0, 1]);
  });

  it('is waited for and not refused while it serves entries that do not match the head it lists', async () => {
    await submit();
    const member = await DishonestMember.turn(world, LEADER);
    await world.chain.cut();
    member.face.withhold(committee[LEADER]!, 1);
    await world.tick(2);
    const { due, logs } = await member.gather();
    await member.propose(due, member.close(due, logs));
    const { head } = await member.ownLog(1);
    member.face.serve({ head, runs: [] });
    await world.tick();
    expect(world.events('failed').map(({ code }) => code)).to.include('log-not-found');
    member.face.serve(await member.ownLog(1));
    await promotedByOthers(world, 1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0]);
    expect(world.events('declined')).to.deep.equal([]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
  });

  it('gets missing logs from an attester: a log shown to only one oracle counts for all', async () => {
    await submit();
    const member = await DishonestMember.turn(world, 2);
    await member.faceFor(0);
    member.face.withhold(committee[2]!, 1);
    await world.chain.cut();
    await member.gather();
    // Both have time to copy, but the leader can't copy from the log's own oracle.
    for (const i of [0, LEADER, 0, LEADER]) await world.at(i).server.tick();
    await world.promoted(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('need not wait for a late log: its oracle signs without it, and it joins the next epoch', async () => {
    world.chain.threshold = 3;
    await submit();
    await world.kill(0);
    await world.tick(3);
    world.pass(2);
    await world.tick(2);
    expect(world.events('closed').map(({ epoch, attempt }) => [epoch, attempt])).to.deep.equal([[1, 0]]);
    expect(world.chain.posts, 'the third log is missing').to.deep.equal([]);
    await world.run(0);
    await world.promoted(1);
    expect(world.events('declined')).to.deep.equal([]);
    expect(await Promise.all(sent.map((report) => timesAccepted(world, report)))).to.deep.equal([0, 1, 1]);
    world.pass(61);
    await world.promoted(2);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0, 0]);
  });
});
