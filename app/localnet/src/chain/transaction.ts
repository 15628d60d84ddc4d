import { readMessageV1, sanitizeErrorV1, V1_BYTES, V1_PREFIX } from './message-v1';
import type { WireMessage, WireTransaction } from './wire-message';
import { MalformedTransaction, WireReader } from './wire-reader';

/** The most a legacy or version 0 transaction may have in bytes: what fits a packet. */
export const PACKET_BYTES = 1232;

function readMessage(reader: WireReader): WireMessage {
  const first = reader.byte();
  if (first === V1_PREFIX) return readMessageV1(reader);
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
  return { version: versioned ? 0 : 'legacy', header, keys, blockhash, instructions, lookups };
}

/**
 * Decodes a legacy or version 0 message. Rejects trailing bytes.
 *
 * @throws {@link MalformedTransaction}
 */
export function decodeMessage(bytes: Buffer): WireMessage {
  const reader = new WireReader(bytes);
  const message = readMessage(reader);
  if (!reader.done) throw new MalformedTransaction('trailing bytes');
  return message;
}

/** The most that transaction or message bytes may be, which their first one tells. */
export const maxBytes = (wire: Buffer): number => (wire[0] === V1_PREFIX ? V1_BYTES : PACKET_BYTES);

const SIGNATURE_BYTES = 64;

/**
 * Decodes a legacy or version 0 transaction. Rejects trailing bytes.
 *
 * LiteSVM aborts the whole process on bytes that it can't decode, so all transactions must pass through here first.
 *
 * @throws {@link MalformedTransaction}
 */
export function decodeTransaction(wire: Buffer): WireTransaction {
  if (wire.length > maxBytes(wire)) throw new MalformedTransaction(`too large: ${wire.length} bytes`);
  const reader = new WireReader(wire);
  if (wire[0] === V1_PREFIX) {
    const message = readMessage(reader);
    const signatures = Array.from({ length: message.header.signers }, () => reader.take(SIGNATURE_BYTES));
    if (!reader.done) throw new MalformedTransaction('trailing bytes');
    return { wire, signatures, ...message };
  }
  const signatures = reader.list(() => reader.take(SIGNATURE_BYTES));
  const message = decodeMessage(wire.subarray(reader.offset));
  if (message.version === 1) throw new MalformedTransaction('unsupported version 1 behind signatures');
  return { wire, signatures, ...message };
}

/** First signature of transaction bytes. Transactions on the chain have under 128, so their count takes one byte. */
export function signatureOf(wire: Buffer): Buffer {
  const start = wire[0] === V1_PREFIX ? wire.length - SIGNATURE_BYTES * wire.readUInt8(1) : 1;
  return wire.subarray(start, start + SIGNATURE_BYTES);
}

/** Returns the transaction with another blockhash and unchanged signatures. */
export function withBlockhash(transaction: WireTransaction, blockhash: Uint8Array): WireTransaction {
  const wire = Buffer.from(transaction.wire);
  wire.set(blockhash, transaction.blockhash.byteOffset - transaction.wire.byteOffset);
  return decodeTransaction(wire);
}

/** Why the runtime would refuse the transaction's structure, or undefined for a sound one. */
export function sanitizeError(transaction: WireTransaction): string | undefined {
  const { signatures, header, keys, instructions, lookups } = transaction;
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
  if (badInstruction) return 'instruction index out of bounds';
  return transaction.version === 1 ? sanitizeErrorV1(transaction) : undefined;
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
