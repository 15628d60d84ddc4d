/** The maximum size of a transaction in bytes: what fits in a packet. */
export const PACKET_BYTES = 1232;

/** Thrown for bytes that aren't a valid transaction. */
export class MalformedTransaction extends Error {}

/** An instruction whose program and accounts are indices into the transaction's keys. */
interface Instruction {
  programIndex: number;
  accounts: Uint8Array;
  data: Uint8Array;
}

/** The entries that a version 0 transaction loads from one lookup table. */
interface TableLookup {
  table: Buffer;
  writable: Uint8Array;
  readonly: Uint8Array;
}

/** A decoded message. All byte fields are views of the decoded bytes. */
export interface WireMessage {
  version: 'legacy' | 0;
  header: { signers: number; readonlySigners: number; readonlyNonSigners: number };
  /** The keys in the message, without those from lookup tables. */
  keys: Buffer[];
  blockhash: Buffer;
  instructions: Instruction[];
  lookups: TableLookup[];
}

/** A decoded transaction. */
export interface WireTransaction extends WireMessage {
  wire: Buffer;
  signatures: Buffer[];
}

class Reader {
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

  /** Reads a length of one to three bytes, seven bits each. Rejects longer forms of a value, as validators do. */
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

function readMessage(reader: Reader): WireMessage {
  const first = reader.byte();
  const versioned = first >= 0x80;
  if (versioned && first !== 0x80) throw new MalformedTransaction(`unsupported version ${first & 0x7f}`);
  const header = {
    signers: versioned ? reader.byte() : first,
    readonlySigners: reader.byte(),
    readonlyNonSigners: reader.byte(),
  };
  const keys = reader.list(() => reader.take(32));
  const blockhash = reader.take(32);
  const instructions = reader.list(() => ({
    programIndex: reader.byte(),
    accounts: reader.take(reader.length()),
    data: reader.take(reader.length()),
  }));
  const lookups = versioned
    ? reader.list(() => ({
        table: reader.take(32),
        writable: reader.take(reader.length()),
        readonly: reader.take(reader.length()),
      }))
    : [];
  if (!reader.done) throw new MalformedTransaction('trailing bytes');
  return { version: versioned ? 0 : 'legacy', header, keys, blockhash, instructions, lookups };
}

/**
 * Decodes a legacy or version 0 message. Rejects trailing bytes.
 *
 * @throws {@link MalformedTransaction}
 */
export const decodeMessage = (bytes: Buffer): WireMessage => readMessage(new Reader(bytes));

/**
 * Decodes a legacy or version 0 transaction. Rejects trailing bytes.
 *
 * LiteSVM aborts the whole process on bytes that it can't decode, so all transactions must pass through here first.
 *
 * @throws {@link MalformedTransaction}
 */
export function decodeTransaction(wire: Buffer): WireTransaction {
  if (wire.length > PACKET_BYTES) throw new MalformedTransaction(`too large: ${wire.length} bytes`);
  const reader = new Reader(wire);
  const signatures = reader.list(() => reader.take(64));
  return { wire, signatures, ...readMessage(reader) };
}

/** Returns the transaction with another blockhash and unchanged signatures. */
export function withBlockhash(transaction: WireTransaction, blockhash: Uint8Array): WireTransaction {
  const wire = Buffer.from(transaction.wire);
  wire.set(blockhash, transaction.blockhash.byteOffset - transaction.wire.byteOffset);
  return decodeTransaction(wire);
}

/** Returns why the runtime would refuse the transaction's structure, or undefined. */
export function sanitizeError({ signatures, header, keys, instructions, lookups }: WireTransaction) {
  const loaded = lookups.reduce((sum, { writable, readonly }) => sum + writable.length + readonly.length, 0);
  const total = keys.length + loaded;
  if (signatures.length !== header.signers) return 'signature count does not match the header';
  if (header.signers === 0 || header.readonlySigners >= header.signers) return 'no writable fee payer';
  if (header.signers + header.readonlyNonSigners > keys.length)
    return 'header counts more keys than there are';
  if (lookups.some(({ writable, readonly }) => writable.length + readonly.length === 0))
    return 'empty table lookup';
  if (total > 256) return 'more than 256 accounts';
  const badInstruction = instructions.some(
    ({ programIndex, accounts }) =>
      programIndex === 0 || programIndex >= keys.length || accounts.some((index) => index >= total),
  );
  return badInstruction ? 'instruction index out of bounds' : undefined;
}

/** Returns whether the account at `index` is writable. `loadedWritable` is the number of loaded writable keys. */
export function isWritable(
  { header, keys }: WireTransaction,
  loadedWritable: number,
  index: number,
): boolean {
  if (index < header.signers) return index < header.signers - header.readonlySigners;
  if (index < keys.length) return index < keys.length - header.readonlyNonSigners;
  return index - keys.length < loadedWritable;
}
