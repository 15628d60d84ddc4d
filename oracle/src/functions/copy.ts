import { copyPending } from '../log/copies';
import { inBackground } from './common';

/** Copies the committee's sealed logs as far as the time of one invocation goes; `copying` asks for the next. */
export const handler = inBackground('copy', copyPending);
