import { type LedgerEntry, promote } from '@commonwire/sdk/network';
import { getMint } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, startEmbedded } from '../support/chain';
import { accountOf, NETWORK, networkChain, POLICY, TestNetwork } from '../support/network';

describe('promote', () => {
  let network: TestNetwork;
  let entries: LedgerEntry[];

  beforeEach(async () => {
    network = await TestNetwork.create(await networkChain());
    const owner = await fund(network.chain.connection, 10);
    await network.register([owner, owner]);
    entries = [500n, 700n].map((earned) => ({ owner: owner.publicKey.toBytes(), earned }));
    await network.cut();
  });

  const supply = async () => (await getMint(network.chain.connection, network.mint)).supply;
  const instruction = () => promote({ network: network.address, mint: network.mint });

  it('makes the epoch current and mints its growth into the vault, once', async () => {
    await network.post(entries);
    const { pending } = await network.account();
    await network.promote();

    const account = await network.account();
    expect(account.pending).to.equal(null);
    expect(account.current).to.deep.include({
      epoch: 1n,
      earnedTotal: 1200n,
      deviceCount: 2,
      ledgerRoot: pending!.ledgerRoot,
    });
    expect(account.deviceEarnedMax).to.equal(POLICY.deviceEpochCap);
    expect(account.attempt).to.equal(0);
    expect(await supply()).to.equal(1200n);
    expect(await network.balance(network.address)).to.equal(1200n);

    await expectError(network.send(instruction()), 'nothing-pending');
    expect(await supply()).to.equal(1200n);
  });

  it('mints nothing for an epoch in which nobody earned', async () => {
    await network.post(entries.map((entry) => ({ ...entry, earned: 0n })));
    await network.promote();
    expect((await network.account()).current.epoch).to.equal(1n);
    expect(await supply()).to.equal(0n);
  });

  it('mints only what a later epoch adds', async () => {
    await network.post(entries);
    await network.promote();
    await network.epoch(entries.map((entry) => ({ ...entry, earned: entry.earned + 10n })));
    expect(await supply()).to.equal(1220n);
    expect((await network.account()).deviceEarnedMax).to.equal(2n * POLICY.deviceEpochCap);
  });

  it('error: nothing is pending', () => expectError(network.send(instruction()), 'nothing-pending'));

  it('error: the challenge period is open', async () => {
    const slow = await TestNetwork.create(network.chain, {
      policy: { challengeSeconds: 3600, answerSeconds: 1800 },
    });
    await slow.cut();
    await slow.post([]);
    await expectError(
      slow.send(promote({ network: slow.address, mint: slow.mint })),
      'challenge-period-open',
    );
    expect((await slow.account()).pending?.epoch).to.equal(1n);
  });

  it('error: fewer slots have passed than the period lasts, however long they took', async () => {
    const chain = await startEmbedded([NETWORK]);
    try {
      const halted = await TestNetwork.create(chain, { policy: { challengeSlots: 1_000 } });
      await halted.cut();
      await halted.post([]);
      const { postedSlot } = (await halted.account()).pending!;
      await chain.passSeconds(86_400);
      await expectError(halted.send(halted.promotion()), 'challenge-period-open');
      const slots = async () => BigInt(await chain.connection.getSlot('processed')) - postedSlot;
      chain.localnet.advanceSlots(900 - Number(await slots()));
      await expectError(halted.send(halted.promotion()), 'challenge-period-open');
      chain.localnet.advanceSlots(100);
      await halted.send(halted.promotion());
      expect((await halted.account()).current.epoch).to.equal(1n);
    } finally {
      await chain.close();
    }
  });

  it('error: a substituted mint, vault or token program', async () => {
    await network.post(entries);
    await network.chain.passSeconds(POLICY.challengeSeconds);
    const other = await TestNetwork.create(network.chain);
    const { vault } = await other.account();
    for (const [name, pubkey, code] of [
      ['mint', other.mint, 'wrong-mint'],
      ['vault', vault, 'wrong-vault'],
      ['tokenProgram', PublicKey.default, 'wrong-token-program'],
      ['network', other.address, 'wrong-mint'],
    ] as const) {
      const altered = instruction();
      accountOf(altered, name).pubkey = pubkey;
      await expectError(network.send(altered), code);
    }
    expect(await supply()).to.equal(0n);
    expect((await network.account()).pending?.epoch).to.equal(1n);
  });
});
