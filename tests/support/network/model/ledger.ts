import { LedgerTree, ledgerLeaves } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { require } from '../../model/rules';

/** A device's entry in a ledger. */
export interface Entry {
  owner: PublicKey;
  earned: bigint;
}

/** A ledger with its tree. */
export class ModelLedger {
  readonly tree: LedgerTree;

  constructor(readonly entries: readonly Entry[]) {
    const leaves = entries.map(({ owner, earned }) => ({ owner: owner.toBytes(), earned }));
    this.tree = LedgerTree.fromLeaves(ledgerLeaves(leaves));
  }

  get total(): bigint {
    return this.entries.reduce((sum, { earned }) => sum + earned, 0n);
  }

  /** A claim about device `index`, proven as well as this ledger can; a device it hasn't gets no proof. */
  claim(index: number, changes: Partial<Entry> = {}) {
    const entry = this.entries[index];
    const proof = entry ? this.tree.proveRun(index, 1) : [];
    const leaf = entry ?? this.entries[0];
    return { index, owner: leaf!.owner, earned: leaf!.earned, ...changes, proof };
  }

  /** Refuses a claim that isn't a leaf of this ledger. */
  requireLeaf({ index, owner, earned }: { index: number; owner: PublicKey; earned: bigint }): void {
    const entry = this.entries[index];
    require(entry !== undefined, 'run-out-of-range');
    require(entry.owner.equals(owner) && entry.earned === earned, 'bad-proof');
  }
}
