import { fromHex, signEd25519 } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import { type EpochMessage, encodeEpochMessage, proveEquivocation } from '@commonwire/sdk/network';
import { expect } from 'chai';
import type { Log } from '../../src/domain';
import { signOnce } from '../../src/epoch/signing';
import { gatherLogs } from '../../src/log/copies';
import { attest } from '../../src/tasks/attest';
import { closable, messageOf } from '../../src/tasks/close';
import { sync } from '../../src/tasks/sync';
import { committee, makeLog, oracles, signed } from '../domain/support';
import { closeWith, loadLogs } from '../support/closing';
import { DishonestMember, type Face } from '../support/dishonest-member';
import { nextAttempt, promotedByOthers, timesAccepted } from '../support/outcome';
import { World } from '../support/world';

/** The leader of epoch 1. */
const LEADER = 1;

describe('oracle: a leader that sends each attester a different dataset', () => {
  let world: World;
  let sent: SignedReport[];
  const start = async (members: number) => {
    world = await new World(members).start();
    // While an epoch is pending, honest oracles compare the signatures they observed.
    world.chain.challengeSeconds = 1000;
    await world.tick();
    const honest = world.running.map((_, i) => i).filter((i) => i !== LEADER);
    sent = honest.map((i) => signed(world.devices[i]!));
    for (const [at, i] of honest.entries()) await world.at(i).client.submit([sent[at]!]);
    world.pass(61);
    return honest;
  };
  afterEach(() => world.stop());

  /** Openings of the ledgers that were proposed. */
  const openings = new Map<EpochMessage, Uint8Array>();

  /**
   * Makes two datasets from two logs of the leader, each of which is consistent with the log shown to half of its
   * peers.
   */
  async function split(honest: readonly number[]): Promise<[EpochMessage, EpochMessage]> {
    const member = await DishonestMember.turn(world, LEADER);
    await world.chain.cut();
    const sealed = world.time / 1000;
    const own = [0, 1].map((value) => {
      const report = signed(world.devices[5]!, { value: BigInt(500 + value) });
      return makeLog(LEADER, 1, [{ at: sealed, reports: [report] }], { sealed });
    }) as [Log, Log];
    const halves: [Face[], Face[]] = [[], []];
    for (const [place, i] of honest.entries()) {
      const side = place < honest.length / 2 ? 0 : 1;
      const face = await member.faceFor(i);
      face.serve(own[side]!);
      halves[side].push(face);
    }
    await member.gather();
    // Copying takes one tick, and collecting all logs another.
    await world.tick(2);
    const { due, logs } = await member.gather();
    const others = logs.filter(({ head }) => head.oracle !== committee[LEADER]);
    expect(others).to.have.length(honest.length);
    const messages: EpochMessage[] = [];
    for (const [side, log] of own.entries()) {
      const result = member.close(due, [...others, log]);
      const message = await member.propose(due, result, { faces: halves[side as 0 | 1] });
      messages.push(message);
      openings.set(message, fromHex(result.manifest.ledger_opening));
    }
    return messages as [EpochMessage, EpochMessage];
  }

  const evidenceOf = async (i: number) => (await world.at(i).client.evidence()).evidence;

  async function provenBy(honest: readonly number[]): Promise<void> {
    for (const i of honest) {
      const [proof, ...more] = await evidenceOf(i);
      expect(more).to.deep.equal([]);
      const { oracle, identity } = proveEquivocation(proof!);
      expect(oracle.toBase58()).to.equal(committee[LEADER]);
      expect(identity).to.include({ epoch: 1n, attempt: 0, committeeVersion: 1 });
    }
  }

  it('gets at most one of them posted and is detected by all, and nothing else is lost', async () => {
    const honest = await start(3);
    const [one, other] = await split(honest);
    expect(one.ledgerRoot).to.not.deep.equal(other.ledgerRoot);
    // All attest before anybody posts, so each half signs what it was shown.
    for (const i of honest) await attest(world.at(i).oracle);
    expect(world.events('signed')).to.have.length(honest.length);
    await world.tick();
    world.pass(6);
    await world.tick(2);
    expect(world.chain.posts).to.have.length(1);
    expect(world.chain.pending).to.include({ epoch: 1, attempt: 0 });
    await provenBy(honest);
    expect(world.events('equivocation')).to.have.length(honest.length);
    world.chain.challengeSeconds = 0;
    await promotedByOthers(world, 1);
    world.pass(61);
    await promotedByOthers(world, 2);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.chain.posts).to.have.length(2);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('is also detected if one is posted before everybody has looked', async () => {
    const honest = await start(3);
    const [first] = honest as [number, number];
    const [one] = await split(honest);
    await attest(world.at(first).oracle);
    const { signatures } = await world.at(first).client.signatures(1);
    await world.chain.post(
      one,
      {
        signatures: [
          {
            publicKey: oracles[LEADER]!.publicKey,
            signature: signEd25519(encodeEpochMessage(one), oracles[LEADER]!),
          },
          {
            publicKey: oracles[first]!.publicKey,
            signature: Buffer.from(signatures[0]!.signature, 'base64'),
          },
        ],
        approvals: [],
      },
      openings.get(one)!,
    );
    await world.tick(2);
    // The other attester came too late to sign, but it was still shown the other message.
    expect(world.events('signed')).to.have.length(1);
    await provenBy(honest);
  });

  it('splits the signatures if half of its peers and itself are below the threshold; the next leader continues', async () => {
    const honest = await start(5);
    world.chain.threshold = 4;
    await split(honest);
    await world.tick(2);
    world.pass(6);
    await world.tick();
    expect(world.events('signed').map(({ attempt }) => attempt)).to.deep.equal([0, 0, 0, 0]);
    expect(world.chain.posts, 'three of each are not enough').to.deep.equal([]);
    await provenBy(honest);
    world.chain.challengeSeconds = 0;
    await nextAttempt(world);
    await world.promoted(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([1]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('gets an honest attester to sign only the one that follows from the logs', async () => {
    const [first, second] = (await start(3)) as [number, number];
    const member = await DishonestMember.turn(world, LEADER);
    await world.chain.cut();
    const [honestly, falsely] = [await member.faceFor(first), await member.faceFor(second)];
    await member.gather();
    await world.tick(2);
    const { due, logs } = await member.gather();
    const result = member.close(due, logs);
    const message = await member.propose(due, result, { faces: [honestly] });
    const earnedTotal = message.earnedTotal + 1n;
    await member.propose(due, result, { faces: [falsely], earnedTotal });
    await world.tick(2);
    world.pass(6);
    await world.tick(2);
    expect(world.events('declined').map(({ code }) => code)).to.deep.equal(['recomputation-differs']);
    expect(world.chain.posts.map((post) => post.earnedTotal)).to.deep.equal([message.earnedTotal]);
    await provenBy([first, second]);
  });

  it('cannot make an honest oracle do the same: it signs one message per epoch and attempt', async () => {
    await start(3);
    await world.chain.cut();
    const { oracle } = world.at(LEADER);
    for (const { oracle: one } of world.running.flatMap((one) => one ?? [])) await sync(one);
    const due = (await closable(oracle))!;
    const { logs } = await gatherLogs(oracle, 1, due.network.committee.keys, due.previous);
    const message = messageOf(oracle, due, closeWith(oracle, due, await loadLogs(oracle, logs)), 0);
    const { store, signer } = oracle;
    const other = { ...message, earnedTotal: message.earnedTotal + 1n };
    const asked = await Promise.allSettled([
      signOnce(store, signer, message),
      signOnce(store, signer, other),
      signOnce(store, signer, message),
      signOnce(store, signer, other),
    ]);
    const given = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value.message] : []));
    expect(given).to.have.length(2);
    expect(new Set(given).size).to.equal(1);
    for (const one of asked)
      if (one.status === 'rejected') expect(one.reason.code).to.equal('already-signed');
  });
});
