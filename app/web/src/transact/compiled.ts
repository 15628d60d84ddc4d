import { MAX_TRANSACTION_BYTES, type SentVersion } from '@commonwire/sdk/core';
import {
  type Address,
  appendTransactionMessageInstructions,
  compileTransaction,
  createTransactionMessage,
  getBase58Decoder,
  getTransactionEncoder,
  type Instruction,
  pipe,
  setTransactionMessageComputeUnitLimit,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  setTransactionMessageLoadedAccountsDataSizeLimit,
} from '@solana/kit';

/** A bound on the bytes of accounts that a transaction loads, binaries of programs included; see the SDK's settlement. */
const LOADED_BYTES = 4 * 1024 * 1024;
const SIGNATURE_BYTES = 64;
/** The first byte of a transaction of version 1. */
const VERSION_1 = 0x81;

/** A blockhash and the last block that takes it. */
export interface Lifetime {
  blockhash: string;
  lastValidBlockHeight: number;
}

/** The bytes of an unsigned transaction, and of its message. */
export function compiled(
  payer: Address,
  instructions: readonly Instruction[],
  given: { version: SentVersion; lifetime: Lifetime; units: number },
): { wire: Uint8Array; message: Uint8Array } {
  const { version, units } = given;
  const lifetime = {
    blockhash: given.lifetime.blockhash as Parameters<
      typeof setTransactionMessageLifetimeUsingBlockhash
    >[0]['blockhash'],
    lastValidBlockHeight: BigInt(given.lifetime.lastValidBlockHeight),
  };
  const transaction = compileTransaction(
    pipe(
      createTransactionMessage({ version }),
      (message) => setTransactionMessageFeePayer(payer, message),
      (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime, message),
      (message) => appendTransactionMessageInstructions([...instructions], message),
      (message) => setTransactionMessageComputeUnitLimit(units, message),
      (message) => setTransactionMessageLoadedAccountsDataSizeLimit(LOADED_BYTES, message),
    ),
  );
  return {
    wire: Uint8Array.from(getTransactionEncoder().encode(transaction)),
    message: Uint8Array.from(transaction.messageBytes),
  };
}

/** Whether a transaction of these bytes can be sent. */
export const fits = (wire: Uint8Array, version: SentVersion): boolean =>
  wire.length <= MAX_TRANSACTION_BYTES[version];

/** The signature of a transaction that one wallet signed: behind the message in version 1, else before it. */
export function signatureOf(wire: Uint8Array): string {
  const bytes = wire[0] === VERSION_1 ? wire.slice(-SIGNATURE_BYTES) : wire.slice(1, 1 + SIGNATURE_BYTES);
  return getBase58Decoder().decode(bytes);
}
