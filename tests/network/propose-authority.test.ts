import { acceptAuthority, proposeAuthority, setGuardian } from '@commonwire/sdk/network';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, GuardedNetwork, type TestNetwork } from '../support/network';

describe('propose_authority and accept_authority', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let next: Keypair;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
    next = Keypair.generate();
  });

  const propose = (proposed: PublicKey | null, authority = test.authority) => {
    const instruction = proposeAuthority({
      network: test.address,
      authority: authority.publicKey,
      proposed,
    });
    return test.send(instruction, [authority]);
  };
  const acceptance = (authority: PublicKey) => acceptAuthority({ network: test.address, authority });
  const accept = (by: Keypair) => test.send(acceptance(by.publicKey), [by]);
  const govern = (by: Keypair) => {
    const { guardian } = guarded;
    const instruction = setGuardian({
      network: test.address,
      authority: by.publicKey,
      guardian: guardian.publicKey,
    });
    return test.send(instruction, [by]);
  };
  const roles = async () => {
    const { authority, proposedAuthority } = await test.account();
    return [authority.toBase58(), proposedAuthority?.toBase58() ?? null];
  };
  const base58 = (key: Keypair) => key.publicKey.toBase58();

  it('changes hands in two steps, and only the second changes who rules', async () => {
    await propose(next.publicKey);
    expect(await roles()).to.deep.equal([base58(test.authority), base58(next)]);
    await expectError(govern(next), 'not-authority');
    await govern(test.authority);

    await accept(next);
    expect(await roles()).to.deep.equal([base58(next), null]);
    await expectError(govern(test.authority), 'not-authority');
    await govern(next);
  });

  it('can be taken up once', async () => {
    await propose(next.publicKey);
    await accept(next);
    await expectError(accept(next), 'not-proposed');
    await expectError(accept(test.authority), 'not-proposed');
  });

  it('proposes another, or nobody, in place of the last', async () => {
    const other = Keypair.generate();
    await propose(other.publicKey);
    await propose(next.publicKey);
    await expectError(accept(other), 'not-proposed');
    await propose(null);
    expect(await roles()).to.deep.equal([base58(test.authority), null]);
    await expectError(accept(next), 'not-proposed');
  });

  it('leaves the authority where it is when it takes up its own proposal', async () => {
    await propose(test.authority.publicKey);
    await accept(test.authority);
    expect(await roles()).to.deep.equal([base58(test.authority), null]);
  });

  it('error: nobody was proposed, and the empty address accepts', async () => {
    await expectError(accept(next), 'not-proposed');
    const empty = acceptance(PublicKey.default);
    // The empty address is the System program's: it can't sign, and unsigned it is refused.
    accountOf(empty, 'authority').isSigner = false;
    await expectError(test.send(empty), MISSING_SIGNATURE);
    expect((await roles())[0]).to.equal(base58(test.authority));
  });

  it('error: the guardian, a stranger or the proposed proposes', async () => {
    await propose(next.publicKey);
    for (const signer of [guarded.guardian, guarded.owner, next]) {
      await expectError(propose(signer.publicKey, signer), 'not-authority');
    }
    expect(await roles()).to.deep.equal([base58(test.authority), base58(next)]);
  });

  it('error: the proposed does not sign, or another does', async () => {
    await propose(next.publicKey);
    const unsigned = acceptance(next.publicKey);
    accountOf(unsigned, 'authority').isSigner = false;
    await expectError(test.send(unsigned), MISSING_SIGNATURE);
    for (const signer of [test.authority, guarded.guardian, guarded.owner]) {
      await expectError(accept(signer), 'not-proposed');
    }
    expect(await roles()).to.deep.equal([base58(test.authority), base58(next)]);
  });

  it('error: accepting at another network, or at no network', async () => {
    const other = await GuardedNetwork.create();
    await propose(next.publicKey);
    for (const [pubkey, code] of [
      [other.test.address, 'not-proposed'],
      [test.mint, NO_ACCOUNT],
    ] as const) {
      const instruction = acceptance(next.publicKey);
      accountOf(instruction, 'network').pubkey = pubkey;
      await expectError(test.send(instruction, [next]), code);
    }
    const proposal = proposeAuthority({
      network: other.test.address,
      authority: test.authority.publicKey,
      proposed: next.publicKey,
    });
    await expectError(test.send(proposal, [test.authority]), 'not-authority');
    expect((await other.test.account()).proposedAuthority).to.equal(null);
  });
});
