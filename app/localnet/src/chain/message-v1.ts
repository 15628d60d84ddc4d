import type { WireMessage, WireTransaction } from './wire-message';
import { MalformedTransaction, type WireReader } from './wire-reader';

/** First byte of a version 1 message, and of a version 1 transaction: its signatures come last. */
export const V1_PREFIX = 0x81;
/** The most a version 1 transaction may have in bytes (SIMD-0385). */
export const V1_BYTES = 4096;

const MAX_KEYS = 64;
const MAX_SIGNATURES = 12;
const MAX_INSTRUCTIONS = 64;
const MIN_HEAP_BYTES = 32 * 1024;
const MAX_HEAP_BYTES = 256 * 1024;

// Bits of the config mask: each stands for four bytes of values, the priority fee for eight.
const PRIORITY_FEE = 0b11;
const COMPUTE_UNIT_LIMIT = 0b100;
const LOADED_DATA_LIMIT = 0b1000;
const HEAP_SIZE = 0b10000;
const KNOWN = PRIORITY_FEE | COMPUTE_UNIT_LIMIT | LOADED_DATA_LIMIT | HEAP_SIZE;

/** Reads what follows the version byte. @throws {@link MalformedTransaction} */
export function readMessageV1(reader: WireReader): WireMessage {
  const header = {
    signers: reader.byte(),
    readonlySigners: reader.byte(),
    readonlyNonSigners: reader.byte(),
  };
  const mask = reader.take(4).readUInt32LE();
  const fee = mask & PRIORITY_FEE;
  if ((mask & ~KNOWN) !== 0 || (fee !== 0 && fee !== PRIORITY_FEE))
    throw new MalformedTransaction('invalid transaction config mask');
  const blockhash = reader.take(32);
  const instructionCount = reader.byte();
  const keyCount = reader.byte();
  const keys = Array.from({ length: keyCount }, () => reader.take(32));
  const u32 = (bit: number) => (mask & bit ? reader.take(4).readUInt32LE() : null);
  const config = {
    priorityFee: fee === 0 ? null : reader.take(8).readBigUInt64LE(),
    computeUnitLimit: u32(COMPUTE_UNIT_LIMIT),
    loadedAccountsDataSizeLimit: u32(LOADED_DATA_LIMIT),
    heapSize: u32(HEAP_SIZE),
  };
  const heads = Array.from({ length: instructionCount }, () => ({
    programIndex: reader.byte(),
    accounts: reader.byte(),
    data: reader.take(2).readUInt16LE(),
  }));
  const instructions = heads.map(({ programIndex, accounts, data }) => ({
    programIndex,
    accounts: reader.take(accounts),
    data: reader.take(data),
  }));
  return { version: 1, header, keys, blockhash, instructions, lookups: [], config };
}

/** Returns which of the runtime's rules for version 1 transactions is broken, or undefined. */
export function sanitizeErrorV1({ header, keys, instructions, config }: WireTransaction): string | undefined {
  if (header.signers > MAX_SIGNATURES) return `more than ${MAX_SIGNATURES} signatures`;
  if (keys.length > MAX_KEYS) return `more than ${MAX_KEYS} accounts`;
  if (instructions.length > MAX_INSTRUCTIONS) return `more than ${MAX_INSTRUCTIONS} instructions`;
  if (new Set(keys.map((key) => key.toString('latin1'))).size < keys.length) return 'duplicate accounts';
  const heap = config?.heapSize ?? MIN_HEAP_BYTES;
  if (heap % 1024 !== 0 || heap < MIN_HEAP_BYTES || heap > MAX_HEAP_BYTES) return 'invalid heap size';
  return undefined;
}
