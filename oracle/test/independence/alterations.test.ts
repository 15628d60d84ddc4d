import {
  fromHex,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  type SignedReport,
  signEd25519,
} from '@commonwire/sdk';
import { expect } from 'chai';
import type { Closable } from '../../src/close';
import {
  type CloseResult,
  datasetHash,
  type Log,
  type LogEntry,
  logHeadMessage,
  nextEntry,
} from '../../src/domain';
import { canonicalBytes } from '../../src/domain/canonical';
import { registryLines, rewardLine } from '../../src/domain/lines';
import { toParts } from '../../src/domain/parts';
import {
  address,
  committee,
  HOUR,
  identity,
  MINUTE,
  makeLog,
  makePolicy,
  NOON,
  oracles,
  signed,
} from '../domain/support';
import { DishonestMember } from '../support/dishonest-member';
import { declined, earned, earnedBy, nextAttempt, promotedByOthers, timesAccepted } from '../support/outcome';
import { World } from '../support/world';

/** Leads epoch 1. */
const LEADER = 1;
const VICTIM = 0;
const WITNESS = 2;

describe('oracle: a leader that alters something', () => {
  let world: World;
  let member: DishonestMember;
  let due: Closable;
  let logs: readonly Log[];
  let sent: SignedReport[];

  beforeEach(async () => {
    world = await new World().start();
    await world.tick();
    sent = world.devices.map((device, i) => signed(device, { value: 1000n - 100n * BigInt(i) }));
    // The victim's log has two entries, of two reports and of one.
    await world.at(VICTIM).client.submit(sent.slice(0, 2));
    await world.at(VICTIM).client.submit(sent.slice(2, 3));
    await world.at(LEADER).client.submit(sent.slice(3, 4));
    await world.at(WITNESS).client.submit(sent.slice(4));
    world.pass(61);
    member = await DishonestMember.turn(world, LEADER);
    await world.chain.cut();
    await member.gather();
    await world.tick(2);
    ({ due, logs } = await member.gather());
  });
  afterEach(() => world.stop());

  /** Both attesters refuse by these codes; the next leader's dataset pays what was earned, to whom it was. */
  async function resolves(forVictim: string, forWitness = forVictim): Promise<void> {
    await world.tick(2);
    expect(declined(world, VICTIM)).to.deep.equal([forVictim]);
    expect(declined(world, WITNESS)).to.deep.equal([forWitness]);
    expect(world.chain.posts).to.deep.equal([]);
    await nextAttempt(world);
    await world.promoted(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([1]);
    expect(await earned(world)).to.deep.equal(earnedBy(world, sent));
  }

  it('is signed for where it alters nothing', async () => {
    await member.propose(due, member.close(due, logs));
    await promotedByOthers(world, 1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0]);
    expect(world.events('declined')).to.deep.equal([]);
    expect(await earned(world)).to.deep.equal(earnedBy(world, sent));
  });

  describe('in the log of another oracle', () => {
    const victim = () => logs.find(({ head }) => head.oracle === committee[VICTIM])!;
    const others = () => logs.filter((log) => log !== victim());

    /** The entries chained anew. */
    function rechained(entries: readonly LogEntry[]): LogEntry[] {
      const chained: LogEntry[] = [];
      for (const [sequence, { hash: _, ...entry }] of entries.entries()) {
        const previous = chained.at(-1)?.hash ?? entries[0]!.previous;
        chained.push(nextEntry(identity.network, { ...entry, sequence, previous }));
      }
      return chained;
    }
    const changes: Record<string, (entries: readonly LogEntry[]) => LogEntry[]> = {
      'a report from an entry': ([first, ...rest]) =>
        rechained([{ ...first!, reports: first!.reports.slice(1) }, ...rest]),
      'an entry': ([, ...rest]) => rechained(rest),
      'the last entry': (entries) => rechained(entries.slice(0, -1)),
    };

    for (const [name, change] of Object.entries(changes)) {
      it(`can not take ${name} and make the head anew: it can't sign it`, async () => {
        const entries = change(victim().entries);
        const head = { ...victim().head, entries: entries.length, head: entries.at(-1)!.hash };
        const message = logHeadMessage(identity.network, head);
        const signature = Buffer.from(signEd25519(message, oracles[LEADER]!)).toString('base64');
        const altered = { head: { ...head, signature }, entries };
        member.face.serve(altered);
        const all = [altered, ...others()];
        const heads = all.map((log) => log.head);
        await member.propose(due, member.closeAnyhow(due, heads, all));
        await resolves('own-log-altered', 'peer-log-altered');
      });

      it(`can not take ${name} and show the head as it was`, async () => {
        const altered = { head: victim().head, entries: change(victim().entries) };
        member.face.serve(altered);
        const all = [altered, ...others()];
        await member.propose(
          due,
          member.closeAnyhow(
            due,
            logs.map(({ head }) => head),
            all,
          ),
        );
        await resolves('recomputation-differs');
      });
    }

    it('can not count what the oracle refused otherwise', async () => {
      const head = { ...victim().head, refused: { 'too-old': 5 } };
      const heads = [head, ...others().map((log) => log.head)];
      await member.propose(due, member.closeAnyhow(due, heads, logs));
      await resolves('own-log-altered', 'peer-log-altered');
    });
  });

  describe('in the times of its own log', () => {
    const seconds = (time: number) => time / 1000;
    it('can not have received a report after it sealed', async () => {
      const sealed = seconds(world.time);
      const late = makeLog(LEADER, 1, [{ at: sealed + 1, reports: [] }], { sealed });
      member.face.serve(late);
      // Its peers have the log that it showed before: what it lists now is another of its own making.
      const heads = logs.map(({ head }) => (head.oracle === committee[LEADER] ? late.head : head));
      await member.propose(due, member.closeAnyhow(due, heads, logs));
      await world.tick();
      expect(declined(world, VICTIM)).to.deep.equal(['bad-log']);
      expect(declined(world, WITNESS)).to.deep.equal(['bad-log']);
    });

    it('can not have received a report before it sealed the epoch before', async () => {
      await member.propose(due, member.close(due, logs));
      await promotedByOthers(world, 1);
      // Epoch 2 is led by another, epoch 4 by this one again; its log of epoch 2 joins there.
      const before = logs.find(({ head }) => head.oracle === committee[LEADER])!.head;
      const report = signed(world.devices[3]!, { start: NOON + 15 * MINUTE });
      const batch = { at: seconds(before.sealed_at) - 1, reports: [report] };
      world.pass(61);
      const early = makeLog(LEADER, 2, [batch], { sealed: seconds(world.time), previous: before.head });
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
    });
  });

  const policies = {
    'another budget': { epoch_budget: '2000000' },
    'another cap per device': { device_epoch_cap: '1000000' },
    'another threshold': { ahead_seconds: 301 },
    'another late window': { late_seconds: 36 * HOUR - 60 },
  };
  for (const [name, changes] of Object.entries(policies))
    it(`can not close with ${name}`, async () => {
      await member.propose(due, member.close(due, logs, { policy: makePolicy(changes) }));
      await resolves('recomputation-differs');
    });

  it('can not close with another policy than its dataset names', async () => {
    const result = member.close(due, logs, { policy: makePolicy({ epoch_budget: '900000' }) });
    const lines = result.rewards.map(rewardLine);
    const { root } = LedgerTree.fromLeaves(ledgerLeaves(result.rewards));
    expect(root).to.not.deep.equal(member.close(due, logs).ledgerRoot);
    const named = { ...result.manifest, policy: makePolicy() };
    await member.propose(due, replaced({ ...result, manifest: named }, 'rewards', lines));
    await resolves('recomputation-differs');
  });

  /** A dataset whose reward table says something else, complete and under the root of that table. */
  async function reward(change: (rewards: readonly LedgerEntry[]) => readonly LedgerEntry[]) {
    const result = member.close(due, logs);
    const entries = change(result.rewards);
    const lines = entries.map((entry, i) => rewardLine({ ...result.rewards[i]!, ...entry }));
    const ledger = LedgerTree.fromLeaves(ledgerLeaves(entries));
    const altered = replaced(result, 'rewards', lines, Buffer.from(ledger.root).toString('hex'));
    const earnedTotal = entries.reduce((sum, { earned }) => sum + earned, 0n);
    await member.propose(due, { ...altered, ledger, ledgerRoot: ledger.root, earnedTotal });
    return { earnedTotal, honest: result };
  }

  function replaced(
    result: CloseResult,
    group: 'rewards' | 'registry',
    lines: readonly string[],
    ledger_root = result.manifest.ledger_root,
  ): CloseResult {
    const { references, parts } = toParts(lines);
    const groups = { ...result.manifest.parts, [group]: references };
    const manifest = { ...result.manifest, parts: groups, ledger_root };
    const manifestBytes = canonicalBytes(manifest);
    const hash = datasetHash(manifestBytes);
    return { ...result, manifest, manifestBytes, datasetHash: hash, parts: [...result.parts, ...parts] };
  }

  const at = (rewards: readonly LedgerEntry[], i: number) => rewards[i]!;

  it('can not move a reward from one device to another, though the total is the same', async () => {
    const { earnedTotal, honest } = await reward((rewards) =>
      rewards.map((one, i) => {
        if (i === 0) return { ...one, earned: at(rewards, 0).earned - 1n };
        return i === 3 ? { ...one, earned: at(rewards, 3).earned + 1n } : one;
      }),
    );
    expect(earnedTotal).to.equal(honest.earnedTotal);
    await resolves('recomputation-differs');
  });

  it('can not raise a reward', async () => {
    await reward((rewards) => rewards.map((one, i) => (i === 3 ? { ...one, earned: one.earned + 1n } : one)));
    await resolves('recomputation-differs');
  });

  it('can not sign another root than that of its dataset', async () => {
    const result = member.close(due, logs);
    const { root } = LedgerTree.fromLeaves(ledgerLeaves([...result.rewards].reverse()));
    await member.propose(due, result, { ledgerRoot: root });
    await resolves('recomputation-differs');
  });

  it('can not sign another total than that of its dataset', async () => {
    const result = member.close(due, logs);
    await member.propose(due, result, { earnedTotal: result.earnedTotal + 1n });
    await resolves('recomputation-differs');
  });

  it('can not put its own wallet in the place of an owner', async () => {
    const owner = fromHex(Buffer.from(address("the leader's wallet")).toString('hex'));
    const { earnedTotal, honest } = await reward((rewards) =>
      rewards.map((one, i) => (i === 0 ? { ...one, owner } : one)),
    );
    expect(earnedTotal).to.equal(honest.earnedTotal);
    await resolves('recomputation-differs');
  });

  it('can not have another registry give the device to its wallet', async () => {
    const owner = address("the leader's wallet");
    const devices = world.devices.map((device, i) => (i === 0 ? { ...device, owner } : device));
    const lines = registryLines({ kind: 'registered', devices });
    await member.propose(due, replaced(member.close(due, logs), 'registry', lines));
    await resolves('recomputation-differs');
  });

  const facts = {
    'committee version': { committeeVersion: 2 },
    'count of devices': { deviceCount: 7 },
    registry: { registryHash: new Uint8Array(32) },
    network: { network: new Uint8Array(32) },
    birth: { birth: 8n },
    program: { program: new Uint8Array(32) },
  };
  it(`can not sign for another ${Object.keys(facts).join(', ')}`, async () => {
    for (const [attempt, changes] of Object.values(facts).entries())
      await member.propose(due, member.close(due, logs), { ...changes, attempt: 3 * attempt });
    await world.tick(Object.keys(facts).length);
    const wrong = Object.keys(facts).map(() => 'wrong-facts');
    expect(declined(world, VICTIM)).to.deep.equal(wrong);
    await nextAttempt(world);
    await world.promoted(1);
    expect(await timesAccepted(world, sent[0]!)).to.equal(1);
  });
});
