import { PublicKey } from '@solana/web3.js';
import { equal } from '../../core/bytes';
import { CommonwireError } from '../../core/errors';
import type { NetworkAccount, PendingEpoch } from '../accounts';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '../merkle/ledger';
import { type Fault, type FaultRules, findFaults, type Ledgers } from './faults';

/** Ledgers that can't be used for a challenge. */
export class ChallengeError extends CommonwireError {
  declare readonly code: 'nothing-pending' | 'ledger-differs';
}

/** The comparison of the pending epoch with the current one. */
export interface Examination {
  readonly pending: PendingEpoch;
  /** Ordered by index; empty: no challenge can void the epoch. */
  readonly faults: readonly Fault[];
  /** Trees of the current and the pending ledger, for proofs. */
  readonly trees: { readonly current: LedgerTree; readonly pending: LedgerTree };
}

/**
 * Compares the pending epoch with the current one by the program's rules. `ledgers` may come from anybody: they are used
 * only if they lead to the roots on chain.
 * @param facts owners and retirements in the pending epoch, by index, from the registry's changes up to its cut; for a
 * corrective epoch also what each device was paid
 * @throws ChallengeError `nothing-pending`; `ledger-differs` naming the ledger that isn't the chain's
 */
export function examinePending(
  { pending, current }: NetworkAccount,
  ledgers: Ledgers,
  facts: Pick<FaultRules, 'devices' | 'paid'>,
): Examination {
  if (!pending) throw new ChallengeError('nothing-pending', 'no epoch is pending: nothing can be challenged');
  const trees = {
    current: provenTree('current', ledgers.current, current),
    pending: provenTree('pending', ledgers.pending, pending),
  };
  const { deviceEpochCap, corrective } = pending;
  return { pending, faults: findFaults(ledgers, { ...facts, deviceEpochCap, corrective }), trees };
}

function provenTree(
  name: string,
  entries: readonly LedgerEntry[],
  onChain: { deviceCount: number; ledgerRoot: Uint8Array },
): LedgerTree {
  const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
  if (tree.deviceCount === onChain.deviceCount && equal(tree.root, onChain.ledgerRoot)) return tree;
  throw new ChallengeError(
    'ledger-differs',
    `the ${name} ledger given, of ${entries.length} devices, doesn't lead to the ${name} root on chain`,
  );
}

/** Returns a device's leaf with its proof in `tree`. */
export const provenLeaf = (tree: LedgerTree, index: number, { owner, earned }: LedgerEntry) => ({
  index,
  owner: new PublicKey(owner),
  earned,
  proof: tree.proveRun(index, 1),
});
