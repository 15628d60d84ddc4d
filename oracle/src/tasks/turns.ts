import type { ChainNetwork, Sent } from '../chain/chain';
import { factsOf } from '../epoch/facts';
import { leaderOf, type Oracle } from '../runtime/oracle';

/**
 * Returns whether it is this oracle's turn to send a transaction that any oracle may send. The leader of the epoch may
 * send it at once, the others if it is overdue by `turnMs`. The chain refuses a second one, so this only saves fees and
 * isn't needed for safety.
 */
export async function isMyTurn(
  oracle: Oracle,
  {
    task,
    epoch,
    keys,
    attempt = 0,
  }: { task: string; epoch: number; keys: readonly string[]; attempt?: number },
): Promise<boolean> {
  if (!oracle.chain.canSend) return false;
  if (keys.length === 0 || leaderOf(keys, epoch, attempt) === oracle.address) return true;
  const facts = factsOf(oracle.store, epoch, 'turns');
  const { at } = await facts.decide(`due:${task}:${attempt}`, { at: oracle.now() });
  return oracle.now() - at >= oracle.patience.turnMs;
}

/**
 * Sends a transaction that any oracle may send. If the chain refuses it but its effect is there, that is not a failure:
 * another oracle was faster, or this one sent it before it was stopped.
 * @returns undefined if another transaction had the effect
 */
export async function sendUnlessDone(
  { chain }: Pick<Oracle, 'chain'>,
  send: () => Promise<Sent>,
  isDone: (network: ChainNetwork) => boolean,
): Promise<Sent | undefined> {
  try {
    return await send();
  } catch (error) {
    const network = await chain.readNetwork('tentative').catch(() => undefined);
    if (network && isDone(network)) return undefined;
    throw error;
  }
}
