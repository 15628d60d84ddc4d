import { PROGRAM_ID } from '@commonwire/sdk';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/expect-error';
import { status } from '../src/commands/status';
import { PaidNetwork } from './paid-network';

describe('commonwire status', () => {
  let network: PaidNetwork;
  const command = async (...more: string[]) => {
    const lines: string[] = [];
    const { chain, address } = network.test;
    const argv = ['--rpc', chain.connection.rpcEndpoint, '--network', address.toBase58(), ...more];
    expect(await status.run(argv, (line) => lines.push(line))).to.equal(0);
    return lines;
  };

  before(async () => {
    network = await PaidNetwork.create();
  });

  it('tells of a network that has promoted nothing yet', async () => {
    const lines = await command();
    expect(lines).to.include('pending            nothing').and.to.include('current            no epoch yet');
    expect(lines).to.include('devices            5 registered');
    expect(lines.join('\n')).to.match(/committee +version 1, 3 of 5\n( {19}\w+\n){5}/);
  });

  it('tells what was earned and paid, and what waits in the vault', async () => {
    const before = network.ledger(100n, 0n, 0n, 0n, 0n);
    await network.promote(before);
    await network.settle(before);
    await network.promote(network.ledger(100n, 50n, 0n, 0n, 0n));

    const document = JSON.parse((await command('--json')).join('\n'));

    const { address, mint, authority, oracles } = network.test;
    expect(document).to.include({
      network: address.toBase58(),
      mint: mint.toBase58(),
      authority: authority.publicKey.toBase58(),
      guardian: null,
      device_count: 5,
      pending: null,
      earned_total: '150',
      paid_total: '100',
    });
    expect(document.committee).to.deep.equal({
      version: 1,
      threshold: 3,
      keys: oracles.map(({ publicKey }) => publicKey.toBase58()),
    });
    expect(document.program.address).to.equal(PROGRAM_ID.toBase58());
    expect(document.current).to.include({ epoch: 2, earned_total: '150', device_count: 5 });
    expect(document.vault.amount).to.equal('50');
  });

  it('shows an epoch that is posted and not promoted', async () => {
    await network.test.cut();
    await network.test.post(network.ledger(110n, 50n, 0n, 0n, 0n));
    expect((await command()).join('\n')).to.match(/pending +epoch 3, root [0-9a-f]{16}…/);
  });

  it('error: an address without a network, and a node that does not answer', async () => {
    const stranger = Keypair.generate().publicKey.toBase58();
    const rpc = network.test.chain.connection.rpcEndpoint;
    await expectError(
      status.run(['--rpc', rpc, '--network', stranger], () => {}),
      'account_missing',
    );
    const silent = ['--rpc', 'http://127.0.0.1:1', '--network', stranger];
    await expectError(
      status.run(silent, () => {}),
      'unreachable',
    );
    await expectError(
      status.run(['--rpc', rpc], () => {}),
      'usage',
    );
  });
});
