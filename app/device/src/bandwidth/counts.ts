/** Bytes of the unit in which bandwidth is sold, a megabyte. */
const UNIT_BYTES = 1_000_000;
/** A hotspot reports each time so many bytes have passed, and lets no more pass until they are paid. */
export const STEP_BYTES = 10_000_000;
/** And each time so long has passed. */
export const STEP_MS = 30_000;

const TOLERATED_BYTES = 1_000_000;
const TOLERATED_SHARE = 0.02;

/** Whole units of a number of bytes. */
export const unitsOf = (bytes: number): bigint => BigInt(Math.floor(bytes / UNIT_BYTES));

/** Bytes of a number of units. */
export const bytesOf = (units: bigint): number => Number(units) * UNIT_BYTES;

/** How many bytes a hotspot's count may exceed one's own: 2 %, but at least a megabyte. */
export const tolerance = (own: number): number => Math.max(TOLERATED_BYTES, own * TOLERATED_SHARE);
