/** How well something stands. */
export type Level = 'ok' | 'warn' | 'fail';

/** One thing that was looked at. */
export interface Finding {
  readonly about: 'node' | 'profile' | 'wallet' | 'rpc' | 'clock' | 'network' | 'oracle' | 'balance';
  readonly level: Level;
  readonly detail: string;
  /** How to put it right; null if nothing is wrong. */
  readonly next: string | null;
}

export const ok = (about: Finding['about'], detail: string): Finding => ({
  ...{ about, level: 'ok', detail },
  next: null,
});
export const warn = (about: Finding['about'], detail: string, next: string): Finding => ({
  ...{ about, level: 'warn', detail },
  next,
});
export const fail = (about: Finding['about'], detail: string, next: string): Finding => ({
  ...{ about, level: 'fail', detail },
  next,
});

const ORDER: readonly Level[] = ['ok', 'warn', 'fail'];

/** The worst of all levels. */
export const worst = (findings: readonly Finding[]): Level =>
  findings.reduce<Level>(
    (level, finding) => (ORDER.indexOf(finding.level) > ORDER.indexOf(level) ? finding.level : level),
    'ok',
  );
