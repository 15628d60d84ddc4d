/** Times of day that are numbers: hours, half hours, quarters counted from midnight, or 0000 to 2400 and 000000 to 235959. */
import type { Clock } from './time-text';

/** How a number tells the time of day. */
export type NumberedClock =
  | 'hhmm'
  | 'hhmmss'
  | {
      /** The number of the interval that begins at midnight. */
      readonly first: 0 | 1;
      readonly minutes: number;
      /** What the number grows by from one interval to the next. */
      readonly size: 1 | 100;
    };

const HOUR =
  /^(h|hh|hr|hrs|hours?|stunde|std\.?|heure|hora|ora|uur|godz\w*|hod\w*|tunti|timme|time|óra|saat|час|годин\w*|时|時|시|he|hour[ _]?ending)\.?(\b|$)/i;
const INTERVAL =
  /interval|period|settlement|block|slot|viertelstunde|quarter|quart d.heure|cuarto|quarto|kwartier|^(sp|qh?|mtu|ptu|nr)$/i;
const HHMM = /time|hhmm|clock|uhr|hora|heure|^(mst|pst|cst|est|utc|gmt|lst)$/i;
const HHMMSS = /^[0-2]\d[0-5]\d[0-5]\d$/;
/** A letter or two before the number, as in HE7. */
const PREFIX = /^(?:he|h|hr|sp|p|qh|q|t)[ .]?(?=\d)/i;
/** Intervals of days of 23 to 25 hours, with their minutes. */
const COUNTS = [
  [25, 60],
  [50, 30],
  [100, 15],
  [300, 5],
] as const;
const DAY = 86_400;

const digitsOf = (cell: string): string => cell.replace(PREFIX, '');

/** Finds how a column of numbers tells the time of day, by its name and the numbers of some days; undefined if it doesn't. */
export function numberedClockOf(title: string, cells: readonly string[]): NumberedClock | undefined {
  if (HHMM.test(title.trim()) && cells.every((cell) => HHMMSS.test(cell))) return 'hhmmss';
  const texts = cells.map(digitsOf);
  if (!texts.every((text) => /^\d{1,4}$/.test(text))) return undefined;
  const numbers = texts.map(Number);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const first = least === 0 ? 0 : 1;
  const name = title.trim();
  if (HOUR.test(name) && most <= 25) return { first, minutes: 60, size: 1 };
  if (INTERVAL.test(name)) {
    const count = COUNTS.find(([count]) => most <= count);
    // Fewer numbers than a day of 23 hours has are of something else.
    if (count && most >= (count[0] * 23) / 25 - 1) return { first, minutes: count[1], size: 1 };
  }
  const isHhmm = most <= 2400 && numbers.every((number) => number % 100 < 60);
  if (HOUR.test(name) && isHhmm && numbers.every((number) => number % 100 === 0))
    return { first, minutes: 60, size: 100 };
  return HHMM.test(name) && isHhmm ? 'hhmm' : undefined;
}

/** Reads a cell's time of day. */
export function readNumbered(cell: string, kind: NumberedClock): Clock | undefined {
  if (kind === 'hhmmss') {
    const [hours, minutes, seconds] = HHMMSS.test(cell) ? cell.match(/../g)!.map(Number) : [];
    return hours === undefined || hours > 23
      ? undefined
      : { seconds: hours * 3600 + minutes! * 60 + seconds!, half: false };
  }
  const text = digitsOf(cell);
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const number = Number(text);
  const seconds =
    kind === 'hhmm'
      ? Math.floor(number / 100) * 3600 + (number % 100) * 60
      : (number / kind.size - kind.first) * kind.minutes * 60;
  return seconds < 0 || seconds > DAY ? undefined : { seconds, half: false };
}
