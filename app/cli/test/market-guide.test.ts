import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchOffer, fetchOrder, type UsageLeaf, UsageTree } from '@commonwire/sdk/market';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { DAY, makeMint, send } from '../../../tests/support/assets';
import { chainTime, fund } from '../../../tests/support/chain';
import { LATE_WINDOW_SECONDS } from '../../../tests/support/market';
import { TestNetwork } from '../../../tests/support/network';
import { type MarketCommand, MarketCommands } from './market-commands';
import { orderInfoOf, StubOracle } from './stub-oracle';

const ROOT = join(__dirname, '../../..');

/** Commands of docs/market.md, in their order, without `npm run -s commonwire --`. */
const guide = (): string[] =>
  [...readFileSync(join(ROOT, 'docs/market.md'), 'utf8').matchAll(/^npm run -s commonwire -- (.+)$/gm)].map(
    ([, command]) => command!,
  );

describe('docs/market.md', () => {
  it('sells solar power to a neighbour, from the market to the last token, with the commands that it shows', async function () {
    this.timeout(60_000);
    const commands = await MarketCommands.start();
    const { chain, files } = commands;
    const { connection } = chain;
    const network = await TestNetwork.create(chain, {});
    const [authority, operator, seller, buyer, anybody] = [
      ...[await fund(connection, 10), await fund(connection, 10), await fund(connection, 10)],
      ...[await fund(connection, 10), await fund(connection, 10)],
    ] as [Keypair, Keypair, Keypair, Keypair, Keypair];
    const mint = await makeMint(chain);
    const payer = chain.payer.publicKey;
    const account = (owner: PublicKey) => getAssociatedTokenAddressSync(mint, owner);
    const treasury = Keypair.generate().publicKey;
    await send(chain, [
      createAssociatedTokenAccountIdempotentInstruction(payer, account(treasury), treasury, mint),
      createAssociatedTokenAccountIdempotentInstruction(
        payer,
        account(buyer.publicKey),
        buyer.publicKey,
        mint,
      ),
      createMintToInstruction(mint, account(buyer.publicKey), payer, 50_000_000n),
    ]);
    const now = Number(await chainTime(connection));
    const oracle = await StubOracle.start();
    const given: Record<string, string> = {
      URL: oracle.url,
      NETWORK: network.address.toBase58(),
      MINT: mint.toBase58(),
      RECIPIENT: account(treasury).toBase58(),
      OPERATOR: operator.publicKey.toBase58(),
      '2027-06-01': new Date((now + DAY) * 1000).toISOString().replace(/\.\d+/, ''),
      'authority.json': files.key(authority),
      'operator.json': files.key(operator),
      'seller.json': files.key(seller),
      'buyer.json': files.key(buyer),
      'anybody.json': files.key(anybody),
    };
    /** An epoch in which 10 kWh were sold at 0.25 a kWh. */
    const traded = async () => {
      const [sold, bought] = [
        await fetchOffer(connection, new PublicKey(given.OFFER!)),
        await fetchOrder(connection, new PublicKey(given.ORDER!)),
      ];
      const leaf = (side: UsageLeaf['side'], of: typeof sold | typeof bought): UsageLeaf => ({
        ...{ side, account: of.address, birth: of.birth, counterparty: sold.area! },
        ...{ units: 10_000n, amount: 2_500_000n },
      });
      const leaves = [leaf('offer', sold), leaf('order', bought)];
      oracle.order = (address) => orderInfoOf(new UsageTree(leaves), address);
      given['usage.json'] = await commands.epoch(network, leaves);
    };
    /** What the reader waits for before a command. */
    const waits: Record<string, () => Promise<void>> = {
      'market settle': async () => {
        if (!given['usage.json']) await traded();
      },
      'order close': async () => {
        await chain.passSeconds(DAY + LATE_WINDOW_SECONDS);
        await traded();
      },
    };
    const said: Record<string, string[]> = {};
    for (const command of guide()) {
      const [noun, action, ...words] = command.split(' ');
      const name = `${noun} ${action}`;
      await waits[name]?.();
      const argv = words.map((word) => given[word] ?? word);
      const lines = await commands.run(noun as MarketCommand, action!, ...argv);
      if (!argv.includes('--dry-run')) said[name] ??= lines;
      for (const line of lines) {
        const made = /^(?:creates |opens )?(market|area|offer|order) (\w{32,44})(?: in |:)/.exec(line);
        if (made) given[made[1]!.toUpperCase()] = made[2]!;
      }
    }
    files.remove();
    await oracle.close();

    expect(said['offer create']![1]).to.equal(
      'the seller gets 0.21 tokens a kWh at least; with the fee of 2 % it asks 0.215 tokens a kWh',
    );
    expect(said['order create']!.join('\n')).to.match(/^market's vault +0 -> 20 \(\+20\)$/m);
    expect(said['market show']!.find((line) => line.startsWith('in escrow'))).to.equal(
      'in escrow   20 tokens',
    );
    expect(said['market settle']!.slice(0, 2)).to.deep.equal([
      'settles 1 order: 2.5 tokens of escrow go to areas',
      'settles 0 offers: 0 tokens go from areas to sellers, before the fee',
    ]);
    expect(said['offer collect']![0]).to.equal(`2.45 tokens go to ${seller.publicKey}`);
    const balance = async (owner: PublicKey) =>
      (await connection.getTokenAccountBalance(account(owner))).value.uiAmount;
    expect(await balance(seller.publicKey)).to.equal(2.45);
    expect(await balance(treasury)).to.equal(0.05);
    expect(await balance(buyer.publicKey)).to.equal(47.5);
    for (const gone of [given.OFFER!, given.ORDER!])
      expect(await connection.getAccountInfo(new PublicKey(gone))).to.equal(null);
  });
});
