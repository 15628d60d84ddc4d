import { CommonwireError } from '@commonwire/sdk/core';

/** The reason why a network can't be created. Codes are stable; new ones may be added. */
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
