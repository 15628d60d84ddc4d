/** An epoch's close: from logs, previous state, registry and policy to the dataset and its roots. Pure. */
import type { LedgerTree } from '@commonwire/sdk';
import type {
  CloseInput,
  DatasetPart,
  Evidence,
  Manifest,
  PreviousState,
  Reward,
  Totals,
  Verdict,
} from './types';

export interface CloseResult {
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  /** Hex SHA-256 of `manifestBytes`. */
  readonly datasetHash: string;
  /** Every part the manifest names, each once. */
  readonly parts: readonly DatasetPart[];
  readonly ledger: LedgerTree;
  /** 32 bytes. */
  readonly ledgerRoot: Uint8Array;
  /** 32 bytes. */
  readonly usageRoot: Uint8Array;
  readonly earnedTotal: bigint;
  readonly deviceCount: number;
  readonly totals: Totals;
  readonly verdicts: readonly Verdict[];
  readonly rewards: readonly Reward[];
  /** What the next epoch's close starts from. */
  readonly next: PreviousState;
}

/** @throws DomainError if the input contradicts itself (registry against cut, a log that doesn't verify). */
export declare function close(input: CloseInput): CloseResult;

/** The state before the first epoch. */
export declare const genesis: PreviousState;

/** Reads a published dataset back into what the next close starts from. `part` returns a part's bytes by its hash. */
export declare function previousState(
  manifestBytes: Uint8Array,
  part: (sha256: string) => Uint8Array,
): PreviousState;

/**
 * Recomputes a dataset from itself and the one before.
 * @throws DomainError `bad-dataset` naming the first thing that doesn't hold.
 */
export declare function verifyDataset(input: {
  readonly manifestBytes: Uint8Array;
  readonly part: (sha256: string) => Uint8Array;
  readonly previous: PreviousState;
}): CloseResult;
export type { Evidence };
