import { utils } from '@coral-xyz/anchor';
import type { PublicKey, VersionedTransactionResponse } from '@solana/web3.js';
import { buffer } from '../core/bytes';
import { CommonwireError } from '../core/errors';

/** A transaction from which the registry's changes can't be read: the RPC node left out what they need. */
export class RegistryReplayError extends CommonwireError {
  declare readonly code: 'inner-instructions-missing' | 'event-missing' | 'hash-mismatch' | 'trailing-bytes';
}

/** An instruction of a transaction, or one that a program called. */
export interface FlatInstruction {
  program: PublicKey;
  accounts: PublicKey[];
  data: Buffer;
}

/**
 * All instructions in the order they ran: each of the transaction, then those it called.
 * @throws RegistryReplayError `inner-instructions-missing`
 */
export function flattenInstructions({ transaction, meta }: VersionedTransactionResponse): FlatInstruction[] {
  if (!meta?.innerInstructions) {
    throw new RegistryReplayError(
      'inner-instructions-missing',
      `the RPC node keeps no inner instructions of ${transaction.signatures[0]}: use another node`,
    );
  }
  const keys = transaction.message.getAccountKeys({ accountKeysFromLookups: meta.loadedAddresses });
  const resolve = (
    programIdIndex: number,
    accounts: readonly number[],
    data: Uint8Array,
  ): FlatInstruction => ({
    program: keys.get(programIdIndex)!,
    accounts: accounts.map((index) => keys.get(index)!),
    data: buffer(data),
  });
  return transaction.message.compiledInstructions.flatMap((outer, index) => [
    resolve(outer.programIdIndex, outer.accountKeyIndexes, outer.data),
    ...(meta.innerInstructions ?? [])
      .filter((group) => group.index === index)
      .flatMap((group) => group.instructions)
      .map((inner) => resolve(inner.programIdIndex, inner.accounts, utils.bytes.bs58.decode(inner.data))),
  ]);
}
