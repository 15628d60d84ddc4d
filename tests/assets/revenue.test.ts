import {
  claimableOf,
  claimRevenue,
  closeStake,
  depositRevenue,
  stakeShares,
  sweepRevenue,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { createTransferInstruction, getAssociatedTokenAddressSync } from '@solana/spl-token';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { assetsChain, DAY, TestAsset } from '../support/assets';
import { expectError, fund, NO_ACCOUNT, type TestChain, TOO_FEW_TOKENS } from '../support/chain';

describe('revenue of an asset', () => {
  let chain: TestChain;
  let asset: TestAsset;
  let ann: Keypair;
  let ben: Keypair;

  beforeEach(async () => {
    chain = await assetsChain();
    asset = await TestAsset.create(chain);
    [ann, ben] = (await asset.funded(60n, 40n)) as [Keypair, Keypair];
  });

  const claim = async (owner: Keypair, stream = 0) => {
    const before = await asset.tokens(owner.publicKey, stream);
    await asset.send(claimRevenue({ asset: await asset.asset(), owner: owner.publicKey, stream }), [owner]);
    return (await asset.tokens(owner.publicKey, stream)) - before;
  };
  const unstake = async (owner: Keypair, shares: bigint) =>
    asset.send(unstakeShares({ asset: await asset.asset(), owner: owner.publicKey, shares }), [owner]);
  const sweep = async (stream: number) => asset.send(sweepRevenue({ asset: await asset.asset(), stream }));
  const held = async (stream = 0) => (await asset.asset()).revenue[stream]!.held;

  it('streams over the window after its deposit, and leaves those who leave what they earned', async () => {
    await asset.stake(ann, 3n);
    await asset.stake(ben, 1n);
    await asset.nextWindow();
    await asset.deposit(1_000_000n);
    await expectError(claim(ann), 'nothing-to-claim');
    // Until a minute before the next window.
    const left = async () => DAY - Number((await asset.now()) % BigInt(DAY));
    await chain.passSeconds((await left()) - 60);
    await expectError(claim(ann), 'nothing-to-claim');
    await asset.nextWindow();
    await chain.passSeconds(DAY / 2);
    await unstake(ann, 3n);
    await asset.nextWindow();
    await chain.passSeconds(3 * DAY);
    // The clock may go on for some seconds before the unstaking lands, in each of which 12 base units are released.
    const [first, second] = [await claim(ann), await claim(ben)];
    expect(Number(first)).to.be.within(375_000, 375_000 + 12 * 30);
    expect(first + second).to.equal(1_000_000n);
    expect(await held()).to.equal(0n);
  });

  it('is told ahead of claiming', async () => {
    await asset.stake(ann, 7n);
    await asset.deposit(123_457n);
    await asset.nextWindow();
    await chain.passSeconds(5 * DAY);
    const told = claimableOf(await asset.asset(), await asset.stakeOf(ann), await asset.now());
    expect(told[0]).to.equal(await claim(ann));
  });

  it('earns nothing for unstaked shares, nor for a stake in the moment of a deposit', async () => {
    await asset.stake(ann, 1n);
    await asset.deposit(10_000n);
    await asset.stake(ben, 40n);
    await unstake(ben, 40n);
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    expect(await claim(ann)).to.equal(10_000n);
    await expectError(claim(ben), 'nothing-to-claim');
  });

  it('waits while nobody has staked', async () => {
    await asset.deposit(5_000n);
    await chain.passSeconds(30 * DAY);
    await asset.nextWindow();
    await asset.stake(ann, 10n);
    await chain.passSeconds(2 * DAY);
    expect(await claim(ann)).to.equal(5_000n);
  });

  it('is swept where it arrived by plain transfer, once', async () => {
    await asset.stake(ann, 10n);
    await expectError(sweep(1), 'nothing-arrived');
    await asset.give(asset.address, 900n, 1);
    await sweep(1);
    await expectError(sweep(1), 'nothing-arrived');
    expect(await held(1)).to.equal(900n);
    await asset.give(asset.address, 100n, 1);
    await asset.deposit(50n, 1);
    await sweep(1);
    expect(await held(1)).to.equal(1_050n);
    await asset.give(asset.address, 70n);
    await sweep(0);
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    expect([await claim(ann, 1), await claim(ann)]).to.deep.equal([1_050n, 70n]);
    expect([await held(), await held(1)]).to.deep.equal([0n, 0n]);
  });

  it('never pays more than was deposited, and keeps what does not divide', async () => {
    await asset.stake(ann, 2n);
    await asset.stake(ben, 1n);
    await asset.deposit(100n);
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    const paid = [await claim(ann), await claim(ben)];
    expect(paid).to.deep.equal([66n, 33n]);
    expect(await held()).to.equal(1n);
    await expectError(claim(ben), 'nothing-to-claim');
  });

  it('takes deposits near 2^64', async () => {
    const most = 2n ** 64n - 1n;
    asset = await TestAsset.create(chain, { reward: null, terms: { price: 1n, maxShares: 100n } });
    const cat = await asset.wallet(100n);
    await asset.fund(cat, 100n);
    await asset.finalize();
    await asset.stake(cat, 100n);
    await asset.deposit(most - 100n);
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    expect(await claim(cat)).to.equal(most - 100n);
  });

  it('error: no such stream, another vault, too few tokens, nothing', async () => {
    const state = await asset.asset();
    const depositor = ann.publicKey;
    const built = depositRevenue({ asset: state, depositor, amount: 1n });
    built.data[1] = 2;
    await expectError(asset.send(built, [ann]), 'no-stream');
    const crossed = depositRevenue({ asset: state, depositor, amount: 1n });
    crossed.keys[3]!.pubkey = state.revenue[1]!.vault;
    await expectError(asset.send(crossed, [ann]), 'wrong-vault');
    const much = depositRevenue({ asset: state, depositor, amount: 10_000_000n });
    await expectError(asset.send(much, [ann]), TOO_FEW_TOKENS);
    const none = depositRevenue({ asset: state, depositor, amount: 0n });
    await expectError(asset.send(none, [ann]), 'zero-amount');
  });

  it('is not taken before the asset is funded', async () => {
    asset = await TestAsset.create(chain);
    await expectError(asset.deposit(1_000n), 'not-funded');
    await asset.give(asset.address, 1_000n, 1);
    await expectError(sweep(1), 'not-funded');
  });

  it('moves with the shares: whoever buys them may stake them', async () => {
    const cat = await asset.wallet();
    const [from, to] = [await asset.shareAccount(ann.publicKey), await asset.shareAccount(cat.publicKey)];
    await asset.send(createTransferInstruction(from, to, ann.publicKey, 60n), [ann]);
    await asset.stake(cat, 60n);
    await expectError(asset.stake(ann, 1n), TOO_FEW_TOKENS);
  });

  it('is of the stake’s owner alone', async () => {
    await asset.stake(ann, 10n);
    const state = await asset.asset();
    for (const built of [
      claimRevenue({ asset: state, owner: ann.publicKey }),
      unstakeShares({ asset: state, owner: ann.publicKey, shares: 1n }),
    ]) {
      built.keys[0]!.pubkey = ben.publicKey;
      await expectError(asset.send(built, [ben]), 'wrong-stake');
    }
    await expectError(asset.send(claimRevenue({ asset: state, owner: ben.publicKey }), [ben]), NO_ACCOUNT);
    const other = await TestAsset.create(chain);
    const crossed = claimRevenue({ asset: state, owner: ann.publicKey });
    crossed.keys[1]!.pubkey = other.address;
    await expectError(asset.send(crossed, [ann]), 'wrong-stake');
  });

  it('error: more unstaked than staked, nothing staked', async () => {
    await asset.stake(ann, 10n);
    await expectError(unstake(ann, 11n), 'stake-too-small');
    await expectError(unstake(ann, 0n), 'zero-amount');
    await expectError(asset.stake(ann, 0n), 'zero-amount');
  });

  it('returns the rent of a closed stake to whoever paid it', async () => {
    const sponsor = await fund(chain.connection, 1);
    const staking = stakeShares({
      asset: await asset.asset(),
      owner: ann.publicKey,
      payer: sponsor.publicKey,
      shares: 5n,
    });
    await asset.send(staking, [ann, sponsor]);
    const stake = await asset.stakeOf(ann);
    await expectError(asset.send(closeStake(stake)), 'stake-not-empty');
    await expectError(asset.send(closeStake({ ...stake, payer: ann.publicKey })), 'wrong-payer');
    await unstake(ann, 5n);
    await asset.send(closeStake(stake));
    expect(await chain.connection.getBalance(sponsor.publicKey, 'processed')).to.equal(1e9);
    expect((await asset.asset()).stakes).to.equal(0n);
    await expectError(asset.send(closeStake(stake)), NO_ACCOUNT);
  });

  it('is not paid out of another asset’s vault', async () => {
    await asset.stake(ann, 10n);
    const { mint } = (await asset.asset()).revenue[0];
    const other = await TestAsset.create(chain, { payment: { mint } });
    const crossed = claimRevenue({ asset: await asset.asset(), owner: ann.publicKey });
    crossed.keys[3]!.pubkey = getAssociatedTokenAddressSync(mint, other.address, true);
    await expectError(asset.send(crossed, [ann]), 'wrong-vault');
    crossed.keys[2]!.pubkey = (await asset.asset()).escrow;
    await expectError(asset.send(crossed, [ann]), NO_ACCOUNT);
  });
});
