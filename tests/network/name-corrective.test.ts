import { cancelRuleChange, nameCorrective } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, FLOORS, GuardedNetwork, type TestNetwork } from '../support/network';

describe('name_corrective', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
  });

  const build = (epoch: bigint, authority = test.authority) =>
    nameCorrective({ network: test.address, authority: authority.publicKey, epoch });
  const name = (epoch: bigint, authority = test.authority) => test.send(build(epoch, authority), [authority]);
  const named = async () => (await test.account()).correctiveEpoch;
  const isCorrective = async () => (await test.account()).pending?.corrective;

  it('marks the epoch of that number when it is posted, and no other', async () => {
    await name(2n);
    await test.cut();
    await test.post(guarded.ledger(5n, 5n));
    expect(await isCorrective()).to.equal(false);
    await test.promote();
    expect(await named(), 'its time is still to come').to.equal(2n);

    await test.cut();
    await test.post(guarded.ledger(5n, 6n));
    expect(await isCorrective()).to.equal(true);
    await test.promote();
    expect(await named(), 'used up').to.equal(0n);

    await test.cut();
    await test.post(guarded.ledger(5n, 7n));
    expect(await isCorrective()).to.equal(false);
  });

  it('leaves an epoch that is pending already what it was when it was posted', async () => {
    await test.cut();
    await test.post(guarded.ledger(5n, 5n));
    await name(1n);
    expect(await isCorrective()).to.equal(false);
    await guarded.veto();
    await test.post(guarded.ledger(5n, 5n));
    expect(await isCorrective(), 'posted again, it is what was named').to.equal(true);
  });

  it('outlives a void epoch, until one of that number is promoted', async () => {
    await name(1n);
    await test.cut();
    await test.post(guarded.ledger(5n, 5n));
    await guarded.veto();
    expect(await named()).to.equal(1n);
    await test.post(guarded.ledger(5n, 5n));
    await test.promote();
    expect(await named()).to.equal(0n);
  });

  it('names another or none in place of the last, as often as one likes', async () => {
    for (const epoch of [1n, 1n, 7n, 2n ** 64n - 1n, 0n, 0n]) {
      await name(epoch);
      expect(await named()).to.equal(epoch);
    }
  });

  it('error: another or none once the named epoch was cut: oracles may have signed it', async () => {
    await name(1n);
    await test.cut();
    for (const epoch of [0n, 2n]) await expectError(name(epoch), 'corrective-epoch-cut');
    await name(1n);
    await test.post(guarded.ledger(5n, 5n));
    await expectError(name(0n), 'corrective-epoch-cut');
    await test.promote();
    await name(7n);
    await test.cut();
    await name(0n);
  });

  it('corrects only once the delay of rule changes is over, to the second', async () => {
    guarded = await GuardedNetwork.create({ floors: { ...FLOORS, changeDelaySeconds: 3_600 } });
    test = guarded.test;
    await test.epoch(guarded.ledger(5n, 6n));
    await name(2n);
    const { correctiveFrom } = await test.account();
    expect(correctiveFrom).to.equal((await guarded.now()) + 3_600n);
    await test.cut();
    await expectError(test.post(guarded.ledger(5n, 5n)), 'earned-fell');
    await guarded.moveTo(correctiveFrom - 1n);
    await test.post(guarded.ledger(5n, 6n));
    expect(await isCorrective()).to.equal(false);
    await guarded.veto();
    await guarded.moveTo(correctiveFrom);
    await test.post(guarded.ledger(5n, 5n));
    expect(await isCorrective()).to.equal(true);
  });

  it('is withdrawn by the guardian while no oracle can have signed it', async () => {
    guarded = await GuardedNetwork.create({ floors: { ...FLOORS, changeDelaySeconds: 3_600 } });
    test = guarded.test;
    const cancel = () =>
      test.send(
        cancelRuleChange({ network: test.address, guard: guarded.guardian.publicKey, rule: 'corrective' }),
        [guarded.guardian],
      );
    await expectError(cancel(), 'nothing-announced');
    await name(1n);
    await test.cut();
    await cancel();
    expect(await named()).to.equal(0n);
    await name(1n);
    await guarded.moveTo((await test.account()).correctiveFrom);
    await expectError(cancel(), 'corrective-epoch-cut');
  });

  it('error: an epoch that is promoted already', async () => {
    await test.epoch(guarded.ledger(5n, 5n));
    await expectError(name(1n), 'corrective-epoch-over');
    await name(2n);
    await test.epoch(guarded.ledger(5n, 6n));
    await expectError(name(2n), 'corrective-epoch-over');
    await expectError(name(1n), 'corrective-epoch-over');
    expect(await named()).to.equal(0n);
  });

  it('error: the guardian, a stranger, or nobody signs', async () => {
    for (const signer of [guarded.guardian, guarded.owner, test.oracles[0]!]) {
      await expectError(name(1n, signer), 'not-authority');
    }
    const unsigned = build(1n);
    accountOf(unsigned, 'authority').isSigner = false;
    await expectError(test.send(unsigned), MISSING_SIGNATURE);
    expect(await named()).to.equal(0n);
  });

  it('error: the authority of one network at another, or an account that is no network', async () => {
    const other = await GuardedNetwork.create();
    for (const [pubkey, code] of [
      [other.test.address, 'not-authority'],
      [test.mint, NO_ACCOUNT],
    ] as const) {
      const instruction = build(1n);
      accountOf(instruction, 'network').pubkey = pubkey;
      await expectError(test.send(instruction, [test.authority]), code);
    }
    expect((await other.test.account()).correctiveEpoch).to.equal(0n);
  });
});
