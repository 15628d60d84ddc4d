import type { RowReason, seriesReasons } from './reasons';

/** Seconds that a report may cover. */
export const SHORTEST = 60;
export const LONGEST = 3_600;

/** The energy of an interval. */
export interface SeriesReading {
  /** Unix seconds. */
  readonly start: number;
  readonly seconds: number;
  readonly wattHours: number;
  /** Positions of the rows that it was made from. */
  readonly rows: readonly number[];
  /** What a meter's registers grew by, whole Wh, of which `wattHours` is the difference; only of a meter. */
  readonly registers?: { readonly exported: number; readonly imported: number };
}

/** Why a row is no reading of its series. */
export type SeriesReason = RowReason | keyof typeof seriesReasons;

/** The series in a file. */
export interface Series {
  /** In order of time; none overlaps the next. */
  readonly readings: readonly SeriesReading[];
  /** Why the other rows aren't readings, by position. */
  readonly refused: ReadonlyMap<number, SeriesReason>;
  /** Seconds from one reading to the next. */
  readonly interval: number;
  /** Seconds from one row to the next, which may be shorter; 0 if there is one row only. */
  readonly step: number;
}
