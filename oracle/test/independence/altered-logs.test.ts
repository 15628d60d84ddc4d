import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import {
  encodeEntry,
  type Log,
  type LoggedReport,
  type Run,
  readPage,
  referTo,
  rootOfRuns,
  toRuns,
} from '../../src/domain';
import type { Closable } from '../../src/tasks/close';
import { bytesOf, committee, hashOfHead, MINUTE, makeLog, NOON, signed, signLog } from '../domain/support';
import type { DishonestMember } from '../support/dishonest-member';
import { declined, nextAttempt, promotedByOthers, timesAccepted } from '../support/outcome';
import {
  BYSTANDER,
  LEADER,
  resolves,
  type TurnedLeader,
  turnedLeader,
  VICTIM,
} from '../support/turned-leader';
import type { World } from '../support/world';

describe('oracle: a leader that alters a log', () => {
  let world: World;
  let member: DishonestMember;
  let due: Closable;
  let logs: readonly Log[];
  let sent: readonly SignedReport[];
  let turned: TurnedLeader;
  beforeEach(async () => {
    turned = await turnedLeader();
    ({ world, member, due, logs, sent } = turned);
  });
  afterEach(() => world.stop());

  describe("in another oracle's log", () => {
    const victim = () => logs.find(({ head }) => head.oracle === committee[VICTIM])!;
    const others = () => logs.filter((log) => log !== victim());

    const changes: Record<string, (reports: LoggedReport[]) => LoggedReport[]> = {
      'without a report': (reports) => reports.slice(1),
      'with a report in the place of another': ([first, , third]) => [
        first!,
        { ...third!, ...bytesOf(signed(world.devices[5]!)) },
        third!,
      ],
      'with another time of arrival': ([first, ...rest]) => [
        { ...first!, receivedAt: first!.receivedAt - 60_000 },
        ...rest,
      ],
    };
    /** The victim's run with the reports changed. */
    const altered = (change: (reports: LoggedReport[]) => LoggedReport[]): Run[] => {
      const reports = victim()
        .runs.flatMap(({ pages }) => pages)
        .flatMap((page) => [...readPage(page)]);
      return [...toRuns(change(reports).map((report) => encodeEntry(report.receivedAt, [report])))];
    };

    for (const [name, change] of Object.entries(changes)) {
      it(`cannot use it ${name} with a new head, because it can't sign the head`, async () => {
        const { oracle, signature: _, ...rest } = victim().head;
        const runs = altered(change);
        const root = rootOfRuns(runs.map(referTo));
        const { head } = signLog(LEADER, runs, rest, { oracle, root, reports: runs[0]!.reports });
        member.face.serve({ head, runs });
        const all = [{ head, runs }, ...others()];
        await member.propose(
          due,
          member.closeAnyhow(
            due,
            all.map((log) => log.head),
            all,
          ),
        );
        await resolves(turned, 'own-log-altered', 'peer-log-altered');
      });

      it(`cannot use it ${name} with the original head`, async () => {
        const log = { head: victim().head, runs: altered(change) };
        member.face.serve(log);
        const heads = logs.map(({ head }) => head);
        await member.propose(due, member.closeAnyhow(due, heads, [log, ...others()]));
        await resolves(turned, 'recomputation-differs');
      });
    }

    it("cannot change the oracle's counts of refusals", async () => {
      const head = { ...victim().head, refused: { 'too-old': 5 } };
      const heads = [head, ...others().map((log) => log.head)];
      await member.propose(due, member.closeAnyhow(due, heads, logs));
      await resolves(turned, 'own-log-altered', 'peer-log-altered');
    });
  });

  describe('in the times of its own log', () => {
    const seconds = (time: number) => time / 1000;
    it('cannot have received a report after sealing', async () => {
      const sealed = seconds(world.time);
      const late = makeLog(LEADER, 1, [{ at: sealed + 1, reports: [sent[3]!] }], { sealed });
      member.face.serve(late);
      // Its peers have the log that it showed before, so it now lists a second log of its own.
      const heads = logs.map(({ head }) => (head.oracle === committee[LEADER] ? late.head : head));
      await member.propose(due, member.closeAnyhow(due, heads, logs));
      await world.tick();
      expect(declined(world, VICTIM)).to.deep.equal(['bad-log']);
      expect(declined(world, BYSTANDER)).to.deep.equal(['bad-log']);
    });

    it('cannot have received a report before sealing the previous epoch', async () => {
      await member.propose(due, member.close(due, logs));
      await promotedByOthers(world, 1);
      const before = logs.find(({ head }) => head.oracle === committee[LEADER])!.head;
      const report = signed(world.devices[3]!, { start: NOON + 15 * MINUTE });
      const batch = { at: seconds(before.sealed_at) - 1, reports: [report] };
      world.pass(61);
      const early = makeLog(LEADER, 2, [batch], {
        sealed: seconds(world.time),
        previous: hashOfHead({ head: before }),
      });
      member.face.serve(early);
      await world.chain.cut();
      await world.tick(2);
      world.pass(61);
      await nextAttempt(world);
      const second = await member.gather();
      const all = [...second.logs.filter(({ head }) => head.oracle !== committee[LEADER]), early];
      const attempt = 2;
      expect(committee[(2 + attempt) % 3]).to.equal(committee[LEADER]);
      const heads = all.map(({ head }) => head);
      await member.propose(second.due, member.closeAnyhow(second.due, heads, all), { attempt });
      await world.tick();
      expect(world.events('declined').map(({ code }) => code)).to.deep.equal(['bad-log', 'bad-log']);
      await promotedByOthers(world, 2);
      expect(await timesAccepted(world, report)).to.equal(0);
      for (const one of sent) expect(await timesAccepted(world, one)).to.equal(1);
    });
  });
});
