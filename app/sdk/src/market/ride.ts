/** A driver who is so much later than agreed is no longer waited for. */
export const LATE_SECONDS = 600n;

/**
 * What a ride costs that the rider signed no voucher for: `floor(fare x min(d, D) / D)`, where d is how far the oracles saw
 * both phones together, and D the agreed distance, in metres. Null if no distance was agreed.
 */
export function rideDue(fare: bigint, agreedMetres: bigint, metres: bigint): bigint | null {
  if (agreedMetres === 0n) return null;
  return (fare * (metres < agreedMetres ? metres : agreedMetres)) / agreedMetres;
}

/** Whether the rider may leave without paying: the driver isn't there ten minutes after the agreed time, unix seconds. */
export const isDriverLate = (pickupAt: bigint, now: bigint): boolean => now >= pickupAt + LATE_SECONDS;
