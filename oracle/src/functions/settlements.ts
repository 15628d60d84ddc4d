import { onAws } from './common';
import { status } from './status';

/**
 * Serves the arguments to settle, and the market. A separate function, because their trees need more memory than the other
 * GETs.
 */
export const handler = onAws(status);
