/** The result of one check. */
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
    | 'book'
    | 'recomputed'
    | 'sums'
    | 'logs'
    | 'shard';
  readonly holds: boolean;
  /** The comparison in words. */
  readonly detail: string;
}

/** Makes a check that holds. */
export const holds = (about: Check['about'], detail: string): Check => ({ about, holds: true, detail });
/** Makes a check that fails; `detail` says what was expected and what was found. */
export const fails = (about: Check['about'], detail: string): Check => ({ about, holds: false, detail });
