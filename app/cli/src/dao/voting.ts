import { time } from '@commonwire/sdk/core';
import {
  type CastVote,
  castVeto,
  castVote,
  countedPositions,
  type Decision,
  decodeProposal,
  fetchDeposit,
  fetchVote,
  joining,
  memberAddress,
  relinquishVote,
  takeCouncilSeat,
  timesOf,
} from '@commonwire/sdk/realm';
import { getAssociatedTokenAddressSync } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { readBalances, type Watched } from '../balances';
import { CliError } from '../errors';
import { fetchHoldings } from '../staking/holdings';
import { requireState } from './decision';
import { nothing, type Prepared, type Request, titleOf, weightText } from './prepared';

/** The votes on the proposal, to be shown before and after. */
function watchVotes({ proposal: { address }, decimals }: Decision): Watched[] {
  const of = (what: string, pick: 'yes' | 'no' | 'veto', unit: number): Watched => ({
    what,
    account: address,
    unit: 'weight',
    decimals: unit,
    read: (info) => decodeProposal(address, info)[pick],
  });
  return [
    of('weight for it', 'yes', decimals),
    of('weight against it', 'no', decimals),
    of("guardians' vetoes", 'veto', 0),
  ];
}

/** Requires that the time to vote isn't over. @throws CliError `wrong-state`, `voting-over` */
function requireOpen(decision: Decision): void {
  requireState(decision, ['Voting']);
  const { proposal, rules, now } = decision;
  const { until } = timesOf(proposal, rules);
  if (until === null || now <= until) return;
  throw new CliError(
    'voting-over',
    `the vote on proposal ${proposal.address} was over at ${time(until)}: anybody counts the votes with commonwire dao finalize --proposal ${proposal.address}`,
  );
}

/** Votes with all positions that count: made before the vote began and locked for long enough. */
export async function vote(
  { connection, decision, signer, payer }: Request,
  answer: CastVote['answer'],
): Promise<Prepared> {
  const { dao, pool, proposal, rules, now } = decision;
  const { address } = proposal;
  const member = memberAddress({ ...dao, owner: signer });
  const cast = await fetchVote(connection, { proposal: address, member });
  if (cast?.answer === answer)
    return nothing(
      `${signer} has voted ${answer} on ${titleOf(decision)} with a weight of ${weightText(decision, cast.weight)}`,
    );
  const { until, yesUntil } = timesOf(proposal, rules);
  const isYesOver = yesUntil !== null && now > yesUntil;
  if (cast) throw votedOtherwise(decision, signer, cast, isYesOver && answer === 'yes');
  requireOpen(decision);
  if (answer === 'yes' && isYesOver)
    throw new CliError(
      'yes-over',
      `nobody can vote yes on proposal ${address} any more since ${time(yesUntil)}: until ${time(until!)} it can be voted against or vetoed`,
    );
  const { positions, pool: of } = await fetchHoldings(connection, pool, signer);
  const counted = countedPositions(decision, of, positions);
  if (counted.length === 0)
    throw new CliError(
      'not-a-member',
      `${signer} has no position that counts in this vote: it must have been made before the vote began and not be unlocking; what is staked now counts in later votes (commonwire stake show --pool ${pool})`,
    );
  const weight = counted.reduce((sum, one) => sum + one.weight, 0n);
  const instructions = await castVote({
    ...dao,
    owner: signer,
    positions: counted.map(({ address }) => address),
    payer,
    proposal: address,
    proposer: proposal.proposer,
    approve: answer === 'yes',
  });
  return {
    transactions: [[...(await joining(connection, { ...dao, pool }, signer, payer)), ...instructions]],
    effects: [
      `${answer} to ${titleOf(decision)} with a weight of ${weightText(decision, weight)}, as of so many tokens without a lock`,
    ],
    watched: watchVotes(decision),
  };
}

/** The refusal of another vote than the one that was cast. */
function votedOtherwise(decision: Decision, who: PublicKey, cast: CastVote, isTooLate: boolean): CliError {
  const { proposal, rules, now } = decision;
  const { until } = timesOf(proposal, rules);
  const isOpen = proposal.state === 'Voting' && until !== null && now <= until;
  const step = !isOpen
    ? `the vote is over, and it can't be changed any more`
    : isTooLate
      ? `commonwire dao retract --proposal ${proposal.address} takes it back, but nobody can vote yes any more`
      : `take it back with commonwire dao retract --proposal ${proposal.address}, then vote again`;
  return new CliError(
    'voted-otherwise',
    `${who} has voted ${cast.answer} on proposal ${proposal.address} with a weight of ${weightText(decision, cast.weight)}: ${step}`,
  );
}

/** @throws CliError `no-guardian` where there is no council */
function councilOf({ of: { councilMint }, realm }: Decision): PublicKey {
  if (councilMint) return councilMint;
  throw new CliError('no-guardian', `realm ${realm} has no guardian council: nobody can veto`);
}

/** Casts a guardian's veto, and takes the guardian's seat first where that wasn't done. */
export async function veto({ connection, decision, signer, payer }: Request): Promise<Prepared> {
  const { dao, proposal, realm } = decision;
  const councilMint = councilOf(decision);
  const member = memberAddress({ realm, mint: councilMint, owner: signer });
  if (await fetchVote(connection, { proposal: proposal.address, member }))
    return nothing(`guardian ${signer} has vetoed ${titleOf(decision)}`);
  if (proposal.state === 'Vetoed') return nothing(`the guardians have stopped ${titleOf(decision)}`);
  requireOpen(decision);
  const isSeated = (await fetchDeposit(connection, member)) > 0n;
  if (!isSeated) await requireSeat(connection, councilMint, signer);
  const seat = { realm, councilMint, guardian: signer, payer };
  return {
    transactions: [
      [
        ...(isSeated ? [] : [await takeCouncilSeat(seat)]),
        await castVeto({ ...dao, ...seat, proposal: proposal.address, proposer: proposal.proposer }),
      ],
    ],
    effects: [`guardian ${signer} vetoes ${titleOf(decision)}`],
    watched: watchVotes(decision),
  };
}

/** @throws CliError `not-a-guardian` for who hasn't the council's token */
async function requireSeat(
  connection: Connection,
  councilMint: PublicKey,
  guardian: PublicKey,
): Promise<void> {
  const account = getAssociatedTokenAddressSync(councilMint, guardian, true);
  const [held] = await readBalances(connection, [
    { what: 'council token', account, unit: 'tokens', decimals: 0 },
  ]);
  if (held! > 0n) return;
  throw new CliError(
    'not-a-guardian',
    `${guardian} is no guardian: it has no token of the council, ${councilMint}, which proposals alone give. Stakers vote against it with commonwire dao vote --answer no`,
  );
}

/** Takes back what the signer has voted, as a staker or as a guardian, while the vote is open. */
export async function retract(
  { connection, decision, signer }: Request,
  answer: CastVote['answer'] | undefined,
): Promise<Prepared> {
  const { dao, proposal, of } = decision;
  const { address } = proposal;
  const mints = [dao.mint, ...(of.councilMint ? [of.councilMint] : [])];
  const votes = await Promise.all(
    mints.map(async (mint) => {
      const member = memberAddress({ ...dao, mint, owner: signer });
      return { mint, cast: await fetchVote(connection, { proposal: address, member }) };
    }),
  );
  const found = votes.flatMap(({ mint, cast }) =>
    cast && (answer === undefined || cast.answer === answer) ? [{ mint, cast }] : [],
  );
  if (found.length === 0)
    return nothing(`${signer} has no vote${answer ? ` ${answer}` : ''} on ${titleOf(decision)}`);
  if (found.length > 1)
    throw new CliError(
      'two-votes',
      `${signer} has voted on proposal ${address} as a staker and as a guardian: name the one to take back with --answer ${found.map(({ cast }) => cast.answer).join(' or ')}`,
    );
  requireOpen(decision);
  const [{ mint, cast }] = found as [(typeof found)[number]];
  const what =
    mint === dao.mint
      ? `the ${cast.answer} of ${signer} with a weight of ${weightText(decision, cast.weight)}`
      : `the veto of guardian ${signer}`;
  return {
    transactions: [[await relinquishVote({ ...dao, mint, proposal: address, owner: signer })]],
    effects: [`${what} on ${titleOf(decision)} is taken back`],
    watched: watchVotes(decision),
  };
}
