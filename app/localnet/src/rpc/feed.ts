import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import type { LedgerEntry } from '../chain/ledger';
import { decodeTransaction, isWritable, signatureOf } from '../chain/transaction';
import { type ByteKey, toKey } from '../encoding';
import { Topics } from './topics';

/** Transactions that reached a commitment together, with every account they may have written. */
export interface Batch {
  entries: readonly LedgerEntry[];
  written: ReadonlySet<ByteKey>;
}

/** Distributes a chain's events to subscriptions. */
export class Feed {
  private readonly signatures = new Topics<LedgerEntry>();
  private readonly accounts = new Topics<undefined>();
  private readonly batches = new Topics<Batch>();
  private readonly slots = new Topics<number>();

  constructor(readonly chain: Chain) {
    chain.on('reached', (commitment, entries) => this.publish(commitment, entries));
    chain.on('slot', (slot) => this.slots.tell('', slot));
  }

  private publish(commitment: Commitment, entries: readonly LedgerEntry[]): void {
    if (!this.signatures.isEmpty) {
      for (const entry of entries) {
        this.signatures.tell(commitment + toKey(signatureOf(entry.wire)), entry);
      }
    }
    if (this.accounts.isEmpty && this.batches.isEmpty) return;
    const written = new Set(entries.flatMap(writtenKeys));
    for (const key of written) this.accounts.tell(commitment + key, undefined);
    this.batches.tell(commitment, { entries, written });
  }

  /** Calls back when a transaction reaches a commitment. All methods return a function that unsubscribes. */
  onSignature(commitment: Commitment, signature: Uint8Array, listener: (entry: LedgerEntry) => void) {
    return this.signatures.add(commitment + toKey(signature), listener);
  }

  /** Calls back when a transaction that wrote an account reaches a commitment. */
  onAccount(commitment: Commitment, address: Uint8Array, listener: () => void) {
    return this.accounts.add(commitment + toKey(address), listener);
  }

  /** Calls back with all transactions that reach a commitment. */
  onBatch(commitment: Commitment, listener: (batch: Batch) => void) {
    return this.batches.add(commitment, listener);
  }

  /** Calls back for every new slot. */
  onSlot(listener: (slot: number) => void) {
    return this.slots.add('', listener);
  }
}

function writtenKeys(entry: LedgerEntry): ByteKey[] {
  const transaction = decodeTransaction(entry.wire);
  return entry.keys.filter((_, index) => isWritable(transaction, entry.loaded.writable, index)).map(toKey);
}
