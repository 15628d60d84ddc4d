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
  /** Whom the device's record names; null: there is none. */
  recorded: number | null;
}

/** Whether the claim makes its epoch void: the three grounds as the design has them, said once for SDK and program. */
export const voids = (
  { before, after, recorded }: Claim,
  { cap, corrective }: { cap: bigint; corrective: boolean },
): boolean => {
  if (after.earned > (before?.earned ?? 0n) + cap) return true;
  if (corrective || before === null) return false;
  return after.earned < before.earned || ![before.owner, recorded].includes(after.owner);
};

/** Candidate earnings of a device: around what it had and around the cap, or anything. */
const earnedAfter = (earned: bigint, cap: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.constantFrom(earned, earned + 1n, earned + cap - 1n, earned + cap, earned + cap + 1n),
    fc.constantFrom(0n, earned > 0n ? earned - 1n : 0n, 2n ** 64n - 1n),
    fc.bigInt(0n, 2n ** 64n - 1n),
  );

/** The pending leaf of a device that had `before` and whom a record may name, by one of three owners. */
export const leafAfter = (before: Leaf | null, cap: bigint): fc.Arbitrary<Leaf> =>
  fc.record({ owner: fc.nat(2), earned: earnedAfter(before?.earned ?? 0n, cap) });
