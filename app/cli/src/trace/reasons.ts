/** Reasons why a row can't be judged as a reading. Codes are stable, like the oracle's. */
export const fileReasons = {
  'unreadable-time': 'The time is neither like 2016-07-01 00:15:00-07:00 nor unix seconds or milliseconds.',
  'no-such-time': 'Clocks of the zone skipped this local time.',
  'no-value': 'There is no value: the cell is missing, empty or a word such as NaN.',
  'unreadable-value': 'The value is not a finite number.',
  'out-of-order': 'The time is before that of an earlier row.',
} as const;

/** One of these codes. */
export type FileReason = keyof typeof fileReasons;
