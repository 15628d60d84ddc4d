import {
  claimRevenue,
  depositRevenue,
  fundAsset,
  payTranche,
  refundShares,
  sweepRevenue,
  unstakeShares,
} from '@commonwire/sdk/assets';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import type { Keypair, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { assetsChain, DAY, METADATA, PRICE, TestAsset } from '../support/assets';
import type { TestChain } from '../support/chain';

/** What the instruction that sets the limit costs. */
const BUDGET_UNITS = 150;

describe('an asset from its funding to its revenue', () => {
  let chain: TestChain;

  before(async () => {
    chain = await assetsChain();
  });

  for (const permits of [false, true]) {
    it(`is funded, built, owned and earned from${permits ? ', with permits' : ''}`, async function () {
      this.timeout(120_000);
      const asset = await TestAsset.create(chain, { permits });
      const created = await asset.asset();
      expect(created.metadata).to.deep.equal(METADATA);
      expect(created.terms.tranches.map(({ part }) => part)).to.deep.equal([5000, 3333, 1667]);
      const [ann, ben] = await asset.funded(60n, 30n);
      const { state, left, sold } = await asset.asset();
      expect({ state, left, sold }).to.deep.equal({ state: 'funded', left: 90n * PRICE, sold: 90n });
      await asset.stake(ann!, 60n);
      await asset.stake(ben!, 20n);

      const { mint } = created.revenue[0];
      const builder = asset.builder.publicKey;
      const account = getAssociatedTokenAddressSync(mint, builder);
      await asset.send(
        createAssociatedTokenAccountIdempotentInstruction(chain.payer.publicKey, account, builder, mint),
      );
      for (const paid of [45_000n, 74_997n, 90_000n]) {
        await asset.announce();
        await asset.passObjections();
        await asset.send(payTranche(await asset.asset()));
        expect(await asset.tokens(builder)).to.equal(paid);
      }

      await asset.deposit(8_000n);
      await asset.give(asset.address, 4_000n, 1);
      await asset.send(sweepRevenue({ asset: await asset.asset(), stream: 1 }));
      await asset.nextWindow();
      await chain.passSeconds(DAY);
      const paid: bigint[] = [];
      for (const owner of [ann!, ben!]) {
        for (const stream of [0, 1]) {
          const before = await asset.tokens(owner.publicKey, stream);
          await asset.send(claimRevenue({ asset: await asset.asset(), stream, owner: owner.publicKey }), [
            owner,
          ]);
          paid.push((await asset.tokens(owner.publicKey, stream)) - before);
        }
      }
      expect(paid).to.deep.equal([6_000n, 3_000n, 2_000n, 1_000n]);
      await asset.send(unstakeShares({ asset: await asset.asset(), owner: ann!.publicKey, shares: 60n }), [
        ann!,
      ]);
      expect(await asset.sharesOf(ann!)).to.equal(60n);
    });
  }

  it('is refunded in full where it misses its goal', async () => {
    const asset = await TestAsset.create(chain);
    const ann = await asset.wallet(10_000n);
    await asset.fund(ann, 9n);
    expect(await asset.finalize()).to.equal('failed');
    await asset.send(refundShares({ asset: await asset.asset(), holder: ann.publicKey }), [ann]);
    expect([await asset.tokens(ann.publicKey), await asset.sharesOf(ann)]).to.deep.equal([10_000n, 0n]);
  });

  it('costs few compute units', async function () {
    this.timeout(120_000);
    const units = async (instruction: TransactionInstruction, of: TestAsset, signer: Keypair) => {
      const signature = await of.send(instruction, [signer]);
      const found = await chain.connection.getTransaction(signature, { maxSupportedTransactionVersion: 1 });
      return found!.meta!.computeUnitsConsumed! - BUDGET_UNITS;
    };
    for (const permits of [false, true]) {
      const asset = await TestAsset.create(chain, { permits });
      const ann = await asset.wallet();
      const funding = fundAsset({ asset: await asset.asset(), funder: ann.publicKey, shares: 50n });
      expect(await units(funding, asset, ann)).to.be.at.most(permits ? 12_000 : 6_000);
      await asset.finalize();
      await asset.stake(ann, 40n);
      await asset.deposit(100_000n);
      await chain.passSeconds(DAY + DAY / 2);
      const depositor = ann.publicKey;
      const deposit = depositRevenue({ asset: await asset.asset(), depositor, amount: 1_000n });
      expect(await units(deposit, asset, ann)).to.be.at.most(4_500);
      await chain.passSeconds(DAY);
      const claim = claimRevenue({ asset: await asset.asset(), owner: ann.publicKey });
      expect(await units(claim, asset, ann)).to.be.at.most(4_500);
    }
  });
});
