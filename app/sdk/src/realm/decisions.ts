import { MINT_SIZE, MintLayout } from '@solana/spl-token';
import { type Connection, type PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { decodePool, poolAddress, STAKE_PROGRAM_ID, votingWeight } from '../stake';
import {
  fetchGovernance,
  fetchProposal,
  fetchRealm,
  type GovernanceState,
  type ProposalAccount,
  type RealmAccount,
} from './accounts';
import type { Dao } from './proposals';
import { quorumOf } from './rules';

/** A realm, its governance, and what its proposals are decided by. */
export interface DaoFacts extends GovernanceState {
  of: RealmAccount;
  /** As the SDK's instructions take it. */
  dao: Dao;
  pool: PublicKey;
  /** Of the staked token. */
  decimals: number;
  /** Weight that could vote now; null where no pool weighs the votes. */
  weight: bigint | null;
  /** Tokens of the council. */
  guardians: bigint;
  /** Chain time, unix seconds. */
  now: bigint;
}

/** A proposal with all that decides it. */
export interface Decision extends DaoFacts {
  proposal: ProposalAccount;
}

/** @throws AccountError */
export async function fetchDecision(connection: Connection, address: PublicKey): Promise<Decision> {
  const proposal = await fetchProposal(connection, address);
  return { ...(await fetchDaoFacts(connection, proposal.governance)), proposal };
}

/** @throws AccountError */
export async function fetchDaoFacts(connection: Connection, address: PublicKey): Promise<DaoFacts> {
  const governance = await fetchGovernance(connection, address);
  const { realm } = governance;
  const of = await fetchRealm(connection, realm);
  const { mint, councilMint } = of;
  const dao = { realm, governance: address, mint };
  const pool = poolAddress(dao);
  const asked = [SYSVAR_CLOCK_PUBKEY, mint, pool, ...(councilMint ? [councilMint] : [])];
  const [clock, staked, weighing, council] = await connection.getMultipleAccountsInfo(asked);
  const now = clock!.data.readBigInt64LE(32);
  const isPool = weighing?.owner.equals(STAKE_PROGRAM_ID) ?? false;
  return {
    ...{ ...governance, of, dao, pool, now },
    decimals: mintIn(staked!.data).decimals,
    weight: isPool ? votingWeight(decodePool(pool, weighing!.data), now) : null,
    guardians: council ? mintIn(council.data).supply : 0n,
  };
}

const mintIn = (data: Buffer) => MintLayout.decode(data.subarray(0, MINT_SIZE));

/** Times of a decision; null: not known yet. */
export interface Times {
  /** The last second in which anybody can vote yes. */
  yesUntil: bigint | null;
  /** The last second in which anybody can vote. */
  until: bigint | null;
  /** The last second of the hold-up time of actions that ask for no longer one. */
  heldUntil: bigint | null;
}

export function timesOf(
  { votingAt, decidedAt }: Pick<ProposalAccount, 'votingAt' | 'decidedAt'>,
  { votingSeconds, coolOffSeconds, holdUpSeconds }: DaoFacts['rules'],
): Times {
  const until = votingAt === null ? null : votingAt + BigInt(votingSeconds);
  return {
    until,
    yesUntil: until === null ? null : until - BigInt(coolOffSeconds),
    heldUntil: decidedAt === null ? null : decidedAt + BigInt(holdUpSeconds),
  };
}

/** How a vote stands. */
export interface Standing {
  /** Weight that could vote: when it was counted, or else now; null where no pool weighs the votes. */
  all: bigint | null;
  /** Weight that must vote yes. */
  quorum: bigint | null;
  /** Whether so much has. */
  isReached: boolean;
  /** Whether it would pass if it were counted like this. */
  passes: boolean;
  /** How many guardians stop it; null: none can. */
  vetoes: bigint | null;
}

export function standingOf(
  { yes, no, allWeight }: Pick<ProposalAccount, 'yes' | 'no' | 'allWeight'>,
  { weight, rules, guardians }: DaoFacts,
): Standing {
  // A sum that votes exceed, SPL Governance takes as that of the votes.
  const known = allWeight ?? weight;
  const all = known === null ? null : known > yes + no ? known : yes + no;
  const quorum = all === null ? null : quorumOf(rules.quorumPercent, all);
  const isReached = quorum !== null && yes >= quorum;
  const vetoes =
    rules.vetoPercent === null || guardians === 0n ? null : quorumOf(rules.vetoPercent, guardians);
  return { all, quorum, isReached, passes: isReached && yes > no, vetoes };
}
