/** How sure a reader wants to be of what it reads, weakest first. */
export const COMMITMENTS = ['processed', 'confirmed', 'finalized'] as const;

/** See {@link COMMITMENTS}. */
export type Commitment = (typeof COMMITMENTS)[number];

/** Slots that pass until a transaction is confirmed and finalized; 0 means in its own slot. */
export interface ConfirmationDelays {
  confirmed: number;
  finalized: number;
}

/** The strongest commitment that `age` slots give. */
export function commitmentAtAge(age: number, delays: ConfirmationDelays): Commitment {
  if (age >= delays.finalized) return 'finalized';
  return age >= delays.confirmed ? 'confirmed' : 'processed';
}

/** The slots a commitment lags behind the newest. */
export const delayOf = (commitment: Commitment, delays: ConfirmationDelays): number =>
  commitment === 'processed' ? 0 : delays[commitment];
