import {
  acceptAuthority,
  cutEpoch,
  destination,
  FOREVER,
  nameCorrective,
  proposeAuthority,
  setGuardian,
  setPolicy,
  settle,
  transferDevice,
  unlockBond,
} from '@commonwire/sdk/network';
import { Keypair, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../support/chain';
import {
  beginClosing,
  challenging,
  GuardedNetwork,
  leafOf,
  POLICY,
  type TestNetwork,
} from '../support/network';

const DAY = 86_400n;

describe('a paused network', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let authority: Keypair;

  const start = async (options: Parameters<typeof GuardedNetwork.create>[0] = {}) => {
    guarded = await GuardedNetwork.create(options);
    test = guarded.test;
    authority = test.authority;
  };
  beforeEach(() => start());

  const pauseState = async () => (await test.account()).pause;

  describe('has a challenge period that', () => {
    const CHALLENGE = 100n;
    beforeEach(() =>
      start({ policy: { challengeSeconds: Number(CHALLENGE), answerSeconds: Number(CHALLENGE) } }),
    );

    const post = async () => {
      await test.cut();
      await test.post(guarded.ledger(5n, 5n));
      return (await test.account()).pending!.postedAt;
    };
    /** The pending epoch can be promoted at this second, and not one before. */
    const opensAt = async (time: bigint) => {
      await guarded.moveTo(time - 1n);
      await expectError(test.send(test.promotion()), 'challenge-period-open');
      await guarded.moveTo(time);
      await test.send(test.promotion());
      expect((await test.account()).current.promotedAt).to.equal(time);
    };

    it('is over after exactly its seconds where nothing was paused', async () => {
      await opensAt((await post()) + CHALLENGE);
    });

    it('is longer by every second paused within it, of several pauses', async () => {
      const posted = await post();
      await guarded.moveTo(posted + 10n);
      await guarded.pause(authority);
      await guarded.moveTo(posted + 17n);
      await guarded.unpause();
      await guarded.moveTo(posted + 50n);
      await guarded.pause();
      await guarded.moveTo(posted + 50n + 1000n);
      await guarded.unpause();
      await guarded.pause(authority);
      await guarded.unpause();
      await opensAt(posted + CHALLENGE + 7n + 1000n);
    });

    it('is longer by the seven days of a guardian’s pause that lapsed', async () => {
      const posted = await post();
      await guarded.moveTo(posted + CHALLENGE - 1n);
      await guarded.pause();
      await guarded.moveTo(posted + CHALLENGE + 3n * DAY);
      await expectError(test.send(test.promotion()), 'paused');
      await opensAt(posted + CHALLENGE + 7n * DAY);
    });

    it('is longer by a pause that the authority took over, whole', async () => {
      const posted = await post();
      await guarded.pause();
      await guarded.moveTo(posted + 3n * DAY);
      await guarded.pause(authority);
      await guarded.moveTo(posted + 20n * DAY);
      await guarded.unpause();
      await opensAt(posted + 20n * DAY + CHALLENGE);
    });

    it('is no longer for what was paused before it began', async () => {
      await guarded.pause();
      await guarded.moveTo((await pauseState()).until);
      const posted = await post();
      expect((await test.account()).pending!.pausedBefore).to.equal(7n * DAY);
      await opensAt(posted + CHALLENGE);
    });

    it('is no longer for a pause after it was over, which only holds the promotion up', async () => {
      const posted = await post();
      await guarded.moveTo(posted + CHALLENGE);
      await guarded.pause(authority);
      await guarded.moveTo(posted + CHALLENGE + 5n * DAY);
      await expectError(test.send(test.promotion()), 'paused');
      await guarded.unpause();
      await test.send(test.promotion());
    });
  });

  describe('refuses', () => {
    it('post, promote and settle, of which each goes through afterwards', async () => {
      await test.openPage();
      await test.openAccounts([guarded.owner.publicKey]);
      const entries = guarded.ledger(5n, 6n);
      const tree = await test.epoch(entries);
      const { address, bump } = destination({ owner: guarded.owner.publicKey, mint: test.mint });
      const settlement = settle({
        network: test.address,
        mint: test.mint,
        data: {
          first: 0,
          width: 1,
          segments: [{ kind: 'fleet', bump, earned: [5n, 6n] }],
          proof: tree.proveRun(0, 2),
        },
        destinations: [address],
      });
      await test.cut();

      await guarded.pause();
      await expectError(test.send(settlement), 'paused');
      await expectError(test.post(entries), 'paused');
      await guarded.unpause();
      await test.send(settlement);
      await test.post(entries);

      await guarded.pause(authority);
      await test.chain.passSeconds(POLICY.challengeSeconds);
      await expectError(test.send(test.promotion()), 'paused');
      await guarded.unpause();
      await test.chain.passSeconds(POLICY.challengeSeconds);
      await test.send(test.promotion());
      expect((await test.account()).totalPaid).to.equal(11n);
    });

    it('nothing else: not registering, cutting, opening, challenging, vetoing or governing', async () => {
      const { address: network, chain } = test;
      const payer = chain.payer.publicKey;
      await test.epoch(guarded.ledger(5n, 6n));
      await test.cut();
      // Device 0 loses what it had.
      const wrong = guarded.ledger(4n, 7n);
      await test.post(wrong);
      await guarded.pause(authority);
      const by = { network, authority: authority.publicKey };
      const governed = (instruction: TransactionInstruction) => test.send(instruction, [authority]);

      await test.register([guarded.owner]);
      await test.openPage();
      await governed(test.committee());
      await governed(setPolicy({ ...by, policy: POLICY }));
      await governed(setGuardian({ ...by, guardian: guarded.guardian.publicKey }));
      await governed(proposeAuthority({ ...by, proposed: guarded.owner.publicKey }));
      await governed(nameCorrective({ ...by, epoch: 9n }));
      await test.send(acceptAuthority({ network, authority: guarded.owner.publicKey }), [guarded.owner]);
      await test.send(
        proposeAuthority({ network, authority: guarded.owner.publicKey, proposed: authority.publicKey }),
        [guarded.owner],
      );
      await governed(acceptAuthority(by));
      const stranger = Keypair.generate();
      await test.send(test.deposit(stranger, 1_000n));
      await test.send(unlockBond({ network, oracle: stranger.publicKey.toBytes(), depositor: payer }));

      const right = guarded.ledger(5n, 6n);
      const handed = leafOf(right, 0);
      await test.send(transferDevice({ network, payer, leaf: handed, newOwner: stranger.publicKey }), [
        guarded.owner,
      ]);
      await test.send(await challenging(test, { current: right, pending: wrong }, 0));
      expect((await test.account()).pending).to.equal(null);

      await chain.passSeconds(POLICY.epochSeconds);
      await test.send(cutEpoch(network));
      expect((await test.account()).lastCutEpoch).to.equal(3n);
      expect((await pauseState()).until).to.equal(FOREVER);
    });

    it('neither a veto of the pending epoch nor closing', async () => {
      await test.cut();
      await test.post(guarded.ledger(5n, 6n));
      await guarded.pause();
      await guarded.veto();
      expect((await test.account()).pending).to.equal(null);
      await beginClosing(test);
      expect((await test.account()).life).to.equal('closing');
    });
  });
});
