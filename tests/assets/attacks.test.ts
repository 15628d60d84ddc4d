import {
  announceTranche,
  assetAddress,
  claimRevenue,
  closeAsset,
  closeStake,
  createAsset,
  createShareAccount,
  escrowAddress,
  fetchAsset,
  finalizeAsset,
  fundAsset,
  objectTranche,
  payTranche,
  permitAddress,
  redeemShares,
  refundShares,
  setPermit,
  shareMintAddress,
  stakeAddress,
  stakeShares,
  stakeVaultAddress,
  sweepRevenue,
  syncPermit,
  tokensOf,
  unstakeShares,
} from '@commonwire/sdk/assets';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
  createSyncNativeInstruction,
  getAssociatedTokenAddressSync,
  NATIVE_MINT,
} from '@solana/spl-token';
import { type Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { assetCreation, assetsChain, DAY, EVIDENCE, PRICE, send, TestAsset } from '../support/assets';
import { ACCOUNT_IN_USE, expectError, fund, type TestChain } from '../support/chain';

describe('attacks on an asset', () => {
  let chain: TestChain;

  before(async () => {
    chain = await assetsChain();
  });

  const state = async (asset: TestAsset) => (await asset.asset()).state;
  const objecting = async (asset: TestAsset, owner: Keypair) =>
    objectTranche({ asset: await asset.asset(), owner: owner.publicKey });
  const staking = async (asset: TestAsset, owner: Keypair, shares: bigint) =>
    stakeShares({ asset: await asset.asset(), owner: owner.publicKey, shares });
  const unstaking = async (asset: TestAsset, owner: Keypair, shares: bigint) =>
    unstakeShares({ asset: await asset.asset(), owner: owner.publicKey, shares });

  it('announce in the transaction that ends funding: nothing is announced before holders had a week to stake', async () => {
    const asset = await TestAsset.create(chain);
    const [ann, thief] = [await asset.wallet(), await asset.wallet()];
    await asset.fund(ann, 99n);
    const at = await asset.asset();
    const announcing = announceTranche({ asset: at, ...EVIDENCE });
    const buying = fundAsset({ asset: at, funder: thief.publicKey, shares: 1n });
    const stealing = asset.send([buying, finalizeAsset(at), announcing], [thief, asset.authority]);
    await expectError(stealing, 'tranche-early');
    await asset.send([buying, finalizeAsset(at)], [thief]);
    const { firstTrancheFrom } = await asset.asset();
    await chain.passSeconds(Number(firstTrancheFrom! - (await asset.now())) - 2);
    await expectError(asset.send(announcing, [asset.authority]), 'tranche-early');
    await asset.stake(ann, 99n);
    await chain.passSeconds(2);
    await asset.send(announcing, [asset.authority]);
    await asset.send(await objecting(asset, ann), [ann]);
    expect(await state(asset)).to.equal('clawed-back');
  });

  it('revoke all permits so that nobody can object: shares without a permit object, and earn nothing', async () => {
    const asset = await TestAsset.create(chain, { permits: true });
    const [ann, ben] = await asset.funded(60n, 40n);
    await asset.stake(ben!, 40n);
    await asset.permit(ann!, 1n);
    await asset.sync(ann!);
    await asset.send(await staking(asset, ann!, 60n), [ann!]);
    expect(await asset.stakeOf(ann!)).to.include({ earning: 0n, idle: 60n });
    expect((await asset.asset()).staked).to.equal(40n);
    await asset.deposit(1_000n);
    await asset.announce();
    await expectError(
      asset.send(claimRevenue({ asset: await asset.asset(), owner: ann!.publicKey }), [ann!]),
      'nothing-to-claim',
    );
    await asset.send(await objecting(asset, ann!), [ann!]);
    expect(await state(asset)).to.equal('clawed-back');
    await asset.send(await unstaking(asset, ann!, 60n), [ann!]);
    const before = await asset.tokens(ann!.publicKey);
    const redeeming = redeemShares({ asset: await asset.asset(), holder: ann!.publicKey, shares: 60n });
    await asset.send(redeeming, [ann!]);
    expect((await asset.tokens(ann!.publicKey)) - before).to.equal(60n * PRICE);
  });

  it('stake without a permit what a permitted wallet lends: a share account must be the wallet’s own', async () => {
    const asset = await TestAsset.create(chain, { permits: true });
    const [ann, ben] = await asset.funded(60n, 40n);
    await asset.permit(ann!, 1n);
    const lent = await staking(asset, ann!, 40n);
    lent.keys[4]!.pubkey = await asset.shareAccount(ben!.publicKey);
    await expectError(asset.send(lent, [ann!]), 'wrong-shares');
  });

  it('lock up what is left: an asset is closed by a creator who is its authority, and without a reward token', async () => {
    for (const reward of [undefined, null]) {
      const asset = await TestAsset.create(chain, {
        ownAuthority: true,
        ...(reward === null ? { reward } : {}),
      });
      await asset.finalize();
      for (const stream of (await asset.asset()).revenue.keys())
        await asset.give(asset.authority.publicKey, 0n, stream);
      await asset.give(asset.address, 77n);
      const last = await asset.asset();
      await asset.send(closeAsset({ asset: last }), [asset.authority]);
      expect(await chain.connection.getAccountInfo(asset.address, 'processed')).to.equal(null);
      expect(await asset.balance(tokensOf(last.revenue[0], last.authority))).to.equal(77n);
    }
  });

  it('create an asset again under the address of one that was closed', async () => {
    const { args, signers, instructions } = await assetCreation(chain, { ownAuthority: true, reward: null });
    await send(chain, instructions, signers);
    const read = () => fetchAsset(chain.connection, assetAddress(args), 'processed');
    await chain.passSeconds(10 * DAY);
    await send(chain, [finalizeAsset(await read())]);
    // What is left goes anywhere: here into the account of another asset.
    const other = await TestAsset.create(chain, { payment: args.payment });
    const destinations = [(await other.asset()).revenue[0].vault];
    await send(chain, [closeAsset({ asset: await read(), destinations })], signers);
    const deadline = (await other.now()) + 100_000n;
    const tranches = [{ part: 10_000, date: deadline }];
    const again = createAsset({ ...args, terms: { ...args.terms, deadline, tranches } });
    await expectError(send(chain, again, signers), ACCOUNT_IN_USE);
  });

  it('object with shares that are borrowed for one transaction: they are too new, or stay for a week', async () => {
    const asset = await TestAsset.create(chain);
    const [ann] = await asset.funded(40n, 60n);
    const [stake, object] = [await staking(asset, ann!, 40n), await objecting(asset, ann!)];
    const unstake = await unstaking(asset, ann!, 40n);
    const { firstTrancheFrom } = await asset.asset();
    await chain.passSeconds(Number(firstTrancheFrom! - (await asset.now())));
    const announce = announceTranche({ asset: await asset.asset(), ...EVIDENCE });
    // Even with the authority's help.
    const both = [ann!, asset.authority];
    await expectError(asset.send([stake, announce, object, unstake], both), 'stake-locked');
    await asset.announce();
    await expectError(asset.send([stake, object, unstake], [ann!]), 'nothing-to-object');
  });

  it('close a stake and make it anew, to object with it again', async () => {
    const asset = await TestAsset.create(chain);
    const [ann] = await asset.funded(40n, 60n);
    await asset.stake(ann!, 40n);
    await asset.announce();
    await asset.send(await objecting(asset, ann!), [ann!]);
    const unstake = await unstaking(asset, ann!, 40n);
    await expectError(asset.send(unstake, [ann!]), 'stake-locked');
    // Nor in a tranche to which it has not objected yet.
    await asset.passObjections();
    await asset.announce();
    const anew = [unstake, closeStake(await asset.stakeOf(ann!)), await staking(asset, ann!, 40n)];
    await expectError(asset.send([...anew, await objecting(asset, ann!)], [ann!]), 'nothing-to-object');
    await asset.send(await objecting(asset, ann!), [ann!]);
    expect((await asset.asset()).announcement!.objections).to.equal(40n);
  });

  it('claw back a tranche that is being paid, or pay one that was clawed back: whichever is first counts', async () => {
    const asset = await TestAsset.create(chain);
    const [ann] = await asset.funded(100n);
    await asset.give(asset.builder.publicKey, 0n);
    await asset.announce();
    await asset.passObjections();
    const paying = payTranche(await asset.asset());
    await asset.send(paying);
    await asset.announce();
    await asset.passObjections();
    await asset.openClawBack();
    await expectError(asset.send(paying), 'not-building');
    const before = await asset.tokens(ann!.publicKey);
    const all = { asset: await asset.asset(), holder: ann!.publicKey, shares: 100n };
    await asset.send(redeemShares(all), [ann!]);
    expect((await asset.tokens(ann!.publicKey)) - before).to.equal(50n * PRICE);
    expect(await asset.tokens(asset.builder.publicKey)).to.equal(50n * PRICE);
  });

  it('delay income by dust: a hundred deposits of a base unit release what they would without', async () => {
    const [plain, dusted] = [await TestAsset.create(chain), await TestAsset.create(chain)];
    const [ann, ben] = [(await plain.funded(100n))[0]!, (await dusted.funded(100n))[0]!];
    await plain.stake(ann, 10n);
    await dusted.stake(ben, 10n);
    await plain.nextWindow();
    for (const asset of [plain, dusted]) await asset.deposit(86_400_000n);
    await plain.nextWindow();
    for (let part = 0; part < 10; part += 1) {
      await chain.passSeconds(4_000);
      const { revenue } = await dusted.asset();
      const dust = [
        createMintToInstruction(revenue[0].mint, revenue[0].vault, chain.payer.publicKey, 1n),
        sweepRevenue({ asset: await dusted.asset() }),
      ];
      await dusted.send(Array.from({ length: 10 }, () => dust).flat());
    }
    /** What the second of the claim has released; it may pass between two looks at the clock only where time runs on. */
    const expectReleased = async (asset: TestAsset, owner: Keypair) => {
      const before = await asset.tokens(owner.publicKey);
      const least = (await asset.now()) % 86_400n;
      await asset.send(claimRevenue({ asset: await asset.asset(), owner: owner.publicKey }), [owner]);
      const most = (await asset.now()) % 86_400n;
      const got = (await asset.tokens(owner.publicKey)) - before;
      expect(Number(got)).to.be.within(Number(least * 1_000n), Number(most * 1_000n));
      expect(got % 1_000n).to.equal(0n);
    };
    await expectReleased(plain, ann);
    await expectReleased(dusted, ben);
  });

  it('send lamports to addresses that are to be made: asset, stake and permit are made there all the same', async () => {
    const { args, signers, instructions, compliance } = await assetCreation(chain, { permits: true });
    const at = assetAddress(args);
    const owner = signers[0]!.publicKey;
    const permit = { compliance: compliance!.publicKey, wallet: owner };
    const dust = (...addresses: PublicKey[]) =>
      addresses.map((toPubkey) =>
        SystemProgram.transfer({ fromPubkey: chain.payer.publicKey, toPubkey, lamports: 1_000_000 }),
      );
    const made = [at, shareMintAddress(at), escrowAddress(at), stakeVaultAddress(at)];
    await send(chain, dust(...made, stakeAddress({ asset: at, owner }), permitAddress(permit)));
    await send(chain, instructions, signers);
    const payer = chain.payer.publicKey;
    const permitting = setPermit({ ...permit, payer, jurisdiction: 484, expiresAt: 2n ** 60n });
    await send(chain, [permitting], [compliance!]);
    const read = () => fetchAsset(chain.connection, at, 'processed');
    const { mint, tokenProgram } = (await read()).revenue[0];
    const tokens = getAssociatedTokenAddressSync(mint, owner, true, tokenProgram);
    await send(chain, [
      createAssociatedTokenAccountIdempotentInstruction(payer, tokens, owner, mint, tokenProgram),
      createMintToInstruction(mint, tokens, payer, 100n * PRICE),
      ...[createShareAccount({ asset: await read(), payer, owner })].flat(),
    ]);
    await send(chain, [fundAsset({ asset: await read(), funder: owner, shares: 100n })], signers);
    await send(chain, [finalizeAsset(await read()), syncPermit({ asset: await read(), wallet: owner })]);
    await send(chain, [stakeShares({ asset: await read(), owner, shares: 100n })], signers);
    expect(await read()).to.include({ state: 'funded', staked: 100n });
  });

  it('send lamports into an escrow of wrapped SOL: refunds stay whole, and it closes', async () => {
    const asset = await TestAsset.create(chain, { payment: { mint: NATIVE_MINT }, reward: null });
    const ann = await fund(chain.connection, 10);
    const { escrow, revenue } = await asset.asset();
    const account = tokensOf(revenue[0], ann.publicKey);
    const from = ann.publicKey;
    const gift = (toPubkey: PublicKey, lamports: number) =>
      SystemProgram.transfer({ fromPubkey: from, toPubkey, lamports });
    await asset.send(
      [
        createAssociatedTokenAccountIdempotentInstruction(from, account, from, NATIVE_MINT),
        gift(account, 9_000),
        createSyncNativeInstruction(account),
        createShareAccount({ asset: await asset.asset(), payer: from, owner: from }),
        fundAsset({ asset: await asset.asset(), funder: from, shares: 9n }),
        gift(escrow, 777),
        createSyncNativeInstruction(escrow),
      ].flat(),
      [ann],
    );
    await asset.finalize();
    await asset.send(refundShares({ asset: await asset.asset(), holder: from }), [ann]);
    expect(await asset.balance(account)).to.equal(9_000n);
    const last = await asset.asset();
    await asset.send(closeAsset({ asset: last, destinations: [account] }), [asset.authority]);
    expect(await asset.balance(account)).to.equal(9_777n);
  });

  it('buy two thirds of the shares with their own money: then nobody else stops their tranches', async () => {
    const asset = await TestAsset.create(chain);
    const [ann] = await asset.funded(33n, 67n);
    await asset.stake(ann!, 33n);
    await asset.give(asset.builder.publicKey, 0n);
    await asset.announce();
    await asset.send(await objecting(asset, ann!), [ann!]);
    await asset.passObjections();
    await asset.send(payTranche(await asset.asset()));
    expect(await asset.tokens(asset.builder.publicKey)).to.equal(50n * PRICE);
  });

  it('stake only once much has gathered that nobody swept: whoever stakes in the window after it earns it', async () => {
    const asset = await TestAsset.create(chain);
    const [ann, late] = await asset.funded(50n, 50n);
    await asset.stake(ann!, 50n);
    await asset.give(asset.address, 1_000n);
    await chain.passSeconds(30 * DAY);
    await asset.stake(late!, 50n);
    await asset.send(sweepRevenue({ asset: await asset.asset() }));
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    const before = await asset.tokens(late!.publicKey);
    await asset.send(claimRevenue({ asset: await asset.asset(), owner: late!.publicKey }), [late!]);
    expect((await asset.tokens(late!.publicKey)) - before).to.equal(500n);
  });

  it('send tokens into the escrow: nobody gets more or less for a share', async () => {
    const asset = await TestAsset.create(chain);
    const [ann, ben] = await asset.funded(60n, 40n);
    const { escrow, revenue } = await asset.asset();
    await asset.send(createMintToInstruction(revenue[0].mint, escrow, chain.payer.publicKey, 12_345n));
    await asset.openClawBack();
    for (const [holder, shares] of [
      [ann!, 60n],
      [ben!, 40n],
    ] as const) {
      const before = await asset.tokens(holder.publicKey);
      await asset.send(redeemShares({ asset: await asset.asset(), holder: holder.publicKey, shares }), [
        holder,
      ]);
      expect((await asset.tokens(holder.publicKey)) - before).to.equal(shares * PRICE);
    }
    for (const stream of [0, 1]) await asset.give(asset.authority.publicKey, 0n, stream);
    await asset.send(closeAsset({ asset: await asset.asset() }), [asset.authority]);
    expect(await asset.balance(tokensOf(revenue[0], asset.authority.publicKey))).to.equal(12_345n);
  });
});
