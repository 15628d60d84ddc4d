import type { ChainNetwork } from '../chain/chain';
import type { CombinedOutcome } from '../domain/index';
import type { Attempt } from '../epoch/facts';

/** The epoch to close next. */
export interface DueEpoch {
  readonly network: ChainNetwork;
  readonly epoch: number;
  readonly attempt: Attempt;
}

/** What a leader signs of an epoch's outcome, and tells. */
export type Proposed = Omit<CombinedOutcome, 'manifest' | 'manifestBytes'>;
