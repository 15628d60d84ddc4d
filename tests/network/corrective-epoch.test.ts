import {
  challengeEpoch,
  decodeBond,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  postEpoch,
  retireDevice,
  setPolicy,
} from '@commonwire/sdk/network';
import { createMintToInstruction, getMint } from '@solana/spl-token';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../support/chain';
import {
  challenging,
  correct,
  entry,
  leafOf,
  networkChain,
  POLICY,
  proofOf,
  reseat,
  settlement,
  survives,
  TestNetwork,
  transfer,
} from '../support/network';

describe('a corrective epoch', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let a: Keypair;
  let b: Keypair;

  /** Two devices, of which the first earned too much in epoch 1; nothing is paid. */
  const start = async (options: Parameters<typeof TestNetwork.create>[1] = {}) => {
    network = await TestNetwork.create(chain, options);
    await network.register([a, b]);
    await network.openPage();
    await network.openAccounts([a.publicKey, b.publicKey]);
  };
  beforeEach(async () => {
    chain = await networkChain();
    [a, b] = [await fund(chain.connection, 1), await fund(chain.connection, 1)];
    await start();
    await network.epoch(ledger(1_000n, 100n));
  });

  const ledger = (first: bigint, second: bigint): LedgerEntry[] => [entry(a, first), entry(b, second)];
  const pay = (entries: LedgerEntry[], first: number, count = 1) =>
    network.send(
      settlement(network, { tree: LedgerTree.fromLeaves(ledgerLeaves(entries)), entries }, first, [
        'each',
        count,
      ]),
    );
  const post = async (entries: LedgerEntry[]) => {
    await network.cut();
    await network.post(entries);
  };
  const supply = async () => (await getMint(chain.connection, network.mint, 'confirmed')).supply;
  const sums = async () => {
    const { current, mintedTotal, totalPaid } = await network.account();
    return { earned: current.earnedTotal, minted: mintedTotal, paid: totalPaid, supply: await supply() };
  };

  it('lowers what was earned; what was minted for it is used before more is minted', async () => {
    await correct(network, 2n);
    await network.epoch(ledger(400n, 150n));
    expect(await sums()).to.deep.equal({ earned: 550n, minted: 1_100n, paid: 0n, supply: 1_100n });
    await network.epoch(ledger(500n, 400n));
    expect(await sums()).to.deep.equal({ earned: 900n, minted: 1_100n, paid: 0n, supply: 1_100n });
    await network.epoch(ledger(700n, 400n));
    expect(await sums()).to.deep.equal({ earned: 1_100n, minted: 1_100n, paid: 0n, supply: 1_100n });
    await network.epoch(ledger(701n, 500n));
    expect(await sums()).to.deep.equal({ earned: 1_201n, minted: 1_201n, paid: 0n, supply: 1_201n });
    await pay(ledger(701n, 500n), 0, 2);
    expect(await network.balance(a.publicKey)).to.equal(701n);
    expect(await network.balance(b.publicKey)).to.equal(500n);
    expect(await network.balance(network.address)).to.equal(0n);
  });

  it('counts towards the maximum supply what is earned after it, not what was taken back', async () => {
    await start({ emission: { maxSupply: 1_200n } });
    await network.epoch(ledger(1_000n, 100n));
    await correct(network, 2n);
    await network.epoch(ledger(0n, 100n));
    await post(ledger(1_100n, 100n));
    await network.promote();
    expect(await sums()).to.deep.include({ minted: 1_200n, supply: 1_200n });
    await network.cut();
    await expectError(network.post(ledger(1_101n, 100n)), 'above-max-supply');
  });

  it('asks no more of a funded vault than what is left to be paid', async () => {
    await start({ funded: true });
    const authority = chain.payer.publicKey;
    await network.send(
      createMintToInstruction(network.mint, network.accountOf(network.address), authority, 1_100n),
    );
    await network.epoch(ledger(1_000n, 100n));
    await pay(ledger(1_000n, 100n), 1);
    await correct(network, 2n);
    await network.epoch(ledger(300n, 150n));
    await network.epoch(ledger(900n, 200n));
    await post(ledger(901n, 200n));
    await chain.passSeconds(POLICY.challengeSeconds);
    await expectError(network.send(network.promotion()), 'not-funded');
  });

  it('is void where a device was paid after it was signed, and nobody who signed loses anything', async () => {
    const bond = 1_000_000n;
    await start({ policy: { oracleBond: bond } });
    await network.epoch(ledger(1_000n, 100n));
    await correct(network, 2n);
    await network.cut();
    const lowered = ledger(400n, 700n);
    const signed = network.sign(await network.message(lowered));
    const { committee } = await network.account();
    await pay(ledger(1_000n, 100n), 0);
    await network.send(postEpoch(network.address, signed));
    const by = { network: network.address, challenger: chain.payer.publicKey };
    const proof = await proofOf(network, { current: ledger(1_000n, 100n), pending: lowered }, 0);
    await network.send(challengeEpoch({ ...by, ...proof, belowPaid: true }));
    const account = await network.account();
    expect(account.pending).to.equal(null);
    expect(account.committee).to.deep.equal(committee);
    for (const oracle of network.oracles) {
      const address = network.bondOf(oracle);
      const { data } = (await chain.connection.getAccountInfo(address))!;
      expect(decodeBond(address, data).lamports).to.equal(bond);
    }
    await network.post(ledger(1_000n, 100n));
    await network.promote();
  });

  it('error: the total falls in an epoch that was not named', async () => {
    await network.cut();
    await expectError(network.post(ledger(400n, 150n)), 'earned-fell');
    await correct(network, 3n);
    await expectError(network.post(ledger(400n, 150n)), 'earned-fell');
    await correct(network, 2n);
    await network.post(ledger(400n, 150n));
  });

  it('error: the total falls below what was paid', async () => {
    await pay(ledger(1_000n, 100n), 0);
    await correct(network, 2n);
    await network.cut();
    await expectError(network.post(ledger(899n, 100n)), 'earned-below-paid');
    await network.post(ledger(900n, 100n));
  });

  it('shows transfers and retirements like any other', async () => {
    const current = ledger(1_000n, 100n);
    await transfer(network, current, 0, a, b);
    const payer = chain.payer.publicKey;
    await network.send(retireDevice({ network: network.address, payer, leaf: leafOf(current, 1) }), [b]);
    await network.epoch(current);
    await correct(network, 3n);
    await network.cut();
    const handed = [entry(b, 600n), entry(b, 100n)];
    await network.post(handed);
    await survives(network, { current, pending: handed });
    await network.promote();
    await network.cut();
    // The new owner can hand the device on.
    await transfer(network, handed, 0, b, a);
    await network.post(handed);
    await network.promote();
    await network.epoch(handed);
    await network.epoch([entry(a, 700n), entry(b, 100n)]);
  });

  for (const corrective of [false, true])
    it(`is void by a transfer that it ignores, and by a retired device that grows${corrective ? '' : ', as any'}`, async () => {
      const current = ledger(1_000n, 100n);
      await transfer(network, current, 0, a, b);
      const payer = chain.payer.publicKey;
      await network.send(retireDevice({ network: network.address, payer, leaf: leafOf(current, 1) }), [b]);
      await network.epoch(current);
      if (corrective) await correct(network, 3n);
      await network.cut();
      const kept = corrective ? 600n : 1_000n;
      for (const [wrong, index] of [
        [ledger(kept, 100n), 0],
        [[entry(b, kept), entry(b, 101n)], 1],
      ] as const) {
        await reseat(network);
        await network.post(wrong);
        const ledgers = { current, pending: [...wrong] };
        await expectError(network.send(await challenging(network, ledgers, 1 - index)), 'no-fault');
        await network.send(await challenging(network, ledgers, index));
      }
    });
});

describe('a device cap without limit', () => {
  for (const cap of [2n ** 64n - 1n, 2n ** 63n])
    it(`of ${cap} stops no promotion, now or after it was lowered again`, async () => {
      const chain = await networkChain();
      const network = await TestNetwork.create(chain, { policy: { deviceEpochCap: cap } });
      const owner = await fund(chain.connection, 1);
      await network.register([owner]);
      for (const earned of [1n, 2n, 3n]) await network.epoch([entry(owner, earned)]);
      const { authority, address } = network;
      const policy = { ...(await network.account()).policy, deviceEpochCap: 5n };
      await network.send(setPolicy({ network: address, authority: authority.publicKey, policy }), [
        authority,
      ]);
      await network.epoch([entry(owner, 8n)]);
      expect((await network.account()).current.earnedTotal).to.equal(8n);
    });

  it('is at most what the epoch may earn', async () => {
    const chain = await networkChain();
    const network = await TestNetwork.create(chain, {
      policy: { deviceEpochCap: 2n ** 64n - 1n },
      emission: { epochCap: 1_000n, halvingEpochs: 1n },
    });
    const owner = await fund(chain.connection, 1);
    await network.register([owner]);
    await network.epoch([entry(owner, 1_000n)]);
    await network.epoch([entry(owner, 1_500n)]);
    await network.cut();
    const { cuts, deviceEarnedMax } = await network.account();
    expect(cuts.map(({ deviceEpochCap }) => deviceEpochCap)).to.have.members([500n, 250n]);
    expect(deviceEarnedMax).to.equal(1_500n);
  });

  it('of the greatest epoch keeps counting at the top', async () => {
    const chain = await networkChain();
    const most = 2n ** 64n - 1n;
    const network = await TestNetwork.create(chain, {
      policy: { deviceEpochCap: most },
      emission: { epochCap: most, maxSupply: most },
    });
    const owner = await fund(chain.connection, 1);
    await network.register([owner]);
    for (const earned of [2n ** 63n, most]) await network.epoch([entry(owner, earned)]);
    const { deviceEarnedMax, current } = await network.account();
    expect([deviceEarnedMax, current.earnedTotal]).to.deep.equal([most, most]);
  });
});
