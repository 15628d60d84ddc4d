import { type ByteKey, toKey } from '../encoding';
import { MAX_BLOCKHASH_AGE } from './slots';
import { signatureOf } from './transaction';

/** Recently processed signatures, kept as long as their blockhashes are usable. */
export class StatusCache {
  private readonly bySlot = new Map<number, Set<ByteKey>>();

  /** Adds a processed transaction. */
  add(wire: Buffer, slot: number): void {
    const signature = toKey(signatureOf(wire));
    const inSlot = this.bySlot.get(slot);
    if (inSlot) inSlot.add(signature);
    else this.bySlot.set(slot, new Set([signature]));
  }

  /** Returns whether a transaction has been processed before. */
  has(wire: Buffer): boolean {
    const signature = toKey(signatureOf(wire));
    for (const signatures of this.bySlot.values()) if (signatures.has(signature)) return true;
    return false;
  }

  /** Drops signatures whose blockhashes are no longer usable in `slot`. */
  prune(slot: number): void {
    for (const processed of this.bySlot.keys()) {
      if (processed >= slot - MAX_BLOCKHASH_AGE) break;
      this.bySlot.delete(processed);
    }
  }
}
