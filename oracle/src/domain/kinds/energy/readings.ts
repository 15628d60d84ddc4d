/** Reports as mean power over time, which the rules of energy compare. */
import type { Placed } from '../kind';

/** Mean power over an interval, in a series of a device. */
export interface Reading {
  /** Device time, unix seconds. */
  readonly start: number;
  readonly seconds: number;
  /** As reported, in steps of the format. */
  readonly value: number;
  readonly watts: number;
  /** Seconds for which the power had not changed when it was judged in an earlier epoch; 0 if it is judged now. */
  readonly stillSeconds: number;
  /** Whether it was judged in an earlier epoch. */
  readonly judged: boolean;
}

/** One reading for each report, in order. */
export const toReadings = (series: readonly Placed[]): Reading[] =>
  series.map(({ start, seconds, value, stillSeconds, report }) => ({
    start,
    seconds,
    value: Number(value),
    watts: (Number(value) * 3600) / seconds,
    stillSeconds,
    judged: report === undefined,
  }));

/** Whether `b` begins where `a` ends. */
export const abut = (a: Reading, b: Reading): boolean => a.start + a.seconds === b.start;

/** The value at a quantile (0 to 1) of an ascending list; 0 for an empty one. */
export const quantile = (rising: readonly number[], part: number): number =>
  rising[Math.min(rising.length - 1, Math.floor(rising.length * part))] ?? 0;
