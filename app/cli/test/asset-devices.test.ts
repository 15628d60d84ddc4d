import { fetchOwnerRecord, postEpoch } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { DAY } from '../../../tests/support/assets';
import { expectError, fund as fundWallet } from '../../../tests/support/chain';
import { TestNetwork } from '../../../tests/support/network';
import { settle } from '../src/commands/settle';
import { transfer } from '../src/commands/transfer';
import { AssetCommands } from './asset-commands';
import { PublishingOracle } from './publishing-oracle';

describe('commonwire transfer to an asset', () => {
  let commands: AssetCommands;
  let oracle: PublishingOracle;

  before(async () => {
    commands = await AssetCommands.start();
    oracle = await PublishingOracle.start();
  });
  after(async () => {
    commands.files.remove();
    await oracle.close();
  });

  it('what its devices earn is settled, swept and claimed; an asset of another token is refused', async () => {
    const { chain, files } = commands;
    const owner = await fundWallet(chain.connection, 1);
    const network = await TestNetwork.create(chain);
    await network.register([owner]);
    const epoch = async (of: PublicKey, earned: bigint) => {
      const entries = [{ owner: of.toBytes(), earned }];
      await network.cut();
      const message = await network.message(entries, { datasetHash: oracle.publish(entries) });
      await network.send(postEpoch(network.address, network.sign(message)));
      await network.promote();
    };
    await epoch(owner.publicKey, 0n);
    const where = ['--url', chain.connection.rpcEndpoint, '--network', network.address.toBase58()];
    const argv = [...where, '--oracle', oracle.url, '--keypair', files.key(owner)];
    const give = (to: PublicKey) =>
      transfer.run([...argv, '--device', '0', '--to', to.toBase58()], () => undefined);
    const other = await commands.create();
    await expectError(give(other.address), /does not share out .*, in which network/);
    const farm = await commands.create({ reward: { mint: network.mint } });
    const [ann] = await farm.funded(50n);
    await farm.stake(ann!, 50n);
    expect(await give(farm.address)).to.equal(0);
    // The epoch that is cut next is the first that may have the new owner.
    await epoch(owner.publicKey, 0n);
    await epoch(farm.address, 900n);
    expect(await settle.run(argv, () => undefined)).to.equal(0);
    expect((await commands.as(ann!, farm, 'sweep'))[0]).to.match(/^takes in 0\.0009 reward tokens/);
    await farm.nextWindow();
    await chain.passSeconds(DAY);
    const { effects } = await commands.json(ann!, farm, 'claim');
    expect(effects).to.deep.equal([`${ann!.publicKey} gets 0.0009 reward tokens at least`]);

    const device = ['--network', network.address.toBase58(), '--oracle', oracle.url, '--device', '0'];
    await expectError(commands.as(ann!, farm, 'retire-device', ...device), 'wrong-key');
    await expectError(commands.as(other.authority, other, 'retire-device', ...device), 'not-owner');
    const lines = await commands.as(farm.authority, farm, 'retire-device', ...device);
    expect(lines[0]).to.match(/^retires device 0 of network \w+ for ever/);
    const record = await fetchOwnerRecord(chain.connection, { network: network.address, index: 0 });
    expect(record!.retired).to.equal(true);
    const again = await commands.as(farm.authority, farm, 'retire-device', ...device);
    expect(again).to.deep.equal(['nothing to do: device 0 is retired for ever']);
  });
});
