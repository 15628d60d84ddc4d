/** How an energy device's panels are mounted, registered in three bits of its H3 cell that H3 reserves for cells. */

/** Mounts by the number that stands for them; 0 is what devices have that say nothing. */
export const MOUNTS = ['unknown', 'fixed', 'one-axis', 'two-axes'] as const;
export type Mount = (typeof MOUNTS)[number];

/** The first of bits 56 to 58, which are 0 in H3's cells. */
const SHIFT = 56n;
const MASK = 7n << SHIFT;

/**
 * The cell as the registry has it, with the mount.
 *
 * @example
 * mountedCell(0x8c268e51a3415ffn, 'one-axis'); // 0xac268e51a3415ffn
 */
export const mountedCell = (h3Cell: bigint, mount: Mount): bigint =>
  (h3Cell & ~MASK) | (BigInt(MOUNTS.indexOf(mount)) << SHIFT);

/** The mount that a registered cell names; undefined for a number that stands for none. */
export const mountOf = (registered: bigint): Mount | undefined =>
  MOUNTS[Number((registered & MASK) >> SHIFT)];

/** H3's cell without the mount. A number that stands for no mount stays, so that the cell is none. */
export const placeOf = (registered: bigint): bigint =>
  mountOf(registered) === undefined ? registered : registered & ~MASK;
