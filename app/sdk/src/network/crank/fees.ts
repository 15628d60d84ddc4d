import {
  ComputeBudgetProgram,
  type Connection,
  type PublicKey,
  type TransactionInstruction,
} from '@solana/web3.js';
import { SIGNATURE_FEE } from './sender';

/** Micro-lamports a compute unit: so many, or a percentile (0 to 100) of what was paid lately, at most `max`. */
export type PriorityFee = bigint | { percentile: number; max: bigint };

const MICRO_LAMPORTS = 1_000_000n;

/** The price in micro-lamports: by what those paid lately who wrote the network's account. */
export async function resolvePrice(
  connection: Connection,
  network: PublicKey,
  fee: PriorityFee | undefined,
): Promise<bigint> {
  if (fee === undefined || typeof fee === 'bigint') return fee ?? 0n;
  const recent = await connection.getRecentPrioritizationFees({ lockedWritableAccounts: [network] });
  const prices = recent.map(({ prioritizationFee }) => prioritizationFee).sort((a, b) => a - b);
  const at = Math.min(prices.length - 1, Math.floor((prices.length * fee.percentile) / 100));
  const price = BigInt(prices[at] ?? 0);
  return price < fee.max ? price : fee.max;
}

/** The compute budget of a transaction, where it pays for priority and its whole fee; `always`: also where it doesn't. */
export function budget(
  units: number,
  price: bigint,
  always = false,
): { instructions: TransactionInstruction[]; fee: bigint } {
  if (price === 0n && !always) return { instructions: [], fee: SIGNATURE_FEE };
  const instructions = [
    ComputeBudgetProgram.setComputeUnitLimit({ units }),
    ComputeBudgetProgram.setComputeUnitPrice({ microLamports: price }),
  ];
  const priority = (BigInt(units) * price + MICRO_LAMPORTS - 1n) / MICRO_LAMPORTS;
  return { instructions, fee: SIGNATURE_FEE + priority };
}
