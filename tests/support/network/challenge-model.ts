import * as fc from 'fast-check';

/** A device's leaf; owners are known by number. */
interface Leaf {
  owner: number;
  earned: bigint;
}

/** The facts about a device that decide a challenge. */
export interface Claim {
  /** Under the current root; null: the device is new. */
  before: Leaf | null;
  /** Under the pending root. */
  after: Leaf;
  /** Whose it is in the pending epoch, by registry and record. */
  owner: number;
  /** Whether it earns nothing any more in the pending epoch. */
  retired: boolean;
}

/** Whether the claim makes its epoch void: the grounds as the design has them, said once for SDK and program. */
export const voids = (
  { before, after, owner, retired }: Claim,
  { cap, corrective }: { cap: bigint; corrective: boolean },
): boolean => {
  const growth = after.earned - (before?.earned ?? 0n);
  return growth > cap || (growth < 0n && !corrective) || (growth > 0n && retired) || after.owner !== owner;
};

/** Candidate earnings of a device, up to `most`: around what it had and around the cap, or anything. */
const earnedAfter = (earned: bigint, cap: bigint, most: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.constantFrom(earned, earned + 1n, earned + cap - 1n, earned + cap, earned + cap + 1n),
    fc.constantFrom(0n, earned > 0n ? earned - 1n : 0n, most),
    fc.bigInt(0n, most),
  );

/** The pending leaf of a device that had `before`, by one of three owners. */
export const leafAfter = (before: Leaf | null, cap: bigint, most = 2n ** 64n - 1n): fc.Arbitrary<Leaf> =>
  fc.record({ owner: fc.nat(2), earned: earnedAfter(before?.earned ?? 0n, cap, most) });
