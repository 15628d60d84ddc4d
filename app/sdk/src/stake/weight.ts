/** Seconds of the longest lock, four years. */
export const LONGEST_LOCK_SECONDS = 126_230_400;

/**
 * What a position counts for, in votes and in sharing income: once its stake without a lock, four times with the longest.
 *
 * @example
 * weightOf(1_000n, 63_115_200); // 2_500n: two years
 */
export function weightOf(amount: bigint, lockSeconds: number): bigint {
  const longest = BigInt(LONGEST_LOCK_SECONDS);
  const lock = BigInt(Math.min(lockSeconds, LONGEST_LOCK_SECONDS));
  return (amount * (longest + 3n * lock)) / longest;
}
