import { equal, toHex } from '@commonwire/sdk/core';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import type { ChainNetwork } from '../chain/chain';
import { notReady, OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { currentState } from './dataset';
import { Latest } from './latest';

/** The current ledger on chain, with everything needed to prove its leaves. */
export interface Ledger {
  readonly network: ChainNetwork;
  readonly epoch: number;
  readonly tree: LedgerTree;
  /** Each device's owner and amount earned since the start, by index. */
  readonly entries: readonly LedgerEntry[];
}

type Rebuilt = Omit<Ledger, 'network'>;

const ledgers = new Latest<Rebuilt>();

/**
 * Rebuilds the ledger that is current in `network` from its dataset and checks it against the root on chain.
 * @throws OracleError `not-ready` if no epoch has been promoted or the registry hasn't been read that far
 */
export async function currentLedger(oracle: Oracle, network: ChainNetwork): Promise<Ledger> {
  const { epoch, ledgerRoot } = network.current;
  if (epoch === 0) throw notReady('no epoch has been promoted yet', 10);
  const rebuilt = await ledgers.of(oracle, `${epoch}:${toHex(ledgerRoot)}`, () => rebuild(oracle, network));
  return { network, ...rebuilt };
}

async function rebuild(oracle: Oracle, network: ChainNetwork): Promise<Rebuilt> {
  const { epoch, deviceCount, registryHash, ledgerRoot } = network.current;
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
  return { epoch, tree, entries };
}
