import { sendAndConfirm } from '@commonwire/sdk/core';
import { joinRealm, memberAddress } from '@commonwire/sdk/realm';
import {
  createPool,
  fetchPool,
  maxVoterWeightAddress,
  openVoterWeight,
  poolAddress,
  voterWeightAddress,
} from '@commonwire/sdk/stake';
import { createTransferInstruction } from '@solana/spl-token';
import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { fund, type TestChain } from '../support/chain';
import { DAY, daoChain, newRealm, newToken, poolOf, TestDao } from '../support/dao';

describe('attacks on a pool', () => {
  let chain: TestChain;

  before(async () => {
    chain = await daoChain();
  });

  it('pay the same tokens in again and again until no sum holds them: income is counted all the same', async () => {
    const dao = await TestDao.create(chain);
    const [ann, ben] = [await dao.staker(), await dao.staker()];
    await dao.open(ann, 0n, 999_999n);
    await dao.open(ben, 0n, 1n);
    const most = 2n ** 64n - 1n;
    await dao.earn(most);
    for (let round = 0; round < 2; round += 1) {
      await chain.passSeconds(2 * DAY);
      const claimed = await dao.claim(ann, 0n);
      const from = dao.accountOf(ann.publicKey, dao.income);
      const back = createTransferInstruction(from, dao.vault, ann.publicKey, claimed);
      await dao.send([back, dao.counting()], [ann]);
    }
    expect(await dao.account()).to.include({ incomeTotal: most, incomeLeft: most });
    await chain.passSeconds(2 * DAY);
    // A millionth of each of three windows, and the third is that much smaller.
    expect((await dao.claim(ben, 0n)) > (29n * most) / 10_000_000n).to.equal(true);
  });

  it('send lamports to addresses that are to be made: pool and records are made there all the same', async () => {
    const of = await newRealm(chain);
    const { realm, authority, token } = of;
    const member = await fund(chain.connection, 5);
    const owner = member.publicKey;
    const pool = poolAddress({ realm, mint: token.mint });
    const addresses = [
      pool,
      maxVoterWeightAddress(pool),
      voterWeightAddress({ pool, owner }),
      memberAddress({ realm, mint: token.mint, owner }),
    ];
    const dust = addresses.map((toPubkey) =>
      SystemProgram.transfer({ fromPubkey: chain.payer.publicKey, toPubkey, lamports: 1_000_000 }),
    );
    await sendAndConfirm(chain.connection, chain.payer, dust);
    await sendAndConfirm(chain.connection, authority, createPool(poolOf(of, await newToken(chain))));
    const joining = await joinRealm({ payer: owner, realm, mint: token.mint, owner });
    await sendAndConfirm(chain.connection, member, [joining, openVoterWeight({ pool, owner })]);
    expect((await fetchPool(chain.connection, pool)).realm.equals(realm)).to.equal(true);
  });
});
