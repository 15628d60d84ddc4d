import type { Oracle } from './oracle';
import { isMyTurn } from './turns';

/** Promotes the posted epoch when its challenge period is over. */
export async function promote(oracle: Oracle): Promise<void> {
  const { pending, challengeSeconds, committee } = await oracle.chain.readNetwork('latest');
  if (!pending || (await oracle.chain.time()) < pending.postedAt + challengeSeconds) return;
  const { epoch, attempt } = pending;
  if (!(await isMyTurn(oracle, { task: 'promote', epoch, keys: committee.keys, attempt }))) return;
  oracle.events.emit('promoted', { epoch, ...(await oracle.chain.promote()) });
}
