import { EventEmitter } from 'node:events';
import type { FaultGround } from '@commonwire/sdk/network';
import type { Health } from '@commonwire/sdk/oracle';
import type { Counts, Totals } from '../domain/index';

/** A confirmed transaction that this oracle sent. */
export interface SentEvent {
  readonly signature: string;
  readonly computeUnits: number;
}

/** The events of an oracle, for its operator to print or count. Amounts are in base units. */
export interface OracleEvents {
  /** A batch was answered: how many reports were stored, were already known, and were rejected by code. */
  batch: [{ epoch: number; accepted: number; duplicate: number; rejected: Counts }];
  /** A whole request was refused, or couldn't be answered. `message`: why, if this oracle failed. */
  refused: [{ status: number; code: string; message?: string }];
  /** A request was answered, whatever the answer. `route`: its path with `{name}` for parameters, or `other`. */
  request: [{ method: string; route: string; status: number; milliseconds: number }];
  registered: [{ added: number; total: number }];
  /**
   * The RPC node lacks changes of the registry, for the reason that `code` names. So many were taken from the dataset of
   * this epoch, and lead to the registry hash on chain.
   */
  adopted: [{ changes: number; epoch: number; code: string }];
  /** A device was transferred or retired, effective from the epoch. */
  transferred: [{ device: number; effectiveEpoch: number }];
  retired: [{ device: number; effectiveEpoch: number }];
  cut: [{ epoch: number } & SentEvent];
  /**
   * This oracle was restored, and is asking its peers for what it may have signed since the backup; then it goes on
   * with `epoch`. `lost`: epochs of which nobody has its log; `abstains`: epochs for which it signs nothing more.
   */
  recovering: [{ silent: readonly string[]; secondsLeft: number }];
  recovered: [{ epoch: number; lost: readonly number[]; abstains: readonly number[] }];
  sealed: [{ epoch: number; reports: number; root: string }];
  /** This oracle, as its leader, has the epoch closed elsewhere, for the so many-th time. `execution`: its name there. */
  delegated: [{ epoch: number; attempt: number; shards: number; execution: string; tries: number }];
  /** This oracle closed the epoch as its leader. Hashes are hex. */
  closed: [
    {
      epoch: number;
      attempt: number;
      ledgerRoot: string;
      datasetHash: string;
      earnedTotal: bigint;
      totals: Totals;
    },
  ];
  /** This oracle signed the epoch's message, as leader or after recomputing the leader's proposal. */
  signed: [{ epoch: number; attempt: number; leader: boolean; ledgerRoot: string }];
  /** This oracle refused to sign the leader's proposal. */
  declined: [{ epoch: number; attempt: number; code: string; message: string }];
  /** A committee member signed two messages for one epoch and attempt; `/v1/evidence` proves it. */
  equivocation: [{ epoch: number; attempt: number; oracle: string }];
  /** So many pages of a member's sealed log are copied, and the rest is to be; or all are. */
  copying: [{ epoch: number; oracle: string; pages: number; of: number }];
  copied: [{ epoch: number; oracle: string; pages: number }];
  /** A member sealed two logs for one epoch: one was copied here, the other was listed by a leader and counts. */
  forked: [{ epoch: number; oracle: string }];
  posted: [{ epoch: number; attempt: number; signers: number } & SentEvent];
  /** This oracle approved on chain what it had signed, where the cluster can't verify signatures in programs. */
  approved: [{ epoch: number; attempt: number } & SentEvent];
  /** This oracle demanded that a leaf of a pending epoch be shown, since it doubts that anybody can. */
  demanded: [{ epoch: number; attempt: number; device: number } & SentEvent];
  /** This oracle showed a leaf that somebody demanded. */
  answered: [{ epoch: number; attempt: number; device: number } & SentEvent];
  /** A pending epoch became void because nobody showed a leaf that was demanded. */
  unanswered: [{ epoch: number; attempt: number; device: number } & SentEvent];
  /**
   * A pending epoch became void because a device proves it wrong, by this oracle's challenge or another at that time.
   */
  challenged: [
    {
      epoch: number;
      attempt: number;
      device: number;
      grounds: readonly FaultGround[];
      outcome: 'void' | 'nothing-pending';
    },
  ];
  /** This oracle believes that a pending epoch is wrong but can't challenge it; the guardian should examine it. */
  doubted: [{ epoch: number; attempt: number; code: string; message: string }];
  promoted: [{ epoch: number } & SentEvent];
  paid: [{ epoch: number; first: number; devices: number; amount: bigint } & SentEvent];
  /** A scheduled task ended. */
  task: [{ task: string; milliseconds: number }];
  /** This oracle's health has changed; `problems` has codes as in `/health`. `failures`: what the probes met, for the log only. */
  health: [{ status: Health['status']; problems: readonly string[]; failures: readonly string[] }];
  /** A scheduled task failed and will be tried again. */
  failed: [{ task: string; code: string; message: string }];
  /** What was written could not be synced to disk: everything is refused until the database is opened anew. */
  'disk-failed': [{ message: string }];
}

/** Emits an oracle's events. */
export class OracleEmitter extends EventEmitter<OracleEvents> {}
