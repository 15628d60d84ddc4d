import { utils } from '@coral-xyz/anchor';
import type { VersionedTransactionResponse } from '@solana/web3.js';

/**
 * A node's answer about a transaction as it would be if another program had made its calls: each instruction becomes one
 * that the first instruction called, followed by what it called itself. No program of the embedded chain calls others at
 * will.
 */
export function calledByAnother(response: VersionedTransactionResponse): VersionedTransactionResponse {
  const { message } = response.transaction;
  const inner = response.meta!.innerInstructions!;
  const instructions = message.compiledInstructions.flatMap(
    ({ programIdIndex, accountKeyIndexes, data }, index) => [
      { programIdIndex, accounts: [...accountKeyIndexes], data: utils.bytes.bs58.encode(data) },
      ...inner.filter((group) => group.index === index).flatMap((group) => group.instructions),
    ],
  );
  // Any key that isn't the program itself stands for the caller's.
  const { programIdIndex } = message.compiledInstructions[0]!;
  const caller = {
    programIdIndex: programIdIndex === 0 ? 1 : 0,
    accountKeyIndexes: [],
    data: new Uint8Array(),
  };
  return {
    ...response,
    transaction: {
      ...response.transaction,
      message: Object.create(message, { compiledInstructions: { value: [caller] } }),
    },
    meta: { ...response.meta!, innerInstructions: [{ index: 0, instructions }] },
  };
}
