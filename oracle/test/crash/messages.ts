/** What a driver and its victim tell each other; plain objects over Node's channel between processes. */

/** One round of all tasks at this time, milliseconds. */
export interface ToVictim {
  readonly tick: number;
}

export type FromVictim =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'ticked' }
  | { readonly type: 'failed'; readonly task: string; readonly message: string }
  /** Something was about to happen, or happened, at this point. */
  | { readonly type: 'point'; readonly point: string };

/** Environment of a victim beside an oracle's own. */
export const CLOCK = 'CRASH_CLOCK';
/** The point to die at; none if absent. */
export const DIE_AT = 'CRASH_DIE_AT';
