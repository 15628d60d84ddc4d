import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type LedgerEntry, postEpoch } from '@commonwire/sdk/network';
import { type Keypair, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import { networkChain, TestNetwork } from '../../../tests/support/network';
import { settle } from '../src/commands/settle';
import { progressTo } from '../src/settling/progress';
import { PublishingOracle } from './publishing-oracle';

describe('commonwire settle', () => {
  let network: TestNetwork;
  let oracle: PublishingOracle;
  let folder: string;
  let keypair: string;
  let a: Keypair;
  let b: Keypair;

  before(async () => {
    network = await TestNetwork.create(await networkChain());
    oracle = await PublishingOracle.start();
    const { connection } = network.chain;
    [a, b] = [await fund(connection, 1), await fund(connection, 1)];
    folder = mkdtempSync(join(tmpdir(), 'commonwire-settle-'));
    keypair = join(folder, 'id.json');
    writeFileSync(keypair, JSON.stringify([...(await fund(connection, 1)).secretKey]), { mode: 0o600 });
    await network.register([a, a, b, b]);
    await network.openAccounts([a.publicKey]);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await oracle.close();
  });

  const ledger = (...earned: bigint[]): LedgerEntry[] =>
    earned.map((amount, i) => ({ owner: (i < 2 ? a : b).publicKey.toBytes(), earned: amount }));
  const promote = async (entries: LedgerEntry[]) => {
    await network.cut();
    const datasetHash = oracle.publish(entries);
    const message = await network.message(entries, { datasetHash });
    await network.send(postEpoch(network.address, network.sign(message)));
    await network.promote();
  };
  const where = () => [
    '--rpc',
    network.chain.connection.rpcEndpoint,
    '--network',
    network.address.toBase58(),
  ];
  const command = async (...more: string[]) => {
    const lines: string[] = [];
    const status = await settle.run([...where(), '--keypair', keypair, ...more], (line) => lines.push(line));
    return { status, text: lines.join('\n') };
  };

  it('error: nothing promoted yet, wrong usage', async () => {
    await expectError(command('--oracle', oracle.url), 'not-promoted');
    await expectError(command(), 'usage');
    await expectError(command('--oracle', oracle.url, '--dataset', folder), 'usage');
    await expectError(command('--oracle', oracle.url, '--priority-fee', '-1'), 'usage');
  });

  it('--dry-run shows what would be done and what it would cost', async () => {
    await promote(ledger(1_000n, 500n, 20n, 0n));
    const { status, text } = await command('--oracle', oracle.url, '--dry-run');
    expect(status).to.equal(0);
    expect(text).to.match(/^due +0.0015 to 2 devices$/m);
    expect(text).to.match(/^transactions +2: 1 settlement, 1 page and 0 token accounts to create/m);
    expect(text).to.match(/^fees +0.00001 SOL$/m);
    expect(text).to.match(/^not paid +1 device, 0.00002: no token account: --create-accounts/m);
    expect((await network.account()).totalPaid).to.equal(0n);
  });

  it('pays with only a wallet, and later only what was earned since', async () => {
    const first = await command('--oracle', oracle.url);
    expect(first.status).to.equal(0);
    expect(first.text)
      .to.match(/^outcome +done$/m)
      .and.to.match(/^paid +0.0015 to 2 devices$/m);
    expect(await network.balance(a.publicKey)).to.equal(1_500n);

    const creating = ['--oracle', oracle.url, '--create-accounts', '--priority-fee', '10'];
    expect((await command(...creating)).text).to.match(
      /^not paid +1 device, 0.00002: too little to create a token account for: see --create-from$/m,
    );
    const { text } = await command(...creating, '--create-from', '0.00002', '--json');
    const summary = JSON.parse(text);
    expect(summary).to.deep.include({ outcome: 'done', devices: 1, amount: '20', unpaid: [] });
    expect(summary.transactions).to.include({ settle: 1, accounts: 1 });
    expect(await network.balance(b.publicKey)).to.equal(20n);
  });

  it('reads the dataset from a folder, gzipped or not, and accepts only the one on chain', async () => {
    await promote(ledger(1_000n, 501n, 20n, 7n));
    const dataset = mkdtempSync(join(folder, 'dataset-'));
    await expectError(command('--dataset', dataset), 'bad-file');
    let gzipped = false;
    for (const [hash, bytes] of oracle.parts) {
      gzipped = !gzipped;
      writeFileSync(join(dataset, hash), gzipped ? gzipSync(bytes) : bytes);
    }
    const { status } = await command('--dataset', dataset);
    expect(status).to.equal(0);
    expect((await network.account()).totalPaid).to.equal(1_528n);

    await promote(ledger(1_000n, 502n, 20n, 7n));
    for (const [hash, bytes] of oracle.parts)
      writeFileSync(join(dataset, hash), Buffer.concat([bytes, Buffer.from(' ')]));
    await expectError(command('--dataset', dataset), 'ledger-differs');
  });

  it('--print makes the transactions for a payer that signs elsewhere', async () => {
    await promote(ledger(1_100n, 502n, 20n, 7n));
    const { connection } = network.chain;
    const payer = await fund(connection, 1);
    const printing = ['--oracle', oracle.url, '--print', '--json', '--keypair', payer.publicKey.toBase58()];
    const { status, text } = await command(...printing);
    expect(status).to.equal(0);
    const { transactions, signer } = JSON.parse(text);
    expect(signer).to.equal(payer.publicKey.toBase58());
    const before = (await network.account()).totalPaid;
    for (const { transaction } of transactions) {
      const imported = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
      imported.sign([payer]);
      await connection.sendTransaction(imported);
    }
    expect((await network.account()).totalPaid - before).to.equal(101n);
  });

  it('shows progress after two seconds', () => {
    let time = 0;
    const lines: string[] = [];
    const tell = progressTo(
      (line) => lines.push(line),
      () => time,
    );
    tell({ type: 'progress', stage: 'settle', done: 1, total: 9 });
    time = 2_500;
    tell({ type: 'progress', stage: 'settle', done: 5, total: 9 });
    time = 3_000;
    tell({ type: 'progress', stage: 'settle', done: 7, total: 9 });
    time = 5_000;
    tell({ type: 'progress', stage: 'accounts', done: 1, total: 2 });
    expect(lines).to.deep.equal([
      '5 of 9 settlements confirmed',
      '1 of 2 transactions that create token accounts',
    ]);
  });
});
