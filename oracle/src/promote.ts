import type { Oracle } from './oracle';
import { isMyTurn } from './turns';

/** Promotes the posted epoch when its challenge period is over. */
export async function promote(oracle: Oracle): Promise<void> {
  const network = await oracle.chain.readNetwork('latest');
  if (!network.pending || !network.promotable(await oracle.chain.time())) return;
  const { epoch, attempt } = network.pending;
  if (!(await isMyTurn(oracle, { task: 'promote', epoch, keys: network.committee.keys, attempt }))) return;
  oracle.events.emit('promoted', { epoch, ...(await oracle.chain.promote()) });
}
