import { LONGEST_LOCK_SECONDS, weightOf } from '@commonwire/sdk/stake';
import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import type { TestChain } from '../support/chain';
import { driftOf, expectError, WRONG_ADDRESS } from '../support/chain';
import { chainTime } from '../support/chain/clock';
import { DAY, daoChain, RULES, TestDao } from '../support/dao';

const YEAR = LONGEST_LOCK_SECONDS / 4;
const COOL_DOWN = RULES.votingSeconds + RULES.holdUpSeconds;

describe('positions', () => {
  let chain: TestChain;
  let dao: TestDao;

  before(async () => {
    chain = await daoChain();
    dao = await TestDao.create(chain);
  });

  it('weighs a stake by its lock: 1,000 for two years weigh 2,500', async () => {
    const owner = await dao.staker();
    const before = await dao.account();
    await dao.open(owner, 1n, 1_000n, 2 * YEAR);
    const position = await dao.position(owner, 1n);
    expect(position).to.deep.include({
      amount: 1_000n,
      weight: 2_500n,
      lockSeconds: 2 * YEAR,
      unlocksAt: 0n,
    });
    expect(position.owner.equals(owner.publicKey)).to.equal(true);
    const pool = await dao.account();
    expect(pool.totalWeight - before.totalWeight).to.equal(2_500n);
    expect(pool.staked - before.staked).to.equal(1_000n);
    expect(await dao.balance(dao.stakes)).to.equal(pool.staked);
  });

  it('weighs once the stake without a lock, four times with the longest', async () => {
    const owner = await dao.staker();
    await dao.open(owner, 0n, 77n);
    await dao.open(owner, 1n, 77n, LONGEST_LOCK_SECONDS);
    expect((await dao.position(owner, 0n)).weight).to.equal(77n);
    expect((await dao.position(owner, 1n)).weight).to.equal(308n);
    expect(weightOf(77n, LONGEST_LOCK_SECONDS)).to.equal(308n);
  });

  it('goes from staking to the stake and the rent being back, after the cool-down', async () => {
    const owner = await dao.staker(500n);
    const before = await chain.connection.getBalance(owner.publicKey);
    await dao.open(owner, 0n, 500n);
    expect(await dao.balance(dao.accountOf(owner.publicKey))).to.equal(0n);
    const { totalWeight } = await dao.account();
    await dao.unlock(owner, 0n);
    expect((await dao.account()).totalWeight).to.equal(totalWeight - 500n);
    const position = await dao.position(owner, 0n);
    expect(position.weight).to.equal(0n);
    const now = await chainTime(chain.connection);
    expect(Number(position.unlocksAt - now)).to.be.within(COOL_DOWN - 5 - driftOf(chain), COOL_DOWN);

    const margin = 1 + driftOf(chain);
    await chain.passSeconds(Number(position.unlocksAt - now) - margin);
    await expectError(dao.withdraw(owner, 0n), 'still-locked');
    await chain.passSeconds(margin);
    await dao.withdraw(owner, 0n);
    expect(await dao.balance(dao.accountOf(owner.publicKey))).to.equal(500n);
    await expectError(dao.withdraw(owner, 0n), 'already-withdrawn');
    await dao.close(owner, 0n);
    expect(await chain.connection.getAccountInfo(dao.at(owner, 0n))).to.equal(null);
    expect(await chain.connection.getBalance(owner.publicKey)).to.equal(before);
  });

  it('waits for the lock where that is longer than the cool-down', async () => {
    const owner = await dao.staker();
    await dao.open(owner, 0n, 500n, 30 * DAY);
    await dao.unlock(owner, 0n);
    await chain.passSeconds(COOL_DOWN);
    await expectError(dao.withdraw(owner, 0n), 'still-locked');
    await chain.passSeconds(30 * DAY - COOL_DOWN);
    await dao.withdraw(owner, 0n);
  });

  it('uses an id again once its position is closed', async () => {
    const owner = await dao.staker();
    await dao.open(owner, 0n, 500n);
    const { openedSlot } = await dao.position(owner, 0n);
    await expectError(dao.open(owner, 0n, 1n), 'system program error 0');
    await dao.unlock(owner, 0n);
    await chain.passSeconds(COOL_DOWN);
    await dao.withdraw(owner, 0n);
    await dao.close(owner, 0n);
    await dao.open(owner, 0n, 20n);
    const again = await dao.position(owner, 0n);
    expect(again.amount).to.equal(20n);
    expect(again.openedSlot > openedSlot).to.equal(true);
  });

  it('error: nothing is staked, a lock beyond four years, more than there is', async () => {
    const owner = await dao.staker(100n);
    await expectError(dao.open(owner, 0n, 0n), 'nothing-staked');
    await expectError(dao.open(owner, 0n, 1n, LONGEST_LOCK_SECONDS + 1), 'lock-too-long');
    await expectError(dao.open(owner, 0n, 101n), 'token program error 1');
  });

  it('error: a weight beyond 64 bits', async () => {
    const rich = await TestDao.create(chain);
    const owner = await rich.staker(2n ** 64n - 1n);
    await expectError(rich.open(owner, 0n, 2n ** 62n, LONGEST_LOCK_SECONDS), 'overflow');
    await rich.open(owner, 0n, 2n ** 62n - 1n, LONGEST_LOCK_SECONDS);
    await expectError(rich.open(owner, 1n, 2n ** 60n), 'overflow');
    await rich.open(owner, 1n, 3n);
    expect((await rich.account()).totalWeight).to.equal(2n ** 64n - 1n);
    // It keeps no stake from its owner.
    await rich.unlock(owner, 0n);
    await rich.unlock(owner, 1n);
    expect((await rich.account()).totalWeight).to.equal(0n);
  });

  it('error: out of turn', async () => {
    const owner = await dao.staker();
    await dao.open(owner, 0n, 500n);
    await expectError(dao.withdraw(owner, 0n), 'not-unlocking');
    await expectError(dao.close(owner, 0n), 'not-withdrawn');
    await dao.unlock(owner, 0n);
    await expectError(dao.unlock(owner, 0n), 'already-unlocking');
    await expectError(dao.close(owner, 0n), 'not-withdrawn');
  });

  it("error: somebody else's position", async () => {
    const [owner, thief] = [await dao.staker(), await dao.staker()];
    await dao.open(owner, 0n, 500n);
    for (const built of [
      dao.unlocking(owner, 0n),
      dao.withdrawing(owner, 0n),
      dao.closing(owner, 0n),
      dao.claiming(owner, 0n),
    ]) {
      built.keys[0]!.pubkey = thief.publicKey;
      await expectError(dao.send(built, [thief]), 'not-owner');
    }
    const opening = dao.opening(owner, 9n, 1n);
    opening.keys[0]!.pubkey = thief.publicKey;
    await expectError(dao.send(opening, [thief]), WRONG_ADDRESS);
  });

  it('error: a position of another pool', async () => {
    const other = await TestDao.create(chain, { token: dao.of.token });
    const owner = await dao.staker();
    await dao.open(owner, 0n, 500n);
    await other.open(owner, 0n, 500n);
    const built = dao.unlocking(owner, 0n);
    built.keys[2]!.pubkey = other.at(owner, 0n);
    await expectError(dao.send(built, [owner]), 'wrong-pool');
  });

  it('is not disturbed by lamports that were sent to its address before', async () => {
    const owner = await dao.staker();
    const gift = SystemProgram.transfer({
      fromPubkey: chain.payer.publicKey,
      toPubkey: dao.at(owner, 3n),
      lamports: 2_000_000,
    });
    await dao.send(gift);
    await dao.open(owner, 3n, 10n);
    expect((await dao.position(owner, 3n)).amount).to.equal(10n);
  });
});
