/** Names of months and weekdays, and words for the halves of the day, from the engine's copy of the CLDR. */

/** Languages of the CLDR with complete calendars. */
const LANGUAGES = (
  'en de fr es it pt nl pl cs sk sl hr sr-Latn sr bs hu ro bg el da sv nb nn fi et lv lt is ga cy gd mt eu ca gl tr az uz kk ky tk ru uk be ' +
  'mk sq hy ka he ar fa ur ps hi mr ne bn pa gu or ta te kn ml si th lo km my vi id ms fil jv sw af am so zu ha yo ig ja ko zh zh-Hant mn lb fo fy rm br ' +
  'en-AU en-GB en-CA en-IN de-AT fr-CA es-MX pt-PT ar-EG ar-MA ar-IQ ar-SY ar-DZ'
).split(' ');

/** Words in dates and times, in lower case and without a dot at the end. */
export interface CalendarWords {
  /** 1 to 12. Of names that mean another month in another language, the language with more speakers counts. */
  readonly months: ReadonlyMap<string, number>;
  readonly halves: ReadonlyMap<string, 'am' | 'pm'>;
  readonly weekdays: ReadonlySet<string>;
  /** Words between the parts of a date, such as `de` in 17 de julio. */
  readonly fillers: ReadonlySet<string>;
}

let known: CalendarWords | undefined;

/** Returns all words, found once: that takes a tenth of a second. */
export function calendarWords(): CalendarWords {
  if (known) return known;
  const months = new Map<string, number>();
  const halves = new Map<string, 'am' | 'pm'>([
    ['am', 'am'],
    ['pm', 'pm'],
    ['a.m.', 'am'],
    ['p.m.', 'pm'],
    ['vorm.', 'am'],
    ['nachm.', 'pm'],
    ['matin', 'am'],
    ['soir', 'pm'],
    ['πμ', 'am'],
    ['μμ', 'pm'],
  ]);
  const weekdays = new Set<string>();
  const fillers = new Set<string>();
  const add = (name: string, month: number): void => {
    if (!months.has(name)) months.set(name, month);
  };
  const learn = (format: Intl.DateTimeFormat, month: number): void => {
    let [before, last] = ['', ''];
    for (const { type, value } of format.formatToParts(Date.UTC(2024, month - 1, 15, 9))) {
      const name = word(value);
      if (type === 'month' && /\p{L}/u.test(name)) {
        add(name, month);
        // Prepositions and endings may be one word with the name.
        const joined = /\p{L}+$/u.exec(before)?.[0];
        if (joined) add(joined + name, month);
        last = name;
      } else {
        const ending = last === '' ? undefined : /^\p{L}+/u.exec(value)?.[0];
        if (ending) add(last + ending, month);
        last = '';
        if (type === 'literal' || type === 'era') {
          for (const filler of simple(value).match(/[\p{L}(][\p{L}\p{M}.'’()]*/gu) ?? [])
            fillers.add(word(filler));
        }
      }
      before = type === 'literal' ? value.toLowerCase() : '';
    }
  };
  for (const language of LANGUAGES) {
    const locale = `${language}-u-ca-gregory-nu-latn`;
    for (const width of ['long', 'short'] as const) {
      const forms = [
        { month: width },
        { month: width, day: 'numeric' },
        { month: width, day: 'numeric', year: 'numeric' },
      ] as const;
      const styled = { dateStyle: width === 'long' ? 'long' : 'medium', timeStyle: 'short' } as const;
      for (const form of [...forms, styled]) {
        const format = new Intl.DateTimeFormat(locale, { ...form, timeZone: 'UTC' });
        for (let month = 1; month <= 12; month++) learn(format, month);
      }
      const format = new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' });
      for (let day = 1; day <= 7; day++)
        weekdays.add(word(partOf(format, Date.UTC(2024, 0, day), 'weekday')));
    }
    for (const form of [{ hour: 'numeric' }, { hour: 'numeric', minute: '2-digit' }] as const) {
      const clock = new Intl.DateTimeFormat(locale, { ...form, hour12: true, timeZone: 'UTC' });
      learn(clock, 1);
      for (const [hour, half] of [
        [9, 'am'],
        [15, 'pm'],
      ] as const) {
        const name = simple(partOf(clock, Date.UTC(2024, 0, 1, hour), 'dayPeriod'));
        if (name !== '') halves.set(name, half);
      }
    }
  }
  for (const [name, month] of [
    ['sept', 9],
    ['mrz', 3],
    ['jänner', 1],
    ['janv', 1],
    ['févr', 2],
    ['avr', 4],
    ['juil', 7],
  ] as const) {
    if (!months.has(name)) months.set(name, month);
  }
  known = { months, halves, weekdays, fillers };
  return known;
}

const partOf = (format: Intl.DateTimeFormat, time: number, type: string): string =>
  format.formatToParts(time).find((part) => part.type === type)?.value ?? '';

/** A text in one form: compatible characters, lower case, no doubled blanks. */
export const simple = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u200e\u200f]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** The same without a dot at the end, as a key of {@link CalendarWords}. */
export const word = (text: string): string => simple(text).replace(/[.॰]$/, '');
