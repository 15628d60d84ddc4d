import { earnedBy } from '@commonwire/sdk/stake';
import { createTransferInstruction } from '@solana/spl-token';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { driftOf, expectError, type TestChain } from '../support/chain';
import { chainTime } from '../support/chain/clock';
import { DAY, daoChain, RULES, TestDao } from '../support/dao';

const COOL_DOWN = RULES.votingSeconds + RULES.holdUpSeconds;

/** Seconds until so many windows from the one that chain time is in have begun. */
async function windowsAhead({ connection }: TestChain, windows: number, parts = 0): Promise<number> {
  const now = Number(await chainTime(connection));
  return (Math.floor(now / DAY) + windows) * DAY + parts - now;
}

/** What position 0 of an owner can claim now, as the SDK counts it. */
const earned = async (dao: TestDao, owner: Keypair): Promise<bigint> =>
  earnedBy(await dao.account(), await dao.position(owner, 0n), await chainTime(dao.chain.connection));

describe('income', () => {
  let chain: TestChain;

  before(async () => {
    chain = await daoChain();
  });

  /** Requires what a window of 1,000,000 base units has released by a second, or by the few after it on a cluster. */
  const expectReleased = (amount: bigint, by: bigint, what?: string) => {
    const perSecond = Math.ceil(1_000_000 / DAY);
    expect(Number(amount - by), what).to.be.within(0, driftOf(chain) * perSecond);
  };

  it('is streamed by weight over the window after the one that it arrived in', async () => {
    const dao = await TestDao.create(chain);
    const [a, b] = [await dao.staker(), await dao.staker()];
    await dao.open(a, 0n, 3n);
    await dao.open(b, 0n, 1n);
    await chain.passSeconds(await windowsAhead(chain, 1, 100));
    await dao.earn(1_000_000n);
    expect(await dao.claim(a, 0n), 'nothing in its own window').to.equal(0n);
    await chain.passSeconds(await windowsAhead(chain, 1, DAY / 2));
    expectReleased(await earned(dao, b), 125_000n, 'known without a claim');
    const half = await dao.claim(a, 0n);
    expectReleased(half, 375_000n, 'half of it in half of the next');
    expectReleased(await earned(dao, a), 0n);
    await chain.passSeconds(await windowsAhead(chain, 1));
    expect(await earned(dao, a)).to.equal(750_000n - half);
    expect(await earned(dao, b)).to.equal(250_000n);
    expect(await dao.claim(a, 0n)).to.equal(750_000n - half);
    expect(await dao.claim(b, 0n)).to.equal(250_000n);
    await chain.passSeconds(3 * DAY);
    expect(await dao.claim(b, 0n), 'nothing more').to.equal(0n);
    expect(await dao.account()).to.deep.include({ incomeLeft: 0n, incomeTotal: 1_000_000n });
  });

  it('gives nothing of what was streamed before to a position that is made later', async () => {
    const dao = await TestDao.create(chain);
    const [early, late] = [await dao.staker(), await dao.staker()];
    await dao.open(early, 0n, 10n);
    await dao.earn(1_000n);
    await chain.passSeconds(3 * DAY);
    await dao.open(late, 0n, 10n);
    expect(await dao.claim(late, 0n)).to.equal(0n);
    await dao.earn(500n);
    await chain.passSeconds(3 * DAY);
    expect(await dao.claim(late, 0n)).to.equal(250n);
    expect(await dao.claim(early, 0n)).to.equal(1_250n);
  });

  it('goes to those who stay once one has begun to unlock', async () => {
    const dao = await TestDao.create(chain);
    const [a, b] = [await dao.staker(), await dao.staker()];
    await dao.open(a, 0n, 3n);
    await dao.open(b, 0n, 1n);
    await chain.passSeconds(await windowsAhead(chain, 1));
    await dao.earn(1_000_000n);
    await chain.passSeconds(await windowsAhead(chain, 1, DAY / 2));
    await dao.unlock(a, 0n);
    await chain.passSeconds(2 * DAY);
    const left = await dao.claim(a, 0n);
    expectReleased(left, 375_000n);
    expect(await dao.claim(b, 0n)).to.equal(1_000_000n - left);
  });

  it('counts each transfer once, whoever asks, and keeps stakes apart where they are the same token', async () => {
    const dao = await TestDao.create(chain, { ownIncome: true });
    const owner = await dao.staker(1_000n);
    await dao.open(owner, 0n, 500n);
    await dao.send(
      createTransferInstruction(dao.accountOf(owner.publicKey), dao.vault, owner.publicKey, 100n),
      [owner],
    );
    expect((await dao.account()).incomeTotal).to.equal(0n);
    await dao.send([dao.counting(), dao.counting()]);
    await dao.send(dao.counting());
    expect(await dao.account()).to.deep.include({ incomeTotal: 100n, incomeLeft: 100n, staked: 500n });
    await chain.passSeconds(3 * DAY);
    expect(await dao.claim(owner, 0n)).to.equal(100n);
    expect(await dao.balance(dao.stakes)).to.equal(500n);
  });

  it('waits where nobody stakes, and nothing is lost', async () => {
    const dao = await TestDao.create(chain);
    await dao.earn(1_000n);
    await chain.passSeconds(5 * DAY);
    const owner = await dao.staker();
    await dao.open(owner, 0n, 1n);
    await chain.passSeconds(5 * DAY);
    expect(await dao.claim(owner, 0n)).to.equal(1_000n);
  });

  it('is not gathered by whoever stakes for the moment of a deposit', async () => {
    const dao = await TestDao.create(chain);
    const [steady, quick] = [await dao.staker(), await dao.staker()];
    await dao.open(steady, 0n, 1n);
    const { income } = dao;
    const deposit = [...dao.minting(dao.pool, 1_000n, income), dao.counting()];
    await dao.send(
      [dao.opening(quick, 0n, 999_999n), ...deposit, dao.unlocking(quick, 0n), dao.claiming(quick, 0n)],
      [quick, income.authority],
    );
    await chain.passSeconds(3 * DAY);
    expect(await dao.claim(quick, 0n)).to.equal(0n);
    expect(await dao.claim(steady, 0n)).to.equal(1_000n);
  });

  it('holds no stake back, and a position is closed only once it is claimed', async () => {
    const dao = await TestDao.create(chain);
    const owner = await dao.staker();
    await dao.open(owner, 0n, 10n);
    await dao.earn(1_000n);
    await chain.passSeconds(3 * DAY);
    await dao.unlock(owner, 0n);
    await chain.passSeconds(COOL_DOWN);
    await dao.withdraw(owner, 0n);
    await expectError(dao.close(owner, 0n), 'income-unclaimed');
    expect(await dao.claim(owner, 0n)).to.equal(1_000n);
    await dao.close(owner, 0n);
  });

  it('error: paid to an account of another token', async () => {
    const dao = await TestDao.create(chain);
    const owner = await dao.staker();
    await dao.open(owner, 0n, 10n);
    const staked = dao.accountOf(owner.publicKey);
    await expectError(dao.send(dao.claiming(owner, 0n, staked), [owner]), 'token program error 3');
  });
});
