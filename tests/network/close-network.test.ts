import {
  CLOSING_SECONDS,
  cancelRuleChange,
  closeNetwork,
  cutEpoch,
  LedgerTree,
  ledgerLeaves,
  NO_LIMIT,
  openPage,
  PROGRAM_ID,
  registerDevices,
  retireDevice,
  transferDevice,
  withdrawFees,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import {
  accountOf,
  beginClosing,
  FLOORS,
  finishClosing,
  GuardedNetwork,
  newDevice,
  POLICY,
  settlement,
  type TestNetwork,
} from '../support/network';

describe('close_network', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let tree: LedgerTree;

  /** A network whose first epoch is promoted and not settled. */
  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
    await test.openPage();
    await test.openAccounts([guarded.owner.publicKey]);
    tree = await test.epoch(guarded.ledger(5n, 6n));
  });

  const build = (authority = test.authority, heir = authority.publicKey) =>
    closeNetwork({ network: test.address, authority: authority.publicKey, heir });
  const close = (authority = test.authority) => test.send(build(authority), [authority]);
  const settling = (of = tree, entries = guarded.ledger(5n, 6n)) =>
    settlement(test, { tree: of, entries }, 0, ['fleet', 2]);
  const state = async () => {
    const { life, closing, heir } = await test.account();
    return { life, closing, heir };
  };
  /** Everything that a network takes only while it is open, each with who signs it. */
  const openOnly = (): [TransactionInstruction, Keypair[]][] => {
    const { address: network } = test;
    const { owner } = guarded;
    const leaf = { index: 0, owner: owner.publicKey, earned: 5n, proof: tree.proveRun(0, 1) };
    const registration = registerDevices({
      network,
      owner: owner.publicKey,
      kind: 1,
      devices: [newDevice(Keypair.generate())],
      maxFee: NO_LIMIT,
    });
    return [
      [cutEpoch(network), []],
      [registration, [owner]],
      [transferDevice({ network, leaf, newOwner: Keypair.generate().publicKey }), [owner]],
      [retireDevice({ network, leaf }), [owner]],
      [test.deposit(test.oracles[0]!, 1_000n), []],
      [test.committee(), [test.authority]],
    ];
  };

  it('says when closing began, and who gets the mint authority', async () => {
    await guarded.pause(test.authority);
    await test.chain.passSeconds(100);
    await guarded.unpause();
    const heir = Keypair.generate().publicKey;
    await test.send(build(test.authority, heir), [test.authority]);
    const found = await state();
    const { since } = found.closing!;
    await guarded.expectNow(since);
    expect(found).to.deep.equal({ life: 'closing', closing: { since, pausedBefore: 100n }, heir });
  });

  it('ends cutting, posting, registering, transferring, retiring and bonding, then and for ever', async () => {
    await test.cut();
    await close();
    const { deviceCount } = await test.registry();
    for (const days of [0, 31]) {
      await test.chain.passSeconds(days * 86_400 + POLICY.epochSeconds);
      if (days > 0) await finishClosing(test);
      for (const [instruction, signers] of openOnly())
        await expectError(test.send(instruction, signers), 'closed');
      await expectError(test.post(guarded.ledger(5n, 7n)), 'closed');
    }
    expect((await test.registry()).deviceCount).to.equal(deviceCount);
  });

  it('goes on paying what was earned, and opening pages for it, until it is closed for ever, and then no more', async () => {
    await close();
    const { payer } = test.chain;
    const opening = (number: number) => openPage({ network: test.address, number, payer: payer.publicKey });
    await test.send(opening(1));
    await test.chain.passSeconds(Number(CLOSING_SECONDS) + 1);
    await test.send(settling());
    expect(await test.balance(guarded.owner.publicKey)).to.equal(11n);
    await finishClosing(test);
    await expectError(test.send(settling()), 'closed');
    await expectError(test.send(opening(2)), 'closed');
  });

  it('promotes and pays what is pending, and lets it be vetoed', async () => {
    await test.cut();
    await test.post(guarded.ledger(5n, 8n));
    await close();
    await test.promote();
    expect((await test.account()).current.epoch).to.equal(2n);
    const last = guarded.ledger(5n, 8n);
    await test.send(settling(LedgerTree.fromLeaves(ledgerLeaves(last)), last));
    expect(await test.balance(guarded.owner.publicKey)).to.equal(13n);

    const other = await GuardedNetwork.create();
    await other.test.cut();
    await other.test.post(other.ledger(5n, 8n));
    await beginClosing(other.test);
    await other.veto();
    await expectError(other.test.send(other.test.promotion()), 'nothing-pending');
    await expectError(other.test.post(other.ledger(5n, 8n)), 'closed');
  });

  it('lifts the payout limit once nothing is pending: it would only keep owners from their pay', async function () {
    this.timeout(120_000);
    const paced = await GuardedNetwork.create({
      policy: { payoutLimit: 375n, payoutWindowSeconds: 60 },
      emission: { epochCap: 10n },
    });
    const { test: network } = paced;
    await network.openPage();
    await network.openAccounts([paced.owner.publicKey]);
    let last: LedgerTree | undefined;
    let entries = paced.ledger(0n, 0n);
    for (let epoch = 1n; epoch <= 40n; epoch += 1n) {
      entries = paced.ledger(5n * epoch, 5n * epoch);
      last = await network.epoch(entries);
    }
    const pay = () => network.send(settlement(network, { tree: last!, entries }, 0, ['fleet', 2]));
    await expectError(pay(), 'payout-limit-reached');
    await network.cut();
    await network.post(paced.ledger(200n, 201n));
    await beginClosing(network);
    await expectError(pay(), 'payout-limit-reached');
    await paced.veto(network.authority);
    await pay();
    expect(await network.balance(paced.owner.publicKey)).to.equal(400n);
  });

  it('lifts the payout limit no sooner than a change of the policy could, to the second', async function () {
    this.timeout(120_000);
    const paced = await GuardedNetwork.create({
      policy: { payoutLimit: 375n, payoutWindowSeconds: 60 },
      emission: { epochCap: 10n },
      floors: { ...FLOORS, changeDelaySeconds: 3_600 },
    });
    const { test: network } = paced;
    await network.openPage();
    await network.openAccounts([paced.owner.publicKey]);
    let last: LedgerTree | undefined;
    let entries = paced.ledger(0n, 0n);
    for (let epoch = 1n; epoch <= 40n; epoch += 1n) {
      entries = paced.ledger(5n * epoch, 5n * epoch);
      last = await network.epoch(entries);
    }
    const { address, authority } = network;
    const begin = closeNetwork({
      network: address,
      authority: authority.publicKey,
      heir: authority.publicKey,
    });
    const withdraw = cancelRuleChange({ network: address, guard: authority.publicKey, rule: 'closing' });
    const pay = settlement(network, { tree: last!, entries }, 0, ['fleet', 2]);
    await expectError(network.send([begin, pay, withdraw], [authority]), 'payout-limit-reached');
    await network.send(begin, [authority]);
    const { since } = (await network.account()).closing!;
    await paced.moveTo(since + 3_599n - BigInt(paced.drift));
    await expectError(network.send(pay), 'payout-limit-reached');
    await paced.moveTo(since + 3_600n);
    await network.send(pay);
    expect(await network.balance(paced.owner.publicKey)).to.equal(400n);
  });

  for (const who of ['guardian', 'authority'] as const)
    it(`is withdrawn by the ${who} until it is finished, and owners' time begins anew`, async () => {
      const guard = who === 'guardian' ? guarded.guardian : test.authority;
      const cancel = () =>
        test.send(cancelRuleChange({ network: test.address, guard: guard.publicKey, rule: 'closing' }), [
          guard,
        ]);
      await expectError(cancel(), 'nothing-announced');
      await close();
      await cancel();
      const { life, closing, heir } = await test.account();
      expect({ life, closing, heir }).to.deep.equal({ life: 'open', closing: null, heir: PublicKey.default });
      await test.epoch(guarded.ledger(5n, 7n));
      await close();
    });

  it('is not undone by anything else: neither by closing again nor by pausing and unpausing', async () => {
    await close();
    const before = await state();
    await expectError(close(), 'closed');
    await guarded.pause(test.authority);
    await expectError(test.send(settling()), 'paused');
    await guarded.unpause();
    await expectError(test.post(guarded.ledger(5n, 7n)), 'closed');
    expect(await state()).to.deep.equal(before);
    await test.send(settling());
  });

  it('keeps the network’s account, so that its address is never another network', async () => {
    const info = await test.chain.connection.getAccountInfo(test.address);
    await close();
    await test.chain.passSeconds(Number(CLOSING_SECONDS));
    await finishClosing(test);
    const after = await test.chain.connection.getAccountInfo(test.address);
    expect(after!.owner.equals(PROGRAM_ID)).to.equal(true);
    expect(after!.lamports).to.equal(info!.lamports);
    expect(after!.data.length).to.equal(info!.data.length);
  });

  it('leaves the fees to be withdrawn', async () => {
    await close();
    const { publicKey: recipient } = await fund(test.chain.connection, 1);
    const { authority, address: network } = test;
    await test.send(withdrawFees({ network, authority: authority.publicKey, recipient }), [authority]);
    expect(await test.chain.connection.getBalance(recipient)).to.equal(1_000_000_000 + 26_000);
  });

  it('touches no other network', async () => {
    const other = await GuardedNetwork.create();
    const before = await other.test.account();
    await close();
    expect(await other.test.account()).to.deep.equal(before);
    await other.test.epoch(other.ledger(1n, 1n));
  });

  it('error: a network that mints, and nobody to leave its mint authority to', async () => {
    const orphaned = build(test.authority, PublicKey.default);
    await expectError(test.send(orphaned, [test.authority]), 'no-heir');
    expect((await state()).life).to.equal('open');
  });

  it('needs no heir where rewards are funded', async () => {
    const funded = await GuardedNetwork.create({ funded: true });
    const { address: network, authority } = funded.test;
    await funded.test.send(closeNetwork({ network, authority: authority.publicKey }), [authority]);
    expect((await funded.test.account()).life).to.equal('closing');
  });

  it('error: the guardian, a stranger, or nobody signs', async () => {
    for (const signer of [guarded.guardian, guarded.owner, test.oracles[0]!]) {
      await expectError(close(signer), 'not-authority');
    }
    const unsigned = build();
    accountOf(unsigned, 'authority').isSigner = false;
    await expectError(test.send(unsigned), MISSING_SIGNATURE);
    expect((await state()).life).to.equal('open');
  });

  it('error: the authority of one network at another, or an account that is no network', async () => {
    const other = await GuardedNetwork.create();
    for (const [pubkey, code] of [
      [other.test.address, 'not-authority'],
      [test.mint, NO_ACCOUNT],
    ] as const) {
      const instruction = build();
      accountOf(instruction, 'network').pubkey = pubkey;
      await expectError(test.send(instruction, [test.authority]), code);
    }
    expect((await other.test.account()).life).to.equal('open');
  });
});
