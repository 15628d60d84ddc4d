/** Finds the columns that hold times and values by their cells and, if several qualify, by their names. */
import { UsageError } from '@commonwire/sdk/node';
import type { Line, Separator } from './csv';
import { isDate, readTime } from './time';
import { readValue } from './value';

/** Column positions, from 0. */
export interface Columns {
  readonly time: number;
  /** The column with the time of day, if the dates have none. */
  readonly clock: number | undefined;
  readonly value: number;
  /** Whether the first line is a header. */
  readonly header: boolean;
}

/** Column names given by the user. */
export interface NamedColumns {
  readonly time?: string | undefined;
  readonly value?: string | undefined;
}

/** The share of cells in a value column that must be numbers. */
const MOSTLY = 0.8;
/** Names of value columns, best first, and names of columns about their quality. */
const NAMES = [/ac[^a-z]*power/i, /power|value|watt|energy|(^|[^a-z])[km]?wh?([^a-z/]|$)/i];
const ABOUT = /flag|label|mask|outlier|stale|quality|valid/i;
const CLOCK = /^\d{1,2}:\d{2}/;

/** Finds the columns from a file's first lines. @throws CliError `usage` if a named column doesn't exist */
export function columnsOf(sample: readonly Line[], separator: Separator, named: NamedColumns): Columns {
  const [first, ...rest] = sample.map(({ cells }) => cells);
  if (!first) return { time: 0, clock: undefined, value: 1, header: false };
  const body = rest.length > 0 ? rest : [first];
  const time = positionOf(named.time, first, '--time-column') ?? timeColumn(body);
  const value = positionOf(named.value, first, '--value-column') ?? valueColumn(body, first, time, separator);
  const isRow =
    readTime(first[time] ?? '') !== undefined || typeof readValue(first[value] ?? '', separator) === 'number';
  return { time, clock: clockColumn(body, time), value, header: !isRow && /[a-z]/i.test(first.join('')) };
}

function positionOf(name: string | undefined, header: readonly string[], option: string): number | undefined {
  if (name === undefined) return undefined;
  const position = header.indexOf(name);
  if (position >= 0) return position;
  throw new UsageError(`${option}: there is no column ${name} among ${header.join(', ')}`);
}

/** Returns the first column with the most dates, or else with the most unix times. */
function timeColumn(rows: readonly (readonly string[])[]): number {
  const score = (column: number): number =>
    rows.reduce((sum, cells) => {
      const cell = cells[column] ?? '';
      if (isDate(cell)) return sum + rows.length + 1;
      return sum + (readTime(cell) && Math.abs(Number(cell)) >= LEAST_UNIX ? 1 : 0);
    }, 0);
  return best(rows, score) ?? 0;
}

/** The year 1973; smaller numbers are row numbers. */
const LEAST_UNIX = 1e8;

/** Returns the column after the dates, if it has times of day and the dates have none. */
function clockColumn(rows: readonly (readonly string[])[], time: number): number | undefined {
  const isClock = ({ [time]: date = '', [time + 1]: clock = '' }: readonly string[]): boolean =>
    CLOCK.test(clock) && !date.includes(':') && isDate(date);
  return rows.filter(isClock).length > rows.length * MOSTLY ? time + 1 : undefined;
}

function valueColumn(
  rows: readonly (readonly string[])[],
  header: readonly string[],
  time: number,
  separator: Separator,
): number {
  const score = (column: number): number => {
    if (column === time) return 0;
    let [numbers, others] = [0, 0];
    for (const cells of rows) {
      const value = readValue(cells[column] ?? '', separator);
      if (typeof value === 'number') numbers++;
      else if (value === 'unreadable-value') others++;
    }
    if (others > (numbers + others) * (1 - MOSTLY)) return 0;
    const title = header[column] ?? '';
    if (ABOUT.test(title)) return 0;
    const name = NAMES.findIndex((pattern) => pattern.test(title));
    const named = name < 0 ? 0 : NAMES.length - name;
    return named * 4 + (numbers > 0 ? 2 : 0) + (column > time ? 1 : 0);
  };
  return best(rows, score) ?? time + 1;
}

/** Returns the first column with the highest score above zero. */
function best(rows: readonly (readonly string[])[], score: (column: number) => number): number | undefined {
  const columns = Math.max(...rows.map((cells) => cells.length));
  let [found, most]: [number | undefined, number] = [undefined, 0];
  for (let column = 0; column < columns; column++) {
    const points = score(column);
    if (points > most) [found, most] = [column, points];
  }
  return found;
}
