/** Why a row of a file is no reading. Codes are stable. */
export const rowReasons = {
  'unreadable-time': "The time can't be read, or there is none.",
  'implausible-time':
    'The time is before 2000, after 2100, or alone and far from all others: a clock that was wrong.',
  'future-time': 'The time is still to come: a clock that was wrong.',
  'no-such-time': 'Clocks of the zone skipped this local time.',
  'no-value': 'There is no value: the cell is missing, empty or a word such as NaN.',
  'missing-code':
    'The value is a code that loggers write where a reading is missing, such as -9999 or 65535.',
  'unreadable-value': 'The value is not a finite number.',
  'extra-cells': 'The line has more cells than the header: which of them is the value is unknown.',
  'out-of-order': 'The time is before that of an earlier row.',
  'no-difference':
    'A counter tells energy only together with its reading before, and there is none within an hour.',
} as const;

/** Why a row with a time and a value is no reading of its series. */
export const seriesReasons = {
  duplicate: 'The same time and value stand in an earlier row.',
  conflict: 'Several rows have this time and other values; none counts.',
  'too-long': 'It covers more than the hour that a report may cover.',
  'register-reset':
    'A register shows less than in the row before, or far more: the meter was reset or replaced, and what it counted is unknown.',
  'too-short': 'It covers less than the minute that a report must cover.',
} as const;

/** One of these codes. */
export type RowReason = keyof typeof rowReasons;

/** A row of a file, except those above its table. */
export interface Row {
  readonly line: number;
  /** As written. */
  readonly timestamp: string;
  /** Unix seconds; undefined if it can't be determined. */
  readonly time: number | undefined;
  /** In the unit of the file's reading; null if there is none or it can't be read. */
  readonly value: number | null;
  /** Why the row isn't a reading. */
  readonly reason: RowReason | undefined;
}
