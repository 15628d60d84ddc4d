/** Base of every error this SDK throws by itself: `code` is stable and meant for programs, `message` for people. */
export class CommonwireError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** What can be wrong with bytes or with values meant to become bytes. Codes are only ever added. */
export type FormatErrorCode =
  | 'truncated'
  | 'trailing_bytes'
  | 'wrong_domain'
  | 'wrong_length'
  | 'out_of_range'
  | 'invalid_hex'
  | 'unknown_kind'
  | 'unknown_key_type'
  | 'unknown_segment';

/** Bytes that are not of the format they claim, or a value that the format can't carry. */
export class FormatError extends CommonwireError {
  declare readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** What can be wrong with a tree, a run of leaves or its proof. Codes are only ever added. */
export type MerkleErrorCode =
  | 'empty_run'
  | 'run_out_of_range'
  | 'proof_too_short'
  | 'proof_too_long'
  | 'wrong_hash_length'
  | 'tree_full';

/** A run, proof or tree that can't be evaluated at all; a proof that merely leads to another root is no error. */
export class MerkleError extends CommonwireError {
  declare readonly code: MerkleErrorCode;

  constructor(code: MerkleErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
