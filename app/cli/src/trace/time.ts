/** Reads times in measurement files. */

/** A time read from text, in whole seconds: a moment, or a wall time that needs a zone. */
export type ReadTime = { readonly moment: number } | { readonly wall: number };

const TIME =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
/** Dates that end with the year: `7/1/2016 12:15 AM` with the month first, `1.7.2016 00:15` with the day first. */
const YEAR_LAST =
  /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[ T,]+(\d{1,2})(:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*([AP]\.?M\.?)?)?\s*(.*)$/i;
const NUMBER = /^-?\d{1,14}(\.\d+)?$/;
/** Larger numbers are milliseconds: as seconds they would be after the year 5138. */
const MOST_SECONDS = 1e11;

/** The first field of dates that end with the year. */
export type DateOrder = 'month' | 'day';

/** Returns whether a text is a date, with or without a time. */
export const isDate = (text: string): boolean => !NUMBER.test(text) && readTime(text) !== undefined;

/** Stop searching after this many cells in which no date ends with the year. */
const LOOKED_AT = 200;

/** Returns the order of dates that end with the year, from the first unambiguous one; else the month comes first. */
export function dateOrderOf(texts: Iterable<string>): DateOrder {
  let [found, looked] = [false, 0];
  for (const text of texts) {
    const match = YEAR_LAST.exec(text);
    found ||= match !== null;
    if (!found && ++looked === LOOKED_AT) break;
    if (!match) continue;
    if (match[2] === '.' || Number(match[1]) > 12) return 'day';
    if (Number(match[3]) > 12) return 'month';
  }
  return 'month';
}

/**
 * Reads `2016-07-01 00:15:00-07:00` and its variants, dates that end with the year, unix seconds and unix milliseconds.
 * Variants have `T` or a blank, `-` or `/`, and optional seconds, fractions and offset. A date alone is its midnight.
 * @param order the order of dates that end with the year
 * @returns undefined for anything else, including 30 February
 */
export function readTime(text: string, order: DateOrder = 'month'): ReadTime | undefined {
  return readUsual(text) ?? readAny(text) ?? readYearLast(text, order);
}

function readYearLast(text: string, order: DateOrder): ReadTime | undefined {
  const match = YEAR_LAST.exec(text);
  if (!match) return undefined;
  const [, first, , second, year, hour, rest = '', half, zone = ''] = match;
  const [month, day] = order === 'month' ? [first, second] : [second, first];
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return readAny(`${date}${zone}`);
  if (half && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours = half ? (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0) : Number(hour);
  return readAny(`${date} ${hours}${rest}${zone}`);
}

/** Reads `2016-07-01 00:15:00-07:00`, the most common form, several times as fast. */
function readUsual(text: string): ReadTime | undefined {
  if (text.length !== 25 || text[4] !== '-' || text[13] !== ':' || text[22] !== ':') return undefined;
  const date = text.slice(0, 10);
  if (date !== lastDate) {
    const midnight = readAny(date);
    if (!midnight || !('wall' in midnight)) return undefined;
    lastDate = date;
    lastMidnight = midnight.wall;
  }
  const [hour, minute, second] = [digits(text, 11), digits(text, 14), digits(text, 17)];
  const offset = digits(text, 20) * 3600 + digits(text, 23) * 60;
  const isTime =
    hour < 24 && minute < 60 && second < 60 && text[16] === ':' && (text[10] === ' ' || text[10] === 'T');
  const sign = text[19] === '-' ? 1 : text[19] === '+' ? -1 : Number.NaN;
  const moment = lastMidnight + hour * 3600 + minute * 60 + second + sign * offset;
  return isTime && Number.isFinite(moment) ? { moment } : undefined;
}

let lastDate = '';
let lastMidnight = 0;

/** Reads two digits at a position; `NaN` if there are none. */
function digits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function readAny(text: string): ReadTime | undefined {
  if (NUMBER.test(text)) {
    const number = Number(text);
    return { moment: Math.floor(Math.abs(number) >= MOST_SECONDS ? number / 1000 : number) };
  }
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  if (hour! > 23 || minute! > 59 || second! > 59) return undefined;
  const midnight = Date.UTC(year!, month! - 1, day!);
  const read = new Date(midnight);
  if (read.getUTCMonth() !== month! - 1 || read.getUTCDate() !== day!) return undefined;
  const wall = midnight / 1000 + hour! * 3600 + minute! * 60 + second!;
  const zone = match[7];
  if (zone === undefined) return { wall };
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (!offset) return { moment: wall };
  const size = Number(offset[2]) * 3600 + Number(offset[3] ?? 0) * 60;
  return { moment: offset[1] === '-' ? wall + size : wall - size };
}
