/** The limits that a version 1 message carries. Null where it sets none, which means none is granted. */
export interface TransactionConfig {
  /** Lamports in all. */
  priorityFee: bigint | null;
  computeUnitLimit: number | null;
  /** Bytes of accounts that may be loaded. */
  loadedAccountsDataSizeLimit: number | null;
  /** Bytes; null: 32 kB. */
  heapSize: number | null;
}

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
  version: 'legacy' | 0 | 1;
  header: { signers: number; readonlySigners: number; readonlyNonSigners: number };
  /** The keys in the message, without those from lookup tables. */
  keys: Buffer[];
  blockhash: Buffer;
  instructions: Instruction[];
  lookups: TableLookup[];
  /** Version 1 only; the others have instructions for it. */
  config?: TransactionConfig;
}

/** A decoded transaction. */
export interface WireTransaction extends WireMessage {
  wire: Buffer;
  signatures: Buffer[];
}
