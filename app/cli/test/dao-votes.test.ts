import { Signing } from '@commonwire/sdk/node';
import { fetchDecision, REALM_ERRORS } from '@commonwire/sdk/realm';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { daoChain, newToken, nextSlotOf, RULES, TestDao } from '../../../tests/support/dao';
import { TestNetwork } from '../../../tests/support/network';
import { dao as command } from '../src/commands/dao';
import { govern } from '../src/commands/govern';
import { finalize } from '../src/dao/deciding';
import { daoStep, REALM_STEPS } from '../src/dao/next-step';
import { vote } from '../src/dao/voting';
import { sendAll } from '../src/sending';
import { Files } from './files';

describe('commonwire dao: votes', () => {
  let chain: TestChain;
  let files: Files;
  let dao: TestDao;
  /** They have weights of 60 and 30. */
  let a: Keypair;
  let b: Keypair;
  let guardian: Keypair;

  before(async () => {
    chain = await daoChain();
    dao = await TestDao.create(chain);
    [a, b] = [await dao.member(60_000_000n), await dao.member(30_000_000n)];
    const { council } = dao.of;
    guardian = await fund(chain.connection, 5);
    const other = Keypair.generate().publicKey;
    await dao.send(
      [...dao.minting(guardian.publicKey, 1n, council), ...dao.minting(other, 1n, council)],
      [council.authority],
    );
  });
  beforeEach(() => {
    files = new Files();
  });
  afterEach(() => files.remove());

  const run = async (key: Keypair, action: string, ...more: string[]) => {
    const lines: string[] = [];
    const where = ['--url', chain.connection.rpcEndpoint, '--keypair', files.key(key)];
    expect(await command.run([action, ...where, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };
  const read = async (...argv: string[]) => {
    const lines: string[] = [];
    const [action, ...more] = argv as [string, ...string[]];
    const where = ['--url', chain.connection.rpcEndpoint];
    expect(await command.run([action, ...where, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };
  const pay = () =>
    SystemProgram.transfer({ fromPubkey: dao.treasury, toPubkey: a.publicKey, lamports: 1_000_000 });
  const propose = async (actions = [pay()], name = 'A proposal'): Promise<string[]> => {
    const proposal: PublicKey = await dao.propose(a, actions, { name });
    return ['--proposal', proposal.toBase58()];
  };

  it('shows weights as tokens, the quorum, until when who can vote, and who counts', async () => {
    const of = await propose();
    await run(b, 'vote', ...of, '--answer', 'yes');
    const shown = (await read('show', ...of)).join('\n');
    expect(shown).to.match(/\nweight {5}30 for it, 0 against it/);
    expect(shown).to.match(
      /\nquorum {5}45 must be for it, 50 % of 90: not reached\nstands {5}it would fail\n/,
    );
    expect(shown).to.match(/\nguardians {2}0 vetoes; 2 of 2 stop it\n/);
    expect(shown).to.match(
      /\nvoting {5}yes until \S+Z, no and vetoes until \S+Z\n {11}then anybody counts the votes/,
    );
    await run(a, 'vote', ...of, '--answer', 'no');
    await run(a, 'retract', ...of);
    await run(a, 'vote', ...of, '--answer', 'yes');
    const [json] = await read('show', ...of, '--json');
    const { yes_ends_at, voting_ends_at, ...told } = JSON.parse(json!);
    expect(voting_ends_at - yes_ends_at).to.equal(RULES.coolOffSeconds);
    expect(told).to.include({
      ...{ decimals: 6, yes: '90000000', no: '0', all_weight: '90000000', quorum_weight: '45000000' },
      ...{ quorum_reached: true, passes: true, guardians: '2', vetoes_needed: '2' },
    });
    await chain.passSeconds(RULES.votingSeconds + 1);
    expect((await read('show', ...of)).join('\n')).to.match(/\nvoting {5}was over at \S+Z: anybody counts/);
    await run(b, 'finalize', ...of);
    const passed = (await read('show', ...of)).join('\n');
    expect(passed).to.match(
      /\nexecution {2}by anybody after \S+Z, 1h after the decision: commonwire dao execute/,
    );
    // What has left since doesn't change what was counted.
    expect(passed).to.include('50 % of 90: reached');
  });

  it('does each thing once: run again, it says what is there', async () => {
    const of = await propose();
    await run(a, 'vote', ...of, '--answer', 'yes');
    expect(await run(a, 'vote', ...of, '--answer', 'yes')).to.deep.equal([
      `nothing to do: ${a.publicKey} has voted yes on "A proposal" with a weight of 60`,
    ]);
    await expectError(
      run(a, 'vote', ...of, '--answer', 'no'),
      /has voted yes on proposal \w+ with a weight of 60: take it back with commonwire dao retract .*, then vote again/,
    );
    await run(guardian, 'veto', ...of);
    const vetoed = `nothing to do: guardian ${guardian.publicKey} has vetoed "A proposal"`;
    expect(await run(guardian, 'veto', ...of)).to.deep.equal([vetoed]);
    await expectError(run(a, 'finalize', ...of), 'voting-open');
    await chain.passSeconds(RULES.votingSeconds + 1);
    await expectError(run(a, 'vote', ...of, '--answer', 'no'), /the vote is over, and it can't be changed/);
    await expectError(
      run(b, 'vote', ...of, '--answer', 'no'),
      /was over at \S+: anybody counts the votes with/,
    );
    await expectError(run(a, 'retract', ...of), 'voting-over');
    await run(b, 'finalize', ...of);
    const decided = 'nothing to do: the vote on "A proposal" is decided: it is succeeded';
    expect(await run(b, 'finalize', ...of)).to.deep.equal([decided]);
    await expectError(run(b, 'execute', ...of), /can be executed after \S+, when its hold-up time is over/);
    await expectError(
      run(b, 'vote', ...of, '--answer', 'no'),
      /is succeeded, not voting: anybody executes it after/,
    );
  });

  it('takes votes back: of a staker, of a guardian, and in the last part where nobody votes yes any more', async () => {
    const of = await propose();
    expect((await run(b, 'retract', ...of))[0]).to.match(/^nothing to do: \w+ has no vote on "A proposal"/);
    await run(a, 'vote', ...of, '--answer', 'yes');
    await run(guardian, 'veto', ...of);
    expect((await run(guardian, 'retract', ...of))[0]).to.match(
      /^the veto of guardian \w+ on "A proposal" is taken/,
    );
    await chain.passSeconds(RULES.votingSeconds - RULES.coolOffSeconds + 1);
    await expectError(
      run(b, 'vote', ...of, '--answer', 'yes'),
      /nobody can vote yes on proposal \w+ any more since/,
    );
    const lines = await run(a, 'retract', ...of);
    expect(lines[0]).to.match(/^the yes of \w+ with a weight of 60 on "A proposal" is taken back/);
    expect(lines).to.include('weight for it      60 -> 0 (-60)');
    await run(b, 'vote', ...of, '--answer', 'no');
    await expectError(
      run(b, 'vote', ...of, '--answer', 'yes'),
      /has voted no on .*retract .* takes it back, but nobody can vote yes any more/,
    );
    await run(guardian, 'veto', ...of);
    expect(JSON.parse((await read('show', ...of, '--json'))[0]!)).to.include({
      yes: '0',
      no: '30000000',
      veto: '1',
    });
  });

  it('error: what is refused all the same, since somebody else was faster', async () => {
    const proposal = await dao.propose(a, [pay()]);
    const { connection } = chain;
    const of = ['--proposal', proposal.toBase58()];
    const signing = Signing.read({
      ...{ keypair: files.key(b), payer: undefined, 'priority-fee': undefined, print: false },
    });
    const by = { signer: signing.signer, payer: signing.payer };
    const sending = async (prepare: typeof finalize, act: () => Promise<unknown>) => {
      const decision = await fetchDecision(connection, proposal);
      const { transactions } = await prepare({ connection, decision, ...by });
      await act();
      await sendAll(transactions, { connection, signing, nextStep: daoStep(decision) });
    };
    const voting: typeof finalize = (request) => vote(request, 'no');
    await expectError(
      sending(voting, () => run(b, 'vote', ...of, '--answer', 'yes')),
      /voted on the proposal already \(VoteAlreadyExists, 519\); see it with .* take it back with commonwire dao retract/,
    );
    await run(b, 'retract', ...of);
    const inCoolOff: typeof finalize = (request) => vote(request, 'yes');
    await expectError(
      sending(inCoolOff, () => chain.passSeconds(RULES.votingSeconds - RULES.coolOffSeconds + 1)),
      /nobody can vote yes any more \(VoteNotAllowedInCoolOffTime, 606\); vote no, or abstain/,
    );
    await expectError(
      sending(voting, () => chain.passSeconds(RULES.coolOffSeconds)),
      /the time to vote is over \(ProposalVotingTimeExpired, 536\); .* then anybody counts the votes: commonwire dao/,
    );
    await expectError(
      sending(finalize, () => run(a, 'finalize', ...of)),
      /is counted already \(InvalidStateCannotFinalize, 532\); it has changed meanwhile: see commonwire dao show/,
    );
  });

  it('error: a veto of who is no guardian', async () => {
    const of = await propose();
    await expectError(run(a, 'veto', ...of), /is no guardian: it has no token of the council/);
  });

  it('lists the proposals of a DAO, the newest first, and the DAOs of a token or network', async () => {
    const own = await TestDao.create(chain);
    const member = await own.member(60_000_000n);
    const pool = ['--pool', own.pool.toBase58()];
    expect(await read('list', ...pool)).to.deep.equal([
      'no proposals: commonwire govern ACTION --propose POOL makes one',
    ]);
    const first = await own.propose(member, [], { name: 'First\u001b[8m' });
    await run(member, 'vote', '--proposal', first.toBase58(), '--answer', 'yes');
    await chain.passSeconds(RULES.votingSeconds + 1);
    const second = await own.propose(member, [], { name: 'Second' });
    const [head, newest, oldest, ...rest] = await read('list', ...pool);
    expect(head).to.match(/^proposal +state +for +against +quorum +vetoes +voting ends +title$/);
    expect(newest).to.match(new RegExp(`^${second} +voting +0 +0 +30 +0 +\\S+Z +Second$`));
    expect(oldest).to.match(
      new RegExp(`^${first} +to be counted +60 +0 +30, reached +0 +\\S+Z +First�\\[8m$`),
    );
    expect(rest).to.deep.equal([]);
    const { proposals } = JSON.parse((await read('list', ...pool, '--json'))[0]!);
    expect(proposals.map((one: { proposal: string; yes: string }) => [one.proposal, one.yes])).to.deep.equal([
      [second.toBase58(), '0'],
      [first.toBase58(), '60000000'],
    ]);

    const mint = ['--mint', own.dao.mint.toBase58()];
    const realms = (await read('realms', ...mint)).join('\n');
    expect(realms).to.match(
      new RegExp(`\\n${own.pool} +60 +${own.treasury} +Test \\w+ \\(${own.dao.realm}\\)$`),
    );
    const { mint: unused } = await newToken(chain);
    expect((await read('realms', '--mint', unused.toBase58()))[0]).to.match(/^no DAO of stakers of/);
    const network = await TestNetwork.create(chain);
    const [of] = await read('realms', '--network', network.address.toBase58(), '--json');
    expect(JSON.parse(of!)).to.deep.equal({
      mint: network.mint.toBase58(),
      network: network.address.toBase58(),
      realms: [],
    });
    await expectError(read('realms'), /name either --mint or --network/);
  });

  it('simulates a vote, an execution and the making of a DAO, and sends nothing', async () => {
    const of = await propose();
    const address = ['--keypair', a.publicKey.toBase58(), '--dry-run'];
    const lines = await read('vote', ...of, '--answer', 'yes', ...address);
    expect(lines[0]).to.equal('dry run: nothing was sent; 1 transaction would do this');
    expect(lines).to.include('weight for it      0 -> 60 (+60)');
    expect(JSON.parse((await read('show', ...of, '--json'))[0]!).yes).to.equal('0');
    await run(a, 'vote', ...of, '--answer', 'yes');
    await chain.passSeconds(RULES.votingSeconds + 1);
    await run(b, 'finalize', ...of);
    await chain.passSeconds(RULES.holdUpSeconds + 1);
    await dao.send(
      SystemProgram.transfer({
        fromPubkey: chain.payer.publicKey,
        toPubkey: dao.treasury,
        lamports: 1_000_000_000,
      }),
    );
    const executed = await read('execute', ...of, ...address);
    expect(executed.join('\n')).to.match(/\nSOL of the treasury {2}\S+ -> \S+ SOL \(-0\.001\)/);
    const { mint } = await newToken(chain);
    const making = ['create', '--name', `Dry ${mint.toBase58().slice(0, 8)}`, '--mint', mint.toBase58()];
    making.push('--quorum', '20', '--proposal-weight', '100', '--guardian', b.publicKey.toBase58());
    const told = (await read(...making, ...address)).join('\n');
    expect(told).to.match(/\nto be done: council token .*\nto be done: realm .*\nto be done: governance /);
    expect(told).to.match(/\nto be done: pool .*\nto be done: the realm is its own authority/);
    expect((await read('realms', '--mint', mint.toBase58()))[0]).to.match(/^no DAO/);
  });

  it('error: another kind of account in the place of a proposal or a pool', async () => {
    await expectError(
      read('show', '--proposal', dao.pool.toBase58()),
      /^\w+ is a pool of the stake program, not a proposal: check the address$/,
    );
    await expectError(
      read('show', '--proposal', dao.dao.realm.toBase58()),
      /is a realm of the governance program, not a proposal/,
    );
    await expectError(read('list', '--pool', dao.dao.mint.toBase58()), /is a mint, not a pool/);
    await expectError(read('list', '--pool', a.publicKey.toBase58()), /is a wallet, not a pool/);
    await expectError(
      read('list', '--pool', dao.at(a, 0n).toBase58()),
      /is a position of the stake program, not a pool/,
    );
  });

  it('error: what the treasury has no role for, with how it gets it', async () => {
    const network = await TestNetwork.create(chain);
    const { authority } = network;
    const at = ['--url', chain.connection.rpcEndpoint, '--network', network.address.toBase58()];
    const proposing = async (key: Keypair, action: string, ...more: string[]) => {
      await nextSlotOf(chain);
      return govern.run([action, ...at, '--keypair', files.key(key), ...more], () => {});
    };
    const pool = ['--propose', dao.pool.toBase58()];
    await expectError(
      proposing(a, 'unpause', ...pool),
      new RegExp(
        `first the authority ${authority.publicKey} runs commonwire govern propose-authority --network ${network.address} --to ${dao.treasury}`,
      ),
    );
    await proposing(authority, 'propose-authority', '--to', dao.treasury.toBase58());
    await expectError(
      proposing(a, 'unpause', ...pool),
      /: first propose and pass commonwire govern accept-authority --network \w+ --propose \w+$/,
    );
  });

  it('has a next step for every refusal of SPL Governance that its commands can meet', () => {
    const names = REALM_ERRORS.map(({ name }) => name);
    expect(names).to.have.length(125);
    expect(names).to.include.members(Object.keys(REALM_STEPS));
    const without = names.filter((name) => !(name in REALM_STEPS));
    for (const name of names) {
      const step = daoStep()('transaction-failed', name);
      expect(step === undefined, name).to.equal(without.includes(name));
      if (step !== undefined) expect(step, name).to.match(/^\S.{7,}[^.]$/);
    }
    // What other instructions alone meet than those that commands send.
    expect(without).to.deep.equal(UNMET);
  });
});

/** Of signatories, delegates, deposits, survey votes, and of changes of realms, mints and programs. */
const UNMET = [
  'InvalidInstruction',
  'AllVotesMustBeRelinquishedToWithdrawGoverningTokens',
  'InvalidStateCannotEditSignatories',
  'InvalidStateCannotCancelProposal',
  'InvalidSignatoryMint',
  'MintAuthorityMustSign',
  'InvalidMintAuthority',
  'MintHasNoAuthority',
  'InvalidProgramDataAccountAddress',
  'InvalidProgramDataAccountData',
  'InvalidUpgradeAuthority',
  'UpgradeAuthorityMustSign',
  'ProgramNotUpgradable',
  'InvalidTokenOwner',
  'TokenOwnerMustSign',
  'VoteWeightSourceNotSupported',
  'Legacy1',
  'GovernancePdaMustSign',
  'TransactionAlreadyFlaggedWithError',
  'RealmCouncilMintChangeIsNotSupported',
  'InvalidMaxVoterWeightAbsoluteValue',
  'AllProposalsMustBeFinalisedToWithdrawGoverningTokens',
  'GoverningTokenDepositsNotAllowed',
  'RealmConfigChangeNotAllowed',
  'GovernanceConfigChangeNotAllowed',
  'CannotWithdrawMembershipTokens',
  'CannotRevokeGoverningTokens',
  'InvalidRevokeAmount',
  'CannotChangeCommunityTokenTypeToMembership',
  'CannotRefundProposalDeposit',
  'InvalidProposalForProposalDeposit',
  'InvalidDepositPayerForProposalDeposit',
  'InvalidStateNotFinal',
  'InvalidStateToCompleteProposal',
  'InvalidGovernanceForRequiredSignatory',
  'SignatoryRecordAlreadyExists',
  'InstructionDeprecated',
];
