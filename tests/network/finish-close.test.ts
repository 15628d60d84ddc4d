import { TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import { CLOSING_SECONDS, openPage, setPolicy, unlockBond, withdrawBond } from '@commonwire/sdk/network';
import {
  AuthorityType,
  createMintToInstruction,
  createSetAuthorityInstruction,
  getMint,
} from '@solana/spl-token';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, NO_ACCOUNT, SAME_ACCOUNT_TWICE } from '../support/chain';
import {
  accountOf,
  beginClosing,
  closeForEver,
  finishClosing,
  finishing,
  GuardedNetwork,
  POLICY,
  settlement,
  type TestNetwork,
} from '../support/network';

const TIME = CLOSING_SECONDS;

describe('finish_close', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let heir: Keypair;

  /** A network that mints, whose first epoch is promoted and in which one device of two was paid. */
  const start = async (options: Parameters<typeof GuardedNetwork.create>[0] = {}) => {
    guarded = await GuardedNetwork.create(options);
    test = guarded.test;
    await test.openPage();
    await test.openAccounts([guarded.owner.publicKey]);
    if (options.funded) return;
    const entries = guarded.ledger(5n, 6n);
    const tree = await test.epoch(entries);
    await test.send(settlement(test, { tree, entries }, 0, ['each', 1]));
  };
  beforeEach(async () => {
    await start();
    heir = await fund(test.chain.connection, 1);
    await test.openAccounts([heir.publicKey]);
  });

  const mint = () => getMint(test.chain.connection, test.mint, 'confirmed', test.tokenProgram);
  const finish = (to: PublicKey | undefined = heir.publicKey) => test.send(finishing(test, to));
  const life = async () => (await test.account()).life;
  const began = async () => {
    const { since } = (await test.account()).closing!;
    await guarded.expectNow(since);
    return since;
  };

  it('comes 30 days after closing began, to the second, and not before', async () => {
    await beginClosing(test, heir.publicKey);
    const since = await began();
    await expectError(finish(), 'still-closing');
    await guarded.moveTo(since + TIME - 1n);
    await expectError(finish(), 'still-closing');
    await guarded.moveTo(since + TIME);
    await finish();
    expect(await life()).to.equal('closed');
  });

  it('waits for as long again as the network is paused meanwhile, not for pauses before', async () => {
    await guarded.pause(test.authority);
    await test.chain.passSeconds(1_000);
    await guarded.unpause();
    await beginClosing(test, heir.publicKey);
    const since = await began();
    await guarded.pause(test.authority);
    await test.chain.passSeconds(500);
    await guarded.unpause();
    const { pause } = await test.account();
    const end = since + TIME + (pause.until - pause.since);
    await guarded.moveTo(end - 1n);
    await expectError(finish(), 'still-closing');
    await guarded.moveTo(end);
    await finish();
  });

  it('never comes while the network is paused', async () => {
    await beginClosing(test, heir.publicKey);
    await guarded.moveTo((await began()) + TIME - 1n);
    await guarded.pause(test.authority);
    await test.chain.passSeconds(Number(2n * TIME));
    await expectError(finish(), 'still-closing');
    await guarded.unpause();
    await test.chain.passSeconds(1);
    await finish();
  });

  it('hands the mint authority and what nobody collected to the heir', async () => {
    await closeForEver(test, heir.publicKey);
    expect(await test.balance(heir.publicKey)).to.equal(6n);
    expect(await test.balance(test.address)).to.equal(0n);
    const { mintAuthority, supply } = await mint();
    expect(mintAuthority?.equals(heir.publicKey)).to.equal(true);
    expect(supply).to.equal(11n);
    const account = test.accountOf(heir.publicKey);
    await test.send(createMintToInstruction(test.mint, account, heir.publicKey, 9n), [heir]);
    expect(await test.balance(heir.publicKey)).to.equal(15n);
  });

  it('does so with Token-2022', async () => {
    await start({ tokenProgram: TOKEN_2022_PROGRAM_ID });
    await closeForEver(test, heir.publicKey);
    expect(await test.balance(heir.publicKey)).to.equal(6n);
    expect((await mint()).mintAuthority?.equals(heir.publicKey)).to.equal(true);
  });

  it('keeps what is left for the funders of a network that mints nothing, and needs no heir', async () => {
    await start({ funded: true });
    const { payer } = test.chain;
    await test.send(createMintToInstruction(test.mint, test.accountOf(test.address), payer.publicKey, 77n));
    await closeForEver(test);
    expect(await test.account()).to.include({ life: 'closed', surplus: 77n });
    expect(await test.balance(test.address)).to.equal(77n);
    expect((await mint()).mintAuthority?.equals(payer.publicKey)).to.equal(true);
  });

  it('lets bonds go after their lock, whoever sits on the committee', async () => {
    const [oracle] = test.oracles as [Keypair];
    await test.send(test.deposit(oracle, 1_000n));
    await closeForEver(test, heir.publicKey);
    const depositor = test.chain.payer.publicKey;
    const bond = { network: test.address, oracle: oracle.publicKey.toBytes(), depositor };
    await test.send(unlockBond(bond));
    await test.chain.passSeconds(POLICY.bondLockSeconds);
    await test.send(withdrawBond(bond));
  });

  it('error: the network was not told to close, or is closed already', async () => {
    await expectError(finish(), 'not-closing');
    await closeForEver(test, heir.publicKey);
    await test.chain.passSeconds(Number(TIME));
    await expectError(finish(), 'not-closing');
    expect(await test.balance(heir.publicKey)).to.equal(6n);
  });

  it('error: an epoch is pending, until it is promoted or void', async () => {
    await test.cut();
    await test.post(guarded.ledger(5n, 9n));
    await beginClosing(test, heir.publicKey);
    await test.chain.passSeconds(Number(TIME));
    await expectError(finish(), 'epoch-pending');
    await test.send(test.promotion());
    await finish();
    expect(await test.balance(heir.publicKey)).to.equal(9n);
  });

  it('error: somebody else in place of the heir, or an account that the heir gave away', async () => {
    await beginClosing(test, heir.publicKey);
    await test.chain.passSeconds(Number(TIME));
    const thief = await fund(test.chain.connection, 1);
    await test.openAccounts([thief.publicKey]);
    await expectError(finish(thief.publicKey), 'wrong-destination');
    await expectError(finish(Keypair.generate().publicKey), 'wrong-destination');
    const instruction = finishing(test, heir.publicKey);
    for (const [account, code] of [
      [heir.publicKey, 'wrong-destination'],
      [test.mint, SAME_ACCOUNT_TWICE],
      [test.accountOf(test.address), SAME_ACCOUNT_TWICE],
    ] as const) {
      accountOf(instruction, 'destination').pubkey = account;
      await expectError(test.send(instruction), code);
    }
    const role = AuthorityType.AccountOwner;
    const account = test.accountOf(heir.publicKey);
    await test.send(createSetAuthorityInstruction(account, heir.publicKey, role, thief.publicKey), [heir]);
    await expectError(finish(), 'wrong-destination');
    expect(await life()).to.equal('closing');
  });

  it('error: a substituted network, mint, vault or token program', async () => {
    await beginClosing(test, heir.publicKey);
    const other = (await GuardedNetwork.create()).test;
    await beginClosing(other, heir.publicKey);
    await test.chain.passSeconds(Number(TIME));
    for (const [name, pubkey, code] of [
      ['network', other.address, 'wrong-mint'],
      ['network', heir.publicKey, NO_ACCOUNT],
      ['mint', other.mint, 'wrong-mint'],
      ['vault', other.accountOf(other.address), 'wrong-vault'],
      ['vault', test.accountOf(heir.publicKey), SAME_ACCOUNT_TWICE],
      ['tokenProgram', TOKEN_2022_PROGRAM_ID, 'wrong-token-program'],
    ] as const) {
      const instruction = finishing(test, heir.publicKey);
      accountOf(instruction, name).pubkey = pubkey;
      await expectError(test.send(instruction), code);
    }
    expect([await life(), (await other.account()).life]).to.deep.equal(['closing', 'closing']);
    await finishClosing(test);
    await finishClosing(other);
  });

  it('is the end of governing too', async () => {
    await closeForEver(test, heir.publicKey);
    const { address: network, authority } = test;
    await expectError(
      test.send(openPage({ network, number: 3, payer: test.chain.payer.publicKey })),
      'closed',
    );
    // A policy may still be set, and does nothing: nothing that it is for goes on.
    await test.send(setPolicy({ network, authority: authority.publicKey, policy: POLICY }), [authority]);
    await expectError(test.post(guarded.ledger(5n, 7n)), 'closed');
    await expectError(test.send(test.promotion()), 'closed');
  });
});
