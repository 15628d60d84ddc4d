import type { TransactionInstruction } from '@solana/web3.js';
import { buffer, concat, u32 } from '../../core/bytes';

const LENGTH_BYTES = 4;

/**
 * Gives an instruction these bytes as its last argument, which was encoded empty: Anchor's coder takes up to 1,000 bytes of
 * arguments.
 */
export function setLastBytes(instruction: TransactionInstruction, bytes: Uint8Array): TransactionInstruction {
  const { data } = instruction;
  instruction.data = buffer(concat(data.subarray(0, data.length - LENGTH_BYTES), u32(bytes.length), bytes));
  return instruction;
}
