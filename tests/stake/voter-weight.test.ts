import { createGovernance, governanceAddress, proposalAddress } from '@commonwire/sdk/realm';
import {
  closeVoterWeight,
  maxVoterWeightAddress,
  openVoterWeight,
  stakeProgram,
  voterWeightAddress,
  type WeightAction,
  weighAction,
  weighPool,
  weighVote,
} from '@commonwire/sdk/stake';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import {
  ACCOUNT_IN_USE,
  driftOf,
  expectError,
  NO_ACCOUNT,
  namedAccounts,
  type TestChain,
} from '../support/chain';
import { daoChain, newRealm, nextSlotOf, RULES, TestDao } from '../support/dao';

const accountOf = namedAccounts(stakeProgram);
const COOL_DOWN = RULES.votingSeconds + RULES.holdUpSeconds;

/** The fields of a record, as spl-governance-addin-api 0.1.4 has them. */
function readRecord(data: Buffer) {
  return {
    realm: data.subarray(8, 40),
    mint: data.subarray(40, 72),
    owner: data.subarray(72, 104),
    weight: data.readBigUInt64LE(104),
    expiry: [data[112], data.readBigUInt64LE(113)] as const,
    action: [data[121], data[122]] as const,
    target: [data[123], data.subarray(124, 156)] as const,
    length: data.length,
  };
}

describe('voter weight', () => {
  let chain: TestChain;
  let dao: TestDao;

  before(async () => {
    chain = await daoChain();
    dao = await TestDao.create(chain);
  });

  const recordOf = async (owner: PublicKey) => {
    const address = voterWeightAddress({ pool: dao.pool, owner });
    return readRecord((await chain.connection.getAccountInfo(address))!.data);
  };
  const weighing = (
    owner: Keypair,
    positions: readonly PublicKey[],
    { action = 'createProposal' as WeightAction, target = dao.of.governance } = {},
  ) => weighAction({ pool: dao.pool, owner: owner.publicKey, action, target, positions });

  it('sums up the positions that are named, for one action, target and slot', async () => {
    const owner = await dao.member(5n, 7n, 11n);
    const ids = [0n, 1n, 2n].map((id) => dao.at(owner, id));
    const opened = await recordOf(owner.publicKey);
    expect(opened).to.deep.include({ weight: 0n, expiry: [1, 0n] });
    for (const [positions, weight] of [
      [ids, 23n],
      [ids.slice(1), 18n],
      [[], 0n],
    ] as const) {
      const signature = await dao.send(weighing(owner, positions));
      const record = await recordOf(owner.publicKey);
      expect(record.realm.equals(dao.of.realm.toBuffer())).to.equal(true);
      expect(record.mint.equals(dao.of.token.mint.toBuffer())).to.equal(true);
      expect(record.owner.equals(owner.publicKey.toBuffer())).to.equal(true);
      expect(record).to.deep.include({ weight, action: [1, 3], length: 164 });
      expect(record.target[1].equals(dao.of.governance.toBuffer())).to.equal(true);
      const { value } = await chain.connection.getSignatureStatus(signature);
      expect(record.expiry).to.deep.equal([1, BigInt(value!.slot)]);
    }
  });

  it('tells the action', async () => {
    const owner = await dao.member(5n);
    const actions: WeightAction[] = [
      'commentProposal',
      'createGovernance',
      'createProposal',
      'signOffProposal',
    ];
    for (const [at, action] of actions.entries()) {
      await dao.send(weighing(owner, [dao.at(owner, 0n)], { action }));
      expect((await recordOf(owner.publicKey)).action).to.deep.equal([1, at + 1]);
    }
    const built = weighing(owner, []);
    built.data[1] = 0;
    await expectError(dao.send(built), 'not-for-votes');
  });

  it('error: positions twice, out of order, unlocking, of others, or no positions', async () => {
    const [owner, other] = [await dao.member(5n, 7n), await dao.member(9n)];
    const both = weighing(owner, [dao.at(owner, 0n), dao.at(owner, 1n)]);
    const [first, second] = both.keys.slice(-2) as [(typeof both.keys)[0], (typeof both.keys)[0]];
    const named = (...keys: (typeof both.keys)[0][]) => {
      const built = weighing(owner, []);
      built.keys.push(...keys);
      return dao.send(built);
    };
    await named(first, second);
    await expectError(named(second, first), 'positions-not-ascending');
    await expectError(named(first, first), 'positions-not-ascending');
    const key = (pubkey: PublicKey) => ({ pubkey, isSigner: false, isWritable: false });
    await expectError(named(key(dao.at(other, 0n))), 'not-owner');
    await expectError(named(key(dao.pool)), 'bad-position');
    await expectError(named(key(Keypair.generate().publicKey)), 'bad-position');
    await expectError(named(key(SystemProgram.programId)), 'bad-position');
    const foreign = await TestDao.create(chain, { token: dao.of.token });
    await dao.send(dao.minting(owner.publicKey, 1n), [dao.of.token.authority]);
    await foreign.open(owner, 0n, 1n);
    await expectError(named(key(foreign.at(owner, 0n))), 'wrong-pool');
    await dao.unlock(owner, 1n);
    await expectError(dao.send(both), 'position-unlocking');
  });

  it('error: a record of another pool or of another kind', async () => {
    const owner = await dao.member(5n);
    const foreign = await TestDao.create(chain, { token: dao.of.token });
    await foreign.join(owner);
    const built = weighing(owner, [dao.at(owner, 0n)]);
    const record = accountOf(built, 'voterWeight');
    record.pubkey = voterWeightAddress({ pool: foreign.pool, owner: owner.publicKey });
    await expectError(dao.send(built), 'wrong-record');
    record.pubkey = dao.at(owner, 0n);
    await expectError(dao.send(built), NO_ACCOUNT);
    const pool = weighPool(dao.pool);
    accountOf(pool, 'maxVoterWeight').pubkey = maxVoterWeightAddress(foreign.pool);
    await expectError(dao.send(pool), 'wrong-record');
  });

  it('the most that could vote is the total, and for a cool-down or two what has left', async () => {
    const fresh = await TestDao.create(chain);
    const owner = await fresh.member(5n, 7n);
    const most = async () => {
      await fresh.send(weighPool(fresh.pool));
      const { data } = (await chain.connection.getAccountInfo(maxVoterWeightAddress(fresh.pool)))!;
      return data.readBigUInt64LE(72);
    };
    expect(await most()).to.equal(12n);
    await fresh.unlock(owner, 0n);
    expect((await fresh.account()).totalWeight).to.equal(7n);
    expect(await most()).to.equal(12n);
    await chain.passSeconds(COOL_DOWN - 1 - driftOf(chain));
    expect(await most()).to.equal(12n);
    await chain.passSeconds(COOL_DOWN + 1 + driftOf(chain));
    expect(await most()).to.equal(7n);
  });

  it('opens once, and closes for its owner alone, with the rent back', async () => {
    const owner = await dao.staker();
    const at = { pool: dao.pool, owner: owner.publicKey };
    const before = await chain.connection.getBalance(owner.publicKey);
    await dao.send(openVoterWeight(at), [owner]);
    await expectError(dao.send(openVoterWeight(at), [owner]), ACCOUNT_IN_USE);
    const thief = await dao.staker();
    const theft = closeVoterWeight(at);
    theft.keys[0]!.pubkey = thief.publicKey;
    await expectError(dao.send(theft, [thief]), 'not-owner');
    await dao.send(closeVoterWeight(at), [owner]);
    expect(await chain.connection.getBalance(owner.publicKey)).to.equal(before);
  });

  describe('for a vote', () => {
    const voting = (
      owner: Keypair,
      ids: readonly bigint[],
      proposal: PublicKey,
      governance = dao.of.governance,
    ) =>
      weighVote({
        pool: dao.pool,
        owner: owner.publicKey,
        proposal,
        governance,
        positions: ids.map((id) => dao.at(owner, id)),
      });

    it('counts the positions that were made before it began', async () => {
      const owner = await dao.member(50n, 7n);
      const proposal = await dao.propose(owner, []);
      await dao.send(voting(owner, [0n, 1n], proposal));
      const record = await recordOf(owner.publicKey);
      expect(record).to.deep.include({ weight: 57n, action: [1, 0] });
      expect(record.target[1].equals(proposal.toBuffer())).to.equal(true);
    });

    it('error: a position made in the slot in which it began, or later', async () => {
      const owner = await dao.member(50n);
      await dao.staker();
      const proposal = await dao.propose(owner, []);
      await nextSlotOf(chain);
      const flash = await dao.member(1_000_000n);
      await expectError(dao.send(voting(flash, [0n], proposal)), 'position-too-new');
      await dao.send(voting(owner, [0n], proposal));
    });

    it('error: what is no proposal, and another governance than its own', async () => {
      const owner = await dao.member(50n);
      const proposal = await dao.propose(owner, []);
      await expectError(dao.send(voting(owner, [0n], dao.of.governance)), 'bad-proposal');
      await expectError(dao.send(voting(owner, [0n], Keypair.generate().publicKey)), 'bad-proposal');
      await expectError(dao.send(voting(owner, [0n], dao.at(owner, 0n))), 'bad-proposal');
      const missing = proposalAddress({ ...dao.dao, seed: Keypair.generate().publicKey });
      await expectError(dao.send(voting(owner, [0n], missing)), 'bad-proposal');
      const other = await newRealm(chain);
      await expectError(dao.send(voting(owner, [0n], proposal, other.governance)), 'bad-governance');
      await expectError(dao.send(voting(owner, [0n], proposal, proposal)), 'bad-governance');
    });

    it('error: positions that could be withdrawn before what is decided can be executed', async () => {
      const rules = { ...RULES, votingSeconds: COOL_DOWN };
      const { realm, authority } = dao.of;
      const seed = Keypair.generate().publicKey;
      const by = { payer: authority.publicKey, authority: authority.publicKey };
      await dao.send(await createGovernance({ ...by, realm, rules, seed }), [authority]);
      const longer = governanceAddress({ realm, seed });
      const owner = await dao.member(50n);
      await dao.send(dao.minting(owner.publicKey, 20n), [dao.of.token.authority]);
      await dao.open(owner, 1n, 10n, COOL_DOWN + RULES.holdUpSeconds - 1);
      await dao.open(owner, 2n, 10n, COOL_DOWN + RULES.holdUpSeconds);
      const proposal = await dao.propose(owner, [], { governance: longer });
      await expectError(dao.send(voting(owner, [0n], proposal, longer)), 'lock-too-short');
      await expectError(dao.send(voting(owner, [1n], proposal, longer)), 'lock-too-short');
      await dao.send(voting(owner, [2n], proposal, longer));
    });
  });
});
