import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchAsset } from '@commonwire/sdk/assets';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { DAY, makeMint, send } from '../../../tests/support/assets';
import { chainTime, fund as fundWallet } from '../../../tests/support/chain';
import { AssetCommands } from './asset-commands';

const ROOT = join(__dirname, '../../..');

/** Commands of docs/owning.md about assets, in their order, without `npm run -s commonwire --`. */
const guide = (): string[] =>
  [
    ...readFileSync(join(ROOT, 'docs/owning.md'), 'utf8').matchAll(/^npm run -s commonwire -- asset (.+)$/gm),
  ].map(([, command]) => command!);

describe('docs/owning.md', () => {
  it('takes a solar farm from the idea to its first payout with the commands that it shows', async function () {
    this.timeout(60_000);
    const commands = await AssetCommands.start();
    const { chain, files } = commands;
    const [initiator, funder, anybody, compliance] = [
      await fundWallet(chain.connection, 10),
      await fundWallet(chain.connection, 10),
      await fundWallet(chain.connection, 10),
      await fundWallet(chain.connection, 10),
    ];
    const mint = await makeMint(chain);
    const builder = Keypair.generate().publicKey;
    const payer = chain.payer.publicKey;
    const account = (owner: PublicKey) => getAssociatedTokenAddressSync(mint, owner);
    for (const { publicKey: owner } of [funder, anybody])
      await send(chain, [
        createAssociatedTokenAccountIdempotentInstruction(payer, account(owner), owner, mint),
        createMintToInstruction(mint, account(owner), payer, 200_000_000_000n),
      ]);
    const now = Number(await chainTime(chain.connection));
    const inDays = (days: number) => new Date((now + days * DAY) * 1000).toISOString().replace(/\.\d+/, '');
    const config = JSON.parse(readFileSync(join(ROOT, 'migrations/asset.example.json'), 'utf8'));
    config.documents.sha256 = 'ab'.repeat(32);
    Object.assign(config, { payment_mint: mint.toBase58(), builder: builder.toBase58(), network: undefined });
    config.compliance = compliance.publicKey.toBase58();
    config.deadline = inDays(10);
    for (const [at, tranche] of config.tranches.entries()) tranche.by = inDays(30 * (at + 1));

    const given: Record<string, string> = {
      FUNDER: funder.publicKey.toBase58(),
      'farm.json': files.json(config),
      'foundation.jpg': files.json('a photo'),
      'initiator.json': files.key(initiator),
      'funder.json': files.key(funder),
      'anybody.json': files.key(anybody),
      'compliance.json': files.key(compliance),
      '2027-06-01': inDays(365),
    };
    /** What the reader waits for before a command. */
    const waits: Record<string, () => Promise<void>> = {
      finalize: () => chain.passSeconds(10 * DAY),
      announce: () => chain.passSeconds(7 * DAY),
      pay: () => chain.passSeconds(7 * DAY),
      claim: () => chain.passSeconds(14 * DAY),
    };
    const said: Record<string, string[]> = {};
    for (const command of guide()) {
      const [action, ...argv] = command.split(' ').map((word) => given[word] ?? word);
      await waits[action!]?.();
      said[action!] = await commands.run(action!, ...argv);
      const created = /^creates asset (\w+)/.exec(said[action!]![0]!);
      if (created) given.FARM = created[1]!;
    }
    files.remove();

    expect(Object.keys(said)).to.include.members(['create', 'permit', 'fund', 'finalize', 'pay', 'claim']);
    expect(said.finalize![0]).to.equal('the asset is funded with 100,000 tokens for 4,000 shares');
    const balance = async (owner: PublicKey) =>
      (await chain.connection.getTokenAccountBalance(account(owner))).value.uiAmount;
    expect(await balance(builder)).to.equal(40_000);
    expect(await balance(funder.publicKey)).to.equal(200_000 - 100_000 + 800);
    const farm = await fetchAsset(chain.connection, new PublicKey(given.FARM!));
    expect(farm).to.include({ state: 'funded', nextTranche: 1, staked: 0n });
  });
});
