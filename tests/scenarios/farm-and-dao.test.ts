import { fetchAsset, openClawBack, sharesOf } from '@commonwire/sdk/assets';
import { sendAndConfirm } from '@commonwire/sdk/core';
import { fetchNetwork } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { fetchProposal } from '@commonwire/sdk/realm';
import { AccountLayout, getAssociatedTokenAddressSync, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import type { FarmStory } from '../../app/demo/src/farm/story';
import { LivingNetwork } from '../../app/demo/src/living-network';
import type { Summary } from '../../app/demo/src/summary';

const USD = 1_000_000n;
const SHARES = 10_000n;

describe('farms that many own, and a DAO, in a living network', () => {
  let network: LivingNetwork;
  let summary: Summary;
  let farm: FarmStory;
  const told: string[] = [];

  before(async function () {
    this.timeout(600_000);
    network = await LivingNetwork.start({ epochSeconds: 5, port: 0, write: (line) => told.push(line) });
    farm = network.stories!.farm!;
    summary = await network.finish(3);
  });
  after(async function () {
    this.timeout(30_000);
    await network?.stop();
  });

  const amountIn = async (account: PublicKey): Promise<bigint> =>
    BigInt((await network.connection.getTokenAccountBalance(account)).value.amount);
  const holding = (mint: PublicKey, owner: PublicKey, allowPda = false): Promise<bigint> =>
    amountIn(getAssociatedTokenAddressSync(mint, owner, allowPda));
  /** All accounts of a token. */
  const everywhere = async (mint: PublicKey): Promise<bigint> => {
    const accounts = await network.connection.getProgramAccounts(TOKEN_PROGRAM_ID, {
      filters: [{ dataSize: AccountLayout.span }, { memcmp: { offset: 0, bytes: mint.toBase58() } }],
    });
    return accounts.reduce((sum, { account }) => sum + AccountLayout.decode(account.data).amount, 0n);
  };
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

  /** Shares of every backer, the largest first, before and after the largest sells half to the smallest. */
  const bought = [
    2_050, 1_495, 1_150, 815, 730, 640, 560, 475, 410, 325, 290, 240, 215, 160, 135, 110, 75, 60, 40, 25,
  ];
  const owned = bought.map((shares, at) => (at === 0 ? 1_025 : at === 19 ? 1_050 : shares));
  /** Those with more than half of all shares: they object to the second tranche, and redeem. */
  const objectors = [1, 2, 19, 0, 3];
  /** What is left of 100,000 USD once 45.67 % are paid, for each of 10,000 shares. */
  const LEFT_PER_SHARE = 5_433_000n;
  /** What two rounds have shared out, to whom had how many shares in each; the program pays whole base units. */
  const shared = (backer: number, amounts: readonly bigint[]): bigint =>
    amounts.reduce((all, amount, round) => {
      const shares = round === 0 ? bought : owned;
      return all + amount * BigInt(shares[backer]!);
    }, 0n) / SHARES;

  it('funds a farm by twenty, one of whom is refused until it has a permit', async () => {
    expect(farm.backers.map(({ shares }) => Number(shares))).to.deep.equal(bought);
    const { sold, terms } = await farm.farm.read();
    expect({ sold, price: terms.price }).to.deep.equal({ sold: SHARES, price: 10n * USD });
    expect(told.join('')).to.include('a backer without a permit is refused');
    expect(summary.assets!.raised).to.equal(`${100_000n * USD}`);
  });

  it('pays the builder one tranche, and gives back what is left of the second to whom redeems', async () => {
    const asset = await farm.farm.read();
    expect(asset).to.include({ state: 'clawed-back', nextTranche: 1 });
    const redeemed = sum(objectors.map((at) => BigInt(owned[at]!))) * LEFT_PER_SHARE;
    expect(await holding(farm.payment, asset.terms.builder)).to.equal(45_670n * USD);
    expect(await amountIn(asset.escrow)).to.equal(54_330n * USD - redeemed);
    expect(summary.assets).to.include({ tranches_paid: `${45_670n * USD}`, redeemed: `${redeemed}` });
    for (const [at, { wallet }] of farm.backers.entries()) {
      const staked = objectors.includes(at) ? 0n : BigInt(owned[at]!);
      expect(await farm.farm.staked(wallet.publicKey), `backer ${at}`).to.equal(staked);
      expect(await amountIn(sharesOf(asset, wallet.publicKey))).to.equal(0n);
    }
  });

  it('pays every backer to the unit, also those who traded shares', async () => {
    const deposited = farm.rounds.map((round) => round.deposited);
    const swept = farm.rounds.map((round) => round.swept);
    expect(deposited).to.deep.equal([812_345_678n, 640_000_001n]);
    expect(swept[0]! > 0n && swept[1]! > 0n, `${swept}`).to.equal(true);
    const { mint: reward } = (await farm.farm.read()).revenue[1]!;
    for (const [at, { wallet }] of farm.backers.entries()) {
      const sale = at === 0 ? 9_225n * USD : 0n;
      const redeemed = objectors.includes(at) ? BigInt(owned[at]!) * LEFT_PER_SHARE : 0n;
      expect(await holding(farm.payment, wallet.publicKey), `backer ${at}`).to.equal(
        shared(at, deposited) + sale + redeemed,
      );
      expect(await holding(reward, wallet.publicKey), `backer ${at}`).to.equal(shared(at, swept));
    }
    const claimed = (amounts: readonly bigint[]) => sum(farm.backers.map((_, at) => shared(at, amounts)));
    expect(summary.assets).to.include({
      revenue: `${sum(deposited)}`,
      claimed: `${claimed(deposited)}`,
      rewards_claimed: `${claimed(swept)}`,
    });
  });

  it('earns what its devices have measured, as the oracles judged and the network settled it', async () => {
    const oracle = new OracleClient(network.oracleUrls[0]!);
    const devices = await Promise.all(farm.devices.map(({ index }) => oracle.device(index)));
    const earned = sum(devices.map((device) => BigInt(device.earned)));
    expect(summary.assets!.rewards).to.equal(`${earned}`);
    const { revenue } = await farm.farm.read();
    const claimed = BigInt(summary.assets!.rewards_claimed);
    expect(await amountIn(revenue[1]!.vault)).to.equal(earned - claimed);
  });

  it('refunds every backer of a farm that misses its goal', async () => {
    const { state, escrow, left } = await farm.second.read();
    expect({ state, left }).to.deep.equal({ state: 'failed', left: 0n });
    expect(await amountIn(escrow)).to.equal(0n);
    const paid = [4_000n, 3_330n, 2_500n, 1_200n, 970n].map((usd) => usd * USD);
    for (const [at, { wallet }] of farm.fewBackers.entries())
      expect(await holding(farm.payment, wallet.publicKey)).to.equal(paid[at]!);
    expect(summary.assets!.refunded).to.equal(`${sum(paid)}`);
  });

  it('leaves no token unaccounted for', async () => {
    const supply = async (mint: PublicKey) =>
      BigInt((await network.connection.getTokenSupply(mint)).value.amount);
    const { mint: reward } = (await farm.farm.read()).revenue[1]!;
    for (const mint of [farm.payment, reward]) expect(await everywhere(mint)).to.equal(await supply(mint));
    const { raised, tranches_paid, redeemed } = summary.assets!;
    expect(BigInt(raised) - BigInt(tranches_paid) - BigInt(redeemed)).to.equal((await farm.farm.read()).left);
    expect(summary.paid_total).to.equal(summary.earned_total);
  });

  it('is governed by its stakers: a change is executed, a seizure vetoed, a stake during the vote refused', async () => {
    const dao = network.stories!.dao!;
    const { authority, proposedAuthority, policy } = await fetchNetwork(network.connection, dao.of.network);
    expect(authority.toBase58()).to.equal(dao.at.treasury.toBase58());
    expect({ proposedAuthority, fee: policy.deviceFee }).to.deep.equal({
      proposedAuthority: null,
      fee: 50_000_000n,
    });
    const [change, seizure] = await Promise.all(
      dao.proposals.map((address) => fetchProposal(network.connection, address)),
    );
    expect(change!.state).to.equal('Completed');
    expect(change!.yes > change!.no && change!.no > 0n).to.equal(true);
    expect(seizure).to.deep.include({ state: 'Vetoed', veto: 2n });
    expect(seizure!.yes > 0n && seizure!.actions[0]!.executedAt === null).to.equal(true);
    expect(told.join('')).to.match(/that were staked during the vote are refused/);
    expect(summary.dao).to.deep.equal({ proposals: 2, executed: 1, vetoed: 1 });
  });

  it('goes on if a part fails, and says at the end which', async function () {
    this.timeout(600_000);
    const lines: string[] = [];
    const other = await LivingNetwork.start({ epochSeconds: 4, port: 0, write: (line) => lines.push(line) });
    try {
      const { farm: story, dao } = other.stories!;
      const { authority } = story!.farm.roles;
      await clawBack(other, story!.farm.address, authority);
      const error = await other.finish(2).catch((caught: unknown) => caught);
      expect(error).to.include({ code: 'farm-failed' });
      expect(String(error)).to.include('not-building');
      expect(lines.join('')).to.include('failed, and the network goes on without it: not-building');
      expect(await dao!.summary()).to.deep.equal({ proposals: 2, executed: 1, vetoed: 1 });
    } finally {
      await other.stop();
    }
  });

  /** Its authority gives a farm's money back to its holders as soon as it is funded: nothing can be announced any more. */
  async function clawBack(
    { connection }: LivingNetwork,
    address: PublicKey,
    authority: Keypair,
  ): Promise<void> {
    await connection.requestAirdrop(authority.publicKey, 1_000_000_000);
    let asset = await fetchAsset(connection, address);
    while (asset.state === 'funding') asset = await fetchAsset(connection, address);
    await sendAndConfirm(connection, authority, [openClawBack({ asset, caller: authority.publicKey })]);
  }
});
