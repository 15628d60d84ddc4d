import type { ChainNetwork, Sent } from '../chain/chain';
import { factsOf } from '../epoch/facts';
import { leaderOf, type Oracle } from '../runtime/oracle';

/**
 * Whether it is this oracle's turn to send a transaction that any oracle may send: at once for the one whose turn the
 * epoch is, for the others when it should have happened `turnMs` ago. The chain refuses a second one, so this saves
 * fees and is not needed for safety.
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
  const facts = factsOf(oracle.store, epoch);
  const { at } = await facts.decide(`due:${task}:${attempt}`, { at: oracle.now() });
  return oracle.now() - at >= oracle.patience.turnMs;
}

/**
 * Sends what any oracle may send. A transaction that the chain refuses has not failed if what it was for is there: another
 * oracle was faster, or this one sent it before it was stopped.
 * @returns undefined if it wasn't this transaction that did it
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
