import { equal, toHex } from '@commonwire/sdk/core';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import type { ChainNetwork } from '../chain/chain';
import { notReady, OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { currentState } from './dataset';

/** The chain's current ledger with what it takes to prove it. */
export interface Ledger {
  readonly network: ChainNetwork;
  readonly epoch: number;
  readonly tree: LedgerTree;
  /** By device index: owner and what was earned since the start. */
  readonly entries: readonly LedgerEntry[];
}

const ledgers = new WeakMap<Oracle, Omit<Ledger, 'network'>>();

/**
 * The ledger that is current on chain, rebuilt from its dataset and checked against the chain's root.
 * @throws OracleError `not-ready` if nothing was promoted yet or the registry isn't read so far.
 */
export async function currentLedger(oracle: Oracle): Promise<Ledger> {
  const network = await oracle.chain.readNetwork('latest');
  const { epoch, deviceCount, registryHash, ledgerRoot } = network.current;
  if (epoch === 0) throw notReady('no epoch was promoted yet', 10);
  const known = ledgers.get(oracle);
  if (known && equal(known.tree.root, ledgerRoot) && known.epoch === epoch) return { network, ...known };
  const { earned } = await currentState(oracle, network);
  const cut = toHex(registryHash);
  if (!oracle.registry.known.has(cut)) throw notReady('the registry is still being read');
  const registry = oracle.registry.known.at(cut, epoch);
  const entries = Array.from({ length: deviceCount }, (_, index) => ({
    owner: registry.device(index)!.owner,
    earned: earned[index] ?? 0n,
  }));
  const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
  if (!equal(tree.root, ledgerRoot))
    throw new OracleError('ledger-differs', `the dataset of epoch ${epoch} doesn't give the root on chain`);
  const ledger = { epoch, tree, entries };
  ledgers.set(oracle, ledger);
  return { network, ...ledger };
}
