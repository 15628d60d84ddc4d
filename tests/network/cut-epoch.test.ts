import { cutEpoch, registryAddress } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, SAME_ACCOUNT_TWICE, WRONG_OWNER } from '../support/chain';
import { accountOf, networkChain, POLICY, TestNetwork } from '../support/network';

describe('cut_epoch', () => {
  let network: TestNetwork;
  let owner: Keypair;

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    owner = await fund(network.chain.connection, 10);
  });

  it('error: before the epoch is over', async () => {
    const slow = await TestNetwork.create(network.chain, { policy: { epochSeconds: 3600 } });
    await expectError(slow.send(cutEpoch(slow.address)), 'epoch-not-over');
    expect((await slow.account()).lastCutEpoch).to.equal(0n);
  });

  it('fixes what the registry holds, at most two epochs ahead of the promoted one', async () => {
    await network.register([owner, owner]);
    const first = await network.registry();
    await network.cut();
    await network.register([owner]);
    const second = await network.registry();
    await network.cut();

    const account = await network.account();
    const [late, early] = account.cuts;
    expect(early).to.deep.include({ epoch: 1n, deviceCount: 2, registryHash: first.hash });
    expect(late).to.deep.include({ epoch: 2n, deviceCount: 3, registryHash: second.hash });
    expect(late!.time - early!.time >= BigInt(POLICY.epochSeconds)).to.equal(true);
    expect(account.lastCutEpoch).to.equal(2n);

    await expectError(network.cut(), 'cuts-outstanding');
    const entries = [0n, 0n].map((earned) => ({ owner: owner.publicKey.toBytes(), earned }));
    await network.post(entries);
    await expectError(network.cut(), 'cuts-outstanding');
    await network.promote();
    await network.cut();
    expect((await network.account()).lastCutEpoch).to.equal(3n);
  });

  it('error: twice in a row', async () => {
    const other = await TestNetwork.create(network.chain, { policy: { epochSeconds: 600 } });
    await other.chain.passSeconds(600);
    await other.send(cutEpoch(other.address));
    await expectError(other.send(cutEpoch(other.address)), 'epoch-not-over');
  });

  it('error: the registry of another network, or no registry', async () => {
    const other = await TestNetwork.create(network.chain);
    await other.chain.passSeconds(POLICY.epochSeconds);
    const instruction = cutEpoch(other.address);
    accountOf(instruction, 'registry').pubkey = registryAddress(network.address);
    await expectError(other.send(instruction), 'wrong-registry');
    accountOf(instruction, 'registry').pubkey = network.mint;
    await expectError(other.send(instruction), WRONG_OWNER);
    accountOf(instruction, 'registry').pubkey = registryAddress(other.address);
    accountOf(instruction, 'network').pubkey = registryAddress(other.address);
    await expectError(other.send(instruction), SAME_ACCOUNT_TWICE);
  });
});
