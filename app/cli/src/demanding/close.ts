import { formatSol, time } from '@commonwire/sdk/core';
import { answerableUntil, closeDemand, isAboutPending } from '@commonwire/sdk/network';
import { printTransactions } from '../print';
import { explained, type NextStep } from '../refused';
import { chainTime } from '../status/facts';
import { type Context, refetch, requireDemand, requirePending } from './context';

/** Ends a demand that nobody answered in time, or that no longer matters. @returns the exit status */
export async function closeUnanswered(
  context: Context,
  given: { index: number; epoch?: bigint | undefined; attempt?: number | undefined },
): Promise<number> {
  const { connection, account, signing, json, dryRun, write } = context;
  const { epoch, attempt } =
    given.epoch === undefined || given.attempt === undefined
      ? requirePending(account)
      : { epoch: given.epoch, attempt: given.attempt };
  const at = { network: account.address, epoch, attempt, index: given.index };
  const demand = await requireDemand(connection, at);
  const { demander } = demand;
  const about = isAboutPending(demand, account);
  const instructions = [closeDemand({ ...at, demander })];
  const back = `${formatSol(demand.bond, ',')} SOL and the rent go back to ${demander}`;
  const until = answerableUntil(demand, account, await chainTime(connection));
  const nextStep: NextStep = (code) => {
    if (code === 'answer-time-open' && until !== null)
      return `the leaf can be shown until ${time(until)}: close the demand after that`;
    return code === 'paused'
      ? 'while the network is paused no epoch becomes void by lapse of time'
      : undefined;
  };
  if (signing.prints) {
    const effects = [...(about ? [`makes epoch ${epoch}, attempt ${attempt}, void`] : []), back];
    const transactions = [instructions];
    return printTransactions({ signing, connection, transactions, effects, json, dryRun, nextStep, write });
  }
  const signature = await explained(signing.send(connection, instructions), nextStep);
  const { pending } = await refetch(context);
  const isVoid = about && !(pending && isAboutPending(demand, { pending }));
  if (json) {
    const facts = { epoch: Number(epoch), attempt, index: given.index, bond: `${demand.bond}` };
    write(JSON.stringify({ ...facts, demander: demander.toBase58(), void: isVoid, signature }));
    return 0;
  }
  write(
    isVoid
      ? `void       epoch ${epoch}, attempt ${attempt}: nobody showed device ${given.index}`
      : `closed     the demand of device ${given.index} in epoch ${epoch}, attempt ${attempt}`,
  );
  write(`returned   ${back}`);
  write(`transaction ${signature}`);
  return 0;
}
