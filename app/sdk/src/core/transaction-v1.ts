import { type CompiledTransactionMessage, getCompiledTransactionMessageEncoder } from '@solana/kit';
import {
  MessageV1,
  type PublicKey,
  type Signer,
  type TransactionInstruction,
  VersionedTransaction,
} from '@solana/web3.js';
import { concat, toLatin1 } from './bytes';
import { signEd25519 } from './ed25519';
import { CommonwireError } from './errors';
import { MAX_TRANSACTION_ACCOUNTS } from './transaction-versions';

/** The limits of a version 1 transaction: whatever it doesn't ask for, it doesn't get. */
export interface TransactionLimits {
  computeUnits: number;
  /** Bytes of all accounts that it loads, programs included. */
  loadedAccountBytes: number;
  /** Lamports in all. */
  priorityFee: bigint;
}

/** A transaction of more bytes or accounts than its version holds. */
export class TransactionTooLarge extends CommonwireError {
  declare readonly code: 'transaction-too-large';
}

const encoder = getCompiledTransactionMessageEncoder();
type CompiledV1 = Extract<CompiledTransactionMessage, { version: 1 }>;

/** Where the addresses stand: after version, header, mask, blockhash and two counts. */
const ADDRESSES_OFFSET = 1 + 3 + 4 + 32 + 2;
// Bits of the mask that says which limits follow; the fee's eight bytes take two.
const WITH_FEE = 0b11;
const WITH_UNITS_AND_BYTES = 0b1100;

/** web3.js's message of version 1, which it only reads, with bytes by kit's codec. */
class WritableMessageV1 extends MessageV1 {
  #written: { blockhash: string; bytes: Uint8Array } | undefined;

  /** Written once for each blockhash: size, signature and sending all ask. */
  override serialize(): Uint8Array {
    if (this.#written?.blockhash !== this.recentBlockhash)
      this.#written = { blockhash: this.recentBlockhash, bytes: this.#write() };
    return this.#written.bytes;
  }

  #write(): Uint8Array {
    const { header, transactionConfig: config, compiledInstructions: instructions } = this;
    const fee = config.priorityFee;
    const message: CompiledV1 & { lifetimeToken: string } = {
      version: 1,
      header: {
        numSignerAccounts: header.numRequiredSignatures,
        numReadonlySignerAccounts: header.numReadonlySignedAccounts,
        numReadonlyNonSignerAccounts: header.numReadonlyUnsignedAccounts,
      },
      configMask: WITH_UNITS_AND_BYTES | (fee ? WITH_FEE : 0),
      configValues: [
        ...(fee ? [{ kind: 'u64', value: BigInt(fee) } as const] : []),
        { kind: 'u32', value: config.computeUnitLimit ?? 0 },
        { kind: 'u32', value: config.loadedAccountsDataSizeLimit ?? 0 },
      ],
      lifetimeToken: this.recentBlockhash,
      numInstructions: instructions.length,
      numStaticAccounts: this.staticAccountKeys.length,
      staticAccounts: [],
      instructionHeaders: instructions.map(({ programIdIndex, accountKeyIndexes, data }) => ({
        programAccountIndex: programIdIndex,
        numInstructionAccounts: accountKeyIndexes.length,
        numInstructionDataBytes: data.length,
      })),
      instructionPayloads: instructions.map(({ accountKeyIndexes, data }) => ({
        instructionAccountIndices: accountKeyIndexes,
        instructionData: data,
      })),
    };
    const bytes = Uint8Array.from(encoder.encode(message));
    // The codec takes addresses as base58 only: to decode 64 of them takes it ten times as long as all the rest.
    return concat(
      bytes.subarray(0, ADDRESSES_OFFSET),
      ...this.staticAccountKeys.map((key) => key.toBytes()),
      bytes.subarray(ADDRESSES_OFFSET),
    );
  }
}

/** A transaction of version 1, in web3.js's class: connections send and simulate it like any other. */
export class TransactionV1 extends VersionedTransaction {
  override serialize(): Uint8Array {
    return concat(this.message.serialize(), ...this.signatures);
  }

  override sign(signers: readonly Signer[]): void {
    const message = this.message.serialize();
    for (const { publicKey, secretKey } of signers)
      this.addSignature(publicKey, signEd25519(message, { publicKey: publicKey.toBytes(), secretKey }));
  }
}

interface Account {
  key: string;
  pubkey: PublicKey;
  isSigner: boolean;
  isWritable: boolean;
}

/** The unsigned transaction. @throws TransactionTooLarge with more accounts than a transaction may have */
export function compileV1(
  payer: PublicKey,
  recentBlockhash: string,
  instructions: readonly TransactionInstruction[],
  { computeUnits, loadedAccountBytes, priorityFee }: TransactionLimits,
): TransactionV1 {
  const accounts = new Map<string, Account>();
  const touch = (pubkey: PublicKey, isSigner: boolean, isWritable: boolean): string => {
    const key = toLatin1(pubkey.toBytes());
    const account = accounts.get(key);
    if (!account) accounts.set(key, { key, pubkey, isSigner, isWritable });
    else {
      account.isSigner ||= isSigner;
      account.isWritable ||= isWritable;
    }
    return key;
  };
  touch(payer, true, true);
  const named = instructions.map(({ programId, keys, data }) => ({
    program: touch(programId, false, false),
    keys: keys.map(({ pubkey, isSigner, isWritable }) => touch(pubkey, isSigner, isWritable)),
    data,
  }));
  if (accounts.size > MAX_TRANSACTION_ACCOUNTS) {
    throw new TransactionTooLarge(
      'transaction-too-large',
      `the transaction names ${accounts.size} accounts, and none may name more than ${MAX_TRANSACTION_ACCOUNTS}`,
    );
  }
  // Sorting is stable: the payer stays first.
  const ordered = [...accounts.values()].sort((a, b) => rank(a) - rank(b));
  const places = new Map(ordered.map(({ key }, place) => [key, place]));
  const message = new WritableMessageV1({
    header: {
      numRequiredSignatures: ordered.filter(({ isSigner }) => isSigner).length,
      numReadonlySignedAccounts: ordered.filter((one) => one.isSigner && !one.isWritable).length,
      numReadonlyUnsignedAccounts: ordered.filter((one) => !one.isSigner && !one.isWritable).length,
    },
    staticAccountKeys: ordered.map(({ pubkey }) => pubkey),
    recentBlockhash,
    compiledInstructions: named.map(({ program, keys, data }) => ({
      programIdIndex: places.get(program)!,
      accountKeyIndexes: keys.map((key) => places.get(key)!),
      data,
    })),
    transactionConfig: {
      computeUnitLimit: computeUnits,
      loadedAccountsDataSizeLimit: loadedAccountBytes,
      priorityFee: priorityFee > 0n ? Number(priorityFee) : null,
      heapSize: null,
    },
  });
  return new TransactionV1(message);
}

/** The order of a message's accounts: signers first, and of either kind those that are written. */
const rank = ({ isSigner, isWritable }: Account): number => (isSigner ? 0 : 2) + (isWritable ? 0 : 1);
