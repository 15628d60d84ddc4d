import { CommonwireError } from '@commonwire/sdk/core';

/** Why a device can't be handed over or retired now; the message says what to do. */
export class HandoverError extends CommonwireError {
  declare readonly code: 'not-owner' | 'retired' | 'outstanding' | 'unsettled';
}
