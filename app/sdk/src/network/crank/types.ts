import type { Connection, PublicKey, Signer } from '@solana/web3.js';
import type { PriorityFee } from '../../core/priority-fee';
import type { LedgerEntry, LedgerTree } from '../merkle/ledger';
import type { UnpaidReason } from '../settlement';
import type { SenderOptions } from './sender';

/** The input of a crank and its spending limits. */
export interface CrankOptions {
  connection: Connection;
  /** Pays fees and rent, and is the only signer. */
  payer: Signer;
  network: PublicKey;
  /** The ledger that is current on chain. */
  tree: LedgerTree;
  entries: readonly LedgerEntry[];
  /** See `PlanOptions.createFrom`. Default: no accounts are made. */
  createFrom?: bigint;
  /** Default none. */
  priorityFee?: PriorityFee | undefined;
  /** Stop after so many settlements. Default: none is left. */
  maxSettlements?: number;
  sending?: SenderOptions;
  /** Ends the crank: nothing more is sent, and what is on its way is waited for a few seconds. */
  signal?: AbortSignal;
  onEvent?: (event: CrankEvent) => void;
}

/** The cost and outcome of a plan. Lamports unless stated otherwise. */
export interface CrankCost {
  settlements: number;
  pages: number;
  /** Token accounts made. */
  accounts: number;
  transactions: number;
  recipients: number;
  devices: number;
  /** Base units. */
  amount: bigint;
  fees: bigint;
  /** Rent of pages, which comes back when the network is closed; of accounts, which doesn't. */
  rent: { pages: bigint; accounts: bigint };
  unpaid: readonly UnpaidSum[];
}

/** Devices with something due that weren't or won't be paid. */
export interface UnpaidSum {
  /** A plan's reason, or: `refused` by the chain, `left` to a later crank. */
  reason: UnpaidReason | 'refused' | 'left';
  devices: number;
  /** Base units. */
  amount: bigint;
}

/** Work that is counted by transactions, or by accounts where it is reading. */
export type CrankStage = 'read' | 'pages' | 'accounts' | 'settle';

/** Progress events of a crank. */
export type CrankEvent =
  | { type: 'planned'; cost: CrankCost }
  | { type: 'progress'; stage: CrankStage; done: number; total: number }
  | {
      type: 'settled';
      signature: string;
      first: number;
      count: number;
      devices: number;
      recipients: number;
      /** Base units that were due to them when it was planned. */
      amount: bigint;
    }
  | { type: 'refused'; first: number; count: number; code: string; message: string };

/**
 * How a crank ended: `done`: nobody is left who can be paid. `stopped` by its signal, `limited` by its greatest number of
 * settlements. `paused`: the network is. `payout-limit`: what may be paid in this window is. `ledger-changed`: another
 * epoch was promoted. `refused`: the chain refuses what is left. Whichever it was, another crank goes on from there.
 */
export type CrankOutcome =
  | 'done'
  | 'stopped'
  | 'limited'
  | 'paused'
  | 'payout-limit'
  | 'ledger-changed'
  | 'refused';

/** The result of a crank. Lamports unless stated otherwise. */
export interface CrankSummary {
  outcome: CrankOutcome;
  /** Why, for people; empty for `done`. */
  detail: string;
  /** Those that landed. */
  transactions: { settle: number; pages: number; accounts: number };
  /** By the pages: what became paid meanwhile, whoever else cranked. */
  devices: number;
  recipients: number;
  /** Base units. */
  amount: bigint;
  fees: bigint;
  rent: { pages: bigint; accounts: bigint };
  /** The amounts still due. */
  unpaid: readonly UnpaidSum[];
}
