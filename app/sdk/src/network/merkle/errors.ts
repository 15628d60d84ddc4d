import { CommonwireError } from '../../core/errors';

/** What can be wrong with a tree, a run of leaves or its proof. Codes are only ever added. */
export type MerkleErrorCode =
  | 'empty-run'
  | 'run-out-of-range'
  | 'proof-too-short'
  | 'proof-too-long'
  | 'wrong-hash-length'
  | 'wrong-node-length'
  | 'sum-overflow'
  | 'tree-full';

/** A run, proof or tree that can't be evaluated at all; a proof that merely leads to another root is no error. */
export class MerkleError extends CommonwireError {
  declare readonly code: MerkleErrorCode;

  constructor(code: MerkleErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
