import type { Connection, PublicKey } from '@solana/web3.js';
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

/** The priority fee and the total fee of a transaction with this limit of units at a price. Lamports. */
export function feesOf(units: number, price: bigint): { priorityFee: bigint; fee: bigint } {
  const priorityFee = (BigInt(units) * price + MICRO_LAMPORTS - 1n) / MICRO_LAMPORTS;
  return { priorityFee, fee: SIGNATURE_FEE + priorityFee };
}
