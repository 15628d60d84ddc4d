import { formatUnits } from './amounts';

/** Formats base units as tokens, for people: `1,234.5`. */
export const tokens = (amount: bigint, decimals: number): string => formatUnits(amount, decimals, ',');

/** The last second that a date can name. */
const LAST_SECOND = 8_640_000_000_000n;

/** Formats unix seconds as ISO 8601; what is beyond all dates stays a number. */
export const time = (seconds: bigint): string =>
  seconds > LAST_SECOND || seconds < -LAST_SECOND
    ? `second ${seconds}`
    : new Date(Number(seconds) * 1000).toISOString();

/** `1 device`, `2 devices`; `1 leaf`, `2 leaves` with both words. */
export const count = (number: number, what: string, several = `${what}s`): string =>
  `${number} ${number === 1 ? what : several}`;

/** Text of others for a terminal: control characters and such that turn or hide text are shown as one sign. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '�');
