/** Reads the times of a file. */
import { cellOf, type Line } from './cells';
import { type DateOrder, dateOrderOf, daysOf, type FoundOrder } from './date-order';
import { readEpoch } from './epoch';
import { readNumbered } from './numbered-clock';
import type { TimeColumns } from './time-columns';
import { type Clock, type DateFields, rangeEnd, splitTime } from './time-text';

/** A time read from text, in whole seconds: a moment, or a wall time that needs a zone. */
export type ReadTime =
  | { readonly moment: number }
  | {
      readonly wall: number;
      /** Whether it is in summer time, if the text says so. */
      readonly summer?: boolean | undefined;
      /** Seconds east of UTC of the abbreviation beside it, which counts if no zone is known. */
      readonly loose?: number | undefined;
    };

const DAY = 86_400;
/** Dates and clocks that are remembered, as they repeat. */
const MOST_REMEMBERED = 100_000;
const TWO_PARTS = /^([^\sT]+)(?:[ T]|, )([^\s[]+(?: ?[AaPp][Mm])?)$/;

/** Reads times from a file's columns. Of the file's dates it must have seen all first: they tell their order. */
export class TimeReader {
  /** The order of dates; undefined until {@link learn}, or if none has an order to find. */
  found: FoundOrder | undefined;
  private readonly days = new Map<string, number | undefined>();
  private readonly clocks = new Map<string, Clock | undefined>();
  private isRange = false;

  constructor(
    private readonly columns: TimeColumns,
    private readonly given?: DateOrder,
    private readonly american = true,
  ) {}

  /** The text of a line's time. */
  textOf(line: Line): string {
    const { columns } = this;
    if (columns.kind === 'fields') {
      const part = (field: number, between: string): string =>
        columns.fields[field] === undefined
          ? ''
          : between + cellOf(line, columns.fields[field]).padStart(2, '0');
      const day =
        columns.fields[1] === undefined
          ? dayOfYear(part(0, ''), part(2, ''))
          : `${part(0, '')}${part(1, '-')}${part(2, '-')}`;
      return `${day}${part(3, ' ')}${part(4, ':')}${part(5, ':')}`;
    }
    const date = cellOf(line, columns.date);
    if (columns.kind === 'number' || columns.clock === undefined) return date;
    return `${date} ${cellOf(line, columns.clock)}`;
  }

  /** Finds the order of the dates. */
  learn(lines: Iterable<Line>): void {
    const { columns } = this;
    if (columns.kind !== 'text') return;
    const dates = new Map<string, DateFields>();
    const ends = new Set<string>();
    const looked = new Set<string>();
    for (const line of lines) {
      const text = cellOf(line, columns.date);
      const end = ends.size < 4 ? rangeEnd(text) : undefined;
      if (end) ends.add(end);
      // Only the date matters, which in most forms is what stands before the first blank.
      const key = /^[^\sT]{6,10}(?=[\sT]\d)/.exec(text)?.[0] ?? text;
      if (looked.has(key) || looked.size >= MOST_REMEMBERED) continue;
      looked.add(key);
      const date = (splitTime(key) ?? splitTime(text))?.date;
      if (date) dates.set(`${date.numbers.join()} ${date.digits.join()}`, date);
    }
    this.isRange = ends.size >= 4;
    this.found = dateOrderOf([...dates.values()], this.american);
  }

  /** Reads a line's time. */
  read(line: Line): ReadTime | undefined {
    const { columns } = this;
    if (columns.kind === 'number') {
      const seconds = readEpoch(cellOf(line, columns.date), columns.epoch);
      if (seconds === undefined) return undefined;
      return columns.epoch === 'days' || columns.epoch === 'ymdh' ? { wall: seconds } : { moment: seconds };
    }
    if (columns.kind === 'fields') return this.readText(this.textOf(line));
    const date = cellOf(line, columns.date);
    if (columns.clock === undefined) return this.readText(date);
    const cell = cellOf(line, columns.clock);
    const day = this.dayOf(date);
    const clock = columns.numbered ? readNumbered(cell, columns.numbered) : this.clockOf(cell);
    return day === undefined || !clock ? undefined : place(day, clock);
  }

  /** Reads a text with date and clock; a date alone is its midnight. */
  readText(text: string): ReadTime | undefined {
    const parts = TWO_PARTS.exec(text);
    if (parts) {
      const day = this.dayOf(parts[1]!);
      const clock = day === undefined ? undefined : this.clockOf(parts[2]!);
      if (day !== undefined && clock) return place(day, clock);
    }
    const whole = splitTime(text, this.isRange);
    if (!whole?.date) return undefined;
    const day = daysOf(whole.date, this.orderOf(whole.date));
    return day === undefined ? undefined : place(day, whole.clock ?? { seconds: 0, half: false });
  }

  private dayOf(text: string): number | undefined {
    if (this.days.has(text)) return this.days.get(text);
    const parts = splitTime(text);
    const day = parts?.date && !parts.clock ? daysOf(parts.date, this.orderOf(parts.date)) : undefined;
    if (this.days.size < MOST_REMEMBERED) this.days.set(text, day);
    return day;
  }

  private clockOf(text: string): Clock | undefined {
    if (this.clocks.has(text)) return this.clocks.get(text);
    const parts = splitTime(text, this.isRange);
    const clock = parts?.date ? undefined : parts?.clock;
    if (this.clocks.size < MOST_REMEMBERED) this.clocks.set(text, clock);
    return clock;
  }

  /** Four digits in front are always a year, with the month behind unless the option says otherwise. */
  private orderOf({ digits }: DateFields): DateOrder {
    const order = this.given ?? this.found?.order ?? 'ymd';
    const first = order.startsWith('y');
    if (digits[0] === 4 && !first) return 'ymd';
    if (digits[2] === 4 && first) return this.american ? 'mdy' : 'dmy';
    return order;
  }
}

function place(day: number, { seconds, offset, loose, summer }: Clock): ReadTime {
  const wall = day * DAY + seconds;
  if (offset === undefined) return { wall, summer };
  return loose ? { wall, summer, loose: offset } : { moment: wall - offset };
}

/** The date of a day of the year, counted from 1; the parts as they are if there is no such day. */
function dayOfYear(year: string, day: string): string {
  const number = Number(day);
  if (!/^\d{4}$/.test(year) || !Number.isInteger(number) || number < 1 || number > 366)
    return `${year}-${day}`;
  return new Date(Date.UTC(Number(year), 0, number)).toISOString().slice(0, 10);
}
