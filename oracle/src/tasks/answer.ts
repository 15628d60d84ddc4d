import { equal } from '@commonwire/sdk/core';
import { type Demand, LedgerTree, ledgerLeaves, readPublishedLedger } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { fetchBlob } from '../epoch/dataset';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { isMyTurn } from './turns';

/** Most demands that one turn of the task settles: the next turn goes on. */
const MOST = 64;

/**
 * Shows the leaves of the pending epoch that somebody demanded, from the published dataset, and ends demands whose time to
 * answer is over, which makes the epoch void: nobody could show a leaf that it claims to have.
 */
export async function answer(oracle: Oracle): Promise<void> {
  const { chain } = oracle;
  if (!chain.canSend) return;
  const network = await chain.readNetwork('latest');
  const { pending, committee } = network;
  if (!pending || pending.openDemands === 0) return;
  const demands = (await chain.openDemands()).slice(0, MOST);
  const turn = { task: 'answer', epoch: pending.epoch, attempt: pending.attempt, keys: committee.keys };
  if (!(await isMyTurn(oracle, turn))) return;
  const ledger = await pendingLedger(oracle, pending);
  for (const demand of demands) await settle(oracle, demand, ledger);
}

interface PendingLedger {
  readonly tree: LedgerTree;
  readonly entries: Awaited<ReturnType<typeof readPublishedLedger>>;
}

/** Returns the pending ledger, or undefined if nobody serves a dataset that leads to its root. */
async function pendingLedger(
  oracle: Oracle,
  pending: Parameters<typeof readPublishedLedger>[0] extends infer E
    ? Omit<E, 'epoch'> & { epoch: number }
    : never,
): Promise<PendingLedger | undefined> {
  const { epoch } = pending;
  try {
    const read = (hash: string) => fetchBlob(oracle, epoch, hash);
    const entries = await readPublishedLedger({ ...pending, epoch: BigInt(epoch) }, read);
    const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
    return equal(tree.root, pending.ledgerRoot) ? { entries, tree } : undefined;
  } catch (error) {
    const known =
      error instanceof OracleError ? error.code === 'not-ready' : hasCode(error, 'ledger-differs');
    if (known) return undefined;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean => (error as { code?: unknown }).code === code;

async function settle(oracle: Oracle, demand: Demand, ledger: PendingLedger | undefined): Promise<void> {
  const { chain, events } = oracle;
  const { index, attempt } = demand;
  const epoch = Number(demand.epoch);
  const entry = ledger?.entries[index];
  if (ledger && entry) {
    const leaf = {
      index,
      owner: new PublicKey(entry.owner),
      earned: entry.earned,
      proof: ledger.tree.proveRun(index, 1),
    };
    const sent = await chain.answer(demand, leaf).catch(() => undefined);
    // Refused: another oracle was faster, or the epoch isn't pending any more. Otherwise the next turn tries again.
    if (sent) events.emit('answered', { epoch, attempt, device: index, ...sent });
    return;
  }
  if (!(await chain.isUnanswered(demand, await chain.time()))) return;
  const sent = await chain.closeDemand(demand).catch(() => undefined);
  if (sent) events.emit('unanswered', { epoch, attempt, device: index, ...sent });
}
