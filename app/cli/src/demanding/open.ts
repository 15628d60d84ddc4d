import { formatSol, time } from '@commonwire/sdk/core';
import { answerableUntil, demandAddress, demandLeaf, fetchDemand } from '@commonwire/sdk/network';
import { printTransactions } from '../print';
import { explained, type NextStep } from '../refused';
import { chainTime } from '../status/facts';
import { type Context, requireIndex, requirePending } from './context';

/** Demands one leaf of the pending epoch. @returns the exit status */
export async function openDemand(context: Context, index: number): Promise<number> {
  const { connection, account, signing, json, dryRun, write } = context;
  const { policy, address: network } = account;
  const pending = requirePending(account);
  requireIndex(pending, index);
  const { epoch, attempt, answerSeconds } = pending;
  const at = { network, epoch, attempt, index };
  const staked = `${formatSol(policy.demandBond, ',')} SOL`;
  const instructions = [demandLeaf({ ...at, demander: signing.signer })];
  const nextStep: NextStep = (code) =>
    code === 'demand-too-late'
      ? `the challenge period of epoch ${epoch} is half over; if nothing shows what it is worth, ask the guardian to veto it`
      : undefined;
  if (signing.prints) {
    const effects = [
      `demands device ${index} of epoch ${epoch}, attempt ${attempt}, and stakes ${staked}`,
      `whoever shows it within ${answerSeconds} s gets the stake; otherwise the epoch can be made void`,
    ];
    const transactions = [instructions];
    return printTransactions({ signing, connection, transactions, effects, json, dryRun, nextStep, write });
  }
  const signature = await explained(signing.send(connection, instructions), nextStep);
  const address = demandAddress(at).toBase58();
  const demand = await fetchDemand(connection, at);
  const until = demand && answerableUntil(demand, account, await chainTime(connection));
  if (json) {
    const facts = { demand: address, epoch: Number(epoch), attempt, index, bond: `${policy.demandBond}` };
    const answer = { answer_seconds: answerSeconds, answer_until: until === null ? null : Number(until) };
    write(JSON.stringify({ ...facts, ...answer, signature }));
    return 0;
  }
  const again = `commonwire demand close --index ${index} --epoch ${epoch} --attempt ${attempt}`;
  write(`demanded   device ${index} of epoch ${epoch}, attempt ${attempt}`);
  write(`staked     ${staked} in ${address}`);
  if (until !== null) write(`answer     until ${time(until)}, or the epoch can be made void`);
  write(`then       ${again} returns the stake if nobody showed the leaf`);
  write(`transaction ${signature}`);
  return 0;
}
