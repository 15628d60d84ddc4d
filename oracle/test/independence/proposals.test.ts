import type { ServerResponse } from 'node:http';
import { fromHex } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { type CloseResult, type Log, type LogHead, lastHead, type Manifest } from '../../src/domain';
import { canonicalBytes } from '../../src/domain/canonical';
import { storedCopy } from '../../src/log/records';
import { type Closable, messageOf } from '../../src/tasks/close';
import { committee, identity, makeLog, makePolicy, NOON, signed, signLog } from '../domain/support';
import { DishonestMember } from '../support/dishonest-member';
import { declined, nextAttempt, timesAccepted } from '../support/outcome';
import { World } from '../support/world';

/** The leader of epoch 1 in attempts 0, 3, 6 and so on. */
const LEADER = 1;
const HONEST = [0, 2];
const MIB = 1024 * 1024;

describe('oracle: a leader whose proposals cannot be read', () => {
  let world: World;
  let member: DishonestMember;
  let due: Closable;
  let logs: readonly Log[];
  let result: CloseResult;
  let sent: SignedReport[];

  beforeEach(async () => {
    world = await new World().start();
    await world.tick();
    sent = HONEST.map((i) => signed(world.devices[i]!));
    for (const [at, i] of HONEST.entries()) await world.at(i).client.submit([sent[at]!]);
    world.pass(61);
    member = await DishonestMember.turn(world, LEADER);
    await world.chain.cut();
    await member.gather();
    await world.tick(2);
    ({ due, logs } = await member.gather());
    result = member.close(due, logs);
  });
  afterEach(() => world.stop());

  /** Proposes arbitrary bytes as the manifest. */
  async function manifest(bytes: Uint8Array, attempt: number): Promise<void> {
    const datasetHash = fromHex(await member.oracle.blobs.put(bytes));
    member.face.signatures.push(
      member.sign({ ...messageOf(member.oracle, due, result, attempt), datasetHash }),
    );
  }
  const listing = (heads: readonly LogHead[]): Uint8Array =>
    canonicalBytes({ ...result.manifest, logs: heads } satisfies Manifest);

  /** The next leader's proposal is signed and posted, whatever this leader still shows. */
  async function resolves(): Promise<void> {
    expect(world.chain.posts).to.deep.equal([]);
    await nextAttempt(world);
    await world.promoted(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([1]);
    for (const report of sent) expect(await timesAccepted(world, report)).to.equal(1);
  }

  it('has them refused for good, each with its reason, and holds up nobody', async () => {
    const [first, second, third] = logs.map(({ head }) => head) as [LogHead, LogHead, LogHead];
    const text = (value: string) => Buffer.from(value);
    const unreadable = [
      text(''),
      text('no JSON'),
      text('null'),
      text('{"logs":null}'),
      text('{"logs":[null]}'),
      text('{"logs":{"every":1}}'),
      text('['.repeat(MIB)),
      text(`{"logs":[${'{},'.repeat(MIB)}{}]}`),
      Buffer.concat([result.manifestBytes, text('\n')]),
      listing([first, first, second, third]),
      listing([first, second, third, third]),
      listing([first, second, third, { ...third, epoch: 2 }]),
      listing([first, second, third, { ...third, epoch: Number.MAX_SAFE_INTEGER }]),
      listing([first, second, third, { ...third, oracle: '1'.repeat(32) }]),
      listing([first, second, third, { ...third, oracle: 'z'.repeat(44) }]),
    ];
    const others: [Uint8Array, string, string][] = [
      [listing([]), 'own-log-missing', 'peer-log-missing'],
      [listing([first, second, { ...third, epoch: 2 }]), 'peer-log-missing', 'own-log-missing'],
      [listing([first, second, { ...third, reports: 2 ** 50 }]), 'peer-log-altered', 'own-log-altered'],
    ];
    for (const [i, bytes] of [...unreadable, ...others.map(([one]) => one)].entries())
      await manifest(bytes, 3 * i);
    await world.tick(unreadable.length + others.length);
    for (const [place, i] of HONEST.entries()) {
      const codes = [...unreadable.map(() => 'bad-manifest'), ...others.map((one) => one[place + 1])];
      expect(declined(world, i).reverse()).to.deep.equal(codes);
    }
    await resolves();
  });

  it('has them refused in few words, whatever they are made of: peers must be able to read all refusals', async () => {
    const long = 'x'.repeat(MIB);
    const { policy } = result.manifest;
    const [first] = logs.map(({ head }) => head) as [LogHead];
    const wordy = [
      canonicalBytes({ ...result.manifest, [long]: 1 }),
      canonicalBytes({ ...result.manifest, policy: { ...policy, [long]: 1 } }),
      listing([{ ...first, refused: { [long]: 1 } }]),
    ];
    for (const [i, bytes] of wordy.entries()) await manifest(bytes, 3 * i);
    await world.tick(wordy.length);
    for (const i of HONEST) {
      const { refusals } = await world.at(i).client.signatures(1);
      expect(refusals.map(({ code }) => code)).to.deep.equal(wordy.map(() => 'bad-manifest'));
      for (const { message } of refusals) expect(message.length).to.be.at.most(500);
    }
    await resolves();
  });

  it('is left waiting if its manifest is longer than possible', async () => {
    await manifest(Buffer.alloc(17 * MIB, ' '), 0);
    await world.tick();
    expect(world.events('failed').map(({ task, code }) => [task, code])).to.deep.equal(
      HONEST.map(() => ['attest', 'not-ready']),
    );
    await resolves();
  });

  describe('or take forever', () => {
    /** The requested paths. */
    let asked: string[];
    /** Serves endless answers for some paths. */
    const endless = (about: RegExp, answer: (response: ServerResponse) => void) => {
      asked = [];
      member.face.answer = (url, response) => {
        if (!about.test(url.pathname)) return undefined;
        asked.push(url.pathname);
        answer(response);
        return true;
      };
    };
    /** A dataset that nobody else computes or can serve. */
    const unseen = () => member.close(due, logs, { policy: makePolicy({ epoch_budget: '900000' }) });
    const silence = () => undefined;
    const trickle = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    };
    const flood = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(MIB, ' ')));
      };
      response.on('drain', more);
      more();
    };

    const answers = { silence, trickle, flood };
    for (const [name, answer] of Object.entries(answers)) {
      it(`hold up nobody with ${name} instead of a manifest`, async () => {
        await member.keepWaiting();
        await member.propose(due, unseen());
        endless(/\/parts\//, answer);
        await world.tick();
        expect(asked.length).to.be.greaterThan(0);
        await resolves();
      }).timeout(60_000);

      it(`hold up nobody with ${name} instead of any answer`, async () => {
        await member.keepWaiting();
        await member.propose(due, result);
        endless(/./, answer);
        await resolves();
      }).timeout(60_000);
    }

    it('are examined one per tick, however many there are', async () => {
      await member.keepWaiting();
      for (let attempt = 0; attempt < 255; attempt += 3) await member.propose(due, unseen(), { attempt });
      endless(/\/parts\//, silence);
      await world.tick();
      const parts = asked.length;
      expect(parts).to.equal(HONEST.length);
      await resolves();
    }).timeout(60_000);
  });

  describe('or whose log never ends', () => {
    const run = { shard: 0, reports: 1, pages: ['0'.repeat(64)] };
    const endless: Record<string, object[]> = {
      'of runs without end': Array.from({ length: 1000 }, (_, shard) => ({ ...run, shard })),
      'of pages without end': [{ ...run, pages: Array(3000).fill(run.pages[0]) }],
    };
    for (const [name, runs] of Object.entries(endless))
      it(`holds up nobody: one ${name}`, async () => {
        await resolves();
        const { head } = logs.find((log) => log.head.oracle === committee[LEADER])!;
        let asked = 0;
        let pages = 0;
        member.face.answer = ({ pathname }, response) => {
          if (pathname.endsWith(run.pages[0]!)) pages++;
          if (pathname !== '/v1/logs/2') return undefined;
          asked += 1;
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(
            JSON.stringify({ oracle: committee[LEADER], epoch: 2, head: { ...head, epoch: 2 }, runs }),
          );
          return true;
        };
        await member.keepWaiting();
        world.pass(61);
        await world.chain.cut();
        await world.tick(2);
        world.pass(2);
        await world.promoted(2);
        expect(asked).to.be.greaterThan(0);
        expect(pages).to.equal(0);
        expect(world.events('declined')).to.deep.equal([]);
      }).timeout(60_000);

    for (const isServed of [true, false])
      it(`holds up nobody: one whose pages are signed for and ${isServed ? 'no reports' : 'not served'}`, async () => {
        await resolves();
        const { head } = logs.find((log) => log.head.oracle === committee[LEADER])!;
        const [run] = makeLog(LEADER, 2, [{ at: NOON, reports: sent }]).runs;
        const pages = run!.pages.map((page) => Buffer.from(page).reverse());
        const previous = lastHead(identity.network, head).head;
        const rest = { epoch: 2, sealed_at: world.time, previous, refused: {} };
        member.face.serve(signLog(LEADER, [{ ...run!, pages }], rest));
        if (!isServed) member.face.pages.clear();
        world.pass(61);
        await world.chain.cut();
        await world.tick(2);
        world.pass(2);
        await world.promoted(2);
        for (const i of HONEST)
          expect(await storedCopy(world.at(i).oracle.store, committee[LEADER]!, 2)).to.equal(undefined);
        expect(world.events('declined')).to.deep.equal([]);
      }).timeout(60_000);
  });
});
