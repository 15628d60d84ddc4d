import {
  closeAsset,
  fetchAsset,
  finalizeAsset,
  fundAsset,
  redeemShares,
  refundShares,
  stakeShares,
} from '@commonwire/sdk/assets';
import { TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  AuthorityType,
  createBurnInstruction,
  createSetAuthorityInstruction,
  getMint,
} from '@solana/spl-token';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { assetsChain, DAY, PRICE, TestAsset } from '../support/assets';
import { expectError, MINT_MISMATCH, OWNER_MISMATCH, type TestChain, TOO_FEW_TOKENS } from '../support/chain';

describe('funding an asset', () => {
  let chain: TestChain;
  let asset: TestAsset;

  beforeEach(async () => {
    chain = await assetsChain();
    asset = await TestAsset.create(chain);
  });

  const refund = async (holder: Keypair) =>
    asset.send(refundShares({ asset: await asset.asset(), holder: holder.publicKey }), [holder]);
  const escrow = async () => asset.balance((await asset.asset()).escrow);

  it('takes exactly what the shares cost', async () => {
    const ann = await asset.wallet(10_000n);
    await asset.fund(ann, 3n);
    await asset.fund(ann, 4n);
    expect(await asset.sharesOf(ann)).to.equal(7n);
    expect([await asset.tokens(ann.publicKey), await escrow()]).to.deep.equal([3_000n, 7_000n]);
  });

  it('sells what is left to whoever wants more, and no more', async () => {
    const [ann, ben] = [await asset.wallet(), await asset.wallet()];
    await asset.fund(ann, 90n);
    await asset.fund(ben, 2n ** 64n - 1n);
    expect([await asset.sharesOf(ben), await asset.tokens(ben.publicKey)]).to.deep.equal([10n, 990_000n]);
    await expectError(asset.fund(ann, 1n), 'sold-out');
    expect(await asset.finalize()).to.equal('funded');
  });

  it('is refused with too few tokens, tokens of another mint or of somebody else', async () => {
    const [ann, ben] = [await asset.wallet(1_999n), await asset.wallet()];
    await expectError(asset.fund(ann, 2n), TOO_FEW_TOKENS);
    const state = await asset.asset();
    const pay = (source: Parameters<typeof fundAsset>[0]['source']) =>
      asset.send(
        fundAsset({ asset: state, funder: ann.publicKey, shares: 1n, ...(source ? { source } : {}) }),
        [ann],
      );
    await asset.give(ann.publicKey, 5_000n, 1);
    await expectError(pay(await tokenAccount(ann, 1)), MINT_MISMATCH);
    const other = await asset.tokens(ben.publicKey);
    await expectError(pay(await tokenAccount(ben)), OWNER_MISMATCH);
    expect(await asset.tokens(ben.publicKey)).to.equal(other);
    await expectError(asset.fund(ann, 0n), 'zero-amount');
  });

  const tokenAccount = async (owner: Keypair, stream = 0) => {
    const accounts = await chain.connection.getTokenAccountsByOwner(owner.publicKey, {
      mint: (await asset.asset()).revenue[stream]!.mint,
    });
    return accounts.value[0]!.pubkey;
  };

  it('ends at the deadline, and not before', async () => {
    const ann = await asset.wallet();
    await asset.fund(ann, 10n);
    const state = await asset.asset();
    await expectError(asset.send(finalizeAsset(state)), 'funding-open');
    await chain.passSeconds(Number(state.terms.deadline - (await asset.now())));
    await expectError(asset.fund(ann, 1n), 'not-funding');
    await asset.send(finalizeAsset(state));
    await expectError(asset.send(finalizeAsset(state)), 'not-funding');
    await expectError(refund(ann), 'not-failed');
    const { mintAuthority } = await getMint(chain.connection, state.shareMint, 'processed');
    expect(mintAuthority).to.equal(null);
  });

  it('refunds everybody in full for the shares they hold, and covers them at all times', async () => {
    const [ann, ben] = [await asset.wallet(5_000n), await asset.wallet(5_000n)];
    await asset.fund(ann, 5n);
    await asset.fund(ben, 4n);
    await expectError(refund(ann), 'not-failed');
    expect(await asset.finalize()).to.equal('failed');
    await expectError(asset.fund(ann, 1n), 'not-funding');
    await expectError(asset.stake(ann, 1n), 'not-funded');
    await refund(ann);
    expect([await asset.tokens(ann.publicKey), await escrow()]).to.deep.equal([5_000n, 4n * PRICE]);
    await expectError(refund(ann), 'zero-amount');
    await refund(ben);
    expect([await asset.tokens(ben.publicKey), await escrow()]).to.deep.equal([5_000n, 0n]);
  });

  it("refuses to refund or redeem another's shares", async () => {
    const [ann, ben] = [await asset.wallet(), await asset.wallet()];
    await asset.fund(ann, 9n);
    await asset.finalize();
    const built = refundShares({ asset: await asset.asset(), holder: ben.publicKey });
    built.keys[3]!.pubkey = await asset.shareAccount(ann.publicKey);
    await expectError(asset.send(built, [ben]), OWNER_MISMATCH);
    const redeem = redeemShares({ asset: await asset.asset(), holder: ann.publicKey, shares: 1n });
    await expectError(asset.send(redeem, [ann]), 'not-clawed-back');
  });

  it('works with amounts near 2^64', async () => {
    const most = 2n ** 64n - 1n;
    asset = await TestAsset.create(chain, { terms: { price: 1n, maxShares: most, minShares: most } });
    const [ann, ben] = [await asset.wallet(most - 5n), await asset.wallet(5n)];
    await asset.fund(ann, most - 5n);
    await asset.fund(ben, most);
    expect(await asset.finalize()).to.equal('funded');
    expect((await asset.asset()).left).to.equal(most);
    await asset.stake(ann, most - 5n);
    await asset.stake(ben, 5n);
    expect((await asset.asset()).staked).to.equal(most);
  });

  it('closes once all is refunded, and returns the rents to their payers', async () => {
    const ann = await asset.wallet();
    await asset.fund(ann, 9n);
    await asset.give(asset.authority.publicKey, 0n);
    await asset.give(asset.authority.publicKey, 0n, 1);
    await asset.finalize();
    const close = async () => asset.send(closeAsset({ asset: await asset.asset() }), [asset.authority]);
    await expectError(close(), 'still-held');
    await refund(ann);
    // What arrived for nobody goes to the authority.
    await asset.give(asset.address, 77n, 1);
    const before = await chain.connection.getBalance(asset.creator.publicKey, 'processed');
    const { escrow: account, revenue } = await asset.asset();
    await close();
    expect(await chain.connection.getBalance(asset.creator.publicKey, 'processed')).to.be.above(
      before + 6_000_000,
    );
    for (const key of [asset.address, account, revenue[0].vault, revenue[1]!.vault])
      expect(await chain.connection.getAccountInfo(key, 'processed')).to.equal(null);
    await expectError(fetchAsset(chain.connection, asset.address, 'processed'), 'account-missing');
  });

  it('refunds the rest where a holder has burnt shares, whose price goes to the authority', async () => {
    const ann = await asset.wallet(10_000n);
    await asset.fund(ann, 9n);
    await asset.finalize();
    const { shareMint, shareProgram } = await asset.asset();
    const account = await asset.shareAccount(ann.publicKey);
    await asset.send(createBurnInstruction(account, shareMint, ann.publicKey, 2n, [], shareProgram), [ann]);
    await refund(ann);
    expect([await asset.tokens(ann.publicKey), await escrow()]).to.deep.equal([8_000n, 2_000n]);
    await asset.give(asset.authority.publicKey, 0n);
    await asset.give(asset.authority.publicKey, 0n, 1);
    await asset.send(closeAsset({ asset: await asset.asset() }), [asset.authority]);
  });

  it('lets nobody but the asset mint or take over its mint', async () => {
    const { shareMint } = await asset.asset();
    const { authority } = asset;
    const take = createSetAuthorityInstruction(
      shareMint,
      authority.publicKey,
      AuthorityType.MintTokens,
      authority.publicKey,
    );
    await expectError(asset.send(take, [authority]), OWNER_MISMATCH);
    await chain.passSeconds(DAY);
    const ann = await asset.wallet();
    await expectError(
      asset.send(stakeShares({ asset: await asset.asset(), owner: ann.publicKey, shares: 1n }), [ann]),
      'not-funded',
    );
  });

  it('is refused into another escrow, for shares of another mint, or through another token program', async () => {
    const ann = await asset.wallet();
    const [state, other] = [await asset.asset(), await (await TestAsset.create(chain)).asset()];
    const wrong = [
      [3, other.escrow, 'wrong-escrow'],
      [4, other.shareMint, 'wrong-share-mint'],
      [7, TOKEN_2022_PROGRAM_ID, 'wrong-token-program'],
      [8, TOKEN_2022_PROGRAM_ID, 'wrong-token-program'],
    ] as const;
    for (const [at, key, code] of wrong) {
      const built = fundAsset({ asset: state, funder: ann.publicKey, shares: 1n });
      built.keys[at]!.pubkey = key;
      await expectError(asset.send(built, [ann]), code);
    }
  });
});
