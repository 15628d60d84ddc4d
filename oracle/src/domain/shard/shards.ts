/** A shard is a range of neighbouring devices, one subtree of the ledger: what a close judges and writes at once. */

/** Levels of the ledger that a shard covers: 65,536 devices. */
export const SHARD_BITS = 16;

/** The number of shards that cover the devices. */
export const shardCount = (devices: number, bits: number): number => Math.ceil(devices / 2 ** bits);

/** The devices of a shard: from `first` up to, and without, `end`. */
export const shardRange = (shard: number, devices: number, bits: number): { first: number; end: number } => ({
  first: shard * 2 ** bits,
  end: Math.min(devices, (shard + 1) * 2 ** bits),
});

/** Zeroed memory that threads share. */
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

/** A buffer that is written from its beginning and grows. */
export class Growing {
  bytes: Buffer;
  length = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** Makes room for some more bytes. @returns the buffer, which may be a new one */
  reserve(more: number): Buffer {
    const needed = this.length + more;
    if (needed > this.bytes.length)
      this.bytes = Buffer.concat(
        [this.bytes.subarray(0, this.length)],
        Math.max(needed, 2 * this.bytes.length),
      );
    return this.bytes;
  }

  /** A copy of what was written, in memory that threads share. */
  shared(): Uint8Array {
    const copy = sharedBytes(this.length);
    copy.set(this.bytes.subarray(0, this.length));
    return copy;
  }
}

/** The same memory as a `Buffer`, for its readers of numbers. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
