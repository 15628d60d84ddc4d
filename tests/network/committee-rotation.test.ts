import { type LedgerEntry, LedgerTree, ledgerLeaves, postEpoch, setCommittee } from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../support/chain';
import { settlement, steadyNetworkChain, TestNetwork } from '../support/network';

describe('rotation of the committee', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let owner: Keypair;

  beforeEach(async () => {
    chain = await steadyNetworkChain();
    network = await TestNetwork.create(chain);
    owner = await fund(chain.connection, 1);
    await network.register([owner]);
  });

  const rotate = (oracles: Keypair[], threshold = 3) =>
    network.send(
      setCommittee({
        network: network.address,
        authority: network.authority.publicKey,
        threshold,
        keys: oracles.map((oracle) => oracle.publicKey.toBytes()),
      }),
      [network.authority],
    );
  const fresh = (count = 5) => Array.from({ length: count }, () => Keypair.generate());
  const ledger = (earned: bigint): LedgerEntry[] => [{ owner: owner.publicKey.toBytes(), earned }];

  it('refuses signatures made for the version before, though their keys stay', async () => {
    await network.cut();
    const old = network.sign(await network.message(ledger(5n)));
    await rotate([...network.oracles].reverse());
    await expectError(network.send(postEpoch(network.address, old)), 'wrong-message');
    await network.post(ledger(5n));
    const { pending } = await network.account();
    expect([pending?.committee.version, pending?.earnedTotal]).to.deep.equal([2, 5n]);
  });

  it('refuses those who left, and counts those who came', async () => {
    await network.cut();
    const [first, ...rest] = network.oracles as [Keypair, ...Keypair[]];
    const newcomer = Keypair.generate();
    await rotate([...rest, newcomer]);
    const post = async (...signers: Keypair[]) =>
      network.send(postEpoch(network.address, network.sign(await network.message(ledger(5n)), signers)));
    await expectError(post(first, rest[0]!, rest[1]!), 'unknown-signer');
    await post(newcomer, rest[0]!, rest[1]!);
  });

  it('leaves a pending epoch to those who signed it', async () => {
    await network.cut();
    await network.post(ledger(5n));
    const { pending } = await network.account();
    await rotate(fresh());
    expect((await network.account()).pending).to.deep.equal(pending);
    expect(pending!.committee.version).to.equal(1);
    await network.promote();
    expect((await network.account()).current).to.deep.include({ epoch: 1n, earnedTotal: 5n });
  });

  it('loses nothing: cuts, what was earned and what is unpaid go on under the new committee', async () => {
    await network.openPage();
    await network.openAccounts([owner.publicKey]);
    await network.epoch(ledger(5n));
    await network.cut();
    await network.cut();
    const before = await network.account();
    const newcomers = fresh(3);
    await rotate(newcomers, 2);
    await rotate(newcomers, 2);
    const { committee, ...after } = await network.account();
    expect(committee.version).to.equal(before.committee.version + 2);
    expect({ ...after, committee: before.committee }).to.deep.equal(before);
    for (const earned of [7n, 9n]) {
      const message = await network.message(ledger(earned));
      await network.send(postEpoch(network.address, network.sign(message, newcomers.slice(1))));
      await network.promote();
    }
    const entries = ledger(9n);
    const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
    await network.send(settlement(network, { tree, entries }, 0, ['each', 1]));
    expect(await network.balance(owner.publicKey)).to.equal(9n);
  });

  it('lets who comes back sign again, for the version of now only', async () => {
    const first = network.oracles;
    await network.cut();
    const old = network.sign(await network.message(ledger(5n)));
    await rotate(fresh());
    await expectError(network.send(postEpoch(network.address, old)), 'wrong-message');
    await rotate(first);
    await expectError(network.send(postEpoch(network.address, old)), 'wrong-message');
    await network.post(ledger(5n));
  });
});
