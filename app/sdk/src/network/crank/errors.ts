import { CommonwireError } from '../../core/errors';

/** An error that keeps a crank from starting or continuing. */
export class CrankError extends CommonwireError {
  declare readonly code:
    | 'nothing-promoted'
    | 'ledger-differs'
    | 'insufficient-funds'
    | 'bad-rpc-answer'
    | 'rpc-unreachable';
}
