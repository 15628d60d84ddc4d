import { count, printable, time, tokens } from '@commonwire/sdk/core';
import { type Decision, proposalEffects, standingOf, timesOf } from '@commonwire/sdk/realm';
import type { Connection } from '@solana/web3.js';
import { spoken } from '../staking/duration';
import { stateText } from './decision';

const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value));
const textOrNull = (value: bigint | null): string | null => (value === null ? null : `${value}`);

/** Prints a proposal: what it would do, how the vote stands, and what comes next. */
export async function showProposal(
  connection: Connection,
  decision: Decision,
  json: boolean,
  write: (line: string) => void,
): Promise<void> {
  const { proposal, rules, isPlain, of, realm, pool, decimals, guardians } = decision;
  const actions = await proposalEffects(connection, proposal);
  const { address, name, link, state, yes, no, veto, decidedAt, proposer } = proposal;
  const { yesUntil, until, heldUntil } = timesOf(proposal, rules);
  const { all, quorum, isReached, passes, vetoes } = standingOf(proposal, decision);
  if (json) {
    write(
      JSON.stringify({
        proposal: address,
        name,
        link,
        state,
        realm,
        pool,
        proposer,
        decimals,
        yes: `${yes}`,
        no: `${no}`,
        veto: `${veto}`,
        all_weight: textOrNull(all),
        quorum_percent: rules.quorumPercent,
        quorum_weight: textOrNull(quorum),
        quorum_reached: isReached,
        passes,
        guardians: `${guardians}`,
        vetoes_needed: textOrNull(vetoes),
        plain_rules: isPlain,
        yes_ends_at: numberOrNull(yesUntil),
        voting_ends_at: numberOrNull(until),
        executable_at: numberOrNull(heldUntil),
        governance: proposal.governance,
        actions: actions.map(({ action, effects, warnings }) => ({
          effects,
          warnings,
          choice: action.choice,
          executed: action.executedAt !== null,
        })),
      }),
    );
    return;
  }
  const weight = (amount: bigint) => tokens(amount, decimals);
  // Whoever proposes chooses these texts: they must not pass for a line of this output.
  write(`proposal   ${printable(name)} (${address}), ${stateText(state)}`);
  write(`from       ${proposer}${link ? `, see ${printable(link)}` : ''}`);
  write(`of         realm ${printable(of.name)} (${realm}), pool ${pool}`);
  if (!isPlain)
    write(
      'rules      of a governance that commonwire dao create did not make: it has others than are shown here',
    );
  write(`weight     ${weight(yes)} for it, ${weight(no)} against it, as of so many tokens without a lock`);
  write(
    all === null
      ? `quorum     ${rules.quorumPercent} % of all weight must be for it`
      : `quorum     ${weight(quorum!)} must be for it, ${rules.quorumPercent} % of ${weight(all)}: ${isReached ? 'reached' : 'not reached'}`,
  );
  if (state === 'Voting' && all !== null)
    write(
      `stands     ${passes ? 'it would pass' : isReached ? 'it would fail: not more is for it than against it' : 'it would fail'}`,
    );
  if (vetoes !== null)
    write(`guardians  ${count(Number(veto), 'veto', 'vetoes')}; ${vetoes} of ${guardians} stop it`);
  for (const line of votingLines(decision)) write(line);
  if (heldUntil !== null && decidedAt !== null && (state === 'Succeeded' || state === 'Executing'))
    write(
      `execution  by anybody after ${time(heldUntil)}, ${spoken(rules.holdUpSeconds)} after the decision: commonwire dao execute --proposal ${address}`,
    );
  for (const [at, { action, effects, warnings }] of actions.entries()) {
    const of = action.choice === null ? '' : `, of choice ${printable(action.choice)}`;
    write(`action ${at + 1}   ${action.executedAt === null ? 'not executed' : 'executed'}${of}`);
    for (const line of effects) write(`  ${line}`);
    for (const line of warnings) write(`  WARNING: ${line}`);
  }
}

/** Until when who can vote, and who counts the votes. */
function votingLines({ proposal, rules, now }: Decision): string[] {
  const { yesUntil, until } = timesOf(proposal, rules);
  if (proposal.state !== 'Voting' || until === null || yesUntil === null) return [];
  const counting = `commonwire dao finalize --proposal ${proposal.address}`;
  if (now > until)
    return [`voting     was over at ${time(until)}: anybody counts the votes with ${counting}`];
  const yes = now > yesUntil ? `yes was until ${time(yesUntil)}` : `yes until ${time(yesUntil)}`;
  return [
    `voting     ${yes}, no and vetoes until ${time(until)}`,
    `           then anybody counts the votes, at once: ${counting}`,
  ];
}
