import { networkProgram, pause, setGuardian, withdrawFees } from '@commonwire/sdk/network';
import {
  actionEffects,
  fetchProposal,
  GOVERNANCE_PROGRAM_ID,
  memberAddress,
  proposalAddress,
  proposalEffects,
  proposalSeed,
  propose,
} from '@commonwire/sdk/realm';
import { voterWeightAddress, weighAction } from '@commonwire/sdk/stake';
import {
  createInstructionData,
  PROGRAM_VERSION_V3,
  VoteType,
  withCreateProposal,
  withInsertTransaction,
} from '@realms-today/spl-governance';
import {
  createApproveInstruction,
  createBurnInstruction,
  createMintToInstruction,
  createTransferCheckedInstruction,
  createTransferInstruction,
} from '@solana/spl-token';
import { Keypair, type PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import type { TestChain } from '../support/chain';
import { daoChain, nextSlotOf, RULES, TestDao } from '../support/dao';
import { TestNetwork } from '../support/network';

const someone = (): PublicKey => Keypair.generate().publicKey;

describe('what a proposal does, in words', () => {
  let chain: TestChain;
  let dao: TestDao;
  let network: TestNetwork;
  let member: Keypair;

  before(async () => {
    chain = await daoChain();
    dao = await TestDao.create(chain);
    network = await TestNetwork.create(chain);
    member = await dao.member(60n);
  });

  const told = (instruction: TransactionInstruction) => actionEffects(chain.connection, instruction);
  const by = () => ({ network: network.address, authority: network.authority.publicKey });

  it('shows an instruction of an unknown program as it is, with a warning', async () => {
    const [programId, account] = [someone(), someone()];
    const keys = [{ pubkey: account, isSigner: true, isWritable: true }];
    const data = Buffer.from([200, 1, 2, 3]);
    const { effects, warnings } = await told(new TransactionInstruction({ programId, keys, data }));
    expect(effects).to.deep.equal([
      `an instruction of program ${programId} with data yAECAw== and accounts ${account} signs is written`,
    ]);
    expect(warnings).to.deep.equal([
      `it can't be put into words: nothing is known here of what program ${programId} does with it`,
    ]);
  });

  it('says of a look-alike program which address it has, and which it imitates', async () => {
    const real = withdrawFees({ ...by(), recipient: someone() });
    const programId = someone();
    const { effects, warnings } = await told(new TransactionInstruction({ ...real, programId }));
    expect(effects[0]).to.contain(`an instruction of program ${programId} with data`);
    expect(warnings[0]).to.contain(`withdrawFees of the network program ${networkProgram.address}`);
    expect(warnings[0]).to.contain(`it goes to another program, ${programId}`);
  });

  it('shows bytes behind the arguments, cut arguments and an unknown instruction as they are, with a warning', async () => {
    const real = setGuardian({ ...by(), guardian: someone() });
    const changed = (data: Uint8Array) => new TransactionInstruction({ ...real, data: Buffer.from(data) });
    for (const data of [
      Uint8Array.of(...real.data, 0),
      real.data.subarray(0, -1),
      Uint8Array.of(250),
      new Uint8Array(),
    ]) {
      const { effects, warnings } = await told(changed(data));
      expect(effects[0]).to.match(/^an instruction of program network \(/);
      expect(warnings[0]).to.match(/this version does not know this instruction of the network program$/);
    }
  });

  it('shows an instruction for an account that is no network, and names it', async () => {
    const address = someone();
    const { effects, warnings } = await told(pause({ network: address, guard: dao.treasury }));
    expect(effects[0]).to.contain(address.toBase58());
    expect(warnings).to.deep.equal([
      `it can't be put into words: there is no network at ${address} on this cluster`,
    ]);
  });

  it('names accounts that an instruction is given and does not need', async () => {
    const further = someone();
    const real = setGuardian({ ...by(), guardian: null });
    const keys = [...real.keys, { pubkey: further, isSigner: false, isWritable: true }];
    const { effects } = await told(new TransactionInstruction({ ...real, keys }));
    expect(effects.at(-1)).to.equal(`it is given 1 account that it does not need: ${further}`);
  });

  it('names the mints, wallets and amounts of what moves', async () => {
    const { mint } = dao.dao;
    const [source, other, lookAlike] = [dao.accountOf(member.publicKey), someone(), someone()];
    const { publicKey: owner } = member;
    const moves: [TransactionInstruction, RegExp][] = [
      [
        createTransferInstruction(source, source, owner, 5n),
        new RegExp(
          `^5 base units of mint ${mint} go from token account ${source} to ${owner}, token account ${source}$`,
        ),
      ],
      [
        createTransferCheckedInstruction(source, lookAlike, other, owner, 5n, 6),
        new RegExp(
          `^5 base units of mint ${lookAlike} go from token account ${source} to token account ${other}, which is not there yet$`,
        ),
      ],
      [
        createApproveInstruction(source, other, owner, 9n),
        new RegExp(`^${other} may take 9 base units of mint ${mint}`),
      ],
      [
        createMintToInstruction(mint, source, owner, 7n),
        new RegExp(`^7 base units of mint ${mint} are made for ${owner}`),
      ],
      [
        SystemProgram.transfer({ fromPubkey: owner, toPubkey: other, lamports: 1_500_000_000_000 }),
        new RegExp(`^1,500 SOL go from ${owner} to ${other}$`),
      ],
    ];
    for (const [instruction, words] of moves) {
      const { effects, warnings } = await told(instruction);
      expect(effects).to.have.length(1);
      expect(effects[0]).to.match(words);
      expect(warnings).to.deep.equal([]);
    }
    const burning = await told(createBurnInstruction(source, mint, owner, 3n));
    expect(burning.effects[0]).to.match(/^an instruction of program/);
    expect(burning.warnings).to.have.length(1);
  });

  it('shows every instruction of an action, and the actions of every choice', async () => {
    await nextSlotOf(chain);
    const { realm, governance, mint } = dao.dao;
    const { publicKey: owner } = member;
    const seed = someone();
    const proposal = proposalAddress({ governance, mint, seed });
    const of = memberAddress({ realm, mint, owner });
    const positions = [dao.at(member, 0n)];
    const pool = dao.pool;
    const instructions = [
      weighAction({ pool, owner, action: 'createProposal', target: governance, positions }),
    ];
    const weight = voterWeightAddress({ pool, owner });
    const program = [GOVERNANCE_PROGRAM_ID, PROGRAM_VERSION_V3] as const;
    const choices = ['Harmless', 'Not so'];
    const kind = VoteType.SINGLE_CHOICE;
    await withCreateProposal(
      ...([
        instructions,
        ...program,
        realm,
        governance,
        of,
        'Two',
        '',
        mint,
        owner,
        undefined,
        kind,
      ] as const),
      ...([choices, true, owner, weight, seed] as const),
    );
    const to = someone();
    const paying = (lamports: number) =>
      createInstructionData(SystemProgram.transfer({ fromPubkey: dao.treasury, toPubkey: to, lamports }));
    const insert = (option: number, held: ReturnType<typeof paying>[]) =>
      withInsertTransaction(
        ...([instructions, ...program, governance, proposal, of, owner, 0, option] as const),
        ...([RULES.holdUpSeconds, held, owner] as const),
      );
    await insert(0, [paying(1e9), paying(2e9)]);
    await insert(1, [paying(3e9)]);
    await dao.send(instructions, [member]);
    const shown = await proposalEffects(chain.connection, await fetchProposal(chain.connection, proposal));
    expect(shown.map(({ effects, action }) => [action.choice, effects[0]])).to.deep.equal([
      ['Harmless', `1 SOL go from ${dao.treasury} to ${to}`],
      ['Harmless', `2 SOL go from ${dao.treasury} to ${to}`],
      ['Not so', `3 SOL go from ${dao.treasury} to ${to}`],
    ]);
  });

  it('warns of what changes the DAO itself, and of a signature that no proposal has', async () => {
    const data = Buffer.from([19]);
    const keys = [{ pubkey: dao.dao.governance, isSigner: true, isWritable: true }];
    const changing = new TransactionInstruction({ programId: GOVERNANCE_PROGRAM_ID, keys, data });
    const paying = SystemProgram.transfer({ fromPubkey: member.publicKey, toPubkey: someone(), lamports: 1 });
    const proposal = await dao.propose(member, [changing, paying]);
    const shown = await proposalEffects(chain.connection, await fetchProposal(chain.connection, proposal));
    expect(shown.map(({ warnings }) => warnings)).to.deep.equal([
      ['it is for SPL Governance itself: it may change who decides in this DAO, and how'],
      [
        `${member.publicKey} must sign it, which is not the treasury of this DAO: whoever executes it as that could lose what is in that wallet`,
      ],
    ]);
  });

  it('has the same seed for the same actions of the same member, and another for any other', async () => {
    const { publicKey: owner } = member;
    const actions = [pause({ network: network.address, guard: dao.treasury })];
    const seed = proposalSeed(owner, actions, 0);
    expect(proposalSeed(owner, actions, 0).equals(seed)).to.equal(true);
    const others = [
      proposalSeed(owner, actions, 1),
      proposalSeed(someone(), actions, 0),
      proposalSeed(owner, [...actions, ...actions], 0),
      proposalSeed(owner, [pause({ network: network.address, guard: someone() })], 0),
    ];
    for (const other of others) expect(other.equals(seed)).to.equal(false);
    const args = { ...dao.dao, owner, positions: [], payer: owner, seed, name: '', link: '', actions };
    const { steps } = await propose({ ...args, holdUpSeconds: 0 });
    expect(steps).to.have.length(3);
  });
});
