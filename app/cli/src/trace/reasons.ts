/** Why a row of a file can't be judged as a reading. Codes are stable, like the oracle's own. */
export const fileReasons = {
  'unreadable-time': 'The time is not one like 2016-07-01 00:15:00-07:00, unix seconds or milliseconds.',
  'no-such-time': 'Clocks of the zone skipped this local time.',
  'no-value': 'There is no value: the cell is empty, missing or says so.',
  'unreadable-value': 'The value is not a finite number.',
  'out-of-order': 'The time lies before that of an earlier row.',
} as const;

/** A code of this list. */
export type FileReason = keyof typeof fileReasons;
