import {
  approvalAddress,
  decodeApproval,
  type EpochMessage,
  encodeEpochMessage,
  type LedgerEntry,
  postEpoch,
} from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import { entry, networkChain, TestNetwork } from '../../../tests/support/network';
import { approve } from '../src/commands/approve';
import { Files } from './files';
import { PublishingOracle } from './publishing-oracle';

describe('commonwire approve', () => {
  let network: TestNetwork;
  let oracle: PublishingOracle;
  let files: Files;
  let payer: Keypair;
  let entries: LedgerEntry[];

  beforeEach(async () => {
    network = await TestNetwork.create(await networkChain());
    oracle = await PublishingOracle.start();
    files = new Files();
    payer = await fund(network.chain.connection, 1);
    const owner = await fund(network.chain.connection, 1);
    await network.register([owner]);
    entries = [entry(owner, 5n)];
    await network.cut();
  });
  afterEach(async () => {
    files.remove();
    await oracle.close();
  });

  const run = async (action: string, ...more: string[]) => {
    const lines: string[] = [];
    const where = ['--url', network.chain.connection.rpcEndpoint, '--network', network.address.toBase58()];
    expect(await approve.run([action, ...where, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };
  const by = (member: Keypair) => ['--keypair', files.key(member), '--payer', files.key(payer)];
  const epoch = (member: Keypair, ...more: string[]) =>
    run('epoch', '--oracle', oracle.url, ...by(member), ...more);
  /** Has the oracle answer with a member's signatures of these messages; `signer` makes them. */
  const signed = (member: Keypair, messages: EpochMessage[], signer = member) => {
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const signatures = messages.map((message) => {
      const { message: bytes, signatures: made } = network.sign(message, [signer]);
      return { attempt: message.attempt, message: base64(bytes), signature: base64(made[0]!.signature) };
    });
    oracle.signatures = { epoch: 1, oracle: member.publicKey.toBase58(), signatures, refusals: [] };
  };

  it('approves what members signed, and the epoch is posted without a signature', async () => {
    const message = await network.message(entries);
    const approvals = [];
    for (const member of network.oracles.slice(0, 3)) {
      signed(member, [message]);
      const document = JSON.parse((await epoch(member, '--json'))[0]!);
      const at = { ...message, network: network.address, oracle: member.publicKey.toBytes() };
      const address = approvalAddress(at);
      expect(document).to.include({
        approval: address.toBase58(),
        oracle: member.publicKey.toBase58(),
        epoch: '1',
      });
      approvals.push(address);
    }
    const { opening } = network.sign(message);
    const posted = { message: encodeEpochMessage(message), signatures: [], opening, approvals };
    await network.send(postEpoch(network.address, posted));
    expect((await network.account()).pending!.epoch).to.equal(1n);
    const info = await network.chain.connection.getAccountInfo(approvals[0]!);
    expect(decodeApproval(approvals[0]!, info!.data).payer).to.deep.equal(payer.publicKey);
  });

  it('approves the latest attempt that the chain takes, and shows which', async () => {
    const [member] = network.oracles as [Keypair];
    signed(member, [await network.message(entries, { attempt: 3 }), await network.message(entries)]);
    const [line] = await epoch(member);
    expect(line).to.match(/approves epoch 1, attempt 3, of committee version 1, root [0-9a-f]{16}…$/);
  });

  it('error: the oracle has another key, or signed nothing that the chain would take', async () => {
    const [member, other] = network.oracles as [Keypair, Keypair];
    signed(other, [await network.message(entries)]);
    await expectError(epoch(member), new RegExp(`is oracle ${other.publicKey}, but --keypair holds`));
    for (const messages of [
      [],
      [await network.message(entries, { birth: 1n })],
      [await network.message(entries, { epoch: 2n })],
      [await network.message(entries, { committeeVersion: 2 })],
    ]) {
      signed(member, messages);
      await expectError(epoch(member), 'nothing-signed');
    }
    signed(member, [await network.message(entries)], other);
    await expectError(epoch(member), 'nothing-signed');
    await expectError(run('epoch', ...by(member)), 'usage');
  });

  it('closes an old approval: its rent returns to whoever paid it', async () => {
    const [member] = network.oracles as [Keypair];
    const { connection } = network.chain;
    const before = await connection.getBalance(payer.publicKey);
    signed(member, [await network.message(entries)]);
    await epoch(member);
    const which = [
      '--key',
      member.publicKey.toBase58(),
      '--epoch',
      '1',
      '--attempt',
      '0',
      '--committee',
      '1',
    ];
    const close = (...more: string[]) =>
      run('close', ...which, '--keypair', files.key(network.chain.payer), ...more);
    await expectError(close(), /ApprovalNeeded.*evidence until epoch 3 is promoted/);
    await network.post(entries);
    await network.promote();
    for (const _ of [2, 3]) await network.epoch(entries);
    const [effect] = await run('close', ...which, '--print', '--keypair', payer.publicKey.toBase58());
    expect(effect).to.match(new RegExp(`returns to ${payer.publicKey}$`));
    expect((await close())[0]).to.equal(effect);
    // Only the fee of two signatures is gone.
    expect(await connection.getBalance(payer.publicKey)).to.equal(before - 10_000);
    await expectError(close(), 'no-approval');
    await expectError(run('close', '--keypair', files.key(payer)), 'usage');
  });
});
