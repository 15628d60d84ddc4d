import { FormatError } from './errors';

/**
 * Reads little-endian fields one after another and never beyond the end. Call {@link Reader.end} last: bytes left
 * over are an error, so that no two byte strings decode to the same value.
 *
 * @example
 * const reader = new Reader(bytes);
 * const index = reader.u32();
 * const owner = reader.bytes(32);
 * reader.end();
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's slice would not be a copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Number of bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Returns a copy of the next `length` bytes. @throws FormatError `truncated`, like every reading method */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true);
  }

  /** Reads an unsigned integer of `width` bytes. */
  uint(width: number): bigint {
    return this.bytes(width).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  /** Skips the domain prefix. @throws FormatError `wrong-domain` for any other bytes */
  domain(prefix: string): void {
    const start = this.#advance(prefix.length);
    for (let i = 0; i < prefix.length; i++) {
      if (this.#bytes[start + i] !== prefix.charCodeAt(i))
        throw new FormatError('wrong-domain', `the bytes do not start with ${prefix}`);
    }
  }

  /** Asserts that everything has been read. @throws FormatError `trailing-bytes` */
  end(): void {
    if (this.remaining !== 0) throw new FormatError('trailing-bytes', `${this.remaining} bytes too many`);
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.remaining) {
      throw new FormatError('truncated', `${length} bytes expected at ${start}, ${this.remaining} there`);
    }
    this.#offset += length;
    return start;
  }
}
