import { CommonwireError } from '../../core/errors';

/** Codes of {@link MerkleError}. Codes are only ever added. */
export type MerkleErrorCode =
  | 'empty-run'
  | 'run-out-of-range'
  | 'proof-too-short'
  | 'proof-too-long'
  | 'wrong-hash-length'
  | 'tree-full';

/** A run, proof or tree that can't be evaluated at all. A proof that leads to another root is not an error. */
export class MerkleError extends CommonwireError {
  declare readonly code: MerkleErrorCode;

  constructor(code: MerkleErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
