import { toBase58 } from '../../encoding';

/** Account or instruction data that isn't what its program writes. */
export class Unparsable extends Error {}

/** Reads little-endian data in order. Integers of 64 bits and more are `bigint`. @throws {@link Unparsable} */
export class ByteReader {
  offset = 0;
  constructor(private readonly data: Buffer) {}

  get left(): number {
    return this.data.length - this.offset;
  }

  bytes(length: number): Buffer {
    if (length > this.left) throw new Unparsable(`${length} bytes wanted, ${this.left} left`);
    const part = this.data.subarray(this.offset, this.offset + length);
    this.offset += length;
    return part;
  }

  /** A reader of the next bytes alone. */
  part(length: number): ByteReader {
    return new ByteReader(this.bytes(length));
  }

  /** The next byte, which stays unread; undefined at the end. */
  peek(): number | undefined {
    return this.data[this.offset];
  }

  rest(): Buffer {
    return this.bytes(this.left);
  }

  u8(): number {
    return this.bytes(1).readUInt8();
  }

  i8(): number {
    return this.bytes(1).readInt8();
  }

  u16(): number {
    return this.bytes(2).readUInt16LE();
  }

  i16(): number {
    return this.bytes(2).readInt16LE();
  }

  u32(): number {
    return this.bytes(4).readUInt32LE();
  }

  u64(): bigint {
    return this.bytes(8).readBigUInt64LE();
  }

  i64(): bigint {
    return this.bytes(8).readBigInt64LE();
  }

  u128(): bigint {
    const low = this.u64();
    return low | (this.u64() << 64n);
  }

  f64(): number {
    return this.bytes(8).readDoubleLE();
  }

  bool(): boolean {
    const value = this.u8();
    if (value > 1) throw new Unparsable(`${value} is no boolean`);
    return value === 1;
  }

  /** A byte of which any value but 0 means yes. */
  flag(): boolean {
    return this.u8() !== 0;
  }

  /** An address in base58. */
  key(): string {
    return toBase58(this.bytes(32));
  }

  /** An address, null where all its bytes are zero. */
  nullableKey(): string | null {
    const bytes = this.bytes(32);
    return bytes.every((byte) => byte === 0) ? null : toBase58(bytes);
  }

  base64(length: number): string {
    return this.bytes(length).toString('base64');
  }

  /** Text after its length in bytes. */
  text(length: number): string {
    const bytes = this.bytes(length);
    const text = bytes.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(bytes)) throw new Unparsable('invalid UTF-8');
    return text;
  }

  /** A value behind a byte that tells whether there is one; null otherwise. */
  option<T>(read: () => T): T | null {
    return this.bool() ? read() : null;
  }

  /** A value whose bytes are there even if the four before say that there is none. */
  paddedOption<T>(read: () => T): T | null {
    const tag = this.u32();
    if (tag > 1) throw new Unparsable(`${tag} is no option`);
    const value = read();
    return tag === 1 ? value : null;
  }

  list<T>(length: number | bigint, read: () => T): T[] {
    // Every element takes a byte at least.
    if (length > this.left) throw new Unparsable(`${length} elements wanted, ${this.left} bytes left`);
    return Array.from({ length: Number(length) }, read);
  }
}
