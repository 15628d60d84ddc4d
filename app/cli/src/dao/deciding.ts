import { count, time } from '@commonwire/sdk/core';
import { executeAction, finalizeVote, timesOf, treasuryAddress } from '@commonwire/sdk/realm';
import { solOf } from '../balances';
import { CliError } from '../errors';
import { requireState, stateText } from './decision';
import { nothing, type Prepared, type Request, titleOf, weightText } from './prepared';

/** Counts the votes once the time to vote is over. Anyone can. */
export async function finalize({ decision }: Request): Promise<Prepared> {
  const { dao, proposal, rules, now } = decision;
  const { address, proposer, yes, no, state } = proposal;
  if (state !== 'Voting' && proposal.votingAt !== null)
    return nothing(`the vote on ${titleOf(decision)} is decided: it is ${stateText(state)}`);
  requireState(decision, ['Voting']);
  const { until } = timesOf(proposal, rules);
  if (until !== null && now <= until)
    throw new CliError(
      'voting-open',
      `proposal ${address} is voted on until ${time(until)}: count the votes then`,
    );
  return {
    transactions: [await finalizeVote({ ...dao, proposal: address, proposer })],
    effects: [
      `the vote on ${titleOf(decision)} is counted: ${weightText(decision, yes)} for it, ${weightText(decision, no)} against it`,
    ],
    watched: [],
  };
}

/** Executes what was decided and isn't executed yet, each action in a transaction of its own. Anyone can. */
export async function execute({ decision }: Request): Promise<Prepared> {
  const { proposal, now } = decision;
  if (proposal.state === 'Completed') return nothing(`${titleOf(decision)} is executed already`);
  requireState(decision, ['Succeeded', 'Executing']);
  const { governance, address, actions, decidedAt } = proposal;
  const heldUntil = (holdUpSeconds: number) => (decidedAt ?? 0n) + BigInt(holdUpSeconds);
  const open = actions.filter(({ executedAt }) => executedAt === null);
  if (open.length === 0)
    return nothing(`${titleOf(decision)} has no actions: whoever passed it does it by hand`);
  const due = open.filter(({ holdUpSeconds }) => heldUntil(holdUpSeconds) < now);
  const first = Math.min(...open.map(({ holdUpSeconds }) => holdUpSeconds));
  if (due.length === 0)
    throw new CliError(
      'held-up',
      `proposal ${address} has passed and can be executed after ${time(heldUntil(first))}, when its hold-up time is over`,
    );
  const late = open.length - due.length;
  return {
    transactions: await Promise.all(
      due.map(async (action) => [await executeAction({ governance, proposal: address, ...action })]),
    ),
    effects: [
      `${titleOf(decision)} is executed: ${due.length} of ${count(actions.length, 'action')}`,
      ...(late > 0 ? [`${count(late, 'action')} can be executed later: run the command again then`] : []),
    ],
    watched: [solOf('SOL of the treasury', treasuryAddress(governance))],
  };
}
