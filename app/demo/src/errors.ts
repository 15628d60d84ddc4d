import { CommonwireError } from '@commonwire/sdk/core';

/** Thrown if the demo doesn't reach an expected state, or reaches one that it must not. */
export class DemoError extends CommonwireError {
  declare readonly code:
    | 'stalled'
    | 'stopped'
    | 'not-settled'
    | 'not-refused'
    | 'sums-differ'
    | 'farm-failed'
    | 'dao-failed'
    | 'market-failed';
}
