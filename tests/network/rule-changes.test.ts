import {
  type AnnouncedRule,
  applyRuleChange,
  cancelRuleChange,
  isLoosened,
  type NetworkPolicy,
  postEpoch,
  type Rule,
  registryAddress,
  setCommittee,
  setGuardian,
  setPolicy,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, GuardedNetwork, POLICY, type TestNetwork } from '../support/network';

const DELAY = 3_600n;

describe('changes of rules', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;

  /** A network in which loosening waits an hour. */
  const start = async (options: Parameters<typeof GuardedNetwork.create>[0] = {}) => {
    guarded = await GuardedNetwork.create({
      ...options,
      floors: { changeDelaySeconds: Number(DELAY), ...options.floors },
    });
    test = guarded.test;
  };
  beforeEach(() => start());

  const by = () => ({ network: test.address, authority: test.authority.publicKey });
  const propose = (changes: Partial<NetworkPolicy>) =>
    test.send(setPolicy({ ...by(), policy: { ...POLICY, ...changes } }), [test.authority]);
  const seat = (keys: readonly Keypair[], threshold: number, bonds?: readonly PublicKey[]) =>
    test.send(
      setCommittee({
        ...by(),
        threshold,
        keys: keys.map(({ publicKey }) => publicKey.toBytes()),
        ...(bonds && { bonds }),
      }),
      [test.authority],
    );
  const guard = (guardian: PublicKey | null) =>
    test.send(setGuardian({ ...by(), guardian }), [test.authority]);
  const apply = (rule: AnnouncedRule, bonds?: readonly PublicKey[]) =>
    test.send(applyRuleChange({ network: test.address, rule, ...(bonds && { bonds }) }));
  const cancel = (rule: Rule, who = guarded.guardian) =>
    test.send(cancelRuleChange({ network: test.address, guard: who.publicKey, rule }), [who]);
  const rules = async () => {
    const { policy, committee, guardian, changes } = await test.account();
    return { policy, committee, guardian, changes };
  };
  /** When a change takes effect that was announced just now. */
  const announced = async (what: 'policy' | 'committee' | 'guardian') => {
    const { from } = (await rules()).changes[what]!;
    await guarded.expectNow(from - DELAY);
    return from;
  };
  const NOTHING = { policy: null, committee: null, guardian: null };
  const bytesOf = (keys: readonly Keypair[]) => keys.map(({ publicKey }) => publicKey.toBytes());

  describe('of the policy', () => {
    const loosening: Partial<NetworkPolicy>[] = [
      { deviceEpochCap: POLICY.deviceEpochCap + 1n },
      { demandBond: POLICY.demandBond + 1n },
      { demandBond: POLICY.demandBond - 1n },
      { deviceFee: POLICY.deviceFee - 1n },
      { epochSeconds: POLICY.epochSeconds - 1 },
      { challengeSeconds: POLICY.challengeSeconds - 1 },
      { payoutWindowSeconds: POLICY.payoutWindowSeconds - 1 },
      { bondLockSeconds: POLICY.bondLockSeconds - 1 },
      { bondLockSeconds: POLICY.bondLockSeconds + 1 },
      { answerSeconds: POLICY.answerSeconds + 1 },
      { answerSeconds: POLICY.answerSeconds - 1 },
      { maxCapacity: POLICY.maxCapacity.with(2, 1) },
      { maxCapacity: POLICY.maxCapacity.with(1, 10_000_001) },
      { capacityFee: POLICY.capacityFee.with(1, 1) },
    ];
    const tightening: Partial<NetworkPolicy>[] = [
      { deviceEpochCap: POLICY.deviceEpochCap - 1n },
      { payoutLimit: 2n ** 63n },
      { oracleBond: 1n },
      { deviceFee: POLICY.deviceFee + 1n },
      { epochSeconds: POLICY.epochSeconds + 1 },
      { challengeSeconds: POLICY.challengeSeconds + 1 },
      { payoutWindowSeconds: POLICY.payoutWindowSeconds + 1 },
      { challengeSlots: POLICY.challengeSlots + 1 },
      { maxCapacity: POLICY.maxCapacity.with(1, 1) },
      { capacityFee: POLICY.capacityFee.with(5, 1) },
      {},
    ];

    it('wait and are visible if they loosen anything, however little, whatever they tighten', async () => {
      const { policy, committee, guardian } = await rules();
      for (const change of [...loosening, ...loosening.map((one) => ({ oracleBond: 9n, ...one }))]) {
        await propose(change);
        const next = { ...POLICY, ...change };
        expect(isLoosened(POLICY, next)).to.equal(true);
        const from = await announced('policy');
        const changes = { ...NOTHING, policy: { from, policy: next } };
        expect(await rules()).to.deep.equal({ policy, committee, guardian, changes });
      }
    });

    it('take effect at once if they only tighten', async () => {
      for (const change of tightening) {
        await start();
        await propose(change);
        const next = { ...POLICY, ...change };
        expect(isLoosened(POLICY, next)).to.equal(false);
        expect(await rules()).to.deep.include({ policy: next, changes: NOTHING });
      }
    });

    it('wait for what was tightened before to be taken back', async () => {
      await propose({ oracleBond: 5n, challengeSlots: 9, payoutLimit: 2n ** 63n });
      for (const change of [
        { oracleBond: 4n, challengeSlots: 9, payoutLimit: 2n ** 63n },
        { oracleBond: 5n, challengeSlots: 8, payoutLimit: 2n ** 63n },
        { oracleBond: 5n, challengeSlots: 9 },
      ]) {
        await propose(change);
        expect((await rules()).policy).to.include({ oracleBond: 5n, challengeSlots: 9 });
        expect((await rules()).changes.policy?.policy).to.deep.equal({ ...POLICY, ...change });
      }
    });

    it('are applied by anybody once the delay is over, to the second, and once', async () => {
      await propose({ deviceEpochCap: 7_000_000n });
      const { from, policy } = (await rules()).changes.policy!;
      await expectError(apply('policy'), 'change-delayed');
      await guarded.moveTo(from - 1n);
      await expectError(apply('policy'), 'change-delayed');
      expect((await rules()).policy).to.deep.equal(POLICY);
      await guarded.moveTo(from);
      await apply('policy');
      expect(await rules()).to.deep.include({ policy, changes: NOTHING });
      await expectError(apply('policy'), 'nothing-announced');
    });

    it('begin to wait anew with another announcement, which replaces the first', async () => {
      await propose({ deviceEpochCap: 7_000_000n });
      const first = (await rules()).changes.policy!.from;
      await guarded.moveTo(first - 10n);
      await propose({ deviceEpochCap: 8_000_000n });
      await guarded.moveTo(first);
      await expectError(apply('policy'), 'change-delayed');
      await guarded.moveTo(first - 10n + DELAY);
      await apply('policy');
      expect((await rules()).policy.deviceEpochCap).to.equal(8_000_000n);
    });

    it('that tighten withdraw what was announced before, which would undo them', async () => {
      await propose({ deviceEpochCap: 7_000_000n });
      await propose({ deviceFee: 9_000n });
      expect(await rules()).to.deep.include({ changes: NOTHING, policy: { ...POLICY, deviceFee: 9_000n } });
    });

    it('bind epochs that are cut and registrations only once applied', async () => {
      await propose({ deviceEpochCap: 7_000_000n, deviceFee: 0n });
      await test.cut();
      const [cut] = (await test.account()).cuts;
      expect(cut!.deviceEpochCap).to.equal(POLICY.deviceEpochCap);
      await test.chain.passSeconds(Number(DELAY));
      await apply('policy');
      await test.cut();
      expect((await test.account()).cuts.map(({ deviceEpochCap }) => deviceEpochCap)).to.have.members([
        7_000_000n,
        POLICY.deviceEpochCap,
      ]);
    });

    it('error: below a floor, though it would only be announced', async () => {
      await start({ floors: { epochSeconds: 2, challengeSeconds: 2, payoutWindowSeconds: 60 } });
      for (const change of [
        { epochSeconds: 1 },
        { challengeSeconds: 1 },
        { payoutWindowSeconds: 59 },
        { epochSeconds: 1, deviceFee: 5_000n },
      ])
        await expectError(propose(change), 'below-floor');
      expect(await rules()).to.deep.include({ policy: POLICY, changes: NOTHING });
      await propose({ epochSeconds: 3, challengeSeconds: 3, payoutWindowSeconds: 61 });
      await propose({ epochSeconds: 2, challengeSeconds: 2, payoutWindowSeconds: 60 });
      await test.chain.passSeconds(Number(DELAY));
      await apply('policy');
      expect((await rules()).policy).to.deep.equal(POLICY);
    });

    it('error: a bad policy is not even announced', async () => {
      await expectError(propose({ deviceEpochCap: 0n }), 'bad-policy');
      await expectError(propose({ challengeSlots: 0 }), 'bad-policy');
      await expectError(propose({ payoutLimit: 1n }), 'payout-limit-too-low');
      expect((await rules()).changes).to.deep.equal(NOTHING);
    });

    it('loosen at once where the network has no delay', async () => {
      await start({ floors: { changeDelaySeconds: 0 } });
      await propose({ deviceEpochCap: 7_000_000n });
      expect((await rules()).policy.deviceEpochCap).to.equal(7_000_000n);
      expect((await rules()).changes).to.deep.equal(NOTHING);
    });
  });

  describe('of the committee', () => {
    const fresh = (count: number) => Array.from({ length: count }, () => Keypair.generate());

    it('wait and are visible if anybody comes, or fewer must sign', async () => {
      const { committee, policy, guardian } = await rules();
      const [first, ...rest] = test.oracles as [Keypair, ...Keypair[]];
      for (const [keys, threshold] of [
        [fresh(3), 2],
        [[...test.oracles, Keypair.generate()], 4],
        [[...rest, Keypair.generate()], 4],
        [[first, rest[0]!, rest[1]!], 2],
        [[first], 1],
      ] as const) {
        await seat(keys, threshold);
        const from = await announced('committee');
        const changes = { ...NOTHING, committee: { from, threshold, keys: bytesOf(keys) } };
        expect(await rules()).to.deep.equal({ committee, policy, guardian, changes });
      }
    });

    it('take effect at once if members go, or more must sign', async () => {
      const all = test.oracles;
      for (const [keys, threshold] of [
        [[...all].reverse(), 3],
        [all, 4],
        [all.slice(0, 4), 4],
      ] as const) {
        const { version } = (await rules()).committee;
        await seat(keys, threshold);
        expect((await rules()).committee).to.deep.equal({
          version: version + 1,
          threshold,
          keys: bytesOf(keys),
          bonds: keys.map(() => null),
        });
        expect((await rules()).changes).to.deep.equal(NOTHING);
      }
      await seat(all, 4);
      expect((await rules()).changes.committee, 'who left comes back like anybody else').to.not.equal(null);
      await seat(all.slice(0, 4), 4);
      expect((await rules()).changes, 'a change at once withdraws what was announced').to.deep.equal(NOTHING);
    });

    it('are applied once the delay is over, with a new version; until then the old one signs', async () => {
      const [old, next] = [test.oracles, fresh(3)];
      const { version } = (await rules()).committee;
      await seat(next, 2);
      await test.cut();
      await expectError(apply('committee'), 'change-delayed');
      const early = test.sign(await test.message(guarded.ledger(1n, 1n)), next.slice(0, 2));
      await expectError(test.send(postEpoch(test.address, early)), 'unknown-signer');
      await test.post(guarded.ledger(1n, 1n));
      await guarded.veto();
      await test.chain.passSeconds(Number(DELAY));
      await apply('committee');
      expect(await rules()).to.deep.include({ changes: NOTHING });
      expect((await rules()).committee).to.deep.equal({
        version: version + 1,
        threshold: 2,
        keys: bytesOf(next),
        bonds: [null, null, null],
      });
      const message = await test.message(guarded.ledger(1n, 1n));
      const post = (by: readonly Keypair[]) => test.send(postEpoch(test.address, test.sign(message, by)));
      await expectError(post(old.slice(0, 3)), 'unknown-signer');
      await post(next.slice(0, 2));
      await expectError(apply('committee'), 'nothing-announced');
    });

    it('go on while the network is paused: a guardian’s pause lasts as long as any change waits', async () => {
      await seat(fresh(3), 2);
      await guarded.pause();
      await test.chain.passSeconds(Number(DELAY));
      await apply('committee');
      await test.cut();
      await expectError(test.post(guarded.ledger(1n, 1n)), 'paused');
    });

    it('show the bonds that the policy asks for when they are applied', async () => {
      await start({ policy: { oracleBond: 1_000n }, oracles: 3, threshold: 2 });
      const next = [test.oracles[0]!, ...fresh(2)];
      await seat(next, 2);
      await test.chain.passSeconds(Number(DELAY));
      await expectError(apply('committee'), 'wrong-bond');
      const bonds = next.map((oracle) => test.bondOf(oracle));
      for (const oracle of next.slice(1)) await test.send(test.deposit(oracle, 999n));
      await expectError(apply('committee', bonds), 'bond-too-small');
      await expectError(apply('committee', bonds.slice(1)), 'wrong-bond');
      for (const oracle of next.slice(1)) await test.send(test.deposit(oracle, 1n));
      await expectError(apply('committee', [...bonds].reverse()), 'wrong-bond');
      expect((await rules()).changes.committee).to.not.equal(null);
      await apply('committee', bonds);
      expect((await rules()).committee.bonds).to.deep.equal(bonds);
    });

    it('keep the bonds of those who stay', async () => {
      await start({ policy: { oracleBond: 1_000n } });
      const { bonds } = (await rules()).committee;
      expect(bonds).to.deep.equal(test.oracles.map((oracle) => test.bondOf(oracle)));
      await seat(test.oracles.slice(1), 3);
      expect((await rules()).committee.bonds).to.deep.equal(bonds.slice(1));
    });

    it('error: an unsound one is not even announced', async () => {
      const [key] = fresh(1) as [Keypair];
      await expectError(seat(fresh(4), 2), 'bad-threshold');
      await expectError(seat(fresh(22), 12), 'bad-threshold');
      await expectError(seat([], 1), 'bad-threshold');
      await expectError(seat([key, key], 2), 'bad-committee-key');
      expect((await rules()).changes).to.deep.equal(NOTHING);
    });
  });

  describe('of the guardian', () => {
    it('wait and are visible, also those that take the guardian away', async () => {
      const old = guarded.guardian.publicKey;
      for (const next of [Keypair.generate().publicKey, PublicKey.default]) {
        await guard(next);
        const from = await announced('guardian');
        const { guardian, changes } = await rules();
        expect(guardian).to.deep.equal(old);
        expect(changes).to.deep.equal({ ...NOTHING, guardian: { from, guardian: next } });
      }
      await expectError(apply('guardian'), 'change-delayed');
      await test.chain.passSeconds(Number(DELAY));
      await apply('guardian');
      expect((await rules()).guardian).to.deep.equal(PublicKey.default);
      await expectError(apply('guardian'), 'nothing-announced');
    });

    it('are refused by the guardian itself twice at most; another may refuse as often again', async () => {
      for (const refusals of [1, 2]) {
        await guard(guarded.owner.publicKey);
        await cancel('guardian');
        expect((await test.account()).guardianRefusals).to.equal(refusals);
      }
      await guard(guarded.owner.publicKey);
      await expectError(cancel('guardian'), 'guardian-refusals-spent');
      await cancel('guardian', test.authority);
      await guard(guarded.owner.publicKey);
      await test.chain.passSeconds(Number(DELAY));
      await apply('guardian');
      const { guardian, guardianRefusals } = await test.account();
      expect([guardian, guardianRefusals]).to.deep.equal([guarded.owner.publicKey, 0]);
    });

    it('take effect at once where there is none', async () => {
      await guard(null);
      await test.chain.passSeconds(Number(DELAY));
      await apply('guardian');
      const next = Keypair.generate().publicKey;
      await guard(next);
      expect(await rules()).to.deep.include({ guardian: next, changes: NOTHING });
    });
  });

  describe('that were announced', () => {
    const announce = async () => {
      await propose({ deviceEpochCap: 7_000_000n });
      await seat([Keypair.generate()], 1);
      await guard(null);
    };
    const RULES = ['policy', 'committee', 'guardian'] as const;

    it('wait side by side, and are applied or withdrawn each alone', async () => {
      await announce();
      await cancel('committee');
      const { changes, committee } = await rules();
      expect([changes.policy === null, changes.committee, changes.guardian === null]).to.deep.equal([
        false,
        null,
        false,
      ]);
      await test.chain.passSeconds(Number(DELAY));
      await expectError(apply('committee'), 'nothing-announced');
      await apply('policy');
      await apply('guardian');
      expect(await rules()).to.deep.include({ committee, changes: NOTHING });
    });

    for (const who of ['guardian', 'authority'] as const)
      it(`are withdrawn by the ${who}, also once the delay is over`, async () => {
        const before = await rules();
        const signer = who === 'guardian' ? guarded.guardian : test.authority;
        await announce();
        for (const rule of RULES) await cancel(rule, signer);
        expect(await rules()).to.deep.equal(before);
        await announce();
        await test.chain.passSeconds(2 * Number(DELAY));
        for (const rule of RULES) {
          await cancel(rule, signer);
          await expectError(apply(rule), 'nothing-announced');
          await expectError(cancel(rule, signer), 'nothing-announced');
        }
        expect(await rules()).to.deep.equal(before);
      });

    it('error: a stranger, an oracle or nobody withdraws them', async () => {
      await announce();
      const before = await rules();
      for (const rule of RULES) {
        for (const who of [guarded.owner, test.oracles[0]!])
          await expectError(cancel(rule, who), 'not-guardian');
        const unsigned = cancelRuleChange({
          network: test.address,
          guard: guarded.guardian.publicKey,
          rule,
        });
        accountOf(unsigned, 'guard').isSigner = false;
        await expectError(test.send(unsigned), MISSING_SIGNATURE);
      }
      expect(await rules()).to.deep.equal(before);
    });

    it('error: another network, or an account that is none', async () => {
      await announce();
      const other = await GuardedNetwork.create({ floors: { changeDelaySeconds: Number(DELAY) } });
      for (const rule of RULES) {
        const cancelling = cancelRuleChange({
          network: test.address,
          guard: guarded.guardian.publicKey,
          rule,
        });
        accountOf(cancelling, 'network').pubkey = other.test.address;
        await expectError(test.send(cancelling, [guarded.guardian]), 'not-guardian');
        const applying = applyRuleChange({ network: other.test.address, rule });
        await expectError(test.send(applying), 'nothing-announced');
        accountOf(applying, 'network').pubkey = registryAddress(test.address);
        await expectError(test.send(applying), NO_ACCOUNT);
      }
    });
  });
});
