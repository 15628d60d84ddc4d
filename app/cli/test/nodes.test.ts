import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  bondAddress,
  fetchOwnerRecord,
  type LedgerEntry,
  PROGRAM_ID,
  postEpoch,
} from '@commonwire/sdk/network';
import { getAssociatedTokenAddressSync } from '@solana/spl-token';
import { Keypair, LAMPORTS_PER_SOL, type PublicKey, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund as fundWallet, nextSlot } from '../../../tests/support/chain';
import { networkChain, TestNetwork } from '../../../tests/support/network';
import { type ProxyHabits, RpcProxy } from '../../../tests/support/rpc-proxy';
import type { Command } from '../src/command';
import { bond } from '../src/commands/bond';
import { govern } from '../src/commands/govern';
import { retire } from '../src/commands/retire';
import { settle } from '../src/commands/settle';
import { status } from '../src/commands/status';
import { transfer } from '../src/commands/transfer';
import { Files } from './files';
import { PublishingOracle } from './publishing-oracle';

describe('commands and RPC nodes as they are', () => {
  let network: TestNetwork;
  let oracle: PublishingOracle;
  let files: Files;
  let owner: Keypair;
  let proxy: RpcProxy | undefined;
  let url: string;
  const buyer = Keypair.generate().publicKey;

  beforeEach(async () => {
    const chain = await networkChain();
    oracle = await PublishingOracle.start();
    files = new Files();
    owner = await fundWallet(chain.connection, 1);
    network = await TestNetwork.create(chain);
    url = chain.connection.rpcEndpoint;
    await network.register(Array.from({ length: 40 }, () => owner));
  });
  afterEach(async () => {
    files.remove();
    await oracle.close();
    await proxy?.close();
    proxy = undefined;
  });

  const behind = async (habits: ProxyHabits) => {
    const { connection } = network.chain;
    proxy = await RpcProxy.start(connection.rpcEndpoint, habits);
    url = proxy.url;
    // What was done before the command is on every machine by now.
    const slot = await connection.getSlot('confirmed');
    while ((await connection.getSlot('finalized')) < slot) await nextSlot(connection);
    return proxy;
  };
  const promote = async (amount: bigint): Promise<LedgerEntry[]> => {
    const entries = Array.from({ length: 40 }, () => ({ owner: owner.publicKey.toBytes(), earned: amount }));
    await network.cut();
    const message = await network.message(entries, { datasetHash: oracle.publish(entries) });
    await network.send(postEpoch(network.address, network.sign(message)));
    await network.promote();
    return entries;
  };
  const run = async (command: Command, ...argv: string[]) => {
    const lines: string[] = [];
    const where = ['--url', url, '--network', network.address.toBase58()];
    const exit = await command.run([...argv, ...where], (line) => lines.push(line));
    expect(exit).to.equal(0);
    return lines.join('\n');
  };
  const asOwner = (command: Command, device: number, ...more: string[]) =>
    run(command, '--oracle', oracle.url, '--device', `${device}`, '--keypair', files.key(owner), ...more);
  const sell = (device: number, to: PublicKey, ...more: string[]) =>
    asOwner(transfer, device, '--to', to.toBase58(), ...more);
  const record = (index: number) =>
    fetchOwnerRecord(network.chain.connection, { network: network.address, index });

  describe('behind a load balancer, where reads lag', () => {
    it('a device that was paid and handed over is shown as that', async () => {
      await promote(100n);
      await behind({ lags: true });
      expect(await sell(2, buyer)).to.match(/^device +2 earns for/);
      expect(await sell(3, buyer, '--leave-unpaid')).to.match(/^device +3 earns for/);
      expect(await asOwner(retire, 4)).to.match(/^device +4 is retired/);
      expect(await network.balance(owner.publicKey)).to.equal(200n);
    });

    it('no settlement is sent twice', async () => {
      await network.openAccounts([owner.publicKey]);
      await promote(100n);
      const keypair = files.key(await fundWallet(network.chain.connection, 1));
      const { counts } = await behind({ lags: true });
      const text = await run(settle, '--oracle', oracle.url, '--keypair', keypair, '--json');
      const { transactions, outcome } = JSON.parse(text);
      expect(outcome).to.equal('done');
      const sent = transactions.settle + transactions.pages + transactions.accounts;
      expect(counts.get('sendTransaction')).to.equal(sent);
      expect(transactions).to.deep.equal({ settle: 1, pages: 1, accounts: 0 });
    });
  });

  it('nothing needs a search of all accounts of a program', async () => {
    await behind({ lacks: new Set(['getProgramAccounts']) });
    const policy = { oracleBond: 1_000_000n };
    network = await TestNetwork.create(network.chain, { policy });
    const joins = Keypair.generate();
    await network.send(network.deposit(joins, policy.oracleBond));
    const keys = [...network.oracles.slice(1), joins].map(({ publicKey }) => publicKey.toBase58());
    const config = files.json({ committee: { threshold: 3, keys } });
    const key = ['--config', config, '--keypair', files.key(network.authority)];
    const depositor = network.chain.payer.publicKey.toBase58();
    await expectError(
      run(govern, 'set-committee', ...key),
      /no bond.*name who deposited it with --depositor/,
    );
    const text = await run(govern, 'set-committee', ...key, '--depositor', depositor);
    expect(text).to.include('committee version 1 -> 2');

    const spare = Keypair.generate();
    const mine = await fundWallet(network.chain.connection, 1);
    const at = ['--oracle', spare.publicKey.toBase58(), '--keypair', files.key(mine)];
    await run(bond, 'deposit', ...at, '--lamports', '1000000');
    const address = bondAddress({
      network: network.address,
      oracle: spare.publicKey.toBytes(),
      depositor: mine.publicKey,
    });
    expect(await network.chain.connection.getAccountInfo(address)).to.not.equal(null);
  });

  it('a refusal has its name though the node simulates nothing', async () => {
    await behind({ skipsPreflight: true, lags: true });
    await expectError(
      run(govern, 'unpause', '--keypair', files.key(network.authority)),
      /the network program refused: .*\(NotPaused, \d+\); there is no pause to end/,
    );
  });

  it('as a process, without a WebSocket it ends at once and writes nothing to stderr', async () => {
    await behind({});
    const to = Keypair.generate().publicKey.toBase58();
    const key = files.key(network.authority);
    const argv = ['--url', url, '--network', network.address.toBase58(), '--to', to, '--keypair', key];
    const ended = await promisify(execFile)(
      process.execPath,
      [require.resolve('tsx/cli'), join(__dirname, '../src/main.ts'), ...['govern', 'set-guardian', ...argv]],
      { timeout: 35_000 },
    );
    expect(ended.stdout).to.match(/^guardian .* -> .*\ntransaction \w{80,}\n$/);
    expect(ended.stderr.replace(/^bigint: .*\n/, '')).to.equal('');
  }).timeout(40_000);

  it('no message tells a key of an address', async () => {
    const { url: at } = await behind({ key: 'user:MYSECRET123' });
    url = at.replace('http://', 'http://user:MYSECRET123@');
    expect(await run(status)).to.include(network.address.toBase58());
    for (const wrong of [
      `${at}/?api-key=MYSECRET1234`,
      at.replace('http://', 'http://user:MYSECRET1234@'),
      `${at}/v2/MYSECRET1234`,
      'ftp://user:MYSECRET1234@host',
      'https:user MYSECRET1234',
    ]) {
      url = wrong;
      const error = await run(status).catch((reason: Error) => reason);
      expect(String(error)).to.not.include('MYSECRET').and.not.equal('');
    }
  });

  describe('a device goes only to a wallet', () => {
    beforeEach(() => promote(100n));

    const refused = async (to: PublicKey, message: RegExp) => {
      await expectError(sell(1, to), message);
      expect(await record(1)).to.equal(null);
    };

    it('error: the token account of the buyer, who is named', async () => {
      await network.openAccounts([buyer]);
      await refused(network.accountOf(buyer), new RegExp(`is a token account of ${buyer}: name that wallet`));
    });

    it('error: a token account that is not open yet', () =>
      refused(getAssociatedTokenAddressSync(network.mint, Keypair.generate().publicKey), /is no key/));

    it("error: a mint, a program, the network's own account", async () => {
      await refused(network.mint, /is the mint of a token/);
      await refused(PROGRAM_ID, /is a program/);
      await refused(network.address, /is an account of program .*not a wallet/);
    });

    it('unless it is asked for', async () => {
      const vault = getAssociatedTokenAddressSync(network.mint, Keypair.generate().publicKey);
      await sell(1, vault, '--allow-any-address');
      expect((await record(1))!.owner).to.deep.equal(vault);
    });
  });

  describe('who signs and who pays', () => {
    beforeEach(() => promote(100n));

    it('--payer pays fee and rent in place of the owner', async () => {
      const payer = await fundWallet(network.chain.connection, 1);
      const before = await network.chain.connection.getBalance(owner.publicKey);
      await sell(1, buyer, '--payer', files.key(payer));
      expect(await network.chain.connection.getBalance(owner.publicKey)).to.equal(before);
      expect(await network.chain.connection.getBalance(payer.publicKey)).to.be.below(LAMPORTS_PER_SOL);
      expect((await record(1))!.owner).to.deep.equal(buyer);
    });

    it('--print makes transactions for an owner that signs elsewhere, such as a multisig', async () => {
      const argv = ['--oracle', oracle.url, '--device', '1', '--to', buyer.toBase58(), '--print', '--json'];
      const printed = JSON.parse(await run(transfer, ...argv));
      expect(await record(1)).to.equal(null);
      expect(printed.signer).to.equal(owner.publicKey.toBase58());
      expect(printed.transactions).to.have.length(2);
      for (const { transaction } of printed.transactions) {
        const imported = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
        imported.sign([owner]);
        await network.chain.connection.sendTransaction(imported);
      }
      expect((await record(1))!.owner).to.deep.equal(buyer);
      expect(await network.balance(owner.publicKey)).to.equal(100n);
    });

    it('--dry-run simulates payment and change of owner, and sends neither', async () => {
      await network.openAccounts([owner.publicKey]);
      const argv = ['--oracle', oracle.url, '--device', '1', '--to', buyer.toBase58(), '--dry-run'];
      const as = ['--keypair', owner.publicKey.toBase58()];
      const { effects, balances, dry_run } = JSON.parse(await run(transfer, ...argv, ...as, '--json'));
      expect(dry_run).to.equal(true);
      expect(effects).to.deep.equal([`pays 0.0001 to ${owner.publicKey}`, `transfers device 1 to ${buyer}`]);
      expect(balances[0]).to.include({ what: 'tokens of the owner', before: '0', after: '100' });
      expect(await record(1)).to.equal(null);
      const guardian = await run(govern, 'set-guardian', '--to', buyer.toBase58(), '--dry-run');
      expect(guardian)
        .to.match(/^dry run: nothing was sent/)
        .and.match(new RegExp(`guardian .* -> ${buyer}`));
      await expectError(
        run(govern, 'unpause', '--dry-run'),
        /the network program refused: .*\(NotPaused, \d+\); there is no pause to end/,
      );
    });

    it('error: a hardware wallet, with what to do', () =>
      expectError(
        run(transfer, ...at(1), '--keypair', 'usb://ledger?key=0'),
        /hardware wallet can't sign here.*--keypair ADDRESS.*--print/,
      ));

    it('error: an address in place of a key', () =>
      expectError(run(transfer, ...at(1), '--keypair', owner.publicKey.toBase58()), /only --print works/));

    const at = (device: number) => [
      ...['--oracle', oracle.url, '--device', `${device}`],
      ...['--to', buyer.toBase58()],
    ];
  });
});
