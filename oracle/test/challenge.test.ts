import { concat, fromHex } from '@commonwire/sdk/core';
import { HOLE, hashOf, nodeOf, parentNode } from '@commonwire/sdk/network';
import { expect } from 'chai';
import type { CloseResult } from '../src/domain';
import { canonicalBytes } from '../src/domain/canonical';
import { rewardLine } from '../src/domain/lines';
import { toParts } from '../src/domain/parts';
import { currentAttempt } from '../src/epoch/facts';
import { storeDataset } from './support/closing';
import { DishonestMajority, HONEST } from './support/dishonest-majority';
import { World } from './support/world';

describe('oracle: a pending epoch that it did not sign', () => {
  let world: World;
  let majority: DishonestMajority;
  beforeEach(async () => {
    world = await new World().start();
    majority = new DishonestMajority(world);
    await world.tick();
    world.chain.challengeSeconds = 1000;
  });
  afterEach(() => world.stop());

  const honest = () => world.at(HONEST);
  const emitted = (name: 'challenged' | 'doubted' | 'failed') =>
    honest().log.flatMap((one) => (one.name === name ? [one.fields] : []));
  const robbed = (rewards: CloseResult['rewards']) =>
    rewards.map((reward, i) => (i === 1 ? { ...reward, owner: world.devices[0]!.owner } : reward));

  it('is challenged with the device that proves it wrong; then the honest epoch is posted and paid', async () => {
    await majority.collect();
    world.chain.challengeSeconds = 0;
    await world.promoted(1);
    world.chain.challengeSeconds = 1000;
    await majority.collect();
    await majority.usurp(robbed);
    const { attempt } = world.chain.pending!;

    await honest().server.tick();

    expect(emitted('challenged')).to.deep.equal([
      { epoch: 2, attempt, device: 1, grounds: ['wrong-owner'], outcome: 'void' },
    ]);
    expect(world.chain.pending).to.equal(undefined);
    world.chain.challengeSeconds = 0;
    await world.promoted(2);
    expect(world.chain.posts.map((one) => one.attempt)).to.deep.equal([0, 0, 1]);
    const paid = world.chain.paidAmounts.reduce((sum, amount) => sum + amount, 0n);
    expect(paid).to.equal(world.chain.current.earnedTotal);
    expect(world.events('failed')).to.deep.equal([]);
    expect(emitted('doubted')).to.deep.equal([]);
  });

  it('is challenged in a first epoch, where a device can only earn too much', async () => {
    world.chain.nextLimits = { epoch: 10n ** 12n, device: 1000n };
    await majority.collect();
    await majority.usurp((rewards) =>
      rewards.map((reward, i) => (i === 2 ? { ...reward, earned: 1001n } : reward)),
    );
    await honest().server.tick();
    expect(emitted('challenged')).to.deep.equal([
      { epoch: 1, attempt: 0, device: 2, grounds: ['above-device-cap'], outcome: 'void' },
    ]);
  });

  it('is not challenged if this oracle signed it or would have signed it', async () => {
    await majority.collect();
    const { result, message } = await majority.honestly();
    await storeDataset(world.at(1).oracle, result);
    await majority.post(message, fromHex(result.manifest.ledger_opening));
    await honest().server.tick();
    world.chain.void();
    await world.until('posted', () => world.chain.pending?.attempt === 1);
    await world.tick(2);
    for (const name of ['challenged', 'doubted'] as const) expect(world.events(name)).to.deep.equal([]);
    expect(world.chain.transactions.map(({ name }) => name)).to.not.include('challenge');
  });

  describe('that it refused to sign', () => {
    /** The honest oracle's refusal of the pending epoch. */
    async function refuse(): Promise<void> {
      const { attempt, datasetHash: hash } = world.chain.pending!;
      const fact = {
        attempt,
        code: 'own-log-missing',
        message: '',
        dataset_hash: Buffer.from(hash).toString('hex'),
      };
      const key = `refused:${attempt}`;
      await honest().oracle.store.insert('epoch:1', key, Buffer.from(JSON.stringify(fact)));
    }

    it('is doubted once if no device breaks a rule', async () => {
      await majority.collect();
      await majority.usurp((rewards) => rewards.map((reward) => ({ ...reward, earned: reward.earned + 1n })));
      await refuse();
      for (let times = 0; times < 3; times++) await honest().server.tick();
      expect(emitted('doubted').map(({ epoch, attempt, code }) => [epoch, attempt, code])).to.deep.equal([
        [1, 0, 'no-ground'],
      ]);
      expect(world.chain.pending?.epoch).to.equal(1);
    });

    it('is doubted until its dataset is published, then challenged', async () => {
      world.chain.nextLimits = { epoch: 10n ** 12n, device: 1000n };
      await majority.collect();
      const greedy = (rewards: CloseResult['rewards']) =>
        rewards.map((reward, i) => (i === 2 ? { ...reward, earned: 1001n } : reward));
      const { result } = await majority.honestly();
      await majority.usurp(greedy, { published: false });
      await refuse();
      for (let times = 0; times < 2; times++) await honest().server.tick();
      expect(emitted('doubted').map(({ code }) => code)).to.deep.equal(['unpublished']);
      const { references, parts } = toParts(greedy(result.rewards).map(rewardLine));
      const manifest = { ...result.manifest, parts: { ...result.manifest.parts, rewards: references } };
      await storeDataset(world.at(2).oracle, { ...result, parts, manifestBytes: canonicalBytes(manifest) });
      await honest().server.tick();
      expect(emitted('challenged').map(({ device }) => device)).to.deep.equal([2]);
    });
  });

  describe('that it was never shown', () => {
    it('is recomputed and doubted once if no device breaks a rule', async () => {
      await majority.collect();
      await majority.usurp((rewards) => rewards.map((reward) => ({ ...reward, earned: reward.earned + 1n })));
      for (let times = 0; times < 3; times++) await honest().server.tick();
      const [doubt, ...others] = emitted('doubted');
      expect(doubt).to.include({ epoch: 1, attempt: 0, code: 'no-ground' });
      expect(doubt!.message).to.match(/^from the same logs this oracle computes dataset .* on chain$/);
      expect(others).to.deep.equal([]);
    });

    it('is doubted if its dataset stays unpublished for long', async () => {
      await majority.collect();
      await majority.usurp(robbed, { published: false });
      await honest().server.tick();
      expect(emitted('doubted')).to.deep.equal([]);
      world.pass(60);
      for (let times = 0; times < 2; times++) await honest().server.tick();
      expect(emitted('doubted').map(({ code }) => code)).to.deep.equal(['unpublished']);
    });

    it('is doubted at once if its dataset does not match the root', async () => {
      await majority.collect();
      const { result, message } = await majority.honestly();
      await storeDataset(world.at(1).oracle, result);
      // A root that binds the right total over nodes that nobody can show.
      const children = [nodeOf(message.earnedTotal, new Uint8Array(32).fill(1)), HOLE] as const;
      const ledgerRoot = hashOf(parentNode(...children));
      await majority.post({ ...message, ledgerRoot }, concat(...children));
      await honest().server.tick();
      expect(emitted('doubted').map(({ code }) => code)).to.deep.equal(['dataset-differs']);
    });
  });

  it('is doubted by an oracle without a key to pay for a challenge', async () => {
    world.chain.nextLimits = { epoch: 10n ** 12n, device: 1000n };
    await majority.collect();
    await majority.usurp((rewards) =>
      rewards.map((reward, i) => (i === 2 ? { ...reward, earned: 1001n } : reward)),
    );
    world.chain.canSend = false;
    for (let times = 0; times < 2; times++) await honest().server.tick();
    expect(emitted('doubted').map(({ code, message }) => [code, message])).to.deep.equal([
      ['no-payer', 'device 2 proves the epoch wrong, but this oracle has no key to pay for a challenge'],
    ]);
    world.chain.canSend = true;
    await honest().server.tick();
    expect(emitted('challenged')).to.have.length(1);
  });
});

describe('oracle: attempts', () => {
  let world: World;
  before(async () => {
    world = await new World().start();
  });
  after(() => world.stop());

  const at = (least: number, now: number, epoch = 1) =>
    currentAttempt(world.at(0).oracle.store, epoch, { least, now, attemptMs: 10 });

  it('start at the chain’s attempt, go up over time, and never stay below it after an epoch became void', async () => {
    expect(await at(3, 0)).to.deep.equal({ attempt: 3, since: 0 });
    expect(await at(3, 9)).to.deep.equal({ attempt: 3, since: 0 });
    expect(await at(3, 10)).to.deep.equal({ attempt: 4, since: 10 });
    expect(await at(8, 11)).to.deep.equal({ attempt: 8, since: 11 });
    expect(await at(8, 21)).to.deep.equal({ attempt: 9, since: 21 });
    expect(await at(9, 25)).to.deep.equal({ attempt: 9, since: 21 });
  });

  it('stay in the range that the chain accepts, however long nothing is posted', async () => {
    let now = 0;
    const seen: number[] = [];
    for (let i = 0; i < 260; i++, now += 10) seen.push((await at(2, now, 2)).attempt);
    expect(seen.slice(0, 256)).to.deep.equal(Array.from({ length: 256 }, (_, i) => i + 2));
    expect(seen.slice(256)).to.deep.equal([2, 3, 4, 5]);
  });
});
