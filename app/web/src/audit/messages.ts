import type { Audit, Explanation } from '@commonwire/cli/auditing';

/** What to audit, and from where. */
export interface AuditTask {
  /** The oracle whose datasets are checked. */
  oracle: string;
  /** The node that is trusted. */
  rpc: string;
  network: string;
  epoch: number;
  /** Whose pay is explained. */
  device: number | undefined;
}

/** What an audit found, without what it was recomputed from. */
export interface AuditOutcome extends Pick<Audit, 'checks' | 'difference'> {
  /** What was recomputed; null if that wasn't possible. */
  recomputed: {
    devices: number;
    reports: number;
    allocated: string;
    datasetHash: string;
    ledgerRoot: string;
  } | null;
  device: Explanation | null;
}

/** What the worker tells the page. */
export type AuditNews =
  | { kind: 'files'; files: number; bytes: number }
  | { kind: 'signatures'; done: number; total: number }
  | { kind: 'done'; outcome: AuditOutcome }
  | { kind: 'failed'; message: string };
