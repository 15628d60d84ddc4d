import { CommonwireError } from '@commonwire/sdk/core';

/** A network that can't be created as asked. Codes are only ever added. */
export class CreateNetworkError extends CommonwireError {
  declare readonly code:
    | 'program-missing'
    | 'insufficient-funds'
    | 'authority-mismatch'
    | 'network-differs'
    | 'committee-differs'
    | 'wrong-token'
    | 'bonds-missing';
}
