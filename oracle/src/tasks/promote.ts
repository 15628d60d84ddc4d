import type { Oracle } from '../runtime/oracle';
import { isMyTurn, sendUnlessDone } from './turns';

/** Promotes the pending epoch once its challenge period is over. */
export async function promote(oracle: Oracle): Promise<void> {
  const network = await oracle.chain.readNetwork('latest');
  if (!network.pending || !network.promotable(await oracle.chain.time())) return;
  const { epoch, attempt } = network.pending;
  if (!(await isMyTurn(oracle, { task: 'promote', epoch, keys: network.committee.keys, attempt }))) return;
  const sent = await sendUnlessDone(
    oracle,
    () => oracle.chain.promote(),
    ({ current }) => current.epoch >= epoch,
  );
  if (sent) oracle.events.emit('promoted', { epoch, ...sent });
}
