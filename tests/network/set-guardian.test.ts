import { setGuardian } from '@commonwire/sdk/network';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, GuardedNetwork } from '../support/network';

describe('set_guardian', () => {
  let guarded: GuardedNetwork;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
  });

  const set = (guardian: PublicKey | null, authority = guarded.test.authority) => {
    const { address: network } = guarded.test;
    const instruction = setGuardian({ network, authority: authority.publicKey, guardian });
    return guarded.test.send(instruction, [authority]);
  };
  const guardian = async () => (await guarded.test.account()).guardian.toBase58();

  it('hands the powers over: the new guardian has them, the old one none', async () => {
    const next = Keypair.generate();
    await set(next.publicKey);
    expect(await guardian()).to.equal(next.publicKey.toBase58());
    await expectError(guarded.pause(), 'not-guardian');
    await guarded.pause(next);
  });

  it('takes the guardian away, and then nobody but the authority can pause', async () => {
    await set(null);
    expect(await guardian()).to.equal(PublicKey.default.toBase58());
    await expectError(guarded.pause(), 'not-guardian');
    await guarded.pause(guarded.test.authority);
  });

  it('gives a new guardian nothing of what the last one spent', async () => {
    const next = Keypair.generate();
    await guarded.pause();
    await guarded.unpause();
    await set(next.publicKey);
    await expectError(guarded.pause(next), 'guardian-pause-spent');

    await guarded.test.cut();
    for (const guard of [guarded.guardian, next]) {
      await set(guard.publicKey);
      await guarded.test.post(guarded.ledger(1n, 1n));
      await guarded.veto(guard);
    }
    await set(Keypair.generate().publicKey);
    await guarded.test.post(guarded.ledger(1n, 1n));
    await expectError(guarded.veto(next), 'not-guardian');
    await set(next.publicKey);
    await expectError(guarded.veto(next), 'guardian-vetoes-spent');
  });

  it('does the same twice', async () => {
    const next = Keypair.generate().publicKey;
    await set(next);
    await set(next);
    expect(await guardian()).to.equal(next.toBase58());
  });

  it('error: the guardian, a stranger, or nobody signs', async () => {
    const before = await guarded.test.account();
    for (const signer of [guarded.guardian, guarded.owner]) {
      await expectError(set(signer.publicKey, signer), 'not-authority');
    }
    const { address: network, authority } = guarded.test;
    const unsigned = setGuardian({ network, authority: authority.publicKey, guardian: null });
    accountOf(unsigned, 'authority').isSigner = false;
    await expectError(guarded.test.send(unsigned), MISSING_SIGNATURE);
    expect(await guarded.test.account()).to.deep.equal(before);
  });

  it('error: the authority of one network at another, or an account that is no network', async () => {
    const other = await GuardedNetwork.create();
    const { authority } = guarded.test;
    const instruction = setGuardian({
      network: other.test.address,
      authority: authority.publicKey,
      guardian: null,
    });
    await expectError(guarded.test.send(instruction, [authority]), 'not-authority');
    accountOf(instruction, 'network').pubkey = guarded.test.mint;
    await expectError(guarded.test.send(instruction, [authority]), NO_ACCOUNT);
    expect((await other.test.account()).guardian.equals(other.guardian.publicKey)).to.equal(true);
  });
});
