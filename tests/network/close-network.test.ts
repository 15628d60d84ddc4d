import {
  closeNetwork,
  cutEpoch,
  destination,
  type LedgerTree,
  openPage,
  PROGRAM_ID,
  registerDevices,
  retireDevice,
  settle,
  transferDevice,
  withdrawFees,
} from '@commonwire/sdk/network';
import { Keypair, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, MISSING_SIGNATURE, NO_ACCOUNT } from '../support/chain';
import { accountOf, GuardedNetwork, newDevice, POLICY, type TestNetwork } from '../support/network';

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

  const build = (authority = test.authority) =>
    closeNetwork({ network: test.address, authority: authority.publicKey });
  const close = (authority = test.authority) => test.send(build(authority), [authority]);
  const settlement = () => {
    const { mint, address: network } = test;
    const { address, bump } = destination({ owner: guarded.owner.publicKey, mint });
    const data = {
      first: 0,
      width: 1,
      segments: [{ kind: 'fleet' as const, bump, earned: [5n, 6n] }],
      proof: tree.proveRun(0, 2),
    };
    return settle({ network, mint, data, destinations: [address] });
  };

  it('is final: nothing is cut, posted, settled, opened, registered, transferred or retired any more', async () => {
    const { address: network, chain } = test;
    const { owner } = guarded;
    await test.cut();
    const { earnedTotal, ...current } = (await test.account()).current;
    await close();
    expect((await test.account()).closed).to.equal(true);

    const leaf = { index: 0, owner: owner.publicKey, earned: 5n, proof: tree.proveRun(0, 1) };
    const newOwner = Keypair.generate().publicKey;
    const registration = registerDevices({
      network,
      owner: owner.publicKey,
      kind: 1,
      devices: [newDevice(Keypair.generate())],
    });
    const attempts: [TransactionInstruction, Keypair[]][] = [
      [settlement(), []],
      [openPage({ network, number: 1, payer: chain.payer.publicKey }), []],
      [cutEpoch(network), []],
      [registration, [owner]],
      [transferDevice({ network, leaf, newOwner }), [owner]],
      [retireDevice({ network, leaf }), [owner]],
      [test.deposit(test.oracles[0]!, 1_000n), []],
    ];
    for (const days of [0, 1, 400]) {
      await chain.passSeconds(days * 86_400 + POLICY.epochSeconds);
      for (const [instruction, signers] of attempts)
        await expectError(test.send(instruction, signers), 'closed');
      await expectError(test.post(guarded.ledger(5n, 7n)), 'closed');
      await expectError(test.send(test.promotion()), 'closed');
    }
    expect((await test.account()).current).to.deep.equal({ ...current, earnedTotal });
    expect((await test.account()).totalPaid).to.equal(0n);
    expect((await test.registry()).deviceCount).to.equal(2);
  });

  it('leaves an epoch that is pending unpromoted for ever', async () => {
    await test.cut();
    await test.post(guarded.ledger(5n, 7n));
    await close();
    await test.chain.passSeconds(10 * POLICY.challengeSeconds);
    await expectError(test.send(test.promotion()), 'closed');
    expect((await test.account()).current.epoch).to.equal(1n);
  });

  it('is not undone by anything: neither by closing again nor by pausing and unpausing', async () => {
    await close();
    await expectError(close(), 'closed');
    await guarded.pause(test.authority);
    await expectError(test.send(settlement()), 'closed');
    await guarded.unpause();
    await expectError(test.send(settlement()), 'closed');
    expect((await test.account()).closed).to.equal(true);
  });

  it('keeps the network’s account, so that its address is never another network', async () => {
    const info = await test.chain.connection.getAccountInfo(test.address);
    await close();
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

  it('error: the guardian, a stranger, or nobody signs', async () => {
    for (const signer of [guarded.guardian, guarded.owner, test.oracles[0]!]) {
      await expectError(close(signer), 'not-authority');
    }
    const unsigned = build();
    accountOf(unsigned, 'authority').isSigner = false;
    await expectError(test.send(unsigned), MISSING_SIGNATURE);
    expect((await test.account()).closed).to.equal(false);
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
    expect((await other.test.account()).closed).to.equal(false);
  });
});
