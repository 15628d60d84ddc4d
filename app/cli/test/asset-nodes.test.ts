import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchAssets, fetchPermit } from '@commonwire/sdk/assets';
import idl from '@commonwire/sdk/idl/assets.json';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { DAY, makeMint, type TestAsset } from '../../../tests/support/assets';
import { chainTime, expectError, fund as fundWallet, nextSlot } from '../../../tests/support/chain';
import { type ProxyHabits, RpcProxy } from '../../../tests/support/rpc-proxy';
import { ASSET_STEPS } from '../src/owning/next-step';
import { AssetCommands } from './asset-commands';

describe('commonwire asset on nodes and machines as they are', () => {
  let commands: AssetCommands;
  let asset: TestAsset;
  let proxy: RpcProxy | undefined;

  before(async () => {
    commands = await AssetCommands.start();
    asset = await commands.create({ permits: true });
  });
  afterEach(async () => {
    commands.url = commands.chain.connection.rpcEndpoint;
    await proxy?.close();
    proxy = undefined;
  });
  after(() => commands.files.remove());

  const behind = async (habits: ProxyHabits) => {
    const { connection } = commands.chain;
    proxy = await RpcProxy.start(connection.rpcEndpoint, habits);
    commands.url = proxy.url;
    // What was done before the command is on every machine by now.
    const slot = await connection.getSlot('confirmed');
    while ((await connection.getSlot('finalized')) < slot) await nextSlot(connection);
  };
  const base58 = ({ publicKey }: Keypair) => publicKey.toBase58();

  it('every refusal of the program has a next step, and no other has', () => {
    const kebab = (name: string) => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    expect(Object.keys(ASSET_STEPS)).to.have.members(idl.errors.map(({ name }) => kebab(name)));
    for (const step of Object.values(ASSET_STEPS)) expect(step(null)).to.match(/^\S.*[^.]$/);
  });

  it('nothing but list needs a search of all accounts of a program', async () => {
    await behind({ lacks: new Set(['getProgramAccounts']) });
    await expectError(commands.run('list'), /does not search for assets: name them with --asset/);
    const lines = await commands.run('list', '--asset', asset.address.toBase58());
    expect(lines[1]).to.match(/Sun of Mesa +funding/);
    const ann = await asset.wallet();
    expect((await commands.as(ann, asset, 'fund', '--shares', '1'))[0]).to.match(/buys 1 share for/);
  });

  it('behind a load balancer, where reads lag, balances are those after the transaction', async () => {
    const ann = await asset.wallet(50_000n);
    await behind({ lags: true });
    const { balances } = await commands.json(ann, asset, 'fund', '--shares', '2');
    expect(balances[1]).to.include({ before: '0', after: '2' });
    expect((await commands.as(ann, asset, 'fund', '--total', '2'))[0]).to.match(/^nothing to do/);
  });

  describe('killed once its transaction is sent, and run again', () => {
    /** Starts a command of its own process, and kills it once it says that it waits for its first transaction. */
    const killed = async (action: string, ...argv: string[]): Promise<string> => {
      await behind({ hangs: new Set(['getSignatureStatuses']) });
      const main = join(__dirname, '../src/main.ts');
      const child: ChildProcess = spawn(
        process.execPath,
        [require.resolve('tsx/cli'), main, 'asset', action, '--url', commands.url, ...argv],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      let said = '';
      const sent = new Promise<void>((resolve) => {
        child.stderr!.on('data', (chunk: Buffer) => {
          said += chunk;
          if (/is sent: \w{80,}, \d+ s\n/.test(said)) resolve();
        });
      });
      const ended = once(child, 'exit');
      await Promise.race([sent, ended]);
      child.kill('SIGKILL');
      await ended;
      commands.url = commands.chain.connection.rpcEndpoint;
      return said;
    };
    /** What the killed command sent has landed. */
    const landed = async (said: string) => {
      const { connection } = commands.chain;
      const [, signature] = /is sent: (\w{80,}),/.exec(said)!;
      for (;;) {
        const { value } = await connection.getSignatureStatuses([signature!]);
        if (value[0]) return expect(value[0].err).to.equal(null);
        await nextSlot(connection);
      }
    };

    it('permit gives only the permits that are missing', async () => {
      const wallets = Array.from({ length: 20 }, () => Keypair.generate());
      const argv = [
        ...['--asset', asset.address.toBase58(), '--keypair', commands.files.key(asset.compliance!)],
        ...['--payer', commands.files.key(commands.chain.payer), '--country', '484', '--until', '2090-01-01'],
        ...wallets.flatMap((wallet) => ['--wallet', base58(wallet)]),
      ];
      const said = await killed('permit', ...argv);
      expect(said).to.match(/^transaction 1 of 3 is sent: /m);
      await landed(said);
      const compliance = asset.compliance!.publicKey;
      const given = async () => {
        const { connection } = commands.chain;
        const each = wallets.map(({ publicKey: wallet }) => fetchPermit(connection, { compliance, wallet }));
        return (await Promise.all(each)).filter((permit) => permit !== null).length;
      };
      expect(await given()).to.equal(7);
      const again = await commands.run('permit', ...argv);
      expect(again.filter((line) => line.startsWith('permits '))).to.have.length(13);
      expect(await given()).to.equal(20);
    }).timeout(60_000);

    it('fund --total buys nothing twice', async () => {
      const ann = await asset.wallet(50_000n);
      const key = commands.files.key(ann);
      const argv = ['--asset', asset.address.toBase58(), '--keypair', key, '--total', '7'];
      await landed(await killed('fund', ...argv));
      expect(await commands.run('fund', ...argv)).to.deep.equal([
        `nothing to do: ${base58(ann)} holds 7 shares`,
      ]);
      expect(await asset.tokens(ann.publicKey)).to.equal(43_000n);
    }).timeout(60_000);

    it('create makes no second asset', async () => {
      const { connection } = commands.chain;
      const creator = await fundWallet(connection, 10);
      const example = join(__dirname, '../../../migrations/asset.example.json');
      const config = JSON.parse(readFileSync(example, 'utf8'));
      const now = Number(await chainTime(connection));
      const inDays = (days: number) => new Date((now + days * DAY) * 1000).toISOString().replace(/\.\d+/, '');
      Object.assign(config, {
        payment_mint: (await makeMint(commands.chain)).toBase58(),
        network: undefined,
        builder: base58(creator),
        deadline: inDays(10),
        tranches: [{ percent: 100, by: inDays(40) }],
      });
      config.documents.sha256 = '00'.repeat(32);
      const argv = ['--config', commands.files.json(config), '--keypair', commands.files.key(creator)];
      await landed(await killed('create', ...argv));
      const found = await fetchAssets(connection, creator.publicKey);
      expect(found).to.have.length(1);
      expect(await commands.run('create', ...argv)).to.deep.equal([
        `nothing to do: asset ${found[0]!.address} exists already, as the configuration says`,
      ]);
    }).timeout(60_000);
  });
});
