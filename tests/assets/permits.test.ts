import {
  claimRevenue,
  closePermit,
  fetchPermit,
  fundAsset,
  openClawBack,
  permitAddress,
  redeemShares,
  refundShares,
  setPermit,
  stakeShares,
  syncPermit,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { sendAndConfirm } from '@commonwire/sdk/core';
import {
  AuthorityType,
  createAccount,
  createSetAuthorityInstruction,
  createTransferCheckedInstruction,
  getAccount,
  TOKEN_2022_PROGRAM_ID,
} from '@solana/spl-token';
import { Keypair, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { assetsChain, DAY, TestAsset } from '../support/assets';
import { expectError, fund, IMMUTABLE_OWNER, type TestChain } from '../support/chain';

/** A frozen account of Token-2022 is asked to move tokens. */
const FROZEN = 'token-2022 program error 17';

/** What the instruction that sets the limit costs. */
const BUDGET_UNITS = 150;

describe('permits', () => {
  let chain: TestChain;
  let asset: TestAsset;

  beforeEach(async () => {
    chain = await assetsChain();
    asset = await TestAsset.create(chain, { permits: true });
  });

  const revoke = async (wallet: Keypair) => asset.permit(wallet, 1n);
  const transfer = async (from: Keypair, to: Keypair, shares: bigint) => {
    const { shareMint } = await asset.asset();
    const [source, target] = [
      await asset.shareAccount(from.publicKey),
      await asset.shareAccount(to.publicKey),
    ];
    const sign = from.publicKey;
    const program = TOKEN_2022_PROGRAM_ID;
    return asset.send(
      createTransferCheckedInstruction(source, shareMint, target, sign, shares, 0, [], program),
      [from],
    );
  };
  const isFrozen = async (wallet: Keypair) => {
    const account = await asset.shareAccount(wallet.publicKey);
    return (await getAccount(chain.connection, account, 'processed', TOKEN_2022_PROGRAM_ID)).isFrozen;
  };
  const unstake = async (owner: Keypair, shares: bigint) =>
    asset.send(unstakeShares({ asset: await asset.asset(), owner: owner.publicKey, shares }), [owner]);
  const claim = async (owner: Keypair) =>
    asset.send(claimRevenue({ asset: await asset.asset(), owner: owner.publicKey }), [owner]);
  const units = async (instruction: TransactionInstruction) => {
    const signature = await asset.send(instruction);
    const found = await chain.connection.getTransaction(signature, { maxSupportedTransactionVersion: 1 });
    return found!.meta!.computeUnitsConsumed! - BUDGET_UNITS;
  };

  it('hold jurisdiction and expiry, and count for all assets of their authority', async () => {
    const ann = await asset.wallet();
    const at = { compliance: asset.compliance!.publicKey, wallet: ann.publicKey };
    expect(await fetchPermit(chain.connection, at)).to.include({ jurisdiction: 484 });
    await asset.fund(ann, 10n);
    expect(await asset.sharesOf(ann)).to.equal(10n);
  });

  it('are needed to fund and to earn', async () => {
    const ann = await asset.wallet();
    await revoke(ann);
    await expectError(asset.fund(ann, 10n), 'not-permitted');
    await asset.permit(ann, await asset.inDays(100));
    await asset.fund(ann, 10n);
    await asset.finalize();
    await asset.sync(ann);
    await revoke(ann);
    // Its account is still thawed, but the permit is asked for again, and the account frozen.
    const staking = stakeShares({ asset: await asset.asset(), owner: ann.publicKey, shares: 1n });
    await asset.send(staking, [ann]);
    expect(await asset.stakeOf(ann)).to.include({ earning: 0n, idle: 1n });
    expect(await isFrozen(ann)).to.equal(true);
  });

  it("error: another's permit, another authority's, or none", async () => {
    const [ann, ben] = [await asset.wallet(), await asset.wallet()];
    const compliance = asset.compliance!.publicKey;
    const state = await asset.asset();
    const funding = fundAsset({ asset: state, funder: ann.publicKey, shares: 1n });
    funding.keys[6]!.pubkey = permitAddress({ compliance, wallet: ben.publicKey });
    await expectError(asset.send(funding, [ann]), 'wrong-permit');
    const forger = await fund(chain.connection, 1);
    const forged = { compliance: forger.publicKey, wallet: ann.publicKey };
    await asset.send(setPermit({ ...forged, jurisdiction: 1, expiresAt: 2n ** 60n }), [forger]);
    funding.keys[6]!.pubkey = permitAddress(forged);
    await expectError(asset.send(funding, [ann]), 'wrong-permit');
    funding.keys[6]!.pubkey = funding.programId;
    await expectError(asset.send(funding, [ann]), 'wrong-address');
  });

  it('thaw and freeze share accounts: a frozen one can neither send nor receive', async () => {
    const [ann, ben] = [await asset.wallet(), await asset.wallet()];
    await asset.fund(ann, 10n);
    expect(await isFrozen(ann)).to.equal(true);
    await expectError(transfer(ann, ben, 1n), FROZEN);
    await asset.sync(ann);
    expect(await isFrozen(ann)).to.equal(false);
    await expectError(transfer(ann, ben, 1n), FROZEN);
    await asset.sync(ben);
    await transfer(ann, ben, 1n);
    await asset.sync(ben);
    await revoke(ben);
    await asset.sync(ben);
    await expectError(transfer(ben, ann, 1n), FROZEN);
    await expectError(transfer(ann, ben, 1n), FROZEN);
  });

  it('cannot be lent by changing the owner of a thawed account', async () => {
    const [ann, ben] = [await asset.wallet(), Keypair.generate()];
    await asset.fund(ann, 10n);
    await asset.sync(ann);
    const account = await asset.shareAccount(ann.publicKey);
    const program = TOKEN_2022_PROGRAM_ID;
    const give = createSetAuthorityInstruction(
      account,
      ann.publicKey,
      AuthorityType.AccountOwner,
      ben.publicKey,
      [],
      program,
    );
    await expectError(asset.send(give, [ann]), IMMUTABLE_OWNER);
    // An account whose owner could change is never thawed to stay so. It begins frozen, as all do.
    const { shareMint } = await asset.asset();
    const loose = await createAccount(
      chain.connection,
      chain.payer,
      shareMint,
      ann.publicKey,
      Keypair.generate(),
      { commitment: 'processed' },
      program,
    );
    const built = syncPermit({ asset: await asset.asset(), wallet: ann.publicKey, shares: loose });
    await expectError(asset.send(built), 'owner-not-fixed');
  });

  it('cannot freeze the vault of staked shares', async () => {
    const { stakeVault } = await asset.asset();
    const built = syncPermit({ asset: await asset.asset(), wallet: asset.address, shares: stakeVault });
    await expectError(asset.send(built), 'owner-not-fixed');
  });

  it('move a stake to idle: it accrues nothing from then on, keeps what it had, and earns again later', async () => {
    const [ann, ben] = await asset.funded(50n, 50n);
    await asset.stake(ann!, 50n);
    await asset.stake(ben!, 50n);
    await asset.deposit(1_000_000n);
    await asset.nextWindow();
    await chain.passSeconds(DAY / 2);
    await revoke(ann!);
    await asset.sync(ann!, true);
    expect(await asset.stakeOf(ann!)).to.include({ earning: 0n, idle: 50n });
    await chain.passSeconds(DAY);
    const before = await asset.tokens(ann!.publicKey);
    await claim(ann!);
    expect(Number((await asset.tokens(ann!.publicKey)) - before)).to.be.closeTo(250_000, 40);
    await expectError(claim(ann!), 'nothing-to-claim');
    await asset.deposit(1_000n);
    await asset.permit(ann!, await asset.inDays(100));
    await asset.sync(ann!, true);
    expect(await asset.stakeOf(ann!)).to.include({ earning: 50n, idle: 0n });
    await chain.passSeconds(3 * DAY);
    const again = await asset.tokens(ann!.publicKey);
    await claim(ann!);
    expect((await asset.tokens(ann!.publicKey)) - again).to.equal(500n);
  });

  it('never keep a wallet from refunds, its stake, redemption or what it has earned', async () => {
    const ann = await asset.wallet(9_000n);
    await asset.fund(ann, 9n);
    await asset.finalize();
    await revoke(ann);
    await asset.sync(ann);
    await asset.send(refundShares({ asset: await asset.asset(), holder: ann.publicKey }), [ann]);
    expect(await asset.tokens(ann.publicKey)).to.equal(9_000n);

    asset = await TestAsset.create(chain, { permits: true });
    const [ben] = await asset.funded(50n);
    await asset.stake(ben!, 50n);
    await asset.deposit(1_000n);
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    await revoke(ben!);
    await asset.sync(ben!, true);
    await claim(ben!);
    await unstake(ben!, 50n);
    expect([await asset.sharesOf(ben!), await isFrozen(ben!)]).to.deep.equal([50n, true]);
    const { authority } = asset;
    await asset.send(openClawBack({ asset: await asset.asset(), caller: authority.publicKey }), [authority]);
    const before = await asset.tokens(ben!.publicKey);
    const redeem = redeemShares({ asset: await asset.asset(), holder: ben!.publicKey, shares: 50n });
    await asset.send(redeem, [ben!]);
    expect((await asset.tokens(ben!.publicKey)) - before).to.equal(50_000n);
  });

  it('that lapse mid-way leave a stake to be unstaked into a frozen account, idle shares first', async () => {
    const [ann] = await asset.funded(50n);
    await asset.stake(ann!, 30n);
    await asset.permit(ann!, await asset.inDays(1));
    await chain.passSeconds(2 * DAY);
    await asset.sync(ann!, true);
    await unstake(ann!, 10n);
    expect(await asset.stakeOf(ann!)).to.include({ earning: 0n, idle: 20n });
    expect(await isFrozen(ann!)).to.equal(true);
    expect((await asset.asset()).staked).to.equal(0n);
  });

  it('that lapse while funding is open stop buying, and what was paid is refunded in full', async () => {
    const ann = await asset.wallet(9_000n);
    await asset.permit(ann, await asset.inDays(2));
    await asset.fund(ann, 5n);
    await chain.passSeconds(3 * DAY);
    await expectError(asset.fund(ann, 1n), 'not-permitted');
    expect(await asset.tokens(ann.publicKey)).to.equal(4_000n);
    expect(await asset.finalize()).to.equal('failed');
    await asset.send(refundShares({ asset: await asset.asset(), holder: ann.publicKey }), [ann]);
    expect(await asset.tokens(ann.publicKey)).to.equal(9_000n);
    expect(await asset.sharesOf(ann)).to.equal(0n);
  });

  it('unstake into no account but the wallet’s own', async () => {
    const [ann, ben] = await asset.funded(50n, 50n);
    await asset.stake(ann!, 10n);
    const destination = await asset.shareAccount(ben!.publicKey);
    const built = unstakeShares({
      asset: await asset.asset(),
      owner: ann!.publicKey,
      shares: 1n,
      destination,
    });
    await expectError(asset.send(built, [ann!]), 'wrong-shares');
  });

  it('are closed, with the rent back to their payer, and count as none then', async () => {
    const ann = await asset.wallet();
    await asset.fund(ann, 10n);
    await asset.sync(ann);
    const at = { compliance: asset.compliance!.publicKey, wallet: ann.publicKey };
    const payer = chain.payer.publicKey;
    const wrong = closePermit({ ...at, payer: ann.publicKey });
    await expectError(asset.send(wrong, [asset.compliance!]), 'wrong-payer');
    await asset.send(closePermit({ ...at, payer }), [asset.compliance!]);
    expect(await fetchPermit(chain.connection, at)).to.equal(null);
    await asset.sync(ann);
    expect(await isFrozen(ann)).to.equal(true);
    await asset.permit(ann, await asset.inDays(5));
    await asset.sync(ann);
    expect(await isFrozen(ann)).to.equal(false);
  });

  it('error: somebody without a permit is shown by the permit’s own address alone', async () => {
    const ann = await asset.wallet();
    await asset.fund(ann, 10n);
    await asset.sync(ann);
    const state = await asset.asset();
    const built = syncPermit({ asset: state, wallet: ann.publicKey });
    built.keys[1]!.pubkey = Keypair.generate().publicKey;
    await expectError(asset.send(built), 'wrong-address');
    built.keys[1]!.pubkey = permitAddress({
      compliance: asset.compliance!.publicKey,
      wallet: Keypair.generate().publicKey,
    });
    await expectError(asset.send(built), 'wrong-address');
    const nothing = syncPermit({ asset: state, wallet: ann.publicKey, shares: null });
    await expectError(asset.send(nothing), 'nothing-to-sync');
    const plain = await TestAsset.create(chain);
    const free = await plain.wallet();
    await expectError(plain.sync(free), 'no-permits-needed');
  });

  it('are given by the compliance authority alone', async () => {
    const ann = await fund(chain.connection, 1);
    const built = setPermit({
      compliance: asset.compliance!.publicKey,
      payer: ann.publicKey,
      wallet: ann.publicKey,
      jurisdiction: 1,
      expiresAt: 2n ** 60n,
    });
    built.keys[0]!.pubkey = ann.publicKey;
    await expectError(sendAndConfirm(chain.connection, ann, [built]), 'wrong-address');
  });

  it('are synced for few compute units', async () => {
    const [ann] = await asset.funded(50n);
    await asset.stake(ann!, 25n);
    await asset.deposit(1_000_000n);
    await asset.deposit(1_000_000n, 1);
    await asset.nextWindow();
    await chain.passSeconds(DAY / 2);
    await revoke(ann!);
    const wallet = ann!.publicKey;
    const freeze = await units(syncPermit({ asset: await asset.asset(), wallet, staked: true }));
    await asset.permit(ann!, await asset.inDays(5));
    await chain.passSeconds(DAY);
    const thaw = await units(syncPermit({ asset: await asset.asset(), wallet, staked: true }));
    console.log({ freeze, thaw });
    for (const each of [freeze, thaw]) expect(each).to.be.at.most(4_500);
  });
});
