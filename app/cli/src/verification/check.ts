/** One thing that was looked at, and whether it is as it must be. */
export interface Check {
  readonly about:
    | 'dataset'
    | 'registry'
    | 'ledger'
    | 'paid'
    | 'account'
    | 'vault'
    | 'network'
    | 'committee'
    | 'previous'
    | 'policy'
    | 'rules'
    | 'recomputed';
  readonly holds: boolean;
  /** What was compared with what, for people. */
  readonly detail: string;
}

/** A check that holds. */
export const holds = (about: Check['about'], detail: string): Check => ({ about, holds: true, detail });
/** A check that doesn't; `detail` says what was expected and what was found. */
export const fails = (about: Check['about'], detail: string): Check => ({ about, holds: false, detail });
