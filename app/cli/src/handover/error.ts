import { CommonwireError } from '@commonwire/sdk/core';

/** The reason why a device can't be transferred or retired now; the message says what to do. */
export class HandoverError extends CommonwireError {
  declare readonly code: 'not-owner' | 'retired' | 'outstanding' | 'unsettled';
}
