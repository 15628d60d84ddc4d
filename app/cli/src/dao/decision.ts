import { time } from '@commonwire/sdk/core';
import { type Decision, type ProposalAccount, type Times, timesOf } from '@commonwire/sdk/realm';
import type { PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

type State = ProposalAccount['state'];

/** `executing with errors`. */
export const stateText = (state: State): string =>
  state.replace(/\B[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

/** What can be done in a state of a proposal. */
const NEXT: Readonly<Record<State, (at: PublicKey, times: Times) => string>> = {
  Draft: () => 'its proposer opens it for votes by running the command again that proposed it',
  SigningOff: () => 'it opens for votes once everybody has signed off who must',
  Voting: (at, { until }) =>
    `it is voted on until ${time(until ?? 0n)}; then anybody counts the votes: commonwire dao finalize --proposal ${at}`,
  Succeeded: (at, { heldUntil }) =>
    `anybody executes it after ${time(heldUntil ?? 0n)}: commonwire dao execute --proposal ${at}`,
  Executing: (at) => `anybody executes the rest: commonwire dao execute --proposal ${at}`,
  Completed: () => 'nothing is left to do for it',
  Cancelled: () => 'its proposer withdrew it; it can be proposed again',
  Defeated: () => 'it can be proposed again',
  ExecutingWithErrors: () => 'an action failed for ever; propose what is left again',
  Vetoed: () => 'the guardians stopped it; it can be proposed again',
};

export const nextOf = ({ proposal, rules }: Pick<Decision, 'proposal' | 'rules'>): string =>
  NEXT[proposal.state](proposal.address, timesOf(proposal, rules));

/** Requires a proposal to be in one of these states. @throws CliError `wrong-state` with the next step */
export function requireState(decision: Decision, states: readonly State[]): void {
  const { address, state } = decision.proposal;
  if (states.includes(state)) return;
  throw new CliError(
    'wrong-state',
    `proposal ${address} is ${stateText(state)}, not ${states.map(stateText).join(' or ')}: ${nextOf(decision)}`,
  );
}
