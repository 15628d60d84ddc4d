import {
  acceptAssetAuthority,
  announceTranche,
  claimRevenue,
  closeAsset,
  closeStake,
  LATE_SECONDS,
  objectTranche,
  openClawBack,
  payTranche,
  proposeAssetAuthority,
  redeemShares,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { createTransferInstruction } from '@solana/spl-token';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { assetsChain, DAY, EVIDENCE, PRICE, TestAsset } from '../support/assets';
import { expectError, fund, type TestChain } from '../support/chain';

describe('tranches', () => {
  let chain: TestChain;
  let asset: TestAsset;
  /** Hold 40, 30, 20 and 10 shares, of which all are staked. */
  let holders: Keypair[];

  beforeEach(async function () {
    this.timeout(60_000);
    chain = await assetsChain();
    asset = await TestAsset.create(chain);
    holders = await asset.funded(40n, 30n, 20n, 10n);
    await asset.give(asset.builder.publicKey, 0n);
    for (const [at, shares] of [40n, 30n, 20n, 10n].entries()) await asset.stake(holders[at]!, shares);
  });

  const object = async (holder: Keypair) =>
    asset.send(objectTranche({ asset: await asset.asset(), owner: holder.publicKey }), [holder]);
  const pay = async () => asset.send(payTranche(await asset.asset()));
  const unstake = async (owner: Keypair, shares: bigint) =>
    asset.send(unstakeShares({ asset: await asset.asset(), owner: owner.publicKey, shares }), [owner]);
  const clawBack = async (caller: Keypair) =>
    asset.send(openClawBack({ asset: await asset.asset(), caller: caller.publicKey }), [caller]);
  const redeem = async (holder: Keypair, shares: bigint) =>
    asset.send(redeemShares({ asset: await asset.asset(), holder: holder.publicKey, shares }), [holder]);
  const state = async () => (await asset.asset()).state;
  const paid = () => asset.tokens(asset.builder.publicKey);
  const passLate = async (tranche: number) => {
    const { date } = (await asset.asset()).terms.tranches[tranche]!;
    await chain.passSeconds(Number(date + LATE_SECONDS + 1n - (await asset.now())));
  };

  it('are announced with evidence by the authority, and paid by anyone a week later', async () => {
    await expectError(pay(), 'no-tranche');
    const forged = announceTranche({ asset: await asset.asset(), ...EVIDENCE });
    forged.keys[0]!.pubkey = holders[0]!.publicKey;
    await expectError(asset.send(forged, [holders[0]!]), 'not-authority');
    await asset.announce();
    const { announcement } = await asset.asset();
    expect(announcement).to.include({ number: 1, open: true, objections: 0n, evidence: EVIDENCE.evidence });
    expect(announcement!.evidenceHash).to.deep.equal(EVIDENCE.evidenceHash);
    await expectError(asset.announce(), 'tranche-announced');
    await chain.passSeconds(7 * DAY - 2);
    await expectError(pay(), 'objections-open');
    await chain.passSeconds(2);
    // Nobody pays it yet: it stays decided, and can't be announced anew.
    await expectError(asset.announce(), 'tranche-announced');
    await pay();
    expect(await paid()).to.equal(50_000n);
    await expectError(pay(), 'no-tranche');
  });

  it('wait for the account of a builder who has none', async () => {
    const without = Keypair.generate();
    asset = await TestAsset.create(chain, { terms: { builder: without.publicKey } });
    await asset.funded(100n);
    await asset.announce();
    await asset.passObjections();
    await expectError(pay(), 'wrong-destination');
    await asset.give(without.publicKey, 0n);
    await pay();
    expect(await asset.tokens(without.publicKey)).to.equal(50_000n);
  });

  it('are paid where no more than a third objects', async () => {
    await asset.announce();
    await object(holders[1]!);
    await asset.passObjections();
    await pay();
    expect(await paid()).to.equal(50_000n);
  });

  it('are not paid where more than a third objects, and can be announced again', async () => {
    await asset.announce();
    await object(holders[0]!);
    expect(await state()).to.equal('funded');
    await expectError(asset.announce(), 'tranche-announced');
    await asset.passObjections();
    await expectError(pay(), 'objected');
    await expectError(object(holders[1]!), 'objections-over');
    // It is decided, so the objection holds the stake no more.
    await unstake(holders[0]!, 40n);
    await asset.announce();
    await asset.passObjections();
    await pay();
    expect(await paid()).to.equal(50_000n);
  });

  it('are clawed back at once where more than half objects', async () => {
    await asset.announce();
    await object(holders[0]!);
    await object(holders[3]!);
    expect(await state()).to.equal('funded');
    await object(holders[2]!);
    expect(await state()).to.equal('clawed-back');
    await expectError(pay(), 'not-building');
  });

  it('count an objection once, and hold its shares until the tranche is decided', async () => {
    const [ann] = holders;
    await expectError(object(ann!), 'no-tranche');
    await asset.announce();
    await object(ann!);
    await expectError(object(ann!), 'objected-already');
    await expectError(unstake(ann!, 1n), 'stake-locked');
    await asset.passObjections();
    expect((await asset.asset()).announcement!.objections).to.equal(40n);
    await unstake(ann!, 40n);
  });

  it('let those who objected go once the seven days are over, whether or not it is paid', async () => {
    const [, ben] = holders;
    await asset.announce();
    await object(ben!);
    await expectError(unstake(ben!, 1n), 'stake-locked');
    await asset.passObjections();
    await unstake(ben!, 30n);
    await pay();
    expect(await paid()).to.equal(50_000n);
  });

  it('cannot be held up for ever by a builder who cannot be paid', async () => {
    const stranger = await fund(chain.connection, 1);
    const without = Keypair.generate();
    asset = await TestAsset.create(chain, { terms: { builder: without.publicKey } });
    await asset.funded(100n);
    const { date } = (await asset.asset()).terms.tranches[0]!;
    await chain.passSeconds(Number(date + LATE_SECONDS - 10n - (await asset.now())));
    await asset.announce();
    await chain.passSeconds(36 * DAY);
    await expectError(clawBack(stranger), 'claw-back-closed');
    await chain.passSeconds(DAY);
    await clawBack(stranger);
  });

  it('do not count shares that were staked after the announcement', async () => {
    const [ann, ben] = holders;
    await unstake(ben!, 30n);
    await asset.announce();
    await asset.stake(ben!, 30n);
    await expectError(object(ben!), 'nothing-to-object');
    // Shares that move on during an announcement count for nobody.
    await unstake(ann!, 15n);
    const [from, to] = [await asset.shareAccount(ann!.publicKey), await asset.shareAccount(ben!.publicKey)];
    await asset.send(createTransferInstruction(from, to, ann!.publicKey, 15n), [ann!]);
    await asset.stake(ben!, 15n);
    await expectError(object(ben!), 'nothing-to-object');
    await object(ann!);
    expect((await asset.asset()).announcement!.objections).to.equal(25n);
  });

  it('are redeemed in proportion, the last holder getting all that is left', async () => {
    await asset.announce();
    await asset.passObjections();
    await pay();
    await clawBack(asset.authority);
    await expectError(clawBack(asset.authority), 'not-building');
    const [ann, ben, cat, dan] = holders;
    const got: bigint[] = [];
    for (const [holder, shares] of [
      [ann!, 7n],
      [ben!, 30n],
      [cat!, 20n],
      [dan!, 10n],
      [ann!, 33n],
    ] as const) {
      await unstake(holder, shares);
      const before = await asset.tokens(holder.publicKey);
      await redeem(holder, shares);
      got.push((await asset.tokens(holder.publicKey)) - before);
    }
    expect(got).to.deep.equal([3_500n, 15_000n, 10_000n, 5_000n, 16_500n]);
    expect((await asset.asset()).left).to.equal(0n);
    await expectError(redeem(ann!, 1n), 'wrong-shares');
  });

  it('are paid and redeemed to the last base unit with amounts near 2^64', async () => {
    const most = 2n ** 64n - 1n;
    asset = await TestAsset.create(chain, { terms: { price: 1n, maxShares: most, minShares: most } });
    const shares = [most / 3n, most / 3n - 1n, most - most / 3n - (most / 3n - 1n)];
    holders = [];
    for (const part of shares) {
      const holder = await asset.wallet(part);
      await asset.fund(holder, part);
      holders.push(holder);
    }
    await asset.finalize();
    await asset.give(asset.builder.publicKey, 0n);
    await asset.announce();
    await asset.passObjections();
    await pay();
    expect(await paid()).to.equal((most * 5_000n) / 10_000n);
    await clawBack(asset.authority);
    let got = 0n;
    for (const [at, part] of shares.entries()) {
      await redeem(holders[at]!, part);
      got += await asset.tokens(holders[at]!.publicKey);
    }
    expect(got + (await paid())).to.equal(most);
    expect((await asset.asset()).left).to.equal(0n);
  });

  it('are paid where nobody has staked: nobody can object', async () => {
    asset = await TestAsset.create(chain);
    const [holder] = await asset.funded(40n);
    await asset.give(asset.builder.publicKey, 0n);
    await asset.announce();
    await expectError(object(holder!), /account data too small/);
    await asset.passObjections();
    await pay();
    expect(await paid()).to.equal(20n * PRICE);
  });

  it('leave nothing behind where parts are not whole', async () => {
    asset = await TestAsset.create(chain, { terms: { price: 1n } });
    holders = await asset.funded(3n, 3n, 5n);
    await asset.give(asset.builder.publicKey, 0n);
    await asset.announce();
    await asset.passObjections();
    await pay();
    await clawBack(asset.authority);
    const got: bigint[] = [];
    for (const [at, shares] of [3n, 3n, 5n].entries()) {
      const before = await asset.tokens(holders[at]!.publicKey);
      await redeem(holders[at]!, shares);
      got.push((await asset.tokens(holders[at]!.publicKey)) - before);
    }
    // 6 of 11 base units are left: floor(6 x 3 / 11), floor(5 x 3 / 8), and the rest.
    expect(got).to.deep.equal([1n, 1n, 4n]);
  });

  it('are clawed back by anyone 90 days past the date, but not before', async () => {
    const stranger = await fund(chain.connection, 1);
    await expectError(clawBack(stranger), 'claw-back-closed');
    await passLate(0);
    await expectError(asset.announce(), 'tranche-late');
    await clawBack(stranger);
    expect(await state()).to.equal('clawed-back');
    await unstake(holders[0]!, 40n);
    await redeem(holders[0]!, 40n);
    expect((await asset.asset()).left).to.equal(60n * PRICE);
  });

  it('are not clawed back for being late while one is undecided', async () => {
    const stranger = await fund(chain.connection, 1);
    const { date } = (await asset.asset()).terms.tranches[0]!;
    await chain.passSeconds(Number(date + LATE_SECONDS - 10n - (await asset.now())));
    await asset.announce();
    await chain.passSeconds(DAY);
    await expectError(clawBack(stranger), 'claw-back-closed');
    await asset.passObjections();
    await expectError(clawBack(stranger), 'claw-back-closed');
    await pay();
    await passLate(1);
    await clawBack(stranger);
  });

  it('can be clawed back once an announcement was objected to and the date is 90 days past', async () => {
    const stranger = await fund(chain.connection, 1);
    const { date } = (await asset.asset()).terms.tranches[0]!;
    await chain.passSeconds(Number(date + LATE_SECONDS - 10n - (await asset.now())));
    await asset.announce();
    await object(holders[0]!);
    await asset.passObjections();
    await expectError(asset.announce(), 'tranche-late');
    await clawBack(stranger);
  });

  it('end with the last: nothing can be announced or clawed back after it', async () => {
    for (const _ of [1, 2, 3]) {
      await asset.announce();
      await asset.passObjections();
      await pay();
    }
    expect(await paid()).to.equal(100n * PRICE);
    await expectError(asset.announce(), 'not-building');
    await expectError(clawBack(asset.authority), 'not-building');
  });

  it('are for whoever is the authority then', async () => {
    await chain.passSeconds(7 * DAY);
    const next = await fund(chain.connection, 1);
    const accept = acceptAssetAuthority({ asset: asset.address, authority: next.publicKey });
    await expectError(asset.send(accept, [next]), 'not-proposed');
    const newAuthority = next.publicKey;
    await asset.send(proposeAssetAuthority({ asset: await asset.asset(), newAuthority }), [asset.authority]);
    await asset.send(accept, [next]);
    const announcing = announceTranche({ asset: await asset.asset(), ...EVIDENCE });
    announcing.keys[0]!.pubkey = asset.authority.publicKey;
    await expectError(asset.send(announcing, [asset.authority]), 'not-authority');
    await asset.send(announceTranche({ asset: await asset.asset(), ...EVIDENCE }), [next]);
  });

  it('leave an asset that can be closed once all is redeemed and claimed', async function () {
    this.timeout(60_000);
    await asset.deposit(1_000n);
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    await clawBack(asset.authority);
    for (const [at, shares] of [40n, 30n, 20n, 10n].entries()) {
      const holder = holders[at]!;
      await unstake(holder, shares);
      await redeem(holder, shares);
      await expectError(asset.send(closeStake(await asset.stakeOf(holder))), 'stake-not-empty');
      await asset.send(claimRevenue({ asset: await asset.asset(), owner: holder.publicKey }), [holder]);
      await asset.send(closeStake(await asset.stakeOf(holder)));
    }
    await asset.give(asset.authority.publicKey, 0n);
    await asset.give(asset.authority.publicKey, 0n, 1);
    await asset.send(closeAsset({ asset: await asset.asset() }), [asset.authority]);
    expect(await chain.connection.getAccountInfo(asset.address, 'processed')).to.equal(null);
  });
});
