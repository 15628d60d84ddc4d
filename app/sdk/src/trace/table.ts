/** Finds the table in a file: what stands above it, its header, its rows. */
import { type Cells, cellOf, type Line } from './cells';
import { readEpoch } from './epoch';
import { TraceError } from './errors';
import { NUMBER_FORMATS, readNumber } from './numbers';
import { kindOfCell, missingIn, type TimeColumns, timeColumnsOf } from './time-columns';

/** A file's table. */
export interface Table {
  /** By column: all that the header's lines say. Empty without a header. */
  readonly names: readonly (readonly string[])[];
  /** Lines above the table, without comments and empty ones. */
  readonly preamble: readonly Line[];
  /** The line nearest to the rows that names columns, if there is one. */
  readonly header: Line | undefined;
  readonly rows: readonly Line[];
  readonly time: TimeColumns;
}

/** How far down a header is looked for. */
const DEEPEST = 50;
/** Neighbouring lines from which columns of times are found. */
const SAMPLE = 400;
const COMMENT = /^(?:#|\/\/|%|--\s)/;
const MAY_COMMENT = '#/%-';

/** Whether a line is a comment or empty. */
const isEmpty = (line: Line): boolean =>
  cellOf(line, 0) === '' && line.cells.every((cell) => cell.trim() === '');
const isComment = (line: Line): boolean => {
  const first = cellOf(line, 0);
  return first !== '' && MAY_COMMENT.includes(first[0]!) && COMMENT.test(first);
};
const uncommented = (line: Line): Line =>
  isComment(line)
    ? {
        number: line.number,
        cells: [line.cells[0]!.replace(/^\s*(?:#|\/\/|%|--)+\s*/, ''), ...line.cells.slice(1)],
      }
    : line;

/** Whether a cell is a number or a time, as cells of rows are and those of headers aren't. */
const isData = (cell: string): boolean =>
  cell !== '' &&
  (NUMBER_FORMATS.some((format) => typeof readNumber(cell, format) === 'object') ||
    kindOfCell(cell) !== undefined);
const hasData = (line: Line): boolean => line.cells.some((_, column) => isData(cellOf(line, column)));

/** Returns the position of the first of three lines that have data. */
export function firstData(lines: readonly Line[]): number {
  const filled: number[] = [];
  for (let i = 0; i < lines.length && filled.length < DEEPEST + 20; i++) {
    if (!isEmpty(lines[i]!) && !isComment(lines[i]!)) filled.push(i);
  }
  for (const [k, i] of filled.entries()) {
    if (
      [i, filled[k + 1], filled[k + 2]].every(
        (position) => position === undefined || hasData(lines[position]!),
      )
    )
      return i;
  }
  return filled.length > 0 ? filled[0]! : 0;
}

/**
 * Finds the table.
 * @param timeColumn the column of times, by name or `#` and number
 * @throws TraceError `bad-file` if there are no rows or no column of times
 */
export function tableOf({ lines: all }: Cells, skip: number, timeColumn: string | undefined): Table {
  const lines = skip > 0 ? all.slice(skip) : all;
  const guess = headerAbove(lines, firstData(lines), Number.POSITIVE_INFINITY);
  const rough: Line[] = [];
  for (let i = firstData(lines); i < lines.length && rough.length < 120 + SAMPLE; i++) {
    if (!isEmpty(lines[i]!) && !isComment(lines[i]!)) rough.push(lines[i]!);
  }
  if (rough.length === 0 || (rough.length === 1 && !hasData(rough[0]!)))
    throw new TraceError('bad-file', 'the file has no rows, only a header or nothing');
  const from = rough.length > 120 ? 60 : Math.floor(rough.length / 2);
  const sample = rough.slice(from, from + SAMPLE);
  const named = timeColumn === undefined ? undefined : columnNamed(timeColumn, guess.names, '--time-column');
  const titles = guess.names.map((texts) => texts.join(' '));
  const time = timeColumnsOf(sample, titles, named) ?? timeColumnsOf(rough.slice(0, SAMPLE), titles, named);
  if (!time) {
    const first = rough[0]!.cells
      .slice(0, 6)
      .map((cell) => cell.trim().slice(0, 30))
      .join(' | ');
    throw new TraceError(
      'bad-file',
      missingIn(sample, titles) ??
        `no column holds times that can be read, such as 2016-07-01 00:15:00-07:00; line ${rough[0]!.number} is: ${first}. Name the column with --time-column, the order of dates with --date-order`,
    );
  }
  const start = Math.max(
    0,
    lines.findIndex((line) => !isComment(line) && hasTime(line, time)),
  );
  const width = sample.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const { names, header, first } = headerAbove(lines, start, width + 1);
  return {
    names,
    header,
    preamble: lines
      .slice(0, first)
      .filter(
        (line) =>
          !isEmpty(line) &&
          !isComment(line) &&
          line !== header &&
          !names.some((texts) => texts.includes(cellOf(line, 0)) && texts.length > 1),
      ),
    rows: lines
      .slice(startOfRows(lines, start, header))
      .filter((line) => !isComment(line) && !(header && isSame(line, header))),
    time,
  };
}

const isSame = (a: Line, b: Line): boolean =>
  cellOf(a, 0) === cellOf(b, 0) && b.cells.length > 1 && a.cells.join('\n') === b.cells.join('\n');

function hasTime(line: Line, time: TimeColumns): boolean {
  const cell = cellOf(line, time.date);
  if (time.kind === 'number') return readEpoch(cell, time.epoch) !== undefined;
  if (time.kind === 'fields')
    return time.fields.every((column) => column === undefined || /^\d+$/.test(cellOf(line, column)));
  return kindOfCell(cell) !== undefined && (time.clock === undefined || /\d/.test(cellOf(line, time.clock)));
}

interface Header {
  readonly names: string[][];
  readonly header: Line | undefined;
  /** Position of its first line. */
  readonly first: number;
}

/** Reads the header above a line: the nearest line must have no numbers; those above it may add units, names and types. */
function headerAbove(lines: readonly Line[], start: number, widest: number): Header {
  const names: string[][] = [];
  let header: Line | undefined;
  let first = start;
  for (let i = start - 1; i >= 0 && start - i <= 10; i--) {
    const line = header ? lines[i]! : uncommented(lines[i]!);
    const filled = line.cells.filter((cell) => cell.trim() !== '').length;
    if (filled === 0 && !header) continue;
    if (
      filled === 0 ||
      isComment(line) ||
      line.cells.length > widest ||
      (widest > 2 && line.cells.length < 2)
    )
      break;
    if (!header && (hasData(line) || !/\p{L}/u.test(line.cells.join('')))) break;
    header ??= line;
    first = i;
    for (const column of line.cells.keys()) {
      const text = cellOf(line, column);
      names[column] ??= [];
      if (text !== '') names[column].unshift(text);
    }
  }
  return { names: Array.from(names, (texts) => texts ?? []), header, first };
}

/** Rows with a time that can't be read may stand above the first with one. */
function startOfRows(lines: readonly Line[], start: number, header: Line | undefined): number {
  let first = start;
  while (
    first > 0 &&
    lines[first - 1]!.number !== header?.number &&
    hasData(lines[first - 1]!) &&
    !isComment(lines[first - 1]!) &&
    header === undefined
  )
    first--;
  return first;
}

/**
 * Finds a column by one of its names, or by `#` and its number from 1.
 * @throws TraceError `no-such-column`
 */
export function columnNamed(name: string, names: readonly (readonly string[])[], option: string): number {
  const number = /^#(\d{1,4})$/.exec(name);
  if (number) return Number(number[1]) - 1;
  const same = (text: string): string => text.trim().toLowerCase();
  const positions = [...names.keys()];
  const found =
    positions.find((column) => names[column]!.includes(name)) ??
    positions.find((column) => names[column]!.some((text) => same(text) === same(name))) ??
    positions.find((column) => same(names[column]!.join(' ')) === same(name));
  if (found !== undefined) return found;
  const known = names.map((texts, column) => texts.at(-1) ?? `#${column + 1}`);
  throw new TraceError(
    'no-such-column',
    `${option}: there is no column ${name} among ${known.length > 0 ? known.join(', ') : 'those of a file without a header: name it by its number, such as #2'}`,
  );
}
