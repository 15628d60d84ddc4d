/** Commitment levels, weakest first. */
export const COMMITMENTS = ['processed', 'confirmed', 'finalized'] as const;

/** One of {@link COMMITMENTS}. */
export type Commitment = (typeof COMMITMENTS)[number];

/** Slots until a transaction is confirmed and finalized; 0 means in the same slot. */
export interface ConfirmationDelays {
  confirmed: number;
  finalized: number;
}

/** Returns the strongest commitment that a slot reaches after `age` slots. */
export function commitmentAtAge(age: number, delays: ConfirmationDelays): Commitment {
  if (age >= delays.finalized) return 'finalized';
  return age >= delays.confirmed ? 'confirmed' : 'processed';
}

/** Returns how many slots a commitment lags behind the newest. */
export const delayOf = (commitment: Commitment, delays: ConfirmationDelays): number =>
  commitment === 'processed' ? 0 : delays[commitment];
