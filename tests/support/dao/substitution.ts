import { sendAndConfirm } from '@commonwire/sdk/core';
import { leastCoolDown } from '@commonwire/sdk/realm';
import {
  closeVoterWeight,
  createPool,
  openVoterWeight,
  poolAddress,
  weighAction,
  weighPool,
  weighVote,
} from '@commonwire/sdk/stake';
import type { Keypair, TransactionInstruction } from '@solana/web3.js';
import type { TestChain } from '../chain';
import type { Case } from '../substitution/case';
import { newRealm, poolOf, RULES, TestDao, type TestRealm } from './test-dao';

const COOL_DOWN = leastCoolDown(RULES);

/** A DAO at the moments at which, between them, every instruction of the stake program can succeed. */
export interface DaoStages {
  dao: TestDao;
  /** Has a record of weight, and by id: 0 a stake, 1 one to withdraw, 2 an empty position. */
  member: Keypair;
  /** Has tokens, and no record of weight. */
  newcomer: Keypair;
  /** Open for votes. */
  proposal: Awaited<ReturnType<TestDao['propose']>>;
  /** A realm without a pool; the accounts for stakes and income are there. */
  bare: TestRealm;
}

export async function setStages(chain: TestChain): Promise<DaoStages> {
  const [dao, bare] = [await TestDao.create(chain), await newRealm(chain)];
  const member = await dao.member(100n, 20n, 30n);
  for (const id of [1n, 2n]) await dao.unlock(member, id);
  await chain.passSeconds(COOL_DOWN);
  return { dao, member, newcomer: await dao.staker(), proposal: dao.of.realm, bare };
}

/** Opens the vote, as the last thing before the cases: votes end. */
export async function openVote(stages: DaoStages): Promise<void> {
  const { dao, member, bare } = stages;
  await dao.withdraw(member, 2n);
  await dao.send(dao.minting(member.publicKey, 1n), [dao.of.token.authority]);
  stages.proposal = await dao.propose(member, []);
  const preparing = createPool(poolOf(bare, bare.token)).slice(0, -1);
  await sendAndConfirm(dao.chain.connection, bare.authority, preparing);
}

/** One transaction for each instruction of the program, by the IDL's names. */
export function makeCases({ dao, member, newcomer, proposal, bare }: DaoStages): Record<string, Case> {
  const one = (instruction: TransactionInstruction, ...signers: Keypair[]): Case => ({
    instructions: [instruction],
    signers,
  });
  const { pool } = dao;
  const creation = createPool({ ...poolOf(bare, bare.token), payer: newcomer.publicKey });
  const { governance } = dao.of;
  const owner = member.publicKey;
  const positions = [dao.at(member, 0n)];
  const siblings = { position: dao.at(member, 1n) };
  return {
    create_pool: {
      ...one(creation.at(-1)!, bare.authority, newcomer),
      siblings: { pool: poolAddress({ realm: bare.realm, mint: bare.council.mint }) },
    },
    open_position: one(dao.opening(member, 3n, 1n), member),
    begin_unlock: one(dao.unlocking(member, 0n), member),
    withdraw: { ...one(dao.withdrawing(member, 1n), member), siblings: { position: dao.at(member, 0n) } },
    close_position: { ...one(dao.closing(member, 2n), member), siblings },
    count_income: { ...one(dao.counting()), siblings: { vault: dao.stakes } },
    claim: { ...one(dao.claiming(member, 0n), member), siblings: { vault: dao.stakes } },
    open_voter_weight: one(openVoterWeight({ pool, owner: newcomer.publicKey }), newcomer),
    weigh_vote: {
      ...one(weighVote({ pool, owner, proposal, governance, positions })),
      siblings: { 'further 0': dao.at(member, 1n) },
    },
    weigh_action: {
      ...one(weighAction({ pool, owner, action: 'createProposal', target: governance, positions })),
      siblings: { 'further 0': dao.at(member, 1n) },
    },
    weigh_pool: one(weighPool(pool)),
    close_voter_weight: one(closeVoterWeight({ pool, owner }), member),
  };
}
