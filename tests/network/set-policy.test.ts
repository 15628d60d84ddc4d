import { type NetworkPolicy, NO_LIMIT, setPolicy } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE, NO_ACCOUNT, SAME_ACCOUNT_TWICE } from '../support/chain';
import { accountOf, EMISSION, GuardedNetwork, POLICY, type TestNetwork } from '../support/network';

describe('set_policy', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
  });

  const build = (changes: Partial<NetworkPolicy>, authority = test.authority) =>
    setPolicy({ network: test.address, authority: authority.publicKey, policy: { ...POLICY, ...changes } });
  const set = (changes: Partial<NetworkPolicy>, authority = test.authority) =>
    test.send(build(changes, authority), [authority]);
  const refused = async (changes: Partial<NetworkPolicy>, code: string) => {
    const before = await test.account();
    await expectError(set(changes), code);
    expect(await test.account()).to.deep.equal(before);
  };

  it('replaces the policy whole, and nothing else', async () => {
    const policy: NetworkPolicy = {
      deviceEpochCap: 5n,
      payoutLimit: 2n ** 63n,
      oracleBond: 7n,
      deviceFee: 8n,
      demandBond: 12n,
      epochSeconds: 9,
      challengeSeconds: 10,
      payoutWindowSeconds: 11,
      bondLockSeconds: 33,
      answerSeconds: 5,
      challengeSlots: 13,
      maxCapacity: [0, 1, 2, 3, 4, 5, 6, 7],
      capacityFee: [1, 2, 3, 4, 5, 6, 7, 8],
    };
    const before = await test.account();
    await set(policy);
    expect(await test.account()).to.deep.equal({ ...before, policy });
    await set(policy);
    expect((await test.account()).policy).to.deep.equal(policy);
  });

  for (const [what, changes] of [
    ['a device that may earn nothing', { deviceEpochCap: 0n }],
    ['epochs of no time', { epochSeconds: 0 }],
    ['no time to challenge', { challengeSeconds: 0 }],
    ['no slots to challenge', { challengeSlots: 0 }],
    ['less than half of the challenge period to answer demands', { challengeSeconds: 5, answerSeconds: 2 }],
    ['a payout window of no time', { payoutWindowSeconds: 0 }],
    ['a capacity for the kind that is none', { maxCapacity: [1, 1, 0, 0, 0, 0, 0, 0] }],
  ] as const) {
    it(`error: ${what}`, () => refused(changes, 'bad-policy'));
  }

  it('refuses a payout limit below 1.25 of the rate at which devices may earn, to the last base unit', async () => {
    // 100,000,000 in 2 s are 3,000,000,000 in 60 s.
    const rate = (EMISSION.epochCap * 60n * 5n) / (BigInt(POLICY.epochSeconds) * 4n);
    await refused({ payoutLimit: rate - 1n }, 'payout-limit-too-low');
    await set({ payoutLimit: rate });
    await refused({ payoutLimit: rate, payoutWindowSeconds: 61 }, 'payout-limit-too-low');
    await refused({ payoutLimit: rate, epochSeconds: 1 }, 'payout-limit-too-low');
    await refused({ payoutLimit: 0n }, 'payout-limit-too-low');
    await set({ payoutLimit: NO_LIMIT, payoutWindowSeconds: 2 ** 32 - 1, epochSeconds: 1 });
    expect((await test.account()).policy.payoutLimit).to.equal(NO_LIMIT);
  });

  it('takes the cap of the epoch to come for that rate: halving lowers what the limit must allow', async () => {
    guarded = await GuardedNetwork.create({ emission: { epochCap: 1_000n, halvingEpochs: 1n } });
    test = guarded.test;
    const limit = (cap: bigint) => ({ payoutLimit: (cap * 30n * 5n) / 4n });
    await refused(limit(999n), 'payout-limit-too-low');
    await set(limit(1_000n));
    await test.epoch(guarded.ledger(1n, 1n));
    await refused(limit(499n), 'payout-limit-too-low');
    await set(limit(500n));
  });

  it('refuses bonds that are not locked for two epochs, a challenge period and the time to answer', async () => {
    const times = { epochSeconds: 100, challengeSeconds: 50, answerSeconds: 30 };
    await refused({ ...times, oracleBond: 1n, bondLockSeconds: 279 }, 'bond-lock-too-short');
    await set({ ...times, oracleBond: 1n, bondLockSeconds: 280 });
    await set({ ...times, oracleBond: 0n, bondLockSeconds: 0 });
  });

  it('leaves an epoch the cap it was cut under and the challenge period it was posted under', async () => {
    await test.cut();
    await set({ deviceEpochCap: 3n, challengeSeconds: 1000, answerSeconds: 500 });
    await test.post(guarded.ledger(10n, 10n));
    const { pending, cuts } = await test.account();
    expect(pending).to.include({ deviceEpochCap: POLICY.deviceEpochCap, challengeSeconds: 1000 });
    expect(cuts[0]!.deviceEpochCap).to.equal(POLICY.deviceEpochCap);

    await set({ deviceEpochCap: 5n, challengeSeconds: 1 });
    expect((await test.account()).pending).to.deep.equal(pending);
    await guarded.moveTo(pending!.postedAt + 999n);
    await expectError(test.send(test.promotion()), 'challenge-period-open');
    await guarded.moveTo(pending!.postedAt + 1000n);
    await test.send(test.promotion());
    expect((await test.account()).deviceEarnedMax).to.equal(POLICY.deviceEpochCap);

    await test.epoch(guarded.ledger(11n, 11n));
    expect((await test.account()).deviceEarnedMax, 'the second epoch was cut under the cap of 5').to.equal(
      POLICY.deviceEpochCap + 5n,
    );
  });

  it('bounds what is registered from then on', async () => {
    await set({ maxCapacity: [0, 5_999, 0, 0, 0, 0, 0, 0] });
    await expectError(test.register([guarded.owner]), 'capacity-out-of-bounds');
    await set({ maxCapacity: [0, 6_000, 0, 0, 0, 0, 0, 0] });
    await test.register([guarded.owner]);
  });

  it('error: the guardian, a stranger, or nobody signs', async () => {
    const before = await test.account();
    for (const signer of [guarded.guardian, guarded.owner]) {
      await expectError(set({ epochSeconds: 9 }, signer), 'not-authority');
    }
    const unsigned = build({ epochSeconds: 9 });
    accountOf(unsigned, 'authority').isSigner = false;
    await expectError(test.send(unsigned), MISSING_SIGNATURE);
    expect(await test.account()).to.deep.equal(before);
  });

  it('error: the authority of one network at another, or an account that is no network', async () => {
    const other = await GuardedNetwork.create();
    const before = await other.test.account();
    for (const [pubkey, code] of [
      [other.test.address, 'not-authority'],
      [test.mint, NO_ACCOUNT],
      [test.authority.publicKey, SAME_ACCOUNT_TWICE],
    ] as const) {
      const instruction = build({ epochSeconds: 9 });
      accountOf(instruction, 'network').pubkey = pubkey;
      await expectError(test.send(instruction, [test.authority]), code);
    }
    expect(await other.test.account()).to.deep.equal(before);
  });
});
