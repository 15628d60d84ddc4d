import { EventEmitter } from 'node:events';
import type { FaultGround } from '@commonwire/sdk/network';
import type { Counts, Totals } from '../domain/index';

/** A transaction this oracle sent, as the chain confirmed it. */
export interface SentEvent {
  readonly signature: string;
  readonly computeUnits: number;
}

/** What happens in an oracle, for whoever runs it to print or count. Amounts are smallest units. */
export interface OracleEvents {
  /** A batch was answered: what was stored, what was known, what was refused by code. */
  batch: [{ epoch: number; accepted: number; duplicate: number; rejected: Counts }];
  /** A whole request was refused. */
  refused: [{ status: number; code: string }];
  registered: [{ added: number; total: number }];
  /** A device was handed to another owner, or retired, from the epoch on. */
  transferred: [{ device: number; effectiveEpoch: number }];
  retired: [{ device: number; effectiveEpoch: number }];
  cut: [{ epoch: number } & SentEvent];
  sealed: [{ epoch: number; entries: number; head: string }];
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
  /** This oracle signed the epoch's message, as leader or after recomputing what the leader proposed. */
  signed: [{ epoch: number; attempt: number; leader: boolean; ledgerRoot: string }];
  /** This oracle will not sign what the leader proposed. */
  declined: [{ epoch: number; attempt: number; code: string; message: string }];
  /** A member of the committee signed two messages for one epoch and attempt; `/v1/evidence` proves it. */
  equivocation: [{ epoch: number; attempt: number; oracle: string }];
  /** A member sealed two logs for one epoch: the one copied here, and the one a leader listed, which counts. */
  forked: [{ epoch: number; oracle: string }];
  posted: [{ epoch: number; attempt: number; signers: number } & SentEvent];
  /** This oracle made a pending epoch void by a device that proves it wrong, or somebody else did while it tried. */
  challenged: [
    {
      epoch: number;
      attempt: number;
      device: number;
      grounds: readonly FaultGround[];
      outcome: 'void' | 'nothing-pending';
    },
  ];
  /** A pending epoch that this oracle has reason to think wrong stands unchallenged; its guardian should look at it. */
  doubted: [{ epoch: number; attempt: number; code: string; message: string }];
  promoted: [{ epoch: number } & SentEvent];
  paid: [{ epoch: number; first: number; devices: number; amount: bigint } & SentEvent];
  /** A scheduled task failed and will be tried again. */
  failed: [{ task: string; code: string; message: string }];
}

/** Where an oracle tells what happens. */
export class OracleEmitter extends EventEmitter<OracleEvents> {}
