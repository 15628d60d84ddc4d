import type { SignedReport } from '@commonwire/sdk/device';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { type CloseResult, datasetHash, type Log, RULES_VERSION } from '../../src/domain';
import { canonicalBytes } from '../../src/domain/canonical';
import { registryLines, rewardLine } from '../../src/domain/lines';
import { toParts } from '../../src/domain/parts';
import type { Closable } from '../../src/tasks/close';
import { address, HOUR, makePolicy } from '../domain/support';
import type { DishonestMember } from '../support/dishonest-member';
import { declined, earned, earnedBy, nextAttempt, promotedByOthers, timesAccepted } from '../support/outcome';
import { resolves, type TurnedLeader, turnedLeader, VICTIM } from '../support/turned-leader';
import type { World } from '../support/world';

describe('oracle: a leader that alters something', () => {
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

  it('gets signatures if it alters nothing', async () => {
    await member.propose(due, member.close(due, logs));
    await promotedByOthers(world, 1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0]);
    expect(world.events('declined')).to.deep.equal([]);
    expect(await earned(world)).to.deep.equal(earnedBy(world, sent));
  });

  const policies = {
    'another budget': { epoch_budget: '2000000' },
    'another cap per device': { device_epoch_cap: '1000000' },
    'another threshold': { ahead_seconds: 301 },
    'another late window': { late_seconds: 36 * HOUR - 60 },
  };
  for (const [name, changes] of Object.entries(policies))
    it(`cannot close with ${name}`, async () => {
      await member.propose(due, member.close(due, logs, { policy: makePolicy(changes) }));
      await resolves(turned, 'recomputation-differs');
    });

  it('cannot close with a policy other than the one in its dataset', async () => {
    const result = member.close(due, logs, { policy: makePolicy({ epoch_budget: '900000' }) });
    const lines = result.rewards.map(rewardLine);
    const { root } = LedgerTree.fromLeaves(ledgerLeaves(result.rewards));
    expect(root).to.not.deep.equal(member.close(due, logs).ledgerRoot);
    const named = { ...result.manifest, policy: makePolicy() };
    await member.propose(due, replaced({ ...result, manifest: named }, 'rewards', lines));
    await resolves(turned, 'recomputation-differs');
  });

  it('can not close by other rules', async () => {
    const { manifest, ...result } = member.close(due, logs);
    const rules_version = RULES_VERSION + 1;
    const named = { ...manifest, rules_version, policy: { ...manifest.policy, rules_version } };
    const manifestBytes = canonicalBytes(named);
    const altered = { ...result, manifest, manifestBytes, datasetHash: datasetHash(manifestBytes) };
    await member.propose(due, altered);
    await resolves(turned, 'unsupported-rules-version');
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

  it('cannot move a reward from one device to another, even if the total stays the same', async () => {
    const { earnedTotal, honest } = await reward((rewards) =>
      rewards.map((one, i) => {
        if (i === 0) return { ...one, earned: at(rewards, 0).earned - 1n };
        return i === 3 ? { ...one, earned: at(rewards, 3).earned + 1n } : one;
      }),
    );
    expect(earnedTotal).to.equal(honest.earnedTotal);
    await resolves(turned, 'recomputation-differs');
  });

  it('cannot raise a reward', async () => {
    await reward((rewards) => rewards.map((one, i) => (i === 3 ? { ...one, earned: one.earned + 1n } : one)));
    await resolves(turned, 'recomputation-differs');
  });

  it('cannot sign a root other than that of its dataset', async () => {
    const result = member.close(due, logs);
    const { root } = LedgerTree.fromLeaves(ledgerLeaves([...result.rewards].reverse()));
    await member.propose(due, result, { ledgerRoot: root });
    await resolves(turned, 'recomputation-differs');
  });

  it('cannot sign a usage root other than that of its dataset', async () => {
    await member.propose(due, member.close(due, logs), { usageRoot: new Uint8Array(32).fill(1) });
    await resolves(turned, 'recomputation-differs');
  });

  it('cannot sign a total other than that of its dataset', async () => {
    const result = member.close(due, logs);
    await member.propose(due, result, { earnedTotal: result.earnedTotal + 1n });
    await resolves(turned, 'recomputation-differs');
  });

  it('cannot replace an owner with its own wallet', async () => {
    const owner = address("the leader's wallet");
    const { earnedTotal, honest } = await reward((rewards) =>
      rewards.map((one, i) => (i === 0 ? { ...one, owner } : one)),
    );
    expect(earnedTotal).to.equal(honest.earnedTotal);
    await resolves(turned, 'recomputation-differs');
  });

  it('cannot use another registry that gives the device to its wallet', async () => {
    const owner = address("the leader's wallet");
    const devices = world.devices.map((device, i) => (i === 0 ? { ...device, owner } : device));
    const lines = registryLines({ kind: 'registered', devices });
    await member.propose(due, replaced(member.close(due, logs), 'registry', lines));
    await resolves(turned, 'recomputation-differs');
  });

  it('cannot sign for another version of the committee: nobody considers that', async () => {
    await member.propose(due, member.close(due, logs), { committeeVersion: 2 });
    await world.tick(2);
    expect(declined(world, VICTIM)).to.deep.equal([]);
    await nextAttempt(world);
    await world.promoted(1);
    expect(await timesAccepted(world, sent[0]!)).to.equal(1);
  });

  const facts = {
    'count of devices': { deviceCount: 7 },
    registry: { registryHash: new Uint8Array(32) },
    network: { network: new Uint8Array(32) },
    birth: { birth: 8n },
    program: { program: new Uint8Array(32) },
  };
  it(`cannot sign for another ${Object.keys(facts).join(', ')}`, async () => {
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
