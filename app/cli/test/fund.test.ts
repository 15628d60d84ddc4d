import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import { postEpoch } from '@commonwire/sdk/network';
import { createMintToInstruction } from '@solana/spl-token';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund as fundWallet, type TestChain } from '../../../tests/support/chain';
import { networkChain, TestNetwork } from '../../../tests/support/network';
import { fund } from '../src/commands/fund';
import { Files } from './files';

describe('commonwire fund', () => {
  let chain: TestChain;
  let funder: Keypair;
  let keypair: string;
  const files = new Files();

  before(async () => {
    chain = await networkChain();
    funder = await fundWallet(chain.connection, 1);
    keypair = files.key(funder);
  });
  after(() => files.remove());

  const command = async (network: TestNetwork, ...argv: string[]) => {
    const lines: string[] = [];
    const where = ['--url', chain.connection.rpcEndpoint, '--network', network.address.toBase58()];
    const key = argv.includes('--keypair') ? [] : ['--keypair', keypair];
    expect(await fund.run([...where, ...key, ...argv], (line) => lines.push(line))).to.equal(0);
    return lines.join('\n');
  };
  /** Creates a funded network and gives the funder 2.5 tokens. */
  const ready = async (tokenProgram = TOKEN_PROGRAM_ID) => {
    const network = await TestNetwork.create(chain, { funded: true, tokenProgram });
    await mintTo(network);
    return network;
  };
  const mintTo = async (network: TestNetwork) => {
    await network.openAccounts([funder.publicKey]);
    const [account, authority] = [network.accountOf(funder.publicKey), chain.payer.publicKey];
    const { mint, tokenProgram } = network;
    await network.send(createMintToInstruction(mint, account, authority, 2_500_000n, [], tokenProgram));
  };

  for (const [name, program] of [
    ['SPL Token', TOKEN_PROGRAM_ID],
    ['Token-2022', TOKEN_2022_PROGRAM_ID],
  ] as const) {
    it(`adds ${name} tokens to the vault and shows what is owed`, async () => {
      const network = await ready(program);
      const [owner] = [await fundWallet(chain.connection, 1)];
      await network.register([owner]);
      await network.cut();
      const entries = [{ owner: owner.publicKey.toBytes(), earned: 1_200_000n }];
      const message = await network.message(entries);
      await network.send(postEpoch(network.address, network.sign(message)));
      const first = JSON.parse(await command(network, '--amount', '1', '--json'));
      expect(first).to.include({ amount: '1000000', vault: '1000000', owed: '1200000' });
      expect(await command(network, '--amount', '0.200001')).to.match(/^vault {6}1\.200001 tokens/);
      await network.promote();
      expect((await network.account()).current.epoch).to.equal(1n);
    });
  }

  it('shows what it would do and moves nothing, without a key', async () => {
    const network = await ready();
    const lines = await command(network, '--amount', '1.5', '--dry-run', '--keypair', `${funder.publicKey}`);
    expect(lines).to.match(/^dry run: nothing was sent; 1 transaction would do this$/m);
    expect(lines).to.match(/^your tokens +2\.5 -> 1 \(-1\.5\)$/m);
    expect(lines).to.match(/^the vault +0 -> 1\.5 \(\+1\.5\)$/m);
    const told = JSON.parse(await command(network, '--amount', '1.5', '--dry-run', '--json'));
    expect(told).to.include({ dry_run: true, signer: `${funder.publicKey}` });
    expect(told.balances[1]).to.include({ what: 'the vault', before: '0', after: '1500000' });
    expect(await network.balance(funder.publicKey)).to.equal(2_500_000n);
  });

  it('error: more than the wallet has, zero, or too many decimals', async () => {
    const network = await ready();
    await expectError(command(network, '--amount', '2.500001'), 'not-enough');
    await expectError(command(network, '--amount', '0'), 'usage');
    await expectError(command(network, '--amount', '0.0000001'), 'usage');
    await expectError(command(network, '--amount', '99999999999999999999'), 'usage');
    await expectError(command(network, '--amount=-1'), 'usage');
    const empty = await TestNetwork.create(chain, { funded: true });
    await expectError(command(empty, '--amount', '1'), 'not-enough');
  });

  it('error: more than the devices can ever earn, unless it is asked for', async () => {
    const emission = { maxSupply: 1_000_000n, epochCap: 100_000n };
    const network = await TestNetwork.create(chain, { funded: true, emission });
    await mintTo(network);
    await expectError(command(network, '--amount', '1.000001'), /can ever use 1 more tokens.*--allow-excess/);
    await command(network, '--amount', '0.4');
    await expectError(command(network, '--amount', '0.7'), 'more-than-needed');
    await command(network, '--amount', '0.6');
    await expectError(command(network, '--amount', '0.000001'), 'more-than-needed');
    await command(network, '--amount', '0.1', '--allow-excess');
  });

  it('error: more than all epochs of a halving emission add up to', async () => {
    // 3 epochs of 100, 3 of 50, 3 of 25 and so on down to 1: 197 * 3.
    const emission = { maxSupply: 1_000_000n, epochCap: 100n, halvingEpochs: 3n };
    const network = await TestNetwork.create(chain, { funded: true, emission });
    await mintTo(network);
    await expectError(command(network, '--amount', '0.000592'), /can ever use 0.000591 more tokens/);
    await command(network, '--amount', '0.000591');
  });

  it('error: a network that mints its rewards', async () => {
    await expectError(command(await TestNetwork.create(chain), '--amount', '1'), 'not-funded');
  });
});
