/** Constructors of findings, and the trivial rules over time that several kinds share. */
import type { ReasonCode } from '../reasons';
import type { Finding, Followed, Placed } from './kind';

/** A finding against a report: it occupies no minute. */
export const reject = (reason: ReasonCode): Finding => ({ outcome: 'rejected', reason });

/** A finding that a report is honest but worth nothing. */
export const zero = (reason: ReasonCode): Finding => ({ outcome: 'zeroed', reason });

/** For kinds whose reports don't depend on each other: every report judged now is accepted. */
export const standAlone = (series: readonly Placed[]): Followed[] =>
  series.flatMap(({ report }) => (report ? [{ stillSeconds: 0 }] : []));
