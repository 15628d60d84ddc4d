/** Slots in a full epoch. */
export const SLOTS_PER_EPOCH = 432_000;

// The default schedule warms up with epochs of 32, 64, 128, … slots before the first full one.
const FIRST_FULL_EPOCH = 14;
const FIRST_FULL_SLOT = 524_256;

/** Returns a slot's epoch and its index in it. Only valid after the warm-up, where every local chain begins. */
export function epochOf(slot: number): { epoch: number; index: number } {
  const sinceFull = slot - FIRST_FULL_SLOT;
  return {
    epoch: FIRST_FULL_EPOCH + Math.floor(sinceFull / SLOTS_PER_EPOCH),
    index: sinceFull % SLOTS_PER_EPOCH,
  };
}

/** Returns the first slot of an epoch. Only valid after the warm-up. */
export const firstSlotOf = (epoch: number): number =>
  FIRST_FULL_SLOT + (epoch - FIRST_FULL_EPOCH) * SLOTS_PER_EPOCH;
