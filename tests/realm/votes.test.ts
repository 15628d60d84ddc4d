import { acceptAuthority, fetchNetwork, proposeAuthority, setPolicy } from '@commonwire/sdk/network';
import {
  cancelProposal,
  castVeto,
  createGovernance,
  executeAction,
  fetchGovernance,
  fetchProposal,
  finalizeVote,
  proposalEffects,
  relinquishVote,
} from '@commonwire/sdk/realm';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, type TestChain } from '../support/chain';
import { daoChain, nextSlotOf, RULES, TestDao } from '../support/dao';
import { POLICY, TestNetwork } from '../support/network';

const { votingSeconds, holdUpSeconds, coolOffSeconds } = RULES;

describe('a DAO of stakers', () => {
  let chain: TestChain;

  before(async () => {
    chain = await daoChain();
  });

  const stateOf = async (proposal: PublicKey) => (await fetchProposal(chain.connection, proposal)).state;
  const finalize = async (dao: TestDao, proposal: PublicKey, proposer: Keypair) =>
    dao.send(await finalizeVote({ ...dao.dao, proposal, proposer: proposer.publicKey }));
  const execute = async (dao: TestDao, address: PublicKey) => {
    const { actions, governance } = await fetchProposal(chain.connection, address);
    for (const action of actions)
      await dao.send(await executeAction({ governance, proposal: address, ...action }));
  };

  it('changes the policy of a network whose authority is its treasury, executed by anyone', async () => {
    const dao = await TestDao.create(chain);
    const network = await TestNetwork.create(chain);
    const { address: at, authority } = network;
    const offer = { network: at, authority: authority.publicKey, proposed: dao.treasury };
    await network.send(proposeAuthority(offer), [authority]);
    const [a, b] = [await dao.member(60n), await dao.member(40n)];
    const policy = { ...POLICY, deviceFee: 5_000n };
    const by = { network: at, authority: dao.treasury };
    const address = await dao.propose(a, [acceptAuthority(by), setPolicy({ ...by, policy })]);
    const proposal = { address, proposer: a };

    const read = await fetchProposal(chain.connection, address);
    expect(read).to.deep.include({ state: 'Voting', name: 'A proposal', yes: 0n });
    expect(read.proposer.equals(a.publicKey)).to.equal(true);
    const told = await proposalEffects(chain.connection, read);
    expect(told.map(({ effects }) => effects)).to.deep.equal([
      [`network ${at}`, `authority ${authority.publicKey} -> ${dao.treasury}`],
      [`network ${at}`, 'device_fee 1000 -> 5000'],
    ]);

    await dao.vote(a, proposal);
    await dao.vote(b, proposal, { approve: false });
    expect(await fetchProposal(chain.connection, address)).to.deep.include({ yes: 60n, no: 40n });
    await expectError(execute(dao, address), /governance program refused/);
    await chain.passSeconds(votingSeconds + 1);
    await finalize(dao, address, a);
    expect(await stateOf(address)).to.equal('Succeeded');
    await expectError(execute(dao, address), /hold-up time after the decision is not over/);
    await chain.passSeconds(holdUpSeconds + 1);
    await execute(dao, address);
    expect((await fetchNetwork(chain.connection, at)).policy.deviceFee).to.equal(5_000n);
    expect(await stateOf(address)).to.equal('Completed');
    await expectError(execute(dao, address), /governance program refused/);
  });

  it('pays from its treasury', async () => {
    const dao = await TestDao.create(chain);
    const member = await dao.member(60n);
    const to = Keypair.generate().publicKey;
    const gift = { fromPubkey: chain.payer.publicKey, toPubkey: dao.treasury, lamports: 5_000_000_000 };
    await dao.send(SystemProgram.transfer(gift));
    const payment = SystemProgram.transfer({
      fromPubkey: dao.treasury,
      toPubkey: to,
      lamports: 1_000_000_000,
    });
    const address = await dao.propose(member, [payment]);
    const told = await proposalEffects(chain.connection, await fetchProposal(chain.connection, address));
    expect(told[0]!.effects).to.deep.equal([`1 SOL go from ${dao.treasury} to ${to}`]);
    await dao.vote(member, { address, proposer: member });
    await chain.passSeconds(votingSeconds + 1);
    await finalize(dao, address, member);
    await chain.passSeconds(holdUpSeconds + 1);
    await execute(dao, address);
    expect(await chain.connection.getBalance(to)).to.equal(1_000_000_000);
  });

  it("is stopped by the council's veto", async () => {
    const dao = await TestDao.create(chain);
    const [member, other] = [await dao.member(60n), await dao.member(10n)];
    const guardians = [await dao.guardian(), await dao.guardian(), await dao.guardian()];
    const address = await dao.propose(member, []);
    await dao.vote(member, { address, proposer: member });
    const veto = async (guardian: Keypair) => {
      const { council } = dao.of;
      const by = { payer: guardian.publicKey, guardian: guardian.publicKey, councilMint: council.mint };
      const built = await castVeto({ ...dao.dao, ...by, proposal: address, proposer: member.publicKey });
      return dao.send(built, [guardian]);
    };
    // Also while votes for it no longer count.
    await chain.passSeconds(votingSeconds - coolOffSeconds + 1);
    const late = dao.vote(other, { address, proposer: member });
    await expectError(late, /nobody can vote yes any more/);
    await veto(guardians[0]!);
    expect(await stateOf(address)).to.equal('Voting');
    await expectError(veto(guardians[0]!), /already/);
    await veto(guardians[1]!);
    expect(await stateOf(address)).to.equal('Vetoed');
  });

  it('fails below its quorum, however few vote against it', async () => {
    const dao = await TestDao.create(chain);
    const [a] = [await dao.member(49n), await dao.member(51n)];
    const address = await dao.propose(a, []);
    await dao.vote(a, { address, proposer: a });
    await chain.passSeconds(votingSeconds + 1);
    await finalize(dao, address, a);
    expect(await stateOf(address)).to.equal('Defeated');
  });

  it('gives nothing to a stake that is made once voting has begun', async () => {
    const dao = await TestDao.create(chain);
    const [a, b] = [await dao.member(51n), await dao.member(49n)];
    const address = await dao.propose(b, []);
    const proposal = { address, proposer: b };
    await nextSlotOf(chain);
    const flash = await dao.member(1_000_000n);
    await expectError(dao.vote(flash, proposal), 'position-too-new');
    await dao.vote(b, proposal);
    await dao.send(dao.minting(b.publicKey, 500n), [dao.of.token.authority]);
    await dao.open(b, 1n, 500n);
    await expectError(dao.vote(b, proposal, { ids: [0n, 1n] }), 'position-too-new');
    await dao.vote(a, proposal, { approve: false });
    expect(await fetchProposal(chain.connection, address)).to.deep.include({ yes: 49n, no: 51n });
  });

  it('counts each position once, and none that is being unlocked', async () => {
    const dao = await TestDao.create(chain);
    const [a, b] = [await dao.member(30n, 20n), await dao.member(50n)];
    const address = await dao.propose(b, []);
    const proposal = { address, proposer: b };
    await dao.vote(a, proposal, { ids: [0n] });
    await expectError(dao.vote(a, proposal, { ids: [1n] }), /already voted|already/);
    await dao.unlock(b, 0n);
    await expectError(dao.vote(b, proposal), 'position-unlocking');
    expect((await fetchProposal(chain.connection, address)).yes).to.equal(30n);
    // Taken back and cast again with all positions: they weigh once.
    await dao.send(await relinquishVote({ ...dao.dao, proposal: address, owner: a.publicKey }), [a]);
    expect((await fetchProposal(chain.connection, address)).yes).to.equal(0n);
    await dao.vote(a, proposal, { ids: [0n, 1n] });
    expect((await fetchProposal(chain.connection, address)).yes).to.equal(50n);
  });

  it('keeps the quorum where voters unlock after they voted', async () => {
    const dao = await TestDao.create(chain);
    const [a] = [await dao.member(40n), await dao.member(60n)];
    const address = await dao.propose(a, []);
    await dao.vote(a, { address, proposer: a });
    await dao.unlock(a, 0n);
    // 40 of the 60 that are left would be enough.
    expect((await dao.account()).totalWeight).to.equal(60n);
    await chain.passSeconds(votingSeconds + 1);
    await finalize(dao, address, a);
    expect(await stateOf(address)).to.equal('Defeated');
  });

  it('is withdrawn by its proposer', async () => {
    const dao = await TestDao.create(chain);
    const member = await dao.member(60n);
    const proposal = await dao.propose(member, []);
    await dao.send(cancelProposal({ ...dao.dao, proposal, owner: member.publicKey }), [member]);
    expect(await stateOf(proposal)).to.equal('Cancelled');
    await expectError(dao.vote(member, { address: proposal, proposer: member }), 'not-voting');
  });

  it('error: too little weight to propose', async () => {
    const dao = await TestDao.create(chain);
    const small = await dao.member(9n);
    await expectError(dao.propose(small, []), /too little weight to propose/);
  });

  it('governs itself once its creator has handed it over', async () => {
    const dao = await TestDao.create(chain);
    const { rules } = await fetchGovernance(chain.connection, dao.of.governance);
    expect(rules).to.deep.equal(RULES);
    await dao.handOver();
    const { realm, authority } = dao.of;
    const by = { payer: authority.publicKey, authority: authority.publicKey };
    const seed = Keypair.generate().publicKey;
    await expectError(
      dao.send(await createGovernance({ ...by, realm, rules: RULES, seed }), [authority]),
      /governance program refused|refused/,
    );
  });
});
