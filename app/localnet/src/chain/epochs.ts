/** Slots of a full epoch. */
export const SLOTS_PER_EPOCH = 432_000;

// The default schedule warms up: epochs of 32, 64, 128, … slots come before the first full one.
const FIRST_FULL_EPOCH = 14;
const FIRST_FULL_SLOT = 524_256;

/** A slot's epoch and its index in there. For slots past the warm-up, where every local chain begins. */
export function epochOf(slot: number): { epoch: number; index: number } {
  const sinceFull = slot - FIRST_FULL_SLOT;
  return {
    epoch: FIRST_FULL_EPOCH + Math.floor(sinceFull / SLOTS_PER_EPOCH),
    index: sinceFull % SLOTS_PER_EPOCH,
  };
}
