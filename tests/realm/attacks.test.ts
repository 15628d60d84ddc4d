import { acceptAuthority, fetchNetwork, proposeAuthority, setPolicy } from '@commonwire/sdk/network';
import {
  castVeto,
  castVote,
  executeAction,
  fetchProposal,
  fetchRealm,
  finalizeVote,
  type ProposedAction,
  proposalEffects,
  realmDifferences,
} from '@commonwire/sdk/realm';
import { voterWeightAddress, weighVote } from '@commonwire/sdk/stake';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, type TestChain } from '../support/chain';
import { daoChain, nextSlotOf, RULES, TestDao, trap } from '../support/dao';
import { POLICY, TestNetwork } from '../support/network';

const { votingSeconds, holdUpSeconds } = RULES;

describe('attacks on a DAO', () => {
  let chain: TestChain;

  before(async () => {
    chain = await daoChain();
  });

  const finalize = async (dao: TestDao, proposal: PublicKey, proposer: Keypair) =>
    dao.send(await finalizeVote({ ...dao.dao, proposal, proposer: proposer.publicKey }));
  const stateOf = async (proposal: PublicKey) => (await fetchProposal(chain.connection, proposal)).state;
  const pass = async (dao: TestDao, member: Keypair, actions: Parameters<TestDao['propose']>[1]) => {
    const address = await dao.propose(member, actions);
    await dao.vote(member, { address, proposer: member });
    await chain.passSeconds(votingSeconds + 1);
    await finalize(dao, address, member);
    await chain.passSeconds(holdUpSeconds + 1);
    const { actions: passed } = await fetchProposal(chain.connection, address);
    const execute = async (action: ProposedAction) =>
      dao.send(await executeAction({ governance: dao.of.governance, proposal: address, ...action }));
    return { address, passed, execute };
  };
  /** A DAO whose treasury is the authority of a network. */
  const governed = async () => {
    const [dao, network] = [await TestDao.create(chain), await TestNetwork.create(chain)];
    const { address: at, authority } = network;
    await network.send(
      proposeAuthority({ network: at, authority: authority.publicKey, proposed: dao.treasury }),
      [authority],
    );
    const member = await dao.member(60n);
    const by = { network: at, authority: dao.treasury };
    const { passed, execute } = await pass(dao, member, [acceptAuthority(by)]);
    await execute(passed[0]!);
    const setting = (deviceFee: bigint) => setPolicy({ ...by, policy: { ...POLICY, deviceFee } });
    const fee = async () => (await fetchNetwork(chain.connection, at)).policy.deviceFee;
    return { dao, member, at, setting, fee };
  };
  const gift = (dao: TestDao) => ({
    fromPubkey: dao.treasury,
    toPubkey: Keypair.generate().publicKey,
    lamports: 1_000_000_000,
  });

  it('hide a theft behind a harmless first instruction: all that an action executes is shown', async () => {
    const dao = await TestDao.create(chain);
    const member = await dao.member(60n);
    const [small, theft] = [{ ...gift(dao), lamports: 1 }, gift(dao)];
    const address = await dao.propose(member, [[small, theft].map((each) => SystemProgram.transfer(each))]);
    const told = await proposalEffects(chain.connection, await fetchProposal(chain.connection, address));
    expect(told.map(({ effects }) => effects)).to.deep.equal([
      [`0.000000001 SOL go from ${dao.treasury} to ${small.toPubkey}`],
      [`1 SOL go from ${dao.treasury} to ${theft.toPubkey}`],
    ]);
    expect(told[0]!.action).to.equal(told[1]!.action);
  });

  it('execute actions in another order: each stands alone, and those of one action keep theirs', async () => {
    const { dao, member, setting, fee } = await governed();
    const { passed, execute } = await pass(dao, member, [
      [setting(7_000n), setting(8_000n)],
      setting(9_000n),
    ]);
    await execute(passed[1]!);
    expect(await fee()).to.equal(9_000n);
    await execute(passed[0]!);
    expect(await fee()).to.equal(8_000n);
    await expectError(execute(passed[1]!), /already executed|governance program refused/);
  });

  it('keep a passed proposal back until it undoes a later one: it never lapses', async () => {
    const { dao, member, setting, fee } = await governed();
    const old = await pass(dao, member, [setting(7_000n)]);
    const later = await pass(dao, member, [setting(8_000n)]);
    await later.execute(later.passed[0]!);
    await chain.passSeconds(365 * 86_400);
    await old.execute(old.passed[0]!);
    expect(await fee()).to.equal(7_000n);
  });

  it('wait with counting until those who voted have left: the quorum is then lower', async () => {
    const dao = await TestDao.create(chain);
    const [a] = [await dao.member(40n), await dao.member(60n)];
    const [late, prompt] = [await dao.propose(a, []), await dao.propose(a, [])];
    for (const address of [late, prompt]) await dao.vote(a, { address, proposer: a });
    await dao.unlock(a, 0n);
    await chain.passSeconds(votingSeconds + 1);
    await finalize(dao, prompt, a);
    expect(await stateOf(prompt)).to.equal('Defeated');
    await chain.passSeconds(2 * (votingSeconds + holdUpSeconds));
    await finalize(dao, late, a);
    expect(await stateOf(late)).to.equal('Succeeded');
  });

  it('count a vote with the greatest weight of an earlier slot', async () => {
    const dao = await TestDao.create(chain);
    const a = await dao.member(60n);
    const address = await dao.propose(a, []);
    await chain.passSeconds(votingSeconds + 1);
    const [weighing, counting] = await finalizeVote({
      ...dao.dao,
      proposal: address,
      proposer: a.publicKey,
    });
    await dao.send(weighing!);
    await nextSlotOf(chain);
    await expectError(dao.send(counting!), /greatest weight has expired/);
  });

  it('raise the quorum by staking at the end of a vote, which costs a cool-down', async () => {
    const dao = await TestDao.create(chain);
    const a = await dao.member(60n);
    const address = await dao.propose(a, []);
    await dao.vote(a, { address, proposer: a });
    await chain.passSeconds(votingSeconds + 1);
    const whale = await dao.member(1_000n);
    await finalize(dao, address, a);
    expect(await stateOf(address)).to.equal('Defeated');
    await dao.unlock(whale, 0n);
    await chain.passSeconds(votingSeconds + holdUpSeconds - 10);
    await expectError(dao.withdraw(whale, 0n), 'still-locked');
  });

  it('vote with a weight that was written for another proposal, another realm, or an earlier slot', async () => {
    const dao = await TestDao.create(chain);
    const [a, b] = [await dao.member(60n), await dao.member(40n)];
    // The same tokens stake in another realm too.
    const other = await TestDao.create(chain, { token: dao.of.token });
    await other.send(other.minting(b.publicKey, 1_000n), [dao.of.token.authority]);
    await other.join(b);
    await other.open(b, 0n, 1_000n);
    const [one, two] = [await dao.propose(a, []), await dao.propose(a, [])];
    const voting = (proposal: PublicKey) => {
      const by = { owner: b.publicKey, payer: b.publicKey, positions: [dao.at(b, 0n)] };
      return castVote({ ...dao.dao, ...by, proposal, proposer: a.publicKey, approve: true });
    };
    const [weighing] = await voting(one);
    const [, weighingPool, vote] = await voting(two);
    await expectError(dao.send([weighing!, weighingPool!, vote!], [b]), /another proposal or governance/);
    const [own] = await voting(two);
    await dao.send(own!);
    await nextSlotOf(chain);
    await expectError(dao.send([weighingPool!, vote!], [b]), /expired/);
    const foreign = weighVote({
      pool: other.pool,
      owner: b.publicKey,
      proposal: two,
      governance: dao.of.governance,
      positions: [other.at(b, 0n)],
    });
    const record = voterWeightAddress({ pool: dao.pool, owner: b.publicKey });
    for (const key of vote!.keys)
      if (key.pubkey.equals(record))
        key.pubkey = voterWeightAddress({ pool: other.pool, owner: b.publicKey });
    await expectError(dao.send([foreign, weighingPool!, vote!], [b]), /Realm/);
    expect(await fetchProposal(chain.connection, two)).to.include({ yes: 0n });
  });

  it('ask for the signature of whoever executes, which would sign away a wallet: nobody is asked', async () => {
    const dao = await TestDao.create(chain);
    const member = await dao.member(60n);
    const thief = Keypair.generate().publicKey;
    const taking = { fromPubkey: chain.payer.publicKey, toPubkey: thief, lamports: 1_000_000_000 };
    const { passed, execute } = await pass(dao, member, [SystemProgram.transfer(taking)]);
    await expectError(execute(passed[0]!), 'asks-signature');
    expect(await chain.connection.getBalance(thief)).to.equal(0);
  });

  it('veto one proposal after another, without end: nobody is above a council', async () => {
    const dao = await TestDao.create(chain);
    const [member, guardian] = [await dao.member(60n), await dao.guardian()];
    for (let time = 0; time < 3; time += 1) {
      const proposal = await dao.propose(member, []);
      await dao.vote(member, { address: proposal, proposer: member });
      const by = { payer: guardian.publicKey, guardian: guardian.publicKey };
      const veto = { ...dao.dao, ...by, councilMint: dao.of.council.mint, proposer: member.publicKey };
      await dao.send(await castVeto({ ...veto, proposal }), [guardian]);
      expect(await stateOf(proposal)).to.equal('Vetoed');
    }
  });

  it('stake alone, where nobody else does, and decide: the quorum is a part of what is staked', async () => {
    const dao = await TestDao.create(chain);
    await dao.staker(1_000_000_000n);
    const thief = await dao.member(RULES.proposalWeight);
    const gift = { fromPubkey: chain.payer.publicKey, toPubkey: dao.treasury, lamports: 2_000_000_000 };
    await dao.send(SystemProgram.transfer(gift));
    const payment = { fromPubkey: dao.treasury, toPubkey: thief.publicKey, lamports: 1_000_000_000 };
    const { passed, execute, address } = await pass(dao, thief, [SystemProgram.transfer(payment)]);
    await execute(passed[0]!);
    expect(await stateOf(address)).to.equal('Completed');
  });

  it('let another program weigh the votes of a realm, or members make governances: it is told', async () => {
    const { of } = await TestDao.create(chain);
    const told = async (realm: PublicKey) =>
      realmDifferences(chain.connection, await fetchRealm(chain.connection, realm));
    expect(await told(of.realm)).to.deep.equal([]);
    const realm = await trap(chain, { mint: of.token.mint, councilMint: of.council.mint });
    expect(await told(realm)).to.deep.equal([
      'its votes are not weighed by stakes',
      'its members can make governances',
    ]);
  });
});
