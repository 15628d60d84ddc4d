import type { Oracle } from '../runtime/oracle';
import { isMyTurn, sendUnlessDone } from './turns';

/** The chain's limit of cuts whose epochs aren't promoted yet. */
const MAX_OPEN_CUTS = 2;

/** Cuts the collecting epoch once the chain's `epoch_seconds` have passed since the last cut. */
export async function cutIfDue(oracle: Oracle): Promise<void> {
  const network = await oracle.chain.readNetwork('latest');
  const { latestCut, current, epochSeconds, committee } = network;
  if (latestCut.epoch - current.epoch >= MAX_OPEN_CUTS) return;
  if ((await oracle.chain.time()) < latestCut.time + epochSeconds) return;
  const epoch = latestCut.epoch + 1;
  if (!(await isMyTurn(oracle, { task: 'cut', epoch, keys: committee.keys }))) return;
  const sent = await sendUnlessDone(
    oracle,
    () => oracle.chain.cut(),
    (now) => now.latestCut.epoch >= epoch,
  );
  if (sent) oracle.events.emit('cut', { epoch, ...sent });
}
