import type { BN } from '@coral-xyz/anchor';
import { big } from './anchor-values';

/** Parts of a base unit in which fractions are counted. */
export const SCALE = 10n ** 18n;
const WRAP = 2n ** 128n;

/** What is being released of one token: what one window takes in, the next releases evenly. */
export interface Stream {
  windowSeconds: bigint;
  /** Number of the window that `current` is released in: it begins at `window * windowSeconds`, unix seconds. */
  window: bigint;
  /** Base units that this window releases. */
  current: bigint;
  /** Of these, released so far. */
  released: bigint;
  /** Base units that the next window will release. */
  next: bigint;
  /** Released and not divided yet, in 1 / SCALE base unit. */
  remainder: bigint;
  /** What one unit of stake has earned since the start, in 1 / SCALE base unit; it wraps at 2^128. */
  perUnit: bigint;
}

/** What one stake has earned of a stream. */
export interface Income {
  /** `perUnit` up to which it is counted. */
  counted: bigint;
  /** In 1 / SCALE base unit. */
  accrued: bigint;
}

/** Reads a stream as Anchor's coder has it. */
export const decodeStream = (raw: Record<keyof Stream, BN>): Stream => ({
  windowSeconds: big(raw.windowSeconds),
  window: big(raw.window),
  current: big(raw.current),
  released: big(raw.released),
  next: big(raw.next),
  remainder: big(raw.remainder),
  perUnit: big(raw.perUnit),
});

/** Reads an income as Anchor's coder has it. */
export const decodeIncome = (raw: Record<keyof Income, BN>): Income => ({
  counted: big(raw.counted),
  accrued: big(raw.accrued),
});

/** The stream as the program would advance it to `now`, unix seconds. `staked`: the total stake since it was last advanced. */
export function advanceStream(stream: Stream, now: bigint, staked: bigint): Stream {
  let state = stream;
  const passed = now / state.windowSeconds - state.window;
  if (passed > 0n) {
    state = roll(release(state, state.current, staked), 1n);
    if (passed > 1n) state = roll(release(state, state.current, staked), passed - 1n);
  }
  const into = now - state.window * state.windowSeconds;
  const within = into < 0n ? 0n : into < state.windowSeconds ? into : state.windowSeconds;
  return release(state, (state.current * within) / state.windowSeconds, staked);
}

function release(stream: Stream, due: bigint, staked: bigint): Stream {
  const amount = due - stream.released;
  if (amount <= 0n) return stream;
  if (staked === 0n) return { ...stream, released: due, next: stream.next + amount };
  const scaled = amount * SCALE + stream.remainder;
  const perUnit = (stream.perUnit + scaled / staked) % WRAP;
  return { ...stream, released: due, remainder: scaled % staked, perUnit };
}

const roll = (stream: Stream, windows: bigint): Stream => ({
  ...stream,
  window: stream.window + windows,
  current: stream.next,
  next: 0n,
  released: 0n,
});

/** Whole base units that a stake of `weight` can claim of a stream that has been advanced. */
export function claimable(stream: Stream, { counted, accrued }: Income, weight: bigint): bigint {
  const grown = (stream.perUnit - counted + WRAP) % WRAP;
  return (accrued + grown * weight) / SCALE;
}
