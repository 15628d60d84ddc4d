import { FOREVER, pause, setGuardian, unpause } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, FLOORS, GuardedNetwork, type TestNetwork } from '../support/network';

const DAY = 86_400n;

describe('pause and unpause', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let authority: Keypair;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
    authority = test.authority;
  });

  const pauseState = async () => (await test.account()).pause;
  /** Whether money moves: a promotion would tell of an epoch that is missing, were it not paused. */
  const isPaused = async () => {
    const code = await test.send(test.promotion()).then(
      () => 'promoted',
      (error: { code: string }) => error.code,
    );
    expect(code).to.be.oneOf(['paused', 'nothing-pending']);
    return code === 'paused';
  };

  describe('by the guardian', () => {
    it('lasts seven days to the second', async () => {
      await guarded.pause();
      const { since, until, before } = await pauseState();
      await guarded.expectNow(since);
      expect(until - since).to.equal(7n * DAY);
      expect(before).to.equal(0n);
      await guarded.moveTo(until - 1n);
      expect(await isPaused()).to.equal(true);
      await guarded.moveTo(until);
      expect(await isPaused()).to.equal(false);
    });

    it('can be renewed seven days after it lapsed, to the second', async () => {
      await guarded.pause();
      const { until } = await pauseState();
      await expectError(guarded.pause(), 'already-paused');
      for (const time of [until, until + 7n * DAY - 1n]) {
        await guarded.moveTo(time);
        await expectError(guarded.pause(), 'guardian-pause-spent');
      }
      await guarded.moveTo(until + 7n * DAY);
      await guarded.pause();
      expect((await pauseState()).before).to.equal(7n * DAY);
    });

    it('that the authority ended can be renewed seven days after that, to the second', async () => {
      await guarded.pause();
      const { since } = await pauseState();
      await guarded.moveTo(since + DAY);
      await guarded.unpause();
      expect(await isPaused()).to.equal(false);
      await guarded.moveTo(since + 8n * DAY - 1n);
      await expectError(guarded.pause(), 'guardian-pause-spent');
      await guarded.moveTo(since + 8n * DAY);
      await guarded.pause();
    });

    it('becomes the authority’s when the authority pauses too, and then lasts', async () => {
      await guarded.pause();
      const { since } = await pauseState();
      await guarded.moveTo(since + 7n * DAY - 1n);
      await guarded.pause(authority);
      expect(await pauseState()).to.include({ since, until: FOREVER });
      await guarded.moveTo(since + 30n * DAY);
      expect(await isPaused()).to.equal(true);
      await expectError(guarded.pause(), 'already-paused');
      await guarded.unpause();
      expect(await isPaused()).to.equal(false);
    });

    it('that lapsed is not taken over: the authority begins one of its own', async () => {
      await guarded.pause();
      const { until } = await pauseState();
      await guarded.moveTo(until);
      await guarded.pause(authority);
      expect(await pauseState()).to.include({ since: until, until: FOREVER, before: 7n * DAY });
    });

    it('can begin as soon as the authority’s own pause is over', async () => {
      await guarded.pause(authority);
      await guarded.unpause();
      await guarded.pause();
      expect(await isPaused()).to.equal(true);
    });

    it('is ended by the guardian too, until the authority takes it over', async () => {
      await guarded.pause();
      await expectError(guarded.unpause(guarded.owner), 'not-guardian');
      await guarded.unpause(guarded.guardian);
      expect(await isPaused()).to.equal(false);
      await expectError(guarded.unpause(guarded.guardian), 'not-paused');
      await guarded.moveTo((await guarded.now()) + 7n * DAY);
      await guarded.pause();
      await guarded.pause(authority);
      await expectError(guarded.unpause(guarded.guardian), 'not-authority');
      expect(await isPaused()).to.equal(true);
    });

    it('holds against the authority as long as a change of rules waits, to the second', async () => {
      const floors = { ...FLOORS, changeDelaySeconds: 3 * 86_400 };
      const held = await GuardedNetwork.create({ floors });
      for (const takenOver of [false, true]) {
        await held.pause();
        const { since, heldUntil } = (await held.test.account()).pause;
        expect(heldUntil - since).to.equal(3n * DAY);
        if (takenOver) await held.pause(held.test.authority);
        await held.moveTo(heldUntil - 1n);
        await expectError(held.unpause(), 'pause-held');
        await held.moveTo(heldUntil);
        await held.unpause();
        await held.moveTo(heldUntil + 7n * DAY);
      }
      await held.pause(held.test.authority);
      await held.unpause();
    });
  });

  describe('by the authority', () => {
    it('is held by the guardian too, so that it shuts nobody out and isn’t ended for a moment', async () => {
      const floors = { ...FLOORS, changeDelaySeconds: 3 * 86_400 };
      const held = await GuardedNetwork.create({ floors });
      const { test: network } = held;
      await held.pause(network.authority);
      const { since } = (await network.account()).pause;
      await held.moveTo(since + DAY);
      await held.pause();
      await expectError(held.pause(), 'already-paused');
      const { heldUntil, ...pauses } = (await network.account()).pause;
      expect(pauses).to.include({ since, until: FOREVER, guardianFrom: heldUntil + 11n * DAY });
      await expectError(held.unpause(held.guardian), 'not-authority');
      await held.moveTo(heldUntil - 1n);
      await expectError(held.unpause(), 'pause-held');
      await held.moveTo(heldUntil);
      await expectError(held.pause(), 'guardian-pause-spent');
      await held.unpause();
      await held.moveTo((await held.now()) + 7n * DAY);
      await held.pause();
    });

    it('lasts until the authority ends it, and can be repeated at once', async () => {
      const lasted: bigint[] = [];
      for (const _ of [1, 2]) {
        await guarded.pause(authority);
        const { since, until } = await pauseState();
        await guarded.expectNow(since);
        expect(until).to.equal(FOREVER);
        await expectError(guarded.pause(authority), 'already-paused');
        await guarded.moveTo(since + 10n * DAY);
        expect(await isPaused()).to.equal(true);
        await guarded.unpause();
        const end = (await pauseState()).until;
        await guarded.expectNow(end);
        lasted.push(end - since);
        expect(await isPaused()).to.equal(false);
        await expectError(guarded.unpause(), 'not-paused');
      }
      expect(lasted[0]! >= 10n * DAY).to.equal(true);
      expect((await pauseState()).before).to.equal(lasted[0]);
    });

    it('that is the guardian as well is not bound by the guardian’s limits', async () => {
      const { address: network } = test;
      const guardian = authority.publicKey;
      await test.send(setGuardian({ network, authority: guardian, guardian }), [authority]);
      await guarded.pause(authority);
      expect((await pauseState()).until).to.equal(FOREVER);
    });
  });

  it('error: unpausing what is not paused, never was, or whose pause has lapsed', async () => {
    await expectError(guarded.unpause(), 'not-paused');
    await guarded.pause();
    await guarded.moveTo((await pauseState()).until);
    await expectError(guarded.unpause(), 'not-paused');
  });

  it('error: a stranger, a committee member or nobody signs', async () => {
    for (const signer of [guarded.owner, test.oracles[0]!]) {
      await expectError(guarded.pause(signer), 'not-guardian');
    }
    for (const guard of [guarded.guardian, authority]) {
      const unsigned = pause({ network: test.address, guard: guard.publicKey });
      accountOf(unsigned, 'guard').isSigner = false;
      await expectError(test.send(unsigned), MISSING_SIGNATURE);
    }
    const unsigned = unpause({ network: test.address, guard: authority.publicKey });
    accountOf(unsigned, 'guard').isSigner = false;
    await expectError(test.send(unsigned), MISSING_SIGNATURE);
    expect((await pauseState()).since).to.equal(0n);
  });

  it('error: another network, or an account that is none', async () => {
    const other = await GuardedNetwork.create();
    await other.pause();
    for (const [build, signer, code] of [
      [() => pause({ network: test.address, guard: authority.publicKey }), authority, 'not-guardian'],
      [() => unpause({ network: test.address, guard: authority.publicKey }), authority, 'not-guardian'],
      [
        () => pause({ network: test.address, guard: guarded.guardian.publicKey }),
        guarded.guardian,
        'not-guardian',
      ],
    ] as const) {
      for (const [pubkey, refusal] of [
        [other.test.address, code],
        [test.mint, NO_ACCOUNT],
      ] as const) {
        const instruction = build();
        accountOf(instruction, 'network').pubkey = pubkey;
        await expectError(test.send(instruction, [signer]), refusal);
      }
    }
    expect((await pauseState()).since).to.equal(0n);
  });
});
