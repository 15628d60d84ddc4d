/** Bytes that are no transaction. The message says where decoding stopped. */
export class MalformedTransaction extends Error {}

/** Reads a transaction's bytes in order. @throws {@link MalformedTransaction} */
export class WireReader {
  offset = 0;
  constructor(private readonly bytes: Buffer) {}

  take(length: number): Buffer {
    const end = this.offset + length;
    if (end > this.bytes.length) throw new MalformedTransaction('unexpected end of data');
    const part = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return part;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  /** A length of one to three bytes, seven bits each; longer forms of a value are refused, as validators do. */
  length(): number {
    let value = 0;
    for (let position = 0; position < 3; position++) {
      const byte = this.byte();
      if (byte === 0 && position > 0) throw new MalformedTransaction('length is not in its shortest form');
      value |= (byte & 0x7f) << (7 * position);
      if (byte < 0x80) {
        if (value > 0xffff) break;
        return value;
      }
    }
    throw new MalformedTransaction('length exceeds 65535');
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.length() }, read);
  }

  get done(): boolean {
    return this.offset === this.bytes.length;
  }
}
