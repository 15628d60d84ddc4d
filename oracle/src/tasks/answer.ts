import { codeOf } from '@commonwire/sdk/core';
import { type Demand, LedgerTree, ledgerLeaves, readPublishedLedger } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import type { ChainNetwork } from '../chain/chain';
import { fetchBlob } from '../epoch/dataset';
import type { Oracle } from '../runtime/oracle';
import { isMyTurn } from './turns';

/** Most demands that one turn of the task settles: the next turn goes on. */
const MOST = 64;
/** Transactions sent at once. */
const AT_ONCE = 8;

/**
 * Shows the leaves of the pending epoch that somebody demanded, from the published dataset, also while the network is
 * paused. Ends demands whose time to answer is over, which makes the epoch void: nobody could show a leaf that it claims
 * to have.
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
  const failures: { demand: Demand; error: unknown }[] = [];
  for (let at = 0; at < demands.length; at += AT_ONCE)
    await Promise.all(
      demands.slice(at, at + AT_ONCE).map((demand) =>
        settle(oracle, demand, ledger).catch((error: unknown) => {
          failures.push({ demand, error });
        }),
      ),
    );
  if (failures.length === 0) return;
  // Another oracle may have been faster, or the epoch isn't pending any more.
  const open = await chain.openDemands();
  const left = failures.find(({ demand }) => open.some((one) => isSame(one, demand)));
  if (left) throw left.error;
}

const isSame = (a: Demand, b: Demand): boolean =>
  a.epoch === b.epoch && a.attempt === b.attempt && a.index === b.index;

interface PendingLedger {
  readonly tree: LedgerTree;
  readonly entries: Awaited<ReturnType<typeof readPublishedLedger>>;
}

/** Returns the pending ledger, or undefined if nobody serves a dataset that leads to its root. */
async function pendingLedger(
  oracle: Oracle,
  pending: NonNullable<ChainNetwork['pending']>,
): Promise<PendingLedger | undefined> {
  const { epoch } = pending;
  try {
    const read = (hash: string) => fetchBlob(oracle, epoch, hash);
    const entries = await readPublishedLedger({ ...pending, epoch: BigInt(epoch) }, read);
    return { entries, tree: LedgerTree.fromLeaves(ledgerLeaves(entries)) };
  } catch (error) {
    if (UNSHOWABLE.has(codeOf(error, 'internal'))) return undefined;
    throw error;
  }
}

/** Nobody serves the dataset, or it leads to another root. */
const UNSHOWABLE: ReadonlySet<string> = new Set(['not-ready', 'ledger-differs']);

async function settle(oracle: Oracle, demand: Demand, ledger: PendingLedger | undefined): Promise<void> {
  const { chain, events } = oracle;
  const { index, attempt } = demand;
  const at = { epoch: Number(demand.epoch), attempt, device: index };
  const entry = ledger?.entries[index];
  if (ledger && entry) {
    const { earned } = entry;
    const leaf = { index, owner: new PublicKey(entry.owner), earned, proof: ledger.tree.proveRun(index, 1) };
    events.emit('answered', { ...at, ...(await chain.answer(demand, leaf)) });
  } else if (await chain.isUnanswered(demand, await chain.time()))
    events.emit('unanswered', { ...at, ...(await chain.closeDemand(demand)) });
}
