import { type Connection, PublicKey } from '@solana/web3.js';
import { equal } from '../../core/bytes';
import { CommonwireError } from '../../core/errors';
import { decodeOwnerRecord, type NetworkAccount, type PendingEpoch } from '../accounts';
import { ownerRecordAddress } from '../addresses';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '../merkle/ledger';
import { PROGRAM_ID } from '../program';
import { changedOwners, type Fault, findFaults, type Ledgers } from './faults';

/** Most accounts that one request to a node may name. */
const MAX_ACCOUNTS = 100;

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
 * Compares the pending epoch with the current one by the program's rules and the owner records on chain. `ledgers` may
 * come from anybody: they are used only if they lead to the roots on chain.
 * @throws ChallengeError `nothing-pending`; `ledger-differs` naming the ledger that isn't the chain's
 */
export async function examinePending(
  connection: Connection,
  network: NetworkAccount,
  ledgers: Ledgers,
): Promise<Examination> {
  const { pending, current } = network;
  if (!pending) throw new ChallengeError('nothing-pending', 'no epoch is pending: nothing can be challenged');
  const trees = {
    current: provenTree('current', ledgers.current, current),
    pending: provenTree('pending', ledgers.pending, pending),
  };
  const { deviceEpochCap, corrective } = pending;
  const records = await fetchRecords(connection, network.address, changedOwners(ledgers));
  return { pending, faults: findFaults(ledgers, { records, deviceEpochCap, corrective }), trees };
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

async function fetchRecords(
  connection: Connection,
  network: PublicKey,
  indices: readonly number[],
): Promise<Map<number, Uint8Array>> {
  const records = new Map<number, Uint8Array>();
  for (let at = 0; at < indices.length; at += MAX_ACCOUNTS) {
    const asked = indices.slice(at, at + MAX_ACCOUNTS);
    const addresses = asked.map((index) => ownerRecordAddress({ network, index }));
    const infos = await connection.getMultipleAccountsInfo(addresses);
    for (const [i, info] of infos.entries())
      if (info?.owner.equals(PROGRAM_ID))
        records.set(asked[i]!, decodeOwnerRecord(addresses[i]!, info.data).owner.toBytes());
  }
  return records;
}

/** Returns a device's leaf with its proof in `tree`. */
export const provenLeaf = (tree: LedgerTree, index: number, { owner, earned }: LedgerEntry) => ({
  index,
  owner: new PublicKey(owner),
  earned,
  proof: tree.proveRun(index, 1),
});
