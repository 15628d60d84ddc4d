import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import type { Log } from '../../src/domain';
import { sync } from '../../src/tasks/sync';
import { type Batch, committee, hashOfHead, MINUTE, makeLog, NOON, signed } from '../domain/support';
import { DishonestMember, type Face } from '../support/dishonest-member';
import { declined, linesOf, nextAttempt, timesAccepted } from '../support/outcome';
import { World } from '../support/world';

/** Seals more than one log per epoch. Leads neither the first nor the second epoch, and signs nothing. */
const FORKER = 0;
/** The leaders of epochs 1 and 2. */
const FIRST = 1;
const SECOND = 2;

describe('oracle: a member that shows each oracle a different log', () => {
  let world: World;
  let faces: Record<number, Face>;
  let sent: SignedReport[];

  beforeEach(async () => {
    world = await new World().start();
    await world.tick();
    const member = await DishonestMember.turn(world, FORKER);
    faces = { [FIRST]: await member.faceFor(FIRST), [SECOND]: await member.faceFor(SECOND) };
    sent = [];
    await world.tick();
  });
  afterEach(() => world.stop());

  /** Sends a report to each honest oracle, then cuts the epoch. */
  async function collect(): Promise<void> {
    const start = NOON + world.chain.cuts.length * 15 * MINUTE;
    for (const i of [FIRST, SECOND]) {
      const report = signed(world.devices[i]!, { start });
      expect((await world.at(i).client.submit([report])).results[0]).to.include({ status: 'accepted' });
      sent.push(report);
    }
    world.pass(61);
    await world.chain.cut();
  }

  const forked = (value: number, index = 5): SignedReport =>
    signed(world.devices[index]!, { value: BigInt(value) });
  const log = (epoch: number, reports: readonly SignedReport[], previous?: string, sealed = 0): Log => {
    const at = world.time / 1000;
    const batches: Batch[] = reports.length > 0 ? [{ at, reports }] : [];
    return makeLog(FORKER, epoch, batches, { sealed: at + sealed, ...(previous && { previous }) });
  };
  const withheld = (face: Face, epoch: number) => face.withhold(committee[FORKER]!, epoch);

  /** Every report sent to an honest oracle counts once, and everybody signed the first proposal. */
  async function unharmed(epoch: number): Promise<void> {
    await world.promoted(epoch);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal(Array(epoch).fill(0));
    expect(world.events('declined')).to.deep.equal([]);
    expect(world.events('failed')).to.deep.equal([]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
  }

  it('stalls nothing: the log that the leader lists counts', async () => {
    await collect();
    const [one, other] = [log(1, [forked(500)]), log(1, [forked(501)])];
    faces[FIRST]!.serve(one);
    faces[SECOND]!.serve(other);
    await unharmed(1);
    const reports = (await linesOf(world, 1)).map(({ report }) => report);
    expect(reports).to.include(forked(500).report).and.not.include(forked(501).report);
    expect(world.events('forked')).to.deep.equal([{ epoch: 1, oracle: committee[FORKER] }]);
    // Both heads are public: one in the dataset, the other where it was copied.
    const { manifest } = await world.at(SECOND).client.epoch(1);
    expect((manifest as unknown as { logs: unknown[] }).logs[0]).to.deep.equal(one.head);
    const copy = await world.at(SECOND).client.log(1, { oracle: committee[FORKER]! });
    expect(copy.head).to.deep.equal(other.head);
  });

  it('stalls nothing with two heads over the same entries', async () => {
    await collect();
    faces[FIRST]!.serve(log(1, [forked(500)]));
    faces[SECOND]!.serve(log(1, [forked(500)], undefined, 1));
    await unharmed(1);
    expect(await timesAccepted(world, forked(500))).to.equal(1);
    expect(world.events('forked')).to.have.length(1);
  });

  it('stalls nothing if one of the logs is empty', async () => {
    await collect();
    faces[FIRST]!.serve(log(1, []));
    faces[SECOND]!.serve(log(1, [forked(500)]));
    await unharmed(1);
    expect(await timesAccepted(world, forked(500))).to.equal(0);
  });

  it('continues from the log that counted: logs that follow another one are ignored', async () => {
    await collect();
    const [one, other] = [log(1, [forked(500)]), log(1, [forked(501)])];
    faces[FIRST]!.serve(one);
    faces[SECOND]!.serve(other);
    await unharmed(1);
    await collect();
    const next = log(2, [forked(400, 4)], hashOfHead(one));
    faces[FIRST]!.serve(next);
    faces[SECOND]!.serve(log(2, [forked(401, 4)], hashOfHead(other)));
    await unharmed(2);
    expect(await timesAccepted(world, forked(400, 4))).to.equal(1);
    expect(await timesAccepted(world, forked(401, 4))).to.equal(0);
  });

  it('stalls nothing with logs of several epochs, more for one oracle than for the other', async () => {
    await collect();
    for (const i of [FIRST, SECOND]) withheld(faces[i]!, 1);
    await world.tick(2);
    world.pass(2);
    await unharmed(1);
    await collect();
    // The leader of epoch 2 gets the first log of one chain, the other oracle gets both logs of another.
    const [one, other] = [log(1, [forked(500)]), log(1, [forked(501)])];
    faces[SECOND]!.serve(one);
    withheld(faces[SECOND]!, 2);
    faces[FIRST]!.serve(other);
    faces[FIRST]!.serve(log(2, [forked(400, 4)], hashOfHead(other)));
    await world.tick(2);
    world.pass(2);
    await unharmed(2);
    expect(await timesAccepted(world, forked(500))).to.equal(1);
    expect(await timesAccepted(world, forked(501))).to.equal(0);
    // It leads epoch 3 and is silent. The next leader's copy of its second log follows a log that did not count.
    await collect();
    await world.tick(2);
    await nextAttempt(world);
    await world.promoted(3);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0, 0, 1]);
    expect(world.events('failed')).to.deep.equal([]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
  });

  /** The leader closes without the forker's log, which is shown to the other attester only afterwards. */
  async function shownToOneLater(sinceThen: boolean): Promise<void> {
    await collect();
    for (const i of [FIRST, SECOND]) withheld(faces[i]!, 1);
    await sync(world.at(SECOND).oracle);
    await world.at(FIRST).server.tick();
    if (!sinceThen) await world.at(SECOND).server.tick();
    world.pass(2);
    await world.at(FIRST).server.tick();
    expect(world.events('closed').map(({ attempt }) => attempt)).to.deep.equal([0]);
    faces[SECOND]!.serve(log(1, [forked(500)]));
    await world.at(SECOND).server.tick();
  }

  it("costs just one attempt if an oracle can copy its log in time but the leader can't", async () => {
    await shownToOneLater(true);
    expect(declined(world, SECOND)).to.deep.equal(['peer-log-missing']);
    await nextAttempt(world);
    await world.promoted(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([1]);
    for (const report of [...sent, forked(500)]) expect(await timesAccepted(world, report)).to.equal(1);
  });

  it("costs nothing if its log comes after the leader's waiting time: it joins the next epoch", async () => {
    await shownToOneLater(false);
    await unharmed(1);
    expect(await timesAccepted(world, forked(500))).to.equal(0);
    await collect();
    await world.tick(2);
    world.pass(2);
    await unharmed(2);
    expect(await timesAccepted(world, forked(500))).to.equal(1);
  });

  it('does not reduce an epoch with its counts of refusals', async () => {
    await collect();
    for (const refused of [{ constructor: 1 }, { 'too-old': Number.MAX_SAFE_INTEGER }]) {
      const poison = makeLog(FORKER, 1, [], {
        sealed: world.time / 1000,
        refused: refused as unknown as Record<string, number>,
      });
      for (const i of [FIRST, SECOND]) faces[i]!.serve(poison);
      await world.tick();
    }
    world.pass(2);
    await unharmed(1);
    await collect();
    await world.tick(2);
    world.pass(2);
    await unharmed(2);
  });
});
