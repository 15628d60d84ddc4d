import { type ByteKey, toKey } from '../encoding';
import { MAX_BLOCKHASH_AGE } from './slots';
import { signatureOf } from './transaction';

/** The signatures processed lately, for as long as their blockhash could be used again. */
export class StatusCache {
  private readonly bySlot = new Map<number, Set<ByteKey>>();

  /** Remembers a processed transaction. */
  add(wire: Buffer, slot: number): void {
    const signature = toKey(signatureOf(wire));
    const inSlot = this.bySlot.get(slot);
    if (inSlot) inSlot.add(signature);
    else this.bySlot.set(slot, new Set([signature]));
  }

  /** Whether a transaction has been processed before. */
  has(wire: Buffer): boolean {
    const signature = toKey(signatureOf(wire));
    for (const signatures of this.bySlot.values()) if (signatures.has(signature)) return true;
    return false;
  }

  /** Forgets what no usable blockhash can repeat in `slot`. */
  prune(slot: number): void {
    for (const processed of this.bySlot.keys()) {
      if (processed >= slot - MAX_BLOCKHASH_AGE) break;
      this.bySlot.delete(processed);
    }
  }
}
