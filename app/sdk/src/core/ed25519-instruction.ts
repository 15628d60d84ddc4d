import { Ed25519Program, TransactionInstruction } from '@solana/web3.js';
import { buffer, concat, ofLength, toHex, u8, u16 } from './bytes';
import { FormatError } from './errors';

/** Refers to the instruction itself in place of an instruction's number. */
const THIS_INSTRUCTION = 0xffff;
const HEADER_BYTES = 2;
const OFFSETS_BYTES = 14;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** One message with signatures by several keys. */
export interface SignedMessage {
  message: Uint8Array;
  /** Keys of 32 bytes, each at most once, and their signatures of 64. */
  signatures: readonly { publicKey: Uint8Array; signature: Uint8Array }[];
}

/**
 * One instruction of the Ed25519 precompile that verifies all signatures over one copy of the message: the
 * transaction fails if any is bad. Every offset points into the instruction's own data, which programs that read it
 * must insist on. Data: `n u8 | 0 u8 | n x offsets 14 | n x (key 32 | signature 64) | message`.
 * @throws FormatError `out-of-range` for no signature, too many of them or one key twice; `wrong-length`
 */
export function ed25519Instruction({ message, signatures }: SignedMessage): TransactionInstruction {
  const keys = new Set(signatures.map(({ publicKey }) => toHex(publicKey)));
  if (signatures.length === 0 || keys.size !== signatures.length) {
    throw new FormatError('out-of-range', 'expected at least one signature and every key once');
  }
  const keysStart = HEADER_BYTES + signatures.length * OFFSETS_BYTES;
  const messageStart = keysStart + signatures.length * (KEY_BYTES + SIGNATURE_BYTES);
  const offsets = signatures.map((_, i) => {
    const key = keysStart + i * (KEY_BYTES + SIGNATURE_BYTES);
    const fields = [key + KEY_BYTES, THIS_INSTRUCTION, key, THIS_INSTRUCTION];
    return concat(...[...fields, messageStart, message.length, THIS_INSTRUCTION].map(u16));
  });
  const signed = signatures.flatMap(({ publicKey, signature }) => [
    ofLength(KEY_BYTES, publicKey, 'a public key'),
    ofLength(SIGNATURE_BYTES, signature, 'a signature'),
  ]);
  const data = concat(u8(signatures.length), u8(0), ...offsets, ...signed, message);
  return new TransactionInstruction({
    programId: Ed25519Program.programId,
    keys: [],
    data: buffer(data),
  });
}
