import { setGuardian, vetoEpoch } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, GuardedNetwork, POLICY, type TestNetwork } from '../support/network';

describe('veto_epoch', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
    await test.cut();
  });

  const post = () => test.post(guarded.ledger(5n, 6n));
  const state = async () => {
    const { pending, attempt, guardianVetoes } = await test.account();
    return { pending: pending?.epoch ?? null, attempt, guardianVetoes };
  };

  for (const who of ['guardian', 'authority'] as const) {
    it(`makes the pending epoch void at the word of the ${who}, once`, async () => {
      const guard = who === 'guardian' ? guarded.guardian : test.authority;
      await post();
      await guarded.veto(guard);
      expect(await state()).to.deep.equal({
        pending: null,
        attempt: 1,
        guardianVetoes: who === 'guardian' ? 1 : 0,
      });
      await expectError(guarded.veto(guard), 'nothing-pending');
      await expectError(test.send(test.promotion()), 'nothing-pending');
    });
  }

  it('leaves the cut, so that the same epoch can be posted again and promoted', async () => {
    await post();
    await guarded.veto();
    await post();
    await test.promote();
    expect((await test.account()).current.epoch).to.equal(1n);
    expect(await state()).to.deep.equal({ pending: null, attempt: 0, guardianVetoes: 0 });
  });

  it('comes to the last moment, while the promotion is due', async () => {
    await post();
    await test.chain.passSeconds(10 * POLICY.challengeSeconds);
    await guarded.veto();
    await expectError(test.send(test.promotion()), 'nothing-pending');
  });

  it('error: a guardian’s third veto of one epoch, which takes the authority', async () => {
    for (const _ of [1, 2]) {
      await post();
      await guarded.veto();
    }
    await post();
    await expectError(guarded.veto(), 'guardian-vetoes-spent');
    expect(await state()).to.deep.equal({ pending: 1n, attempt: 2, guardianVetoes: 2 });
    await guarded.veto(test.authority);
    expect(await state()).to.deep.equal({ pending: null, attempt: 3, guardianVetoes: 2 });
    await post();
    await expectError(guarded.veto(), 'guardian-vetoes-spent');
  });

  it('gives the guardian two vetoes of each epoch anew, and counts none of the authority’s', async () => {
    for (const _ of [1, 2, 3]) {
      await post();
      await guarded.veto(test.authority);
    }
    await post();
    await guarded.veto();
    await post();
    await test.promote();
    await test.cut();
    for (const _ of [1, 2]) {
      await post();
      await guarded.veto();
    }
    await post();
    await expectError(guarded.veto(), 'guardian-vetoes-spent');
  });

  it('counts the authority as such where it is the guardian as well', async () => {
    const { authority, address: network } = test;
    const guardian = authority.publicKey;
    await test.send(setGuardian({ network, authority: guardian, guardian }), [authority]);
    for (const attempt of [1, 2, 3]) {
      await post();
      await guarded.veto(authority);
      expect(await state()).to.include({ attempt, guardianVetoes: 0 });
    }
  });

  it('error: nothing is pending', async () => {
    await expectError(guarded.veto(), 'nothing-pending');
    await expectError(guarded.veto(test.authority), 'nothing-pending');
    expect((await state()).guardianVetoes).to.equal(0);
  });

  it('error: a stranger, a committee member or nobody signs', async () => {
    await post();
    for (const signer of [guarded.owner, test.oracles[0]!]) {
      await expectError(guarded.veto(signer), 'not-guardian');
    }
    for (const { publicKey: guard } of [guarded.guardian, test.authority]) {
      const { ledgerRoot: root } = (await test.account()).pending!;
      const unsigned = vetoEpoch({ network: test.address, guard, root });
      accountOf(unsigned, 'guard').isSigner = false;
      await expectError(test.send(unsigned), MISSING_SIGNATURE);
    }
    expect((await state()).pending).to.equal(1n);
  });

  it('error: another network, or an account that is none', async () => {
    const other = await GuardedNetwork.create();
    await other.test.cut();
    await other.test.post(other.ledger(5n, 6n));
    for (const guard of [guarded.guardian, test.authority]) {
      for (const [pubkey, code] of [
        [other.test.address, 'not-guardian'],
        [test.mint, NO_ACCOUNT],
      ] as const) {
        const { ledgerRoot: root } = (await other.test.account()).pending!;
        const instruction = vetoEpoch({ network: test.address, guard: guard.publicKey, root });
        accountOf(instruction, 'network').pubkey = pubkey;
        await expectError(test.send(instruction, [guard]), code);
      }
    }
    expect((await other.test.account()).pending?.epoch).to.equal(1n);
  });
});
