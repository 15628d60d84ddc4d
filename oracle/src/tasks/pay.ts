import { currentLedger } from '../epoch/ledger';
import type { Oracle } from '../runtime/oracle';
import { isMyTurn } from './turns';

/**
 * Maximum number of transactions each time this task is started, so that other tasks get their turn. The rest follows
 * next time.
 */
const MAX_TRANSACTIONS = 64;

/**
 * Settles every device that has earned more than it was paid, in runs. Paid amounts are read from the chain each time,
 * so an interrupted task continues where it stopped.
 */
export async function pay(oracle: Oracle): Promise<void> {
  const network = await oracle.chain.readNetwork('latest');
  const { current, committee, totalPaid } = network;
  if (current.epoch === 0 || totalPaid === current.earnedTotal) return;
  if (!(await isMyTurn(oracle, { task: 'pay', epoch: current.epoch, keys: committee.keys }))) return;
  const { tree, entries, epoch } = await currentLedger(oracle, network);
  await oracle.chain.pay({ tree, entries, most: MAX_TRANSACTIONS }, (settled) =>
    oracle.events.emit('paid', { epoch, ...settled }),
  );
}
