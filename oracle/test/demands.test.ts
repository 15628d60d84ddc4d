import { type Demand, type LedgerTree, PROGRAM_ID } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import type { Chain } from '../src/chain/chain';
import type { CloseResult } from '../src/domain';
import { factsOf } from '../src/epoch/facts';
import { OracleError } from '../src/runtime/errors';
import { numberKey } from '../src/storage/store';
import { DishonestMajority, HONEST } from './support/dishonest-majority';
import { withMethods } from './support/fake-chain';
import { World } from './support/world';

/** Chain seconds of the challenge period; leaves are demanded in its first half. */
const CHALLENGE = 1000;
const LAST = 5;

describe('oracle: demands for leaves', () => {
  let world: World;
  let majority: DishonestMajority;
  beforeEach(async () => {
    world = await new World().start();
    majority = new DishonestMajority(world);
    await world.tick();
    world.chain.challengeSeconds = CHALLENGE;
  });
  afterEach(() => world.stop());

  const emitted = (name: Parameters<World['events']>[0], i = HONEST) =>
    world.at(i).log.flatMap((one) => (one.name === name ? [one.fields] : []));
  const sent = (name: string) => world.chain.transactions.filter((one) => one.name === name).length;
  const devicesOf = (demands: readonly Pick<Demand, 'index'>[]) => demands.map(({ index }) => index).sort();

  describe('of an epoch whose dataset is published', () => {
    beforeEach(async () => {
      await majority.collect();
      await world.until('posted', () => world.chain.pending !== undefined);
      // Others may send once it is overdue.
      world.pass(10);
    });

    it('are answered once, without being asked to, and then the epoch is promoted', async () => {
      for (const device of [LAST, 0, 3]) await world.chain.demand(device);
      await world.tick(2);
      expect(devicesOf(world.chain.shown)).to.deep.equal([0, 3, LAST]);
      expect(sent('answer')).to.equal(3);
      expect(world.events('answered').map(({ epoch, attempt }) => [epoch, attempt])).to.deep.equal(
        Array(3).fill([1, 0]),
      );
      world.pass(CHALLENGE);
      await world.promoted(1);
      expect(world.events('failed')).to.deep.equal([]);
    });

    it('are answered while the network is paused, when nothing else happens', async () => {
      world.chain.paused = true;
      await world.chain.demand(2);
      world.pass(world.chain.answerSeconds + CHALLENGE);
      await world.tick(2);
      expect(world.chain.shown.map(({ index }) => index)).to.deep.equal([2]);
      expect(world.chain.pending?.epoch).to.equal(1);
      world.chain.paused = false;
      await world.promoted(1);
      expect(world.events('failed')).to.deep.equal([]);
    });

    it('are left to others by an oracle that has no key to pay', async () => {
      await world.kill(1);
      await world.kill(2);
      await world.chain.demand(2);
      world.chain.canSend = false;
      world.pass(10);
      await world.tick(2);
      expect(world.chain.shown).to.deep.equal([]);
      expect(world.events('failed')).to.deep.equal([]);
    });

    it('are no failure if others answer at the same time', async () => {
      await world.kill(1);
      await world.kill(2);
      const { chain } = world;
      const answer = async (...args: Parameters<Chain['answer']>) => {
        await chain.answer(...args);
        return chain.answer(...args);
      };
      await world.kill(HONEST);
      await world.run(HONEST, { chain: withMethods(chain, { answer }) });
      await chain.demand(4);
      await world.tick();
      world.pass(10);
      await world.tick();
      expect(chain.shown.map(({ index }) => index)).to.deep.equal([4]);
      for (const name of ['failed', 'answered'] as const) expect(world.events(name)).to.deep.equal([]);
    });

    it('error: what keeps an oracle from answering is told, keeps it from no other leaf, and is tried again', async () => {
      await world.kill(1);
      await world.kill(2);
      const { chain } = world;
      let broken = true;
      const answer = async (...[demand, leaf]: Parameters<Chain['answer']>) => {
        if (broken && demand.index === 1) throw new OracleError('too-few-lamports', 'the payer is broke');
        return chain.answer(demand, leaf);
      };
      await world.kill(HONEST);
      await world.run(HONEST, { chain: withMethods(chain, { answer }) });
      for (const device of [1, 4]) await chain.demand(device);
      await world.tick();
      world.pass(10);
      await world.tick();
      expect(chain.shown.map(({ index }) => index)).to.deep.equal([4]);
      expect(emitted('failed').map(({ task, code }) => [task, code])).to.deep.equal([
        ['answer', 'too-few-lamports'],
      ]);
      broken = false;
      await world.tick();
      expect(chain.shown.map(({ index }) => index)).to.deep.equal([4, 1]);
    });
  });

  describe('of an epoch that nobody publishes', () => {
    const robbed = (rewards: CloseResult['rewards']) =>
      rewards.map((reward, i) => (i === 1 ? { ...reward, owner: world.devices[0]!.owner } : reward));
    const greedy = (rewards: CloseResult['rewards']) =>
      rewards.map((reward, i) => (i === LAST ? { ...reward, earned: 1001n } : reward));

    /** Posts a hidden ledger, and lets the time pass after which an oracle stops waiting for it. */
    async function hidden(...[change, options]: Parameters<DishonestMajority['usurp']>): Promise<LedgerTree> {
      await majority.collect();
      const tree = await majority.usurp(change, { ...options, published: false });
      await world.at(HONEST).server.tick();
      expect(sent('demand')).to.equal(0);
      world.pass(60);
      return tree;
    }

    /** Shows a leaf of the hidden ledger, as those who signed it must. */
    async function show(tree: LedgerTree, index: number, entry: { owner: Uint8Array; earned: bigint }) {
      const demand = (await world.chain.openDemands()).find((one) => one.index === index)!;
      const owner = new PublicKey(entry.owner);
      await world.chain.answer(demand, { index, ...entry, owner, proof: tree.proveRun(index, 1) });
    }

    it('are made once: for the last leaf and one that nobody can foresee', async () => {
      await hidden(robbed);
      for (let times = 0; times < 3; times++) await world.at(HONEST).server.tick();
      const demanded = emitted('demanded').map(({ device }) => device);
      expect(demanded).to.have.length.within(1, 2).and.to.include(LAST);
      expect(devicesOf(world.chain.demands)).to.deep.equal([...demanded].sort());
      expect(emitted('doubted').map(({ code }) => code)).to.deep.equal(['unpublished']);
    });

    it('make the epoch void if nobody answers; stakes are taken back, and the honest epoch is paid', async () => {
      await hidden(robbed);
      await world.at(HONEST).server.tick();
      await world.at(HONEST).server.tick();
      world.pass(world.chain.answerSeconds);
      await world.at(HONEST).server.tick();
      expect(world.chain.pending?.attempt).to.equal(0);
      world.pass(1);
      await world.at(HONEST).server.tick();
      expect(world.chain.pending).to.equal(undefined);
      expect(emitted('unanswered')[0]).to.include({ epoch: 1, attempt: 0 });
      await world.at(HONEST).server.tick();
      expect(world.chain.demands).to.deep.equal([]);
      world.chain.challengeSeconds = 0;
      await world.promoted(1);
      expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0, 1]);
      const { totalPaid, current } = await world.chain.readNetwork();
      expect(totalPaid).to.equal(current.earnedTotal);
      expect(world.events('failed')).to.deep.equal([]);
    });

    it('do not lapse while the network is paused', async () => {
      await hidden(robbed);
      await world.at(HONEST).server.tick();
      await world.at(HONEST).server.tick();
      world.chain.paused = true;
      world.pass(world.chain.answerSeconds + 1);
      await world.at(HONEST).server.tick();
      expect(world.chain.pending?.attempt).to.equal(0);
      expect(world.events('failed')).to.deep.equal([]);
      world.chain.paused = false;
      await world.at(HONEST).server.tick();
      expect(world.chain.pending).to.equal(undefined);
    });

    it('bring a leaf to light that the oracle challenges with, though it has no dataset', async () => {
      world.chain.nextLimits = { epoch: 10n ** 12n, device: 1000n };
      const tree = await hidden(greedy);
      await world.at(HONEST).server.tick();
      await show(tree, LAST, { owner: world.devices[LAST]!.owner, earned: 1001n });
      await world.at(HONEST).server.tick();
      expect(emitted('challenged')).to.deep.equal([
        { epoch: 1, attempt: 0, device: LAST, grounds: ['above-device-cap'], outcome: 'void' },
      ]);
      expect(world.chain.pending).to.equal(undefined);
      await world.at(HONEST).server.tick();
      expect(world.chain.demands).to.deep.equal([]);
      expect(world.events('failed')).to.deep.equal([]);
    });

    it('bring to light what a ledger hides behind its last device', async () => {
      const stranger = { owner: PROGRAM_ID.toBytes(), earned: 5n };
      const tree = await hidden((rewards) => rewards, { beyond: [stranger] });
      await world.at(HONEST).server.tick();
      await show(tree, LAST, { owner: world.devices[LAST]!.owner, earned: 0n });
      await world.at(HONEST).server.tick();
      expect(emitted('challenged').map(({ device, grounds }) => [device, grounds])).to.deep.equal([
        [LAST, ['padded']],
      ]);
    });

    it('are made by each oracle that doubts, but one leaf is demanded once', async () => {
      await hidden(robbed);
      // The others' keys were used past them: they doubt as well.
      await world.tick();
      world.pass(60);
      await world.tick();
      const demanded = world.events('demanded').map(({ device }) => device);
      expect(new Set(demanded).size).to.equal(demanded.length);
      expect(demanded).to.include(LAST);
      expect(world.events('doubted')).to.have.length(3);
      expect(world.events('failed')).to.deep.equal([]);
    });

    it('go on with the same leaves if the oracle was stopped between them', async () => {
      await hidden(robbed);
      const facts = factsOf(world.at(HONEST).oracle.store, 1);
      await facts.decide(`demands:${numberKey(0)}`, { attempt: 0, devices: [LAST, 2] });
      await world.chain.demand(LAST);
      await world.at(HONEST).server.tick();
      expect(emitted('demanded').map(({ device }) => device)).to.deep.equal([2]);
    });

    it('are not made in the second half of the challenge period, nor without a key to pay', async () => {
      await hidden(robbed);
      world.chain.canSend = false;
      await world.at(HONEST).server.tick();
      world.chain.canSend = true;
      world.pass(CHALLENGE / 2);
      await world.at(HONEST).server.tick();
      expect(sent('demand')).to.equal(0);
      expect(emitted('doubted').map(({ code }) => code)).to.deep.equal(['unpublished']);
      expect(world.events('failed')).to.deep.equal([]);
    });
  });
});
