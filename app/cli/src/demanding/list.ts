import { formatSol, time, tokens } from '@commonwire/sdk/core';
import { answerableUntil, fetchOpenDemands, fetchShownLeaves } from '@commonwire/sdk/network';
import { chainTime } from '../status/facts';
import { type Context, requirePending } from './context';

/** Lists open demands and the leaves that were shown. @returns the exit status */
export async function listDemands({
  connection,
  account,
  json,
  write,
}: Omit<Context, 'signing' | 'dryRun'>): Promise<number> {
  const { epoch, attempt } = requirePending(account);
  const demands = await fetchOpenDemands(connection, account);
  const shown = await fetchShownLeaves(connection, account);
  const now = await chainTime(connection);
  const untilOf = (demand: (typeof demands)[number]) => answerableUntil(demand, account, now) ?? 0n;
  if (json) {
    const open = demands.map((demand) => ({
      index: demand.index,
      demander: demand.demander.toBase58(),
      bond: `${demand.bond}`,
      answer_until: Number(untilOf(demand)),
    }));
    const leaves = shown.map(({ index, owner, earned }) => ({
      index,
      owner: owner.toBase58(),
      earned: `${earned}`,
    }));
    write(JSON.stringify({ epoch: Number(epoch), attempt, demands: open, shown: leaves }));
    return 0;
  }
  write(`epoch ${epoch}, attempt ${attempt}: ${demands.length} open, ${shown.length} shown`);
  for (const demand of demands) {
    const until = untilOf(demand);
    const state = now > until ? 'UNANSWERED since' : 'answer until';
    const stake = `${formatSol(demand.bond, ',')} SOL by ${demand.demander}`;
    write(`open       device ${demand.index}, ${state} ${time(until)}, ${stake}`);
  }
  for (const { index, owner, earned } of shown)
    write(`shown      device ${index}, ${tokens(earned, account.decimals)} earned for ${owner}`);
  return 0;
}
