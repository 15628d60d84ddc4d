// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { fetchNetwork } from '@commonwire/sdk/network';
import {
  type DaoFacts,
  type Decision,
  fetchDaoFacts,
  fetchDecision,
  fetchRealm,
  findGovernances,
  findProposals,
  governanceAddress,
  type ProposalSummary,
  proposalEffects,
  type RealmAccount,
  timesOf,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import { fetchPoolFacts, findPools, type Pool, type PoolFacts } from '@commonwire/sdk/stake';
import type { Connection, PublicKey } from '@solana/web3.js';
import type { Mood } from '../parts';
import { t } from '../text';

/** A realm whose stakers stake the network's token. */
export interface FoundRealm {
  pool: Pool & { address: PublicKey };
  realm: RealmAccount;
  /** Whether its treasury is the network's authority. */
  governs: boolean;
}

/** The realms of a network's token, the one that governs it first. The node must search a program's accounts. */
export async function findRealms(connection: Connection, network: PublicKey): Promise<FoundRealm[]> {
  const { mint, authority } = await fetchNetwork(connection, network);
  const pools = await findPools(connection, mint);
  const found = await Promise.all(
    pools.map(async (pool) => ({
      pool,
      realm: await fetchRealm(connection, pool.realm),
      governs: treasuryAddress(governanceAddress({ realm: pool.realm })).equals(authority),
    })),
  );
  const staked = (one: FoundRealm, other: FoundRealm) => (one.pool.staked < other.pool.staked ? 1 : -1);
  return found.sort((a, b) => Number(b.governs) - Number(a.governs) || staked(a, b));
}

/** A pool with the realm that its stakers decide in. */
export interface RealmFacts {
  pool: PoolFacts;
  dao: DaoFacts;
}

/** @throws AccountError for an address that isn't a pool's */
export async function readRealm(connection: Connection, address: PublicKey): Promise<RealmFacts> {
  const pool = await fetchPoolFacts(connection, address);
  const governance = governanceAddress({ realm: pool.pool.realm });
  return { pool, dao: await fetchDaoFacts(connection, governance) };
}

/** A proposal as it is listed. */
export interface ListedProposal {
  proposal: ProposalSummary;
  facts: DaoFacts;
}

/** The proposals of all governances of a realm, the newest first. The node must search a program's accounts. */
export async function listProposals(connection: Connection, realm: PublicKey): Promise<ListedProposal[]> {
  const found: ListedProposal[] = [];
  for (const governance of await findGovernances(connection, realm)) {
    const proposals = await findProposals(connection, governance);
    if (proposals.length === 0) continue;
    const facts = await fetchDaoFacts(connection, governance);
    found.push(...proposals.map((proposal) => ({ proposal, facts })));
  }
  const begun = ({ proposal }: ListedProposal) => Number(proposal.votingAt ?? Number.MAX_SAFE_INTEGER);
  return found.sort((a, b) => begun(b) - begun(a));
}

/** A proposal with all that decides it, and what each of its actions would do. */
export interface ReadProposal {
  decision: Decision;
  actions: Awaited<ReturnType<typeof proposalEffects>>;
}

/** @throws AccountError for an address that isn't a proposal's */
export async function readProposal(connection: Connection, address: PublicKey): Promise<ReadProposal> {
  const decision = await fetchDecision(connection, address);
  return { decision, actions: await proposalEffects(connection, decision.proposal) };
}

const MOODS: Readonly<Record<ProposalSummary['state'], Mood>> = {
  Draft: 'quiet',
  SigningOff: 'quiet',
  Voting: 'warn',
  Succeeded: 'good',
  Executing: 'good',
  Completed: 'good',
  Cancelled: 'quiet',
  Defeated: 'bad',
  ExecutingWithErrors: 'bad',
  Vetoed: 'bad',
};

/** Whether the time to vote is over and nobody has counted the votes. */
export function isToBeCounted(proposal: ProposalSummary, { rules, now }: DaoFacts): boolean {
  const { until } = timesOf(proposal, rules);
  return proposal.state === 'Voting' && until !== null && now > until;
}

/** The state of a proposal as a word and a colour. */
export const proposalState = (proposal: ProposalSummary, facts: DaoFacts): { mood: Mood; text: string } =>
  isToBeCounted(proposal, facts)
    ? { mood: 'warn', text: t('proposal.toBeCounted') }
    : { mood: MOODS[proposal.state], text: t(`proposal.state.${proposal.state}`) };
