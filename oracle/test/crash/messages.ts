/** The messages between a driver and its victim: plain objects over Node's channel between processes. */

/** Runs all tasks once at this time, in milliseconds. */
export interface ToVictim {
  readonly tick: number;
}

export type FromVictim =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'ticked' }
  | { readonly type: 'failed'; readonly task: string; readonly message: string }
  /** The victim passed this point, before or after an effect. */
  | { readonly type: 'point'; readonly point: string };

/** Environment variables of a victim in addition to an oracle's. */
export const CLOCK = 'CRASH_CLOCK';
/** The point at which to be killed; none if absent. */
export const DIE_AT = 'CRASH_DIE_AT';

/** Genesis hash that stands for the chain's own, which differs from run to run: every run must make the same bytes. */
export const GENESIS_HASH = 'CommonwireCrashTestC1uster11111111111111111';
