import { onAws } from './common';
import { status } from './status';

/**
 * Serves the arguments to settle. A separate function, because the ledger's tree needs more memory than the other GETs.
 */
export const handler = onAws(status);
