import type { Connection, PublicKey } from '@solana/web3.js';

/** Micro-lamports a compute unit: so many, or a percentile (0 to 100) of what was paid lately, at most `max`. */
export type PriorityFee = bigint | { readonly percentile: number; readonly max: bigint };

/** What `--priority-fee auto` means: what three in four recent blocks asked at most, and never more than a million. */
export const AUTO_PRIORITY_FEE: PriorityFee = { percentile: 75, max: 1_000_000n };

/** Most accounts that a node looks at. */
const MOST_ACCOUNTS = 128;

/** The price in micro-lamports: by what those paid lately who wrote these accounts. Nothing where a node doesn't say. */
export async function resolvePrice(
  connection: Connection,
  accounts: readonly PublicKey[],
  fee: PriorityFee | undefined,
): Promise<bigint> {
  if (fee === undefined || typeof fee === 'bigint') return fee ?? 0n;
  const lockedWritableAccounts = accounts.slice(0, MOST_ACCOUNTS);
  const recent = await connection.getRecentPrioritizationFees({ lockedWritableAccounts }).catch(() => []);
  const prices = recent.map(({ prioritizationFee }) => prioritizationFee).sort((a, b) => a - b);
  const at = Math.min(prices.length - 1, Math.floor((prices.length * fee.percentile) / 100));
  const price = BigInt(prices[at] ?? 0);
  return price < fee.max ? price : fee.max;
}

const MICRO_LAMPORTS = 1_000_000n;

/** Lamports that so many compute units cost at a price in micro-lamports. */
export const priorityLamports = (units: number, price: bigint): bigint =>
  (BigInt(units) * price + MICRO_LAMPORTS - 1n) / MICRO_LAMPORTS;
