import { onAws } from './common';
import { status } from './status';

/** Arguments to settle. A function of its own: it holds the ledger's tree and wants more memory than the other GETs. */
export const handler = onAws(status);
