import { TOKEN_PROGRAM_ID } from '@solana/spl-token';
import type { Connection, PublicKey, Signer, TransactionInstruction } from '@solana/web3.js';
import {
  compileMessage,
  type IndexedTable,
  type SettlementParts,
  type SettlementRun,
  settlementInstruction,
  settlementUnits,
} from '../settlement';
import { budget } from './fees';
import type { Job, Sender } from './sender';
import type { CrankEvent } from './types';

/** What every step of a crank has at hand. */
export interface CrankContext {
  readonly connection: Connection;
  readonly payer: Signer;
  readonly network: PublicKey;
  readonly vault: PublicKey;
  readonly mint: PublicKey;
  readonly tokenProgram: PublicKey;
  readonly sender: Sender;
  /** Micro-lamports a compute unit. */
  readonly price: bigint;
  readonly pollMs: number;
  readonly signal: AbortSignal;
  readonly emit: (event: CrankEvent) => void;
}

/** A transaction of these instructions. `units` is its limit where it pays for priority. */
export function job(
  { payer, price }: CrankContext,
  instructions: readonly TransactionInstruction[],
  units: number,
): Job {
  const { instructions: first, fee } = budget(units, price);
  return {
    fee,
    message: (blockhash) => compileMessage(payer.publicKey, blockhash, [...first, ...instructions], []),
  };
}

/** Whether the network's token program pays many in one call. */
const paysTogether = ({ tokenProgram }: CrankContext): boolean => tokenProgram.equals(TOKEN_PROGRAM_ID);

/**
 * Whether settlements set their compute budget: to pay for priority, or since a call for each recipient may take more
 * units than a transaction gets without asking.
 */
export const setsBudget = (context: CrankContext): boolean => context.price > 0n || !paysTogether(context);

/** The compute budget and the fee of a run's settlement. */
export const settlementBudget = (
  context: CrankContext,
  { count, recipients }: { count: number; recipients: number },
) => budget(settlementUnits(count, recipients, paysTogether(context)), context.price, setsBudget(context));

/** The settlement of a run, built when it is sent: many wait, and each is of a kilobyte. */
export function settlementJob(
  context: CrankContext,
  parts: SettlementParts,
  run: SettlementRun,
  tables: readonly IndexedTable[],
): Job {
  const { instructions, fee } = settlementBudget(context, run);
  const { publicKey } = context.payer;
  return {
    fee,
    message: (blockhash) =>
      compileMessage(publicKey, blockhash, [...instructions, settlementInstruction(parts, run)], tables),
  };
}
