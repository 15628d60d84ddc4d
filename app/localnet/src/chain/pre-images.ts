import type { Account } from 'litesvm/dist/internal';
import type { ByteKey } from '../encoding';

interface PreImage {
  slot: number;
  before: Account | null;
}

/**
 * The state of accounts before each write in a slot that isn't final yet, so that reads at `confirmed` or `finalized`
 * don't return newer state.
 */
export class PreImages {
  private readonly byAddress = new Map<ByteKey, PreImage[]>();
  private readonly bySlot = new Map<number, ByteKey[]>();

  /** Saves an account's state before its first write in `slot`. Later calls for the same slot do nothing. */
  save(address: ByteKey, slot: number, before: Account | null): void {
    const images = this.byAddress.get(address) ?? [];
    if (images.at(-1)?.slot === slot) return;
    images.push({ slot, before });
    this.byAddress.set(address, images);
    const inSlot = this.bySlot.get(slot);
    if (inSlot) inSlot.push(address);
    else this.bySlot.set(slot, [address]);
  }

  /** Returns the account as of the end of `slot`; undefined if it hasn't been written since. */
  at(address: ByteKey, slot: number): { account: Account | null } | undefined {
    const image = this.byAddress.get(address)?.find((candidate) => candidate.slot > slot);
    return image && { account: image.before };
  }

  /** Returns the addresses written after `slot`. */
  writtenAfter(slot: number): Set<ByteKey> {
    const later = [...this.bySlot].filter(([written]) => written > slot);
    return new Set(later.flatMap(([, addresses]) => addresses));
  }

  /** Drops states that reads at `finalizedSlot` or later don't need. */
  prune(finalizedSlot: number): void {
    for (const [slot, addresses] of this.bySlot) {
      if (slot > finalizedSlot) break;
      this.bySlot.delete(slot);
      for (const address of addresses) {
        const left = this.byAddress.get(address)?.filter((image) => image.slot > finalizedSlot) ?? [];
        if (left.length > 0) this.byAddress.set(address, left);
        else this.byAddress.delete(address);
      }
    }
  }
}
