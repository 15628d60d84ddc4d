import { createHash, randomBytes } from 'node:crypto';
import { type ByteKey, toKey } from '../encoding';

/** A source of real time, unix milliseconds. */
export interface ChainClock {
  now(): number;
}

/** The number of blocks for which a blockhash is usable, as on every Solana cluster. */
export const MAX_BLOCKHASH_AGE = 150;

/** The number of entries in the SlotHashes sysvar. */
const SLOT_HASHES = 512;

/**
 * Slot numbers, their times and their blockhashes. Every slot has a block. A blockhash is the hash of a random seed and
 * the slot, so hashes needn't be stored, and chains never accept each other's transactions.
 */
export class Slots {
  /** The newest slot. */
  current: number;
  private readonly seed = randomBytes(32);
  /** Unix seconds by slot, starting at `first`. */
  private readonly times: number[] = [];
  private readonly slotByHash = new Map<ByteKey, number>();
  private clockOffset = 0;

  constructor(
    /** The chain's first slot. */
    readonly first: number,
    private readonly clock: ChainClock,
  ) {
    this.current = first - 1;
    this.advance(1);
  }

  /** Begins `count` slots. */
  advance(count: number): void {
    const time = Math.max(Math.floor(this.clock.now() / 1000) + this.clockOffset, this.times.at(-1) ?? 0);
    const target = this.current + count;
    const oldestKept = target - MAX_BLOCKHASH_AGE - SLOT_HASHES;
    for (const [hash, slot] of this.slotByHash) {
      if (slot >= oldestKept) break;
      this.slotByHash.delete(hash);
    }
    while (this.current < target) {
      this.current++;
      this.times.push(time);
      if (this.current >= oldestKept) this.slotByHash.set(toKey(this.blockhash(this.current)), this.current);
    }
  }

  /** Sets chain time, which continues from there with the real clock. It may go back. */
  setUnixTimestamp(seconds: number): void {
    this.clockOffset = seconds - Math.floor(this.clock.now() / 1000);
    this.times[this.times.length - 1] = seconds;
  }

  /** Returns the number of earlier blocks. It differs from the slot, so that code that confuses them fails here too. */
  height(slot: number): number {
    return slot - this.first;
  }

  /** Returns the last block height at which this slot's blockhash is usable. */
  lastValidHeight(slot: number): number {
    return this.height(slot) + MAX_BLOCKHASH_AGE;
  }

  /** Returns the start of a slot, unix seconds; undefined if there is no such slot. */
  time(slot: number): number | undefined {
    return this.times[slot - this.first];
  }

  /** Returns a slot's blockhash, 32 bytes. */
  blockhash(slot: number): Buffer {
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(BigInt(slot));
    return createHash('sha256').update(this.seed).update(number).digest();
  }

  /** Returns whether a transaction with this blockhash may be processed in slot `at`. */
  isUsable(blockhash: Uint8Array, at: number): boolean {
    const slot = this.slotByHash.get(toKey(blockhash));
    return slot !== undefined && slot <= at && at - slot <= MAX_BLOCKHASH_AGE;
  }

  /** Returns earlier slots with their hashes, newest first, as in the SlotHashes sysvar. */
  recent(limit = SLOT_HASHES): { slot: number; hash: Buffer }[] {
    const entries = [...this.slotByHash].slice(-limit - 1, -1).reverse();
    return entries.map(([hash, slot]) => ({ slot, hash: Buffer.from(hash, 'latin1') }));
  }
}
