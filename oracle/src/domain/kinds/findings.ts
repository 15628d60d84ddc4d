/** Short forms of what rules say, and what kinds without rules over time share. */
import type { ReasonCode } from '../reasons';
import type { Finding, Followed, Placed } from './kind';

/** Against a rule: it takes no minute. */
export const reject = (reason: ReasonCode): Finding => ({ outcome: 'rejected', reason });

/** Honest, but worth nothing. */
export const zero = (reason: ReasonCode): Finding => ({ outcome: 'zeroed', reason });

/** For kinds whose reports tell nothing about each other: every one that is judged now stands. */
export const standAlone = (series: readonly Placed[]): Followed[] =>
  series.flatMap(({ report }) => (report ? [{ stillSeconds: 0 }] : []));
