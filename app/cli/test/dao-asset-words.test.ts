import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Asset,
  assetAddress,
  assetsProgram,
  createAsset,
  fetchAsset,
  finalizeAsset,
  fundAsset,
  proposeAssetAuthority,
  registerAssetDevices,
  retireAssetDevice,
  unstakeShares,
} from '@commonwire/sdk/assets';
import idl from '@commonwire/sdk/idl/assets.json';
import { LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
} from '@solana/spl-token';
import { Keypair, PublicKey, SystemProgram, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { type AssetOptions, assetCreation, makeMint, TestAsset } from '../../../tests/support/assets';
import { chainTime, fund } from '../../../tests/support/chain';
import { newDevice, TestNetwork } from '../../../tests/support/network';
import { DaoCommands } from './dao-commands';

const EXAMPLE = join(__dirname, '../../../migrations/asset.example.json');
const DAY = 86_400;

describe('a proposal about an asset says what the command says that proposes it', () => {
  let commands: DaoCommands;
  /** Instructions that were proposed and compared. */
  const compared = new Set<string>();

  before(async () => {
    commands = await DaoCommands.start();
    const { chain, treasury, dao } = commands;
    const { publicKey: fromPubkey } = chain.payer;
    const lamports = 5_000_000_000;
    await dao.send(SystemProgram.transfer({ fromPubkey, toPubkey: treasury, lamports }));
  });
  after(() => commands.files.remove());

  const read = async (proposal: string): Promise<TransactionInstruction[]> =>
    (await commands.actions(proposal)).flatMap(({ executed }) => executed);

  const aboutOf = async (asset: PublicKey): Promise<string> => {
    const { revenue } = await fetchAsset(commands.chain.connection, asset);
    return `asset ${asset}, paid in mint ${revenue[0].mint}`;
  };

  /** Proposes what a command does; what `dao show` says of it is the same. @returns the proposal */
  const compare = async (asset: PublicKey | null, action: string, ...more: string[]) => {
    const at = asset ? ['--asset', asset.toBase58()] : [];
    const { proposal, effects } = await commands.propose('asset', action, ...at, ...more);
    const shown = await commands.show(proposal);
    const lines = shown.flatMap(({ effects: lines }) => lines);
    const abouts = [
      ...(asset ? [await aboutOf(asset)] : []),
      `permits of compliance authority ${commands.treasury}`,
    ];
    expect(
      lines.filter((line) => !abouts.includes(line)),
      action,
    ).to.deep.equal(effects);
    expect(
      shown.flatMap(({ warnings }) => warnings),
      action,
    ).to.deep.equal([]);
    expect(effects, action).not.to.have.length(0);
    for (const instruction of await read(proposal)) compared.add(assetsProgram.read(instruction)!.name);
    return { effects, proposal };
  };
  /** The same, and withdraws it again. @returns what it says */
  const same = async (asset: PublicKey | null, action: string, ...more: string[]) => {
    const { proposal, effects } = await compare(asset, action, ...more);
    await commands.cancel(proposal);
    return effects;
  };
  /** The same, decided and executed. @returns what it says */
  const done = async (asset: PublicKey | null, action: string, ...more: string[]) => {
    const { proposal, effects } = await compare(asset, action, ...more);
    await commands.decide(proposal);
    return effects;
  };

  /** An asset of which the treasury is the authority, and what gives permits where those are needed. */
  const governed = async (options: AssetOptions = {}): Promise<Asset> => {
    const { chain, treasury, dao } = commands;
    const { args, signers } = await assetCreation(chain, { fundingSeconds: 300 * DAY, ...options });
    const by = { authority: treasury, ...(options.permits ? { compliance: treasury } : {}) };
    await dao.send(createAsset({ ...args, ...by }), signers);
    return fetchAsset(chain.connection, assetAddress(args));
  };
  const again = ({ address }: Asset) => fetchAsset(commands.chain.connection, address);

  /** Gives a wallet tokens of a stream. */
  const give = async (asset: Asset, to: PublicKey, amount: bigint, stream = 0) => {
    const { mint, tokenProgram } = asset.revenue[stream]!;
    const { publicKey: payer } = commands.chain.payer;
    const account = commands.dao.accountOf(to, { mint, tokenProgram, authority: commands.chain.payer });
    await commands.dao.send([
      createAssociatedTokenAccountIdempotentInstruction(payer, account, to, mint, tokenProgram),
      createMintToInstruction(mint, account, payer, amount, [], tokenProgram),
    ]);
  };

  it('of the authority, and of a treasury that holds shares', async () => {
    const { chain, treasury, dao } = commands;
    const asset = await governed({ reward: null });
    const { address } = asset;
    await give(asset, treasury, 1_000_000n);
    await done(address, 'fund', '--shares', '60');
    const other = await fund(chain.connection, 1);
    await give(asset, other.publicKey, 1_000_000n);
    const { publicKey: payer } = chain.payer;
    const { shareMint, shareProgram } = asset;
    const shares = dao.accountOf(other.publicKey, {
      mint: shareMint,
      tokenProgram: shareProgram,
      authority: other,
    });
    await dao.send(
      [
        createAssociatedTokenAccountIdempotentInstruction(
          payer,
          shares,
          other.publicKey,
          shareMint,
          shareProgram,
        ),
        fundAsset({ asset, funder: other.publicKey, shares: 40n }),
      ],
      [other],
    );
    await same(address, 'finalize');
    await dao.send(finalizeAsset(asset));
    await done(address, 'stake', '--shares', '30');
    // Holders have time to stake before the first announcement.
    await chain.passSeconds(7 * DAY);
    await done(address, 'announce', '--evidence', 'https://example.org/a.jpg', '--sha256', 'ab'.repeat(32));
    expect((await same(address, 'object'))[0]).to.match(/with 30 shares, together 30 % of all shares/);
    await same(address, 'pay');
    await same(address, 'revenue', '--amount', '0.005');
    await give(asset, address, 777n);
    expect(await done(address, 'sweep')).to.have.length(1);
    await chain.passSeconds(3 * DAY);
    await same(address, 'claim');
    await same(address, 'unstake', '--shares', '10');
    await done(address, 'claw-back');
    await same(address, 'redeem');
    await same(address, 'close-stake');
    await same(address, 'close', '--yes', address.toBase58());
    await same(address, 'propose-authority', '--to', payer.toBase58());
  });

  it('of an authority that is offered', async () => {
    const { chain, dao } = commands;
    const test = await TestAsset.create(chain);
    const offering = proposeAssetAuthority({ asset: await test.asset(), newAuthority: dao.treasury });
    await test.send(offering, [test.authority]);
    await done(test.address, 'accept-authority');
    expect((await test.asset()).authority.equals(dao.treasury)).to.equal(true);
  });

  it('of shares that failed to sell', async () => {
    const { chain, treasury, dao } = commands;
    const asset = await governed();
    await give(asset, treasury, 1_000_000n);
    await done(asset.address, 'fund', '--total', '5');
    const { deadline } = (await again(asset)).terms;
    await chain.passSeconds(Number(deadline - (await chainTime(chain.connection))));
    await dao.send(finalizeAsset(asset));
    expect((await done(asset.address, 'refund'))[0]).to.match(/gets 0\.005 tokens for 5 shares$/);
  });

  it('of permits, which later instructions of the same proposal follow', async () => {
    const { chain } = commands;
    const asset = await governed({ permits: true });
    const { address } = asset;
    const wallet = await fund(chain.connection, 1);
    const { shareMint: mint, shareProgram } = asset;
    const { publicKey: payer } = chain.payer;
    const account = commands.dao.accountOf(wallet.publicKey, {
      mint,
      tokenProgram: shareProgram,
      authority: wallet,
    });
    await commands.dao.send(
      createAssociatedTokenAccountIdempotentInstruction(payer, account, wallet.publicKey, mint, shareProgram),
    );
    const of = ['--wallet', wallet.publicKey.toBase58()];
    const until = ['--until', '2099-01-01', '--country', '484'];
    const given = await done(address, 'permit', ...of, ...until);
    expect(given).to.deep.equal([
      `permits ${wallet.publicKey} until 2099-01-01T00:00:00.000Z, country 484`,
      `shares of ${wallet.publicKey} can be traded, and those staked earn`,
    ]);
    const revoking = await same(address, 'permit', ...of, '--revoke');
    expect(revoking[1]).to.match(/are frozen, and those staked do not earn$/);
    await same(address, 'permit', ...of, '--close');
  });

  it('of an asset that is created', async () => {
    const { chain, files } = commands;
    const config = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
    const now = await chainTime(chain.connection);
    const inDays = (days: number) =>
      new Date(Number(now + BigInt(days * DAY)) * 1000).toISOString().replace('.000', '');
    config.documents.sha256 = 'ab'.repeat(32);
    config.payment_mint = (await makeMint(chain)).toBase58();
    config.builder = Keypair.generate().publicKey.toBase58();
    delete config.network;
    config.deadline = inDays(100);
    for (const [at, tranche] of config.tranches.entries()) tranche.by = inDays(30 * (at + 4));
    const effects = await done(null, 'create', '--config', files.json(config));
    const [, address] = /^creates asset (\w+): Sun of Mesa$/.exec(effects[0]!)!;
    const created = await fetchAsset(chain.connection, new PublicKey(address!));
    expect(created.authority.equals(commands.treasury)).to.equal(true);
  });

  it('of its devices, which no command registers', async () => {
    const { chain, dao, member, treasury } = commands;
    const network = await TestNetwork.create(chain);
    const asset = await governed({ reward: { mint: network.mint } });
    const devices = Array.from({ length: 3 }, () => newDevice(Keypair.generate()));
    const owner = asset.address.toBytes();
    const tree = LedgerTree.fromLeaves(ledgerLeaves([{ owner, earned: 0n }]));
    const leaf = { index: 0, owner: asset.address, earned: 0n, proof: tree.proveRun(0, 1) };
    const of = { asset, network: network.address, payer: treasury };
    const actions = [
      registerAssetDevices({ ...of, kind: 1, devices, maxFee: 5_000_000n }),
      retireAssetDevice({ ...of, leaf }),
    ];
    const proposal = await dao.propose(member, actions);
    const about = await aboutOf(asset.address);
    expect((await commands.show(proposal.toBase58())).map(({ effects }) => effects)).to.deep.equal([
      [about, `registers 3 devices of kind 1 in network ${network.address}, for 0.005 SOL at most`],
      [about, `retires device 0 of network ${network.address} for ever: it earns nothing more`],
    ]);
    for (const action of actions) compared.add(assetsProgram.read(action)!.name);
  });

  it('and that is every instruction that somebody must sign', () => {
    const signed = idl.instructions
      .filter(({ accounts }) => accounts.some((one) => 'signer' in one))
      .map(({ name }) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
    expect(signed).to.have.length.above(15);
    expect([...compared]).to.include.members(signed);
  });

  it('names token accounts that are not those of the wallet, accounts too many, and a wrong signer', async () => {
    const { dao, member, treasury } = commands;
    const asset = await governed();
    const thief = Keypair.generate().publicKey;
    const unstaking = unstakeShares({ asset, owner: treasury, shares: 1n, destination: thief });
    unstaking.keys.push({ pubkey: thief, isSigner: false, isWritable: true });
    const signing = unstakeShares({ asset, owner: member.publicKey, shares: 1n });
    const proposal = await dao.propose(member, [unstaking, signing]);
    const [first, second] = await commands.show(proposal.toBase58());
    expect(first!.effects.slice(1)).to.deep.equal([
      `token account ${thief}, not that of ${treasury}, takes 1 share out of the stake; what it has earned stays claimable`,
      `it is given 1 account that it does not need: ${thief}`,
    ]);
    expect(second!.warnings).to.deep.equal([
      `${member.publicKey} must sign it, which is not the treasury of this DAO: whoever executes it as that could lose what is in that wallet`,
    ]);
  });
});
