import { printable, time } from '@commonwire/sdk/core';
import { proposalEffects } from '@commonwire/sdk/realm';
import type { Connection } from '@solana/web3.js';
import { spoken } from '../staking/duration';
import type { Decision } from './decision';

/** Prints a proposal: what it would do, how the vote stands, and what comes next. */
export async function showProposal(
  connection: Connection,
  { proposal, rules, isPlain, of, realm, pool }: Decision,
  json: boolean,
  write: (line: string) => void,
): Promise<void> {
  const actions = await proposalEffects(connection, proposal);
  const { address, name, link, state, yes, no, veto, votingAt, decidedAt, proposer } = proposal;
  const endsAt = votingAt === null ? null : votingAt + BigInt(rules.votingSeconds);
  const executableAt = decidedAt === null ? null : decidedAt + BigInt(rules.holdUpSeconds);
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
        yes: `${yes}`,
        no: `${no}`,
        veto: `${veto}`,
        quorum_percent: rules.quorumPercent,
        plain_rules: isPlain,
        voting_ends_at: endsAt === null ? null : Number(endsAt),
        executable_at: executableAt === null ? null : Number(executableAt),
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
  // Whoever proposes chooses these texts: they must not pass for a line of this output.
  write(`proposal   ${printable(name)} (${address}), ${state.toLowerCase()}`);
  write(`from       ${proposer}${link ? `, see ${printable(link)}` : ''}`);
  write(`of         realm ${printable(of.name)} (${realm}), pool ${pool}`);
  if (!isPlain)
    write(
      'rules      of a governance that commonwire dao create did not make: it has others than are shown here',
    );
  write(`weight     ${yes} for it, ${no} against it, ${veto} guardians' vetoes`);
  write(`passes     with ${rules.quorumPercent} % of all weight, and more for it than against it`);
  if (endsAt !== null && decidedAt === null)
    write(`voting     until ${time(endsAt)}, then commonwire dao finalize`);
  if (executableAt !== null && state === 'Succeeded')
    write(`execution  from ${time(executableAt)}, ${spoken(rules.holdUpSeconds)} after the decision`);
  for (const [at, { action, effects, warnings }] of actions.entries()) {
    const of = action.choice === null ? '' : `, of choice ${printable(action.choice)}`;
    write(`action ${at + 1}   ${action.executedAt === null ? 'not executed' : 'executed'}${of}`);
    for (const line of effects) write(`  ${line}`);
    for (const line of warnings) write(`  WARNING: ${line}`);
  }
}
