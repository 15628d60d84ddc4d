import { count, printable } from '@commonwire/sdk/core';
import {
  castVeto,
  castVote,
  executeAction,
  finalizeVote,
  joinRealm,
  memberAddress,
  takeCouncilSeat,
} from '@commonwire/sdk/realm';
import { openVoterWeight, voterWeightAddress } from '@commonwire/sdk/stake';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { CliError } from '../errors';
import { fetchHoldings } from '../staking/holdings';
import { type Decision, requireState } from './decision';

/** The transactions of an action, and what they do. */
export interface Prepared {
  transactions: TransactionInstruction[][];
  effects: string[];
}

/** Who does something about a proposal. */
export interface Request {
  connection: Connection;
  decision: Decision;
  signer: PublicKey;
  payer: PublicKey;
}

/** Instructions that let a staker propose and vote; none where that was done before. */
export async function joining(
  connection: Connection,
  { realm, mint, pool }: { realm: PublicKey; mint: PublicKey; pool: PublicKey },
  owner: PublicKey,
  payer: PublicKey,
): Promise<TransactionInstruction[]> {
  const addresses = [memberAddress({ realm, mint, owner }), voterWeightAddress({ pool, owner })];
  const [member, weight] = await connection.getMultipleAccountsInfo(addresses);
  return [
    ...(member ? [] : [await joinRealm({ payer, realm, mint, owner })]),
    ...(weight ? [] : [openVoterWeight({ pool, owner })]),
  ];
}

/** Votes with all positions that count: made before the vote began and locked for long enough. */
export async function vote(
  { connection, decision, signer, payer }: Request,
  approve: boolean,
): Promise<Prepared> {
  requireState(decision, ['Voting']);
  const { dao, pool, proposal, rules } = decision;
  const { positions, pool: of } = await fetchHoldings(connection, pool, signer);
  const least = rules.votingSeconds + rules.holdUpSeconds;
  const counted = positions.filter(
    ({ unlocksAt, openedSlot, lockSeconds }) =>
      unlocksAt === 0n &&
      openedSlot < proposal.votingAtSlot! &&
      Math.max(lockSeconds, of.coolDownSeconds) >= least,
  );
  if (counted.length === 0)
    throw new CliError(
      'not-a-member',
      `${signer} has no position that counts in this vote: it must have been made before the vote began and not be unlocking`,
    );
  const weight = counted.reduce((sum, one) => sum + one.weight, 0n);
  const instructions = await castVote({
    ...dao,
    owner: signer,
    positions: counted.map(({ address }) => address),
    payer,
    proposal: proposal.address,
    proposer: proposal.proposer,
    approve,
  });
  return {
    transactions: [[...(await joining(connection, { ...dao, pool }, signer, payer)), ...instructions]],
    effects: [
      `${approve ? 'yes' : 'no'} to "${printable(proposal.name)}" with a weight of ${weight} base units`,
    ],
  };
}

/** Casts a guardian's veto, and takes the guardian's seat first where that wasn't done. */
export async function veto({ connection, decision, signer, payer }: Request): Promise<Prepared> {
  requireState(decision, ['Voting']);
  const { dao, of, proposal, realm } = decision;
  const { councilMint } = of;
  if (!councilMint)
    throw new CliError('no-guardian', `realm ${realm} has no guardian council: nobody can veto`);
  const seat = { realm, councilMint, guardian: signer, payer };
  const member = memberAddress({ realm, mint: councilMint, owner: signer });
  const isSeated = (await connection.getAccountInfo(member)) !== null;
  return {
    transactions: [
      [
        ...(isSeated ? [] : [await takeCouncilSeat(seat)]),
        await castVeto({ ...dao, ...seat, proposal: proposal.address, proposer: proposal.proposer }),
      ],
    ],
    effects: [`guardian ${signer} vetoes "${printable(proposal.name)}"`],
  };
}

/** Counts the votes once the time to vote is over. Anyone can. */
export async function finalize({ decision }: Request): Promise<Prepared> {
  requireState(decision, ['Voting']);
  const { dao, proposal } = decision;
  const { address, proposer, name, yes, no } = proposal;
  return {
    transactions: [await finalizeVote({ ...dao, proposal: address, proposer })],
    effects: [`the vote on "${printable(name)}" is counted: ${yes} for it, ${no} against it`],
  };
}

/** Executes what was decided and isn't executed yet, each action in a transaction of its own. Anyone can. */
export async function execute({ decision }: Request): Promise<Prepared> {
  const { proposal } = decision;
  if (proposal.state === 'Completed')
    return { transactions: [], effects: [`"${printable(proposal.name)}" is executed already`] };
  requireState(decision, ['Succeeded', 'Executing']);
  const open = proposal.actions.filter(({ executedAt }) => executedAt === null);
  const { governance, address } = proposal;
  return {
    transactions: await Promise.all(
      open.map(async (action) => [await executeAction({ governance, proposal: address, ...action })]),
    ),
    effects: [
      `"${printable(proposal.name)}" is executed: ${open.length} of ${count(proposal.actions.length, 'action')}`,
    ],
  };
}
