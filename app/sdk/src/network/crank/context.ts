import { TOKEN_PROGRAM_ID } from '@solana/spl-token';
import type { Connection, PublicKey, Signer, TransactionInstruction } from '@solana/web3.js';
import type { SentVersion } from '../../core/transaction-versions';
import { compile } from '../../core/transactions';
import {
  SETTLEMENT_LOADED_BYTES,
  type SettlementParts,
  type SettlementRun,
  settlementInstruction,
  settlementUnits,
} from '../settlement';
import { feesOf } from './fees';
import type { Job, Sender } from './sender';
import type { CrankEvent } from './types';

/** The context of every step of a crank. */
export interface CrankContext {
  readonly connection: Connection;
  readonly payer: Signer;
  readonly network: PublicKey;
  readonly mint: PublicKey;
  readonly tokenProgram: PublicKey;
  /** Of its transactions. */
  readonly version: SentVersion;
  readonly sender: Sender;
  /** Micro-lamports a compute unit. */
  readonly price: bigint;
  readonly signal: AbortSignal;
  readonly emit: (event: CrankEvent) => void;
}

/** A transaction, built when it is sent: many wait, and each is of kilobytes. `units` is its limit. */
export function job(
  { payer, price, version }: CrankContext,
  instructions: () => readonly TransactionInstruction[],
  units: number,
): Job {
  const { priorityFee, fee } = feesOf(units, price);
  const options = {
    version,
    computeUnitLimit: units,
    loadedAccountBytes: SETTLEMENT_LOADED_BYTES,
    priorityFee,
  };
  return { fee, build: (blockhash) => compile(payer.publicKey, blockhash, instructions(), options) };
}

/** The limit of a run's settlement. */
export const unitsOf = (
  { tokenProgram }: CrankContext,
  { count, recipients }: { count: number; recipients: number },
): number => settlementUnits(count, recipients, tokenProgram.equals(TOKEN_PROGRAM_ID));

/** The settlement of a run. */
export const settlementJob = (context: CrankContext, parts: SettlementParts, run: SettlementRun): Job =>
  job(context, () => [settlementInstruction(parts, run)], unitsOf(context, run));
