import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import type { LedgerEntry } from '../chain/ledger';
import { signatureOf } from '../chain/transaction';
import { type ByteKey, toKey } from '../encoding';
import { Topics } from './topics';

/** Transactions that reached a commitment together, with every account they may have written. */
export interface Batch {
  entries: readonly LedgerEntry[];
  written: ReadonlySet<ByteKey>;
}

/** What a chain tells, by key. */
class FeedTopics {
  readonly signatures = new Topics<LedgerEntry>();
  readonly accounts = new Topics<undefined>();
  readonly batches = new Topics<Batch>();
  readonly slots = new Topics<number>();
}

/**
 * Distributes a chain's events to subscriptions. Whoever sends a transaction or advances the slot never meets what a
 * listener throws.
 */
export class Feed {
  private constructor(
    readonly chain: Chain,
    private readonly topics: FeedTopics,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Follows a chain. Listeners are added with {@link Feed.for}. */
  static of(chain: Chain): Feed {
    const feed = new Feed(chain, new FeedTopics(), () => undefined);
    chain.on('reached', (commitment, entries) => feed.publish(commitment, entries));
    chain.on('slot', (slot) => feed.topics.slots.tell('', slot));
    return feed;
  }

  /** The same feed, whose failing listeners are told to `failed`. It must not throw. */
  for(failed: (error: unknown) => void): Feed {
    return new Feed(this.chain, this.topics, failed);
  }

  private publish(commitment: Commitment, entries: readonly LedgerEntry[]): void {
    const { signatures, accounts, batches } = this.topics;
    if (!signatures.isEmpty) {
      for (const entry of entries) signatures.tell(commitment + toKey(signatureOf(entry.wire)), entry);
    }
    if (accounts.isEmpty && batches.isEmpty) return;
    const written = new Set(entries.flatMap(writtenKeys));
    for (const key of written) accounts.tell(commitment + key, undefined);
    batches.tell(commitment, { entries, written });
  }

  /** Calls back when a transaction reaches a commitment. All methods return a function that unsubscribes. */
  onSignature(commitment: Commitment, signature: Uint8Array, hear: (entry: LedgerEntry) => void) {
    return this.topics.signatures.add(commitment + toKey(signature), { hear, failed: this.failed });
  }

  /** Calls back when a transaction that wrote an account reaches a commitment. */
  onAccount(commitment: Commitment, address: Uint8Array, hear: () => void) {
    return this.topics.accounts.add(commitment + toKey(address), { hear, failed: this.failed });
  }

  /** Calls back with all transactions that reach a commitment. */
  onBatch(commitment: Commitment, hear: (batch: Batch) => void) {
    return this.topics.batches.add(commitment, { hear, failed: this.failed });
  }

  /** Calls back for every new slot. */
  onSlot(hear: (slot: number) => void) {
    return this.topics.slots.add('', { hear, failed: this.failed });
  }
}

const writtenKeys = ({ keys, writable }: LedgerEntry): ByteKey[] =>
  keys.filter((_, index) => writable[index]).map(toKey);
