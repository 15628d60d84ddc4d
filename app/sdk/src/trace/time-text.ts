/** Takes the text of a time apart: its date, its clock and its zone. In which order the date is, is left open. */
import { calendarWords, simple, word } from './cldr';
import { toAscii } from './numbers';

/** A date as three numbers in the order of the text. */
export interface DateFields {
  readonly numbers: readonly [number, number, number];
  /** Digits of each; 0 for a month's name. */
  readonly digits: readonly [number, number, number];
  /** Between the numbers. */
  readonly mark: string;
}

/** A wall time within a day, and what it says about its zone. */
export interface Clock {
  /** Seconds since midnight; 86,400 for 24:00. */
  readonly seconds: number;
  /** Seconds east of UTC. */
  readonly offset?: number;
  /** Whether the offset is that of an abbreviation, which many write all year. */
  readonly loose?: boolean;
  /** Whether the text names summer or standard time, without an offset. */
  readonly summer?: boolean;
  readonly half: boolean;
}

/** The parts of a time. */
export interface TimeText {
  readonly date?: DateFields;
  readonly clock?: Clock;
}

const HALF = '([▲▼])?';
/** A half of the day, the clock, a half again, a zone. */
const CLOCK = new RegExp(
  `${HALF}\\s*(?<!\\d)(\\d{1,2})\\s?[:h]\\s?(\\d{2})(?:\\s?[:m']\\s?(\\d{2})(?:[.,:](\\d{1,9}))?)?(?:\\s?(?:s|uhr|h)(?![a-z]))?\\s*${HALF}(?:\\s*(?:([a-z]{1,5})(?![a-z])\\.?)?\\s*([+-]\\d{1,2}(?::?\\d{2})?(?!\\d|[-/.]\\d))?)?`,
);
const HOUR_WITH_HALF = /()(?<!\d)(\d{1,2})()()()\s?([▲▼])()()/;
const DOTTED_CLOCK = new RegExp(
  `${HALF}\\s*(?<![\\d.])(\\d{1,2})\\.(\\d{2})(?:\\.(\\d{2}))?()\\s*${HALF}()()(?![\\d.])`,
);
const NUMERIC_DATE = /(?<!\d)(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?!\d)\.?/;
const SPACED_DATE = /^(\d{1,4})([ ,]+)(\d{1,2})[ ,]+(\d{1,4})(?!\d)/;
const NAMED_DATES = [
  /(?<!\d)(\d{1,4})(?:st|nd|rd|th)?[\s.,/_-]*◆(\d+)◆[\s.,/_-]*(\d{1,4})(?!\d)/,
  /(?<!\d)(\d{4})[\s.,/_-]+(\d{1,2})[\s.,/_-]*◆(\d+)◆/,
  /◆(\d+)◆[\s.,/_-]*(\d{1,2})(?:st|nd|rd|th)?[\s.,/_-]*(\d{4}|\d{2})(?!\d)/,
] as const;
const COMPACT =
  /^(20\d{2})(\d{2})(\d{2})(?:[t _:-]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?|[t _](\d{2}))?\s?(z|[+-]\d{2}:?\d{2})?$/;
/** The zones that one abbreviation means everywhere, hours; with `true` for summer time. */
const ZONES: Readonly<Record<string, readonly [number, boolean?]>> = {
  z: [0],
  utc: [0],
  gmt: [0],
  ut: [0],
  wet: [0],
  west: [1, true],
  cet: [1],
  cest: [2, true],
  mez: [1],
  mesz: [2, true],
  eet: [2],
  eest: [3, true],
  msk: [3],
  est: [-5],
  edt: [-4, true],
  mst: [-7],
  mdt: [-6, true],
  pst: [-8],
  pdt: [-7, true],
  cdt: [-5, true],
  akst: [-9],
  akdt: [-8, true],
  hst: [-10],
  aest: [10],
  aedt: [11, true],
  awst: [8],
  jst: [9],
  kst: [9],
  sast: [2],
  nzst: [12],
  nzdt: [13, true],
  brt: [-3],
  art: [-3],
};

/** Splits a text into date, clock and zone; undefined if something is left over that none of them explains. */
export function splitTime(text: string, isRange = false): TimeText | undefined {
  let rest = beginning(words(text), isRange);
  if (rest === undefined) return undefined;
  const compact = COMPACT.exec(rest);
  if (compact) return ofCompact(compact);
  let clock = CLOCK.exec(rest);
  if (clock) rest = `${rest.slice(0, clock.index)} ${rest.slice(clock.index + clock[0].length)}`.trim();
  const date = dateIn(rest);
  if (date) rest = `${rest.slice(0, date.from)} ${rest.slice(date.to)}`.trim();
  if (!clock) {
    clock = DOTTED_CLOCK.exec(rest) ?? HOUR_WITH_HALF.exec(rest);
    if (clock) rest = `${rest.slice(0, clock.index)} ${rest.slice(clock.index + clock[0].length)}`.trim();
  }
  if (!/^[\s.,:;tT@|_-]*$/.test(rest) || !(date ?? clock)) {
    const zone = zoneOf(rest, '');
    if (!zone || !(date ?? clock)) return undefined;
    return {
      ...(date && { date: date.fields }),
      clock: { ...(readClock(clock) || { seconds: 0, half: false }), ...zone },
    };
  }
  const read = clock ? readClock(clock) : undefined;
  if (read === false) return undefined;
  return { ...(date && { date: date.fields }), ...(read && { clock: read }) };
}

/** Lower case, ASCII digits, months as ◆N◆, halves of the day as ▲ and ▼; without weekdays. */
function words(text: string): string {
  let plain = simple(toAscii(text));
  if (/^[\d\s:./,t+z-]*$/.test(plain)) return plain;
  plain = plain
    .replace(/\[[^\]]*\]$/, '')
    .replace(/(\d)\s?[年년]\s?/g, '$1-')
    .replace(/(\d)\s?[月월]\s?(?=\d)/g, '$1-')
    .replace(/(\d)\s?[日일号號]/g, '$1 ')
    .replace(/(\d)\s?[時时시點点]\s?/g, '$1:')
    .replace(/(\d)\s?[分분]\s?/g, '$1:')
    .replace(/(\d)\s?[秒초]/g, '$1')
    .replace(/(\d)\s?h\s?(\d{2})(?!\d)/g, '$1:$2')
    .replace(/\(\p{L}[\p{L} ]*\)(?:\p{L}+)?/gu, ' ')
    .replace(/:(?=\s|$)/g, '');
  if (!/\p{L}/u.test(plain.replace(/t(?=\d)|z$/g, ''))) return plain;
  plain = plain.replace(/(?<![\p{L}\p{M}])([ap])\.?\s?m(?:\.|(?![\p{L}\p{M}]))/gu, (_, half) =>
    half === 'a' ? '▲' : '▼',
  );
  if (!/\p{L}/u.test(plain.replace(/t(?=\d)|z$/g, ''))) return plain;
  const { months, weekdays, fillers } = calendarWords();
  plain = withHalves(plain);
  // Some names are of a month in one language and of a weekday in another, such as sat and mar.
  const dated = NUMERIC_DATE.test(plain);
  const named = (plain.match(/\p{L}[\p{L}\p{M}.॰'’]*/gu) ?? []).filter((each) =>
    months.has(word(each)),
  ).length;
  plain = plain.replace(/\p{L}[\p{L}\p{M}.॰'’]*(?: \p{L}[\p{L}\p{M}]*\b)?/gu, (found) => {
    const whole = found.includes(' ') ? months.get(word(found)) : undefined;
    if (whole) return `◆${whole}◆`;
    return found.replace(/\p{L}[\p{L}\p{M}.॰'’]*/gu, (each) => {
      const month = months.get(word(each));
      const isWeekday = weekdays.has(word(each)) && (dated || named > 1);
      if (month && !isWeekday) return `◆${month}◆`;
      return weekdays.has(word(each)) || fillers.has(word(each)) || FILLERS.has(word(each)) ? ' ' : each;
    });
  });
  return withHalves(plain.replace(/\s+/g, ' ').replace(/^[ ,]+|[ ,]+$/g, ''));
}

/** Marks the halves of the day where they stand beside a clock. */
function withHalves(text: string): string {
  let plain = text;
  for (const [name, half] of calendarWords().halves) {
    // A letter behind an hour alone is a unit, such as metres.
    const isLetter = /^[a-z]$/.test(name);
    for (let at = plain.indexOf(name); at >= 0; at = plain.indexOf(name, at + 1)) {
      const [before, after] = [plain.slice(0, at), plain.slice(at + name.length)];
      const apart = !/[\p{L}\p{M}]$/u.test(before) && !/^[\p{L}\p{M}]/u.test(after);
      const beside =
        /\d[:.h]\d{2}\s*$/.test(before) ||
        /^\s*\d{1,2}[:.h]\d{2}/.test(after) ||
        (!isLetter && /\d\s*$/.test(before) && after.trim() === '') ||
        (!isLetter && /^\s*\d{1,2}\s*$/.test(after));
      if (apart && beside) plain = `${before}${half === 'am' ? '▲' : '▼'}${after}`;
    }
  }
  return plain;
}

/** Words between the parts of a date. */
const FILLERS = new Set(
  'de del of den der thg tháng at um à a las kl klo kl ore uhr г год року р ր թ ngày tháng năm lúc'.split(
    ' ',
  ),
);

/** The first time of a range; undefined if there is none. */
function beginning(text: string, isRange: boolean): string | undefined {
  const [first] = text.split(
    /\s*(?:\s-\s|\.\.+|→|~|—|(?<=\d[\d:]*)\s(?:to|bis|au|tot|til|do|do|al|hasta|até|до)\s)\s*/,
  );
  if (first === undefined || first === '') return undefined;
  const halves = first.split('/');
  if (halves.length === 2 && halves.every((half) => half.includes(':'))) return halves[0]!;
  return isRange ? first.replace(/(\d:\d{2})-\d{1,2}:\d{2}$/, '$1') : first;
}

/** The second clock in `00:00-00:15`, which an offset can look like. */
export const rangeEnd = (text: string): string | undefined =>
  /\d{1,2}:\d{2}\s?-\s?(\d{1,2}:\d{2})$/.exec(text.trim())?.[1];

interface FoundDate {
  readonly fields: DateFields;
  readonly from: number;
  readonly to: number;
}

function dateIn(text: string): FoundDate | undefined {
  for (const [position, pattern] of NAMED_DATES.entries()) {
    const match = pattern.exec(text);
    if (!match) continue;
    const [all, a, b, c] = match as unknown as [string, string, string, string];
    const [x, y, z] = [a, b, c].map(Number) as [number, number, number];
    const fields: DateFields = {
      numbers: [x, y, z],
      digits: [position === 2 ? 0 : a.length, position === 0 ? 0 : b.length, position === 1 ? 0 : c.length],
      mark: ' ',
    };
    return { fields, from: match.index, to: match.index + all.length };
  }
  const match = NUMERIC_DATE.exec(text) ?? SPACED_DATE.exec(text);
  if (!match) return undefined;
  const [all, a, mark, b, c] = match as unknown as [string, string, string, string, string];
  const fields = {
    numbers: [Number(a), Number(b), Number(c)],
    digits: [a.length, b.length, c.length],
    mark,
  } as unknown as DateFields;
  return { fields, from: match.index, to: match.index + all.length };
}

/** False for a clock that doesn't exist. On a clock with halves, hours 0 and 12 are the same. */
function readClock(match: RegExpExecArray | null): Clock | false | undefined {
  if (!match) return undefined;
  const [, before, hour, minute, second, , after, zone = '', offset = ''] = match;
  const half = before ?? after;
  const [h, m, s] = [Number(hour), Number(minute || 0), Number(second || 0)];
  if (m > 59 || s > 59 || h > 24 || (half && h > 12)) return false;
  if (h === 24 && m + s > 0) return false;
  const hours = half ? (h % 12) + (half === '▼' ? 12 : 0) : h;
  const place = zoneOf(zone, offset);
  if (!place) return false;
  return { seconds: hours * 3600 + m * 60 + s, half: half !== undefined, ...place };
}

/** Abbreviations of several zones; `true` for summer time. */
const AMBIGUOUS: Readonly<Record<string, boolean>> = {
  cst: false,
  ist: false,
  bst: true,
  ast: false,
  adt: true,
  nst: false,
  ndt: true,
  cat: false,
  eat: false,
  pkt: false,
  hkt: false,
  sgt: false,
  pht: false,
  ict: false,
  clt: false,
  gst: false,
  wib: false,
  act: false,
  acst: false,
  acdt: true,
};

function zoneOf(name: string, offset: string): Pick<Clock, 'offset' | 'summer' | 'loose'> | undefined {
  const found = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(offset.trim());
  if (found) {
    const size = Number(found[2]) * 3600 + Number(found[3] ?? 0) * 60;
    return { offset: found[1] === '-' ? -size : size };
  }
  const key = name.trim().toLowerCase();
  if (key === '' || key === 't') return {};
  if (key === 'dst') return { summer: true };
  if (key === 'std' || key === 'st') return { summer: false };
  if (Object.hasOwn(AMBIGUOUS, key)) return { summer: AMBIGUOUS[key]! };
  const known = Object.hasOwn(ZONES, key) ? ZONES[key] : undefined;
  if (!known) return undefined;
  const [hours, summer = false] = known;
  return hours === 0 ? { offset: 0 } : { offset: hours * 3600, loose: true, summer };
}

function ofCompact([, year, month, day, clockHour, minute, second, loneHour, zone]: RegExpExecArray):
  | TimeText
  | undefined {
  const numbers = [Number(year), Number(month), Number(day)] as const;
  const date: DateFields = { numbers, digits: [4, 2, 2], mark: '' };
  const hour = clockHour ?? loneHour;
  if (hour === undefined) return { date };
  const [h, m, s] = [hour, minute ?? 0, second ?? 0].map(Number) as [number, number, number];
  if (h > 24 || m > 59 || s > 59) return undefined;
  return {
    date,
    clock: {
      seconds: h * 3600 + m * 60 + s,
      half: false,
      ...(zone && zoneOf(zone === 'z' ? 'z' : '', zone)),
    },
  };
}
