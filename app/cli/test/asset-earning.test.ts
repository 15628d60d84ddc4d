import { setPermit } from '@commonwire/sdk/assets';
import { closeAccount, getAssociatedTokenAddressSync } from '@solana/spl-token';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { DAY, type TestAsset } from '../../../tests/support/assets';
import { expectError, fund as fundWallet, nextSlot } from '../../../tests/support/chain';
import { AssetCommands } from './asset-commands';

describe('commonwire asset: stakes, revenue and permits', () => {
  let commands: AssetCommands;

  before(async () => {
    commands = await AssetCommands.start();
  });
  after(() => commands.files.remove());

  const base58 = ({ publicKey }: Keypair) => publicKey.toBase58();
  const iso = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace('.000', '');

  describe('of plain shares', () => {
    let asset: TestAsset;
    let ann: Keypair;
    let ben: Keypair;

    beforeEach(async () => {
      asset = await commands.create();
      [ann, ben] = (await asset.funded(60n, 40n)) as [Keypair, Keypair];
    });

    it('stakes all shares or some, and takes them out again', async () => {
      const lines = await commands.as(ann, asset, 'stake');
      expect(lines[0]).to.equal(`${base58(ann)} stakes 60 shares`);
      expect(lines).to.include('shares in the wallet  60 -> 0 (-60)');
      expect(await commands.as(ann, asset, 'stake')).to.deep.equal([
        `nothing to do: ${base58(ann)} has staked 60 shares`,
      ]);
      await commands.as(ben, asset, 'stake', '--shares', '15');
      expect((await asset.asset()).staked).to.equal(75n);
      await expectError(
        commands.as(ben, asset, 'stake', '--shares', '26'),
        /has 25 shares of this asset in the wallet/,
      );
      await commands.as(ben, asset, 'unstake', '--shares', '5');
      const { balances } = await commands.json(ben, asset, 'unstake');
      expect(balances[0]).to.include({ before: '30', after: '40' });
      expect((await commands.as(ben, asset, 'unstake'))[0]).to.match(
        /^nothing to do: .* has staked no shares/,
      );
      await expectError(commands.as(ann, asset, 'unstake', '--shares', '61'), 'not-enough');
    });

    it('shares out what is deposited and what devices earn, and pays both with one claim', async () => {
      await asset.stake(ann, 60n);
      await asset.stake(ben, 20n);
      const payer = await asset.wallet(9_000n);
      const lines = await commands.as(payer, asset, 'revenue', '--amount', '0.008');
      expect(lines[0]).to.match(/ deposits 0\.008 tokens, shared out from \d{4}-\d\d-\d\dT00:00:00.000Z to/);
      expect(await commands.as(payer, asset, 'sweep')).to.deep.equal([
        'nothing to do: nothing has arrived in the vaults since the last time',
      ]);
      await asset.give(asset.address, 4_000n, 1);
      const seen = (await commands.as(ann, asset, 'show')).join('\n');
      expect(seen).to.match(/0\.004 reward tokens arrived and not taken in: commonwire asset sweep/);
      expect((await commands.as(payer, asset, 'sweep'))[0]).to.match(
        /^takes in 0\.004 reward tokens, shared out/,
      );
      expect((await commands.as(ann, asset, 'claim'))[0]).to.match(
        /^nothing to do: .*earned nothing.*try again later/,
      );
      await asset.nextWindow();
      await commands.chain.passSeconds(DAY);
      const { claimable } = (await commands.json(ann, asset, 'show')).holdings;
      expect(claimable).to.deep.equal(['6000', '3000']);
      const { balances, signatures } = await commands.json(ann, asset, 'claim');
      expect(signatures).to.have.length(1);
      const paid = balances.map(
        ({ before, after }: Record<string, string>) => Number(after) - Number(before),
      );
      expect([paid[0], paid[2]]).to.deep.equal([6_000, 3_000]);
      const dry = await commands.as(ben, asset, 'claim', '--dry-run');
      expect(dry.join('\n')).to.match(/^reward tokens in the wallet +0 -> 0\.001 \(\+0\.001\)$/m);
      expect(await asset.tokens(ben.publicKey, 1)).to.equal(0n);
    });

    it('opens an account for a token that the wallet never had', async () => {
      const eve = await fundWallet(commands.chain.connection, 1);
      await asset.stake(ann, 60n);
      await asset.give(asset.address, 6_000n, 1);
      await commands.as(eve, asset, 'sweep');
      await asset.nextWindow();
      await commands.chain.passSeconds(DAY);
      const { mint } = (await asset.asset()).revenue[1]!;
      const account = getAssociatedTokenAddressSync(mint, ann.publicKey);
      await closeAccount(commands.chain.connection, ann, account, ann.publicKey, ann);
      await commands.as(ann, asset, 'claim');
      expect(await asset.balance(account)).to.equal(6_000n);
    });

    it('tells what a wallet has, and takes the wallet from --wallet or --keypair', async () => {
      await asset.stake(ann, 45n);
      const where = ['--asset', asset.address.toBase58()];
      const lines = await commands.run('show', ...where, '--wallet', base58(ann));
      const text = lines.join('\n');
      expect(text).to.match(/^asset +Sun of Mesa, \w+$/m);
      expect(text).to.match(/^state +funded, and being built$/m);
      expect(text).to.match(/^raised +0\.1 tokens for 100 shares, 1,000 % of the least$/m);
      expect(text).to.match(/^tranche 3 +16\.67 %, 0\.01667 tokens: to be announced by \d{4}-/m);
      expect(text).to.match(new RegExp(`^wallet +${base58(ann)} has 60 shares, 60 % of all$`, 'm'));
      expect(text)
        .to.match(/^ +15 shares in the wallet$/m)
        .and.match(/^ +45 shares staked$/m);
      const { holdings, funding, tranches, revenue } = await commands.json(ben, asset, 'show');
      expect(holdings).to.deep.include({
        wallet: base58(ben),
        shares: '40',
        stake: null,
        claimable: ['0', '0'],
      });
      expect(funding).to.include({ raised: '100000', price: '1000', sold: '100', decimals: 6 });
      expect(tranches[0]).to.deep.include({ percent: 50, amount: '50000', state: 'due' });
      expect(revenue).to.have.length(2);
    });

    it('lists assets: of a creator, in a wallet, or by their addresses', async () => {
      const other = await commands.create();
      const creator = base58(asset.creator);
      const lines = await commands.run('list', '--creator', creator);
      expect(lines).to.have.length(2);
      expect(lines[0]).to.match(/^asset +name +state +raised +least +funding ends$/);
      expect(lines[1]).to.match(/Sun of Mesa +funded +0\.1 \(1,000 %\) +0\.01 /);
      const [held] = await commands.run('list', '--wallet', base58(ann), '--json');
      expect(JSON.parse(held!).assets).to.have.length(1);
      expect(JSON.parse(held!).assets[0]).to.include({ asset: asset.address.toBase58(), held: '60' });
      const named = [other.address, asset.address].flatMap((address) => ['--asset', address.toBase58()]);
      expect(await commands.run('list', ...named)).to.have.length(3);
      expect(await commands.run('list', '--creator', base58(ann))).to.deep.equal(['no assets']);
      await expectError(commands.run('list', '--asset', base58(ann)), 'account-foreign');
    });

    it('error: a stream that the asset lacks, too many tokens, no stake', async () => {
      const single = await commands.create({ reward: null });
      const [eve] = (await single.funded(50n)) as [Keypair];
      const deposit = (...more: string[]) => commands.as(eve, single, 'revenue', ...more);
      await expectError(deposit('--amount', '0.001', '--stream', 'reward'), 'no-stream');
      await expectError(deposit('--amount', '0.001', '--stream', 'other'), 'usage');
      await expectError(
        deposit('--amount', '0.950001'),
        /has 0\.95 tokens of \w+, but --amount is 0\.950001/,
      );
      await expectError(deposit('--amount', '0'), 'usage');
      expect((await commands.as(eve, single, 'claim'))[0]).to.match(
        /^nothing to do: .*run commonwire asset stake$/,
      );
      await single.stake(eve, 5n);
      await nextSlot(commands.chain.connection);
      await expectError(commands.as(eve, single, 'close-stake'), /StakeNotEmpty.*asset unstake/);
      await expectError(commands.as(eve, single, 'sync-permit'), 'no-permits-needed');
    });
  });

  describe('of shares that need permits', () => {
    let asset: TestAsset;
    let until: string;

    beforeEach(async () => {
      asset = await commands.create({ permits: true });
      until = iso(await asset.inDays(365));
    });
    const permit = (...more: string[]) =>
      commands.as(asset.compliance!, asset, 'permit', '--payer', payerKey(), ...more);
    const payerKey = () => commands.files.key(commands.chain.payer);
    const give = (...wallets: Keypair[]) =>
      permit(
        ...wallets.flatMap((wallet) => ['--wallet', base58(wallet)]),
        '--country',
        '484',
        '--until',
        until,
      );
    /** A wallet with tokens and no permit. */
    const stranger = async () => {
      const wallet = await fundWallet(commands.chain.connection, 1);
      await asset.give(wallet.publicKey, 50_000n);
      return wallet;
    };

    it('gives many wallets permits, and where it was interrupted only those that are missing', async () => {
      const wallets = Array.from({ length: 20 }, () => Keypair.generate());
      const [first] = wallets as [Keypair];
      await asset.send(
        setPermit({
          compliance: asset.compliance!.publicKey,
          payer: commands.chain.payer.publicKey,
          wallet: first.publicKey,
          jurisdiction: 484,
          expiresAt: BigInt(Date.parse(until) / 1000),
        }),
        [asset.compliance!],
      );
      const lines = await give(...wallets);
      expect(lines.filter((line) => line.startsWith('permits '))).to.have.length(19);
      expect(lines.join()).to.not.include(`permits ${base58(first)} `);
      expect(await give(...wallets)).to.deep.equal(['nothing to do: these wallets have just these permits']);
    });

    it('funds and stakes with a permit alone, and freezes and thaws at once', async () => {
      const ann = await stranger();
      await expectError(
        commands.as(ann, asset, 'fund', '--shares', '20'),
        /no valid permit: the wallet needs a permit of/,
      );
      await give(ann);
      await commands.as(ann, asset, 'fund', '--shares', '20');
      await asset.finalize();
      await commands.as(ann, asset, 'stake', '--shares', '15');
      expect((await asset.asset()).staked).to.equal(15n);

      const revoked = await permit('--wallet', base58(ann), '--revoke');
      expect(revoked.slice(0, 2)).to.deep.equal([
        `revokes the permit of ${base58(ann)}`,
        `shares of ${base58(ann)} are frozen, and those staked do not earn`,
      ]);
      expect((await asset.asset()).staked).to.equal(0n);
      const seen = (await commands.as(ann, asset, 'show')).join('\n');
      expect(seen)
        .to.match(/5 shares in the wallet, frozen/)
        .and.match(/15 shares that earn nothing without a permit/);
      expect(seen).to.match(/permit ended .*, country 484/);
      const objecting = await commands.as(ann, asset, 'stake');
      expect(objecting[0]).to.match(
        /stakes 5 shares, which can object but earn nothing: .* no valid permit$/,
      );
      expect(await asset.stakeOf(ann)).to.include({ earning: 0n, idle: 20n });
      expect((await commands.as(ann, asset, 'claim'))[0]).to.match(
        /^nothing to do: the stake of \w+ is idle, .*: first the compliance authority \w+ gives a permit/,
      );
      expect((await permit('--wallet', base58(ann), '--revoke'))[0]).to.match(/^nothing to do/);

      expect((await give(ann)).slice(0, 2).join()).to.match(/permits .*can be traded, and those staked earn/);
      expect((await asset.asset()).staked).to.equal(20n);
    });

    it('brings wallets in line once their permits have ended', async () => {
      const ann = await stranger();
      await give(ann);
      await commands.as(ann, asset, 'fund', '--shares', '20');
      await asset.finalize();
      await commands.as(ann, asset, 'stake');
      await commands.chain.passSeconds(366 * DAY);
      const eve = await fundWallet(commands.chain.connection, 1);
      const sync = () => commands.as(eve, asset, 'sync-permit', '--wallet', base58(ann));
      expect((await sync())[0]).to.match(/are frozen, and those staked do not earn$/);
      expect((await asset.asset()).staked).to.equal(0n);
      expect((await sync())[0]).to.match(/^nothing to do: /);
      await commands.as(ann, asset, 'unstake');
      expect(await asset.sharesOf(ann)).to.equal(20n);
    });

    it('closes a permit, and its payer gets the rent', async () => {
      const ann = Keypair.generate();
      await give(ann);
      const lines = await permit('--wallet', base58(ann), '--close');
      expect(lines[0]).to.equal(
        `closes the permit of ${base58(ann)}; ${commands.chain.payer.publicKey} gets the rent`,
      );
      expect((await permit('--wallet', base58(ann), '--close'))[0]).to.match(/^nothing to do/);
    });

    it('revokes nothing of a wallet that never had a permit', async () => {
      const { publicKey } = Keypair.generate();
      const before = await commands.chain.connection.getBalance(commands.chain.payer.publicKey);
      await permit('--wallet', publicKey.toBase58(), '--revoke');
      expect(await commands.chain.connection.getBalance(commands.chain.payer.publicKey)).to.equal(before);
    });

    it('error: contradictory options, a day that is over, another key, no wallet', async () => {
      const wallet = ['--wallet', base58(Keypair.generate())];
      await expectError(permit(...wallet), 'usage');
      await expectError(permit(...wallet, '--country', '484'), 'usage');
      await expectError(permit(...wallet, '--revoke', '--close'), 'usage');
      await expectError(permit(...wallet, '--revoke', '--country', '484'), 'usage');
      await expectError(permit(...wallet, '--country', '1000', '--until', until), 'usage');
      await expectError(permit(...wallet, '--country', '484', '--until', 'soon'), 'usage');
      await expectError(
        permit(...wallet, '--country', '484', '--until', iso(await asset.inDays(-1))),
        /--until: .* is over: name a day ahead, or --revoke/,
      );
      await expectError(permit('--revoke'), 'usage');
      await expectError(
        commands.as(asset.authority, asset, 'permit', ...wallet, '--revoke'),
        /compliance authority/,
      );
    });
  });
});
