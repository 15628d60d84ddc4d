import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchAsset } from '@commonwire/sdk/assets';
import { Keypair, PublicKey, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { DAY, makeMint, PRICE, type TestAsset } from '../../../tests/support/assets';
import { chainTime, expectError, fund as fundWallet, nextSlot } from '../../../tests/support/chain';
import { NETWORK, TestNetwork } from '../../../tests/support/network';
import { AssetCommands } from './asset-commands';

const EXAMPLE = join(__dirname, '../../../migrations/asset.example.json');

describe('commonwire asset: creating and funding', () => {
  let commands: AssetCommands;

  before(async () => {
    commands = await AssetCommands.start();
  });
  after(() => commands.files.remove());

  const base58 = ({ publicKey }: Keypair) => publicKey.toBase58();
  const iso = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace('.000', '');

  describe('create', () => {
    let creator: Keypair;
    let mint: PublicKey;
    let now: bigint;

    beforeEach(async () => {
      creator = await fundWallet(commands.chain.connection, 10);
      mint = await makeMint(commands.chain);
      now = await chainTime(commands.chain.connection);
    });

    /** The example as a new user would fill it in, from 10 days from now on. */
    const example = () => {
      const config = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
      const inDays = (days: number) => iso(now + BigInt(days * DAY));
      config.documents.sha256 = 'ab'.repeat(32);
      config.payment_mint = mint.toBase58();
      config.builder = base58(Keypair.generate());
      delete config.network;
      config.deadline = inDays(10);
      for (const [at, tranche] of config.tranches.entries()) tranche.by = inDays(30 * (at + 1));
      return config;
    };
    const create = (config: object, ...more: string[]) =>
      commands.run(
        'create',
        '--config',
        commands.files.json(config),
        '--keypair',
        commands.files.key(creator),
        ...more,
      );

    it('creates what the configuration says, once however often it is run', async () => {
      const config = example();
      const lines = await create(config);
      const address = /^creates asset (\w+): Sun of Mesa$/.exec(lines[0]!)![1]!;
      expect(lines).to.include('goal 100,000 to 150,000 tokens: 4,000 to 6,000 shares at 25 tokens');
      expect(lines.join('\n')).to.match(/tranche 3: 20 % of what was raised to \w+, the rest/);
      expect(lines.at(-1)).to.include(`commonwire asset fund --asset ${address}`);
      const asset = await fetchAsset(commands.chain.connection, new PublicKey(address));
      expect(asset.terms.price).to.equal(25_000_000n);
      expect(asset.terms.windowSeconds).to.equal(BigInt(7 * DAY));
      expect(asset.terms.tranches.map(({ part }) => part)).to.deep.equal([4000, 4000, 2000]);
      expect(asset.metadata).to.include({ name: 'Sun of Mesa', kind: 1, capacity: 5_000_000n });
      expect(asset.authority.equals(creator.publicKey)).to.equal(true);
      expect(asset.compliance).to.equal(null);
      expect(await create(config)).to.deep.equal([
        `nothing to do: asset ${address} exists already, as the configuration says`,
      ]);
      const other = JSON.parse((await create(config, '--id', '7', '--json'))[0]!);
      expect(other).to.include({ action: 'create', id: '7', dry_run: false });
      expect(other.asset).to.not.equal(address);
      await expectError(
        create({ ...config, price: '24' }, '--id', '7'),
        /^terms: asset \w+ exists with others/,
      );
    });

    it("shares out the token of its devices' network too", async () => {
      const network = await TestNetwork.create(commands.chain);
      const config = {
        ...example(),
        network: network.address.toBase58(),
        compliance: base58(Keypair.generate()),
      };
      const { asset: address } = JSON.parse((await create(config, '--json'))[0]!);
      const asset = await fetchAsset(commands.chain.connection, new PublicKey(address));
      expect(asset.revenue[1]!.mint.equals(network.mint)).to.equal(true);
      expect(asset.compliance!.toBase58()).to.equal(config.compliance);
    });

    it('shows with --dry-run what it would cost, and creates nothing', async () => {
      const { asset, balances, signatures, dry_run } = JSON.parse(
        (await create(example(), '--dry-run', '--json'))[0]!,
      );
      expect({ signatures, dry_run }).to.deep.equal({ signatures: [], dry_run: true });
      expect(Number(balances[0].before) - Number(balances[0].after)).to.be.greaterThan(5_000_000);
      expect(await commands.chain.connection.getAccountInfo(new PublicKey(asset))).to.equal(null);
    });

    it('prints the transaction for a multisig', async () => {
      const keypair = base58(creator);
      const config = commands.files.json(example());
      const [text] = await commands.run(
        'create',
        '--config',
        config,
        '--keypair',
        keypair,
        '--print',
        '--json',
      );
      const { signer, transactions } = JSON.parse(text!);
      expect(signer).to.equal(keypair);
      expect(transactions).to.have.length(1);
    });

    const refusals: [field: string, what: string, change: (config: ReturnType<typeof example>) => object][] =
      [
        ['price', 'shares for nothing', () => ({ price: '0' })],
        ['price', 'more decimals than the token has', () => ({ price: '0.0000001' })],
        ['price', 'a number', () => ({ price: 25 })],
        ['max_shares', 'a maximum below the minimum', () => ({ max_shares: 3999 })],
        ['min_shares', 'half a share', () => ({ min_shares: 0.5 })],
        ['tranches', 'tranches that leave something', ({ tranches }) => ({ tranches: tranches.slice(1) })],
        [
          'tranches.0.percent',
          'a part finer than a basis point',
          ({ deadline }) => ({ tranches: [{ percent: 39.999, by: deadline }] }),
        ],
        [
          'tranches.0.by',
          'a tranche before the deadline',
          () => ({ tranches: [{ percent: 100, by: iso(now) }] }),
        ],
        ['deadline', 'no date', () => ({ deadline: 'soon' })],
        ['kind', 'an unknown kind', () => ({ kind: 'wind' })],
        ['place.latitude', 'a place beyond the pole', () => ({ place: { latitude: 91, longitude: 0 } })],
        [
          'documents.sha256',
          'no hash',
          ({ documents }) => ({ documents: { ...documents, sha256: 'REPLACE' } }),
        ],
        ['name', 'a name of 48 bytes', () => ({ name: 'é'.repeat(24) })],
        ['colour', 'an unknown field', () => ({ colour: 'blue' })],
        ['builder', 'a builder that is a mint', () => ({ builder: mint.toBase58() })],
        ['payment_mint', 'a wallet as token', ({ builder }) => ({ payment_mint: builder })],
      ];
    for (const [field, what, change] of refusals)
      it(`error: ${what}`, async () => {
        const config = example();
        const changed = create({ ...config, ...change(config) });
        await expectError(changed, new RegExp(`^${field.replaceAll('.', '\\.')}: `));
      });

    it('error: a deadline that has passed, with the next step', async () => {
      const config = example();
      config.deadline = iso(now - 10n);
      await expectError(create(config), /BadDeadline.*in the configuration, change deadline/);
    });
  });

  describe('fund, finalize and refund', () => {
    let asset: TestAsset;
    let ann: Keypair;

    beforeEach(async () => {
      asset = await commands.create();
      ann = await asset.wallet(50_000n);
    });
    const act = (action: string, ...more: string[]) => commands.as(ann, asset, action, ...more);

    it('buys shares, and with --total only what is missing', async () => {
      const lines = await act('fund', '--shares', '3');
      expect(lines[0]).to.equal(`${base58(ann)} buys 3 shares for 0.003 tokens`);
      expect(lines).to.include('tokens in the wallet  0.05 -> 0.047 (-0.003)');
      expect(lines).to.include('shares in the wallet  0 -> 3 (+3)');
      const { balances, signatures } = await commands.json(ann, asset, 'fund', '--total', '10');
      expect(balances[1]).to.include({ unit: 'shares', before: '3', after: '10' });
      expect(signatures).to.have.length(1);
      expect(await act('fund', '--total', '10')).to.deep.equal([
        `nothing to do: ${base58(ann)} holds 10 shares`,
      ]);
      expect(await asset.tokens(ann.publicKey)).to.equal(40_000n);
    });

    it('sells no more than are left', async () => {
      const ben = await asset.wallet();
      await asset.fund(ben, 98n);
      const lines = await act('fund', '--shares', '5');
      expect(lines[0]).to.equal(`${base58(ann)} buys 2 shares for 0.002 tokens: no more are left`);
      expect(lines.at(-1)).to.match(
        /^All shares are sold: anybody ends funding now with .* finalize --asset \w+$/,
      );
      await nextSlot(commands.chain.connection);
      await expectError(act('fund', '--shares', '5'), /SoldOut.*commonwire asset finalize/);
    });

    it('opens an account of shares for a wallet that has none', async () => {
      const eve = await fundWallet(commands.chain.connection, 1);
      await asset.give(eve.publicKey, 5_000n);
      await commands.as(eve, asset, 'fund', '--shares', '5');
      expect(await asset.sharesOf(eve)).to.equal(5n);
    });

    it('shows with --dry-run what it would do, without a key', async () => {
      const where = ['--asset', asset.address.toBase58(), '--keypair', base58(ann)];
      const lines = await commands.run('fund', '--shares', '3', '--dry-run', ...where);
      expect(lines[0]).to.equal('dry run: nothing was sent; 1 transaction would do this');
      expect(lines).to.include('tokens in the wallet  0.05 -> 0.047 (-0.003)');
      expect(lines).to.include('escrow                0 -> 0.003 (+0.003)');
      expect(await asset.sharesOf(ann)).to.equal(0n);
      expect(lines.join()).to.not.match(/transaction \w{80}/);
    });

    it('error: in a dry run too, the refusal with the next step', async () => {
      await expectError(act('finalize', '--dry-run'), /FundingOpen.*wait until \d{4}-/);
      await expectError(act('refund', '--dry-run'), /NotFailed.*if the goal is missed at/);
    });

    it('prints the transaction, which can be signed elsewhere', async () => {
      const where = ['--asset', asset.address.toBase58(), '--keypair', base58(ann)];
      const [text] = await commands.run('fund', '--shares', '3', '--print', '--json', ...where);
      const { signer, effects, transactions } = JSON.parse(text!);
      expect(signer).to.equal(base58(ann));
      expect(effects).to.deep.equal([`${base58(ann)} buys 3 shares for 0.003 tokens`]);
      const transaction = VersionedTransaction.deserialize(
        Buffer.from(transactions[0].transaction, 'base64'),
      );
      transaction.sign([ann]);
      await commands.chain.connection.sendTransaction(transaction);
      while ((await asset.sharesOf(ann)) === 0n) await nextSlot(commands.chain.connection);
      expect(await asset.sharesOf(ann)).to.equal(3n);
    });

    it('ends funding at the deadline, and refunds in full where the goal is missed', async () => {
      await act('fund', '--shares', '9');
      await expectError(act('refund'), 'not-failed');
      await commands.chain.passSeconds(10 * DAY);
      await expectError(act('fund', '--shares', '1'), /NotFunding.*run commonwire asset finalize/);
      const lines = await act('finalize');
      expect(lines[0]).to.equal('the asset fails: 9 shares of at least 10 were sold');
      expect(await act('finalize')).to.deep.equal(['nothing to do: the asset is failed']);
      const { effects } = await commands.json(ann, asset, 'refund');
      expect(effects).to.deep.equal([`${base58(ann)} gets 0.009 tokens for 9 shares`]);
      expect(await asset.tokens(ann.publicKey)).to.equal(50_000n);
      expect(await act('refund')).to.deep.equal([
        `nothing to do: ${base58(ann)} holds no shares of this asset`,
      ]);
      await expectError(act('stake'), 'not-enough');
    });

    it('ends funding where it has succeeded', async () => {
      await act('fund', '--shares', '40');
      await commands.chain.passSeconds(10 * DAY);
      expect((await act('finalize'))[0]).to.equal('the asset is funded with 0.04 tokens for 40 shares');
      expect((await asset.asset()).left).to.equal(40n * PRICE);
      await nextSlot(commands.chain.connection);
      await expectError(act('refund'), /NotFailed.*it reached its goal/);
    });

    it('error: too few tokens, both or neither of the options, an asset that is none', async () => {
      await expectError(
        act('fund', '--shares', '51'),
        /has 0\.05 tokens of \w+, but 51 shares cost 0\.051 tokens/,
      );
      await expectError(act('fund'), 'usage');
      await expectError(act('fund', '--shares', '1', '--total', '1'), 'usage');
      await expectError(act('fund', '--shares', '0'), 'usage');
      const where = ['--keypair', commands.files.key(ann), '--asset'];
      const others: [PublicKey, RegExp][] = [
        [ann.publicKey, /^\w+ is a wallet, not an asset: check the address$/],
        [NETWORK.address, /^\w+ is a program, not an asset/],
        [(await asset.asset()).shareMint, /^\w+ is a mint, not an asset/],
        [(await asset.asset()).escrow, /^\w+ is a token account, not an asset/],
      ];
      for (const [address, said] of others)
        await expectError(commands.run('fund', '--shares', '1', ...where, address.toBase58()), said);
      await expectError(
        commands.run('fund', '--shares', '1', ...where, base58(Keypair.generate())),
        'account-missing',
      );
      await expectError(commands.run('found'), 'usage');
    });
  });
});
