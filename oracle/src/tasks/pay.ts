import { currentLedger } from '../epoch/ledger';
import type { Oracle } from '../runtime/oracle';
import { isMyTurn } from './turns';

/** Transactions after which this task ends: the others must get their turn. The rest follows next time. */
const MAX_TRANSACTIONS = 64;

/**
 * Settles every device that has earned more than it was paid, in runs of neighbours. What was paid is read from the
 * chain each time, so what was cut short goes on where it was.
 */
export async function pay(oracle: Oracle): Promise<void> {
  const { current, committee, totalPaid } = await oracle.chain.readNetwork('latest');
  if (current.epoch === 0 || totalPaid === current.earnedTotal) return;
  if (!(await isMyTurn(oracle, { task: 'pay', epoch: current.epoch, keys: committee.keys }))) return;
  const { tree, entries, epoch } = await currentLedger(oracle);
  // Another epoch may have been promoted since: whose turn that one is has not been asked.
  if (epoch !== current.epoch) return;
  await oracle.chain.pay({ tree, entries, most: MAX_TRANSACTIONS }, (settled) =>
    oracle.events.emit('paid', { epoch, ...settled }),
  );
}
