import { tokens } from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import {
  fetchGovernance,
  fetchProposal,
  governanceAddress,
  joining,
  type ProposalAccount,
  proposalAddress,
  proposalSeed,
  propose,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import { fetchPool, type Pool } from '@commonwire/sdk/stake';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { CliError } from '../errors';
import { fetchHoldings, voting } from '../staking/holdings';
import { stateText } from './decision';

/** The DAO of a pool's stakers. */
export interface DaoOf {
  address: PublicKey;
  pool: Pool;
  governance: PublicKey;
  /** The account that its proposals act as. */
  treasury: PublicKey;
}

/** @throws AccountError */
export async function fetchDaoOf(connection: Connection, address: PublicKey): Promise<DaoOf> {
  const pool = await fetchPool(connection, address);
  const governance = governanceAddress({ realm: pool.realm });
  return { address, pool, governance, treasury: treasuryAddress(governance) };
}

/** What is left to do until a proposal is open for votes. */
export interface Proposing {
  proposal: PublicKey;
  /** Instructions that belong into one transaction each, in their order; none: it is open for votes already. */
  groups: TransactionInstruction[][];
  /** What was found of an earlier run; undefined: nothing. */
  found: string | undefined;
}

/** States after which the same may be proposed again. */
const OVER: readonly ProposalAccount['state'][] = [
  'Completed',
  'Cancelled',
  'Defeated',
  'Vetoed',
  'ExecutingWithErrors',
];
/** How often the same member can have proposed just the same, or others something else at its addresses. */
const MOST_PROPOSALS = 1_000;

/**
 * What makes a proposal of these actions and opens it for votes. Where the same member has begun to propose the same, it goes on
 * with that.
 * @throws CliError `not-a-member` for a signer without enough weight
 */
export async function proposing(
  connection: Connection,
  { signer: owner, payer }: Signing,
  { address, pool, governance }: DaoOf,
  about: { name: string; link: string; actions: readonly TransactionInstruction[] },
): Promise<Proposing> {
  const { actions } = about;
  const { realm, mint } = pool;
  const at = { governance, mint };
  const addressAt = (number: number) => {
    const seed = proposalSeed(owner, actions, number);
    return { seed, proposal: proposalAddress({ ...at, seed }) };
  };
  const { seed, begun } = await lastOf(connection, addressAt, (found) => isSame(found, owner, actions));
  if (begun && begun.state !== 'Draft')
    return {
      proposal: begun.address,
      groups: [],
      found: `is proposed already, and ${stateText(begun.state)}`,
    };
  const [holdings, { rules }] = await Promise.all([
    fetchHoldings(connection, address, owner),
    fetchGovernance(connection, governance),
  ]);
  const weight = holdings.positions.reduce((sum, position) => sum + position.weight, 0n);
  if (!begun && weight < rules.proposalWeight)
    throw new CliError(
      'not-a-member',
      `${owner} has a weight of ${tokens(weight, holdings.decimals)}, and proposals need ${tokens(rules.proposalWeight, holdings.decimals)}: stake more with commonwire stake open --pool ${address}`,
    );
  const positions = voting(holdings);
  const { holdUpSeconds } = rules;
  const { proposal, steps } = await propose({
    ...about,
    ...at,
    realm,
    owner,
    positions,
    payer,
    seed,
    holdUpSeconds,
  });
  if (begun) {
    const done = begun.actions.length;
    const found = `was begun: ${done} of ${actions.length} actions are in it`;
    return { proposal, groups: steps.slice(1 + done), found };
  }
  const first = await joining(connection, { realm, mint, pool: address }, owner, payer);
  return { proposal, groups: [...(first.length > 0 ? [first] : []), ...steps], found: undefined };
}

/** The last of the same proposals that isn't over, or the seed of the next one. */
async function lastOf(
  connection: Connection,
  at: (number: number) => { seed: PublicKey; proposal: PublicKey },
  isOurs: (found: ProposalAccount) => boolean,
): Promise<{ seed: PublicKey; begun: ProposalAccount | null }> {
  for (let number = 0; number < MOST_PROPOSALS; number++) {
    const { seed, proposal } = at(number);
    if (!(await connection.getAccountInfo(proposal))) return { seed, begun: null };
    const begun = await fetchProposal(connection, proposal);
    if (isOurs(begun) && !OVER.includes(begun.state)) return { seed, begun };
  }
  throw new CliError('proposed-too-often', `just the same was proposed ${MOST_PROPOSALS} times`);
}

/**
 * Whether this is the same proposal, or its beginning. Its address can be foreseen, and anybody who may propose can make another
 * one there: nobody must be sent to vote for that.
 */
function isSame(
  { proposer, state, actions: made }: ProposalAccount,
  owner: PublicKey,
  actions: readonly TransactionInstruction[],
): boolean {
  const isWhole = state === 'Draft' ? made.length <= actions.length : made.length === actions.length;
  return (
    isWhole &&
    proposer.equals(owner) &&
    made.every(
      ({ choice, executed }, at) =>
        choice === null && executed.length === 1 && isSameInstruction(executed[0]!, actions[at]!),
    )
  );
}

const isSameInstruction = (one: TransactionInstruction, other: TransactionInstruction): boolean =>
  one.programId.equals(other.programId) &&
  one.data.equals(other.data) &&
  one.keys.length === other.keys.length &&
  one.keys.every(({ pubkey, isSigner, isWritable }, at) => {
    const { pubkey: key, isSigner: signs, isWritable: writes } = other.keys[at]!;
    return pubkey.equals(key) && isSigner === signs && isWritable === writes;
  });
