/** Splits text into lines and cells. */
import { parse } from 'papaparse';

/** The cells of one line. */
export interface Line {
  /** From 1, as in editors. */
  readonly number: number;
  /** As written, but for quotes; see {@link cellOf}. */
  readonly cells: readonly string[];
}

/** A line without quotes. It is split whenever it is asked: millions of cells at once are slow to keep. */
class PlainLine implements Line {
  constructor(
    readonly number: number,
    readonly text: string,
    private readonly separator: string,
  ) {}

  get cells(): readonly string[] {
    return this.text.split(this.separator);
  }

  cell(column: number): string | undefined {
    let start = 0;
    for (let i = 0; i < column; i++) {
      const next = this.text.indexOf(this.separator, start);
      if (next < 0) return undefined;
      start = next + this.separator.length;
    }
    const end = this.text.indexOf(this.separator, start);
    return end < 0 ? this.text.slice(start) : this.text.slice(start, end);
  }
}

/** Tried in this order: a comma may also be part of a time or number. */
const SEPARATORS = [';', '\t', '|', ','] as const;
/** Characters from which the separator is found. */
const SAMPLE = 100_000;

/** Thousandths of a second as Python's logs write them, in a file of commas. */
const COMMA_OF_SECONDS = /^([^,]*\d:\d{2}:\d{2}),(\d{3})(?=,)/gm;

/** Whether nearly all lines have them. Values of three digits have no zeros in front. */
function isCommaOfSeconds(text: string): boolean {
  const lines = text.slice(0, SAMPLE).split('\n', 1_000);
  const written = lines.filter((line) => new RegExp(COMMA_OF_SECONDS.source).test(line));
  return written.length > 0.8 * lines.length && written.some((line) => /:\d{2},0\d\d,/.test(line));
}

const ONE_LINE = /^(?:[^;",]+(?:,[^;",]*)+;){3,}[^;"]*$/;

/** Lines of a text and what separates their cells. */
export interface Cells {
  readonly lines: readonly Line[];
  readonly separator: string;
}

/** Splits a text. Empty lines count, except at its end. `sep=;` in the first line, as Excel writes it, is believed. */
export function splitCells(text: string, given?: string): Cells {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .trimEnd();
  // A line for each reading, but divided by semicolons, as PVOutput's service answers.
  if (given === undefined && !plain.includes('\n') && ONE_LINE.test(plain))
    return splitCells(plain.replaceAll(';', '\n'));
  if (given !== ';' && isCommaOfSeconds(plain))
    return splitCells(plain.replace(COMMA_OF_SECONDS, '$1.$2'), given);
  const told = /^"?sep=(.)"?(?=\n|$)/i.exec(plain)?.[1];
  const sample =
    plain.length > SAMPLE ? plain.slice(0, plain.lastIndexOf('\n', SAMPLE) + 1 || SAMPLE) : plain;
  const separator = given ?? told ?? separatorOf(sample);
  const lines = linesOf(told === undefined ? plain : plain.replace(/^.*/, ''), separator);
  // Some programs put each line in quotes as a whole.
  const whole = lines.filter(({ cells }) => cells.length === 1 && cells[0] !== '');
  if (
    given === undefined &&
    whole.length > 1 &&
    whole.length === lines.filter(({ cells }) => cells[0] !== '').length
  ) {
    const inner = whole.every(({ cells }) => /[;,\t|]/.test(cells[0]!)) && plain.startsWith('"');
    if (inner)
      return splitCells(
        lines.map(({ cells }) => cells[0]).join('\n'),
        separatorOf(whole.map(({ cells }) => cells[0]).join('\n')),
      );
  }
  return { lines, separator };
}

/** The text of a cell: without blanks around it, and without Excel's `="..."` for text. */
export function cellOf(line: Line, column: number): string {
  const cell = (line instanceof PlainLine ? line.cell(column) : line.cells[column])?.trim() ?? '';
  return cell.startsWith('="') && cell.endsWith('"') ? cell.slice(2, -1) : cell;
}

/** The separator that divides most lines into the same number of cells; blanks if no other does. */
function separatorOf(sample: string): string {
  let [found, most] = [' ', 0.5];
  for (const separator of SEPARATORS) {
    const share = regularity(linesOf(sample, separator));
    if (share > most + 0.02) [found, most] = [separator, share];
  }
  if (found !== ' ') return found;
  return regularity(linesOf(sample, ' ')) > 0.5 && !/[;\t|,]/.test(sample) ? ' ' : ',';
}

/** The share of lines that have the commonest number of cells, if that is more than one. */
function regularity(lines: readonly Line[]): number {
  const counts = new Map<number, number>();
  let filled = 0;
  for (const { cells } of lines) {
    if (cells.length === 1 && cells[0]!.trim() === '') continue;
    filled++;
    if (cells.length > 1) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) / Math.max(1, filled);
}

function linesOf(text: string, separator: string): Line[] {
  if (text === '') return [];
  const source = separator === ' ' ? text.replace(/^ +/gm, '').replace(/ {2,}/g, ' ') : text;
  if (!text.includes('"')) return source.split('\n').map((line, i) => new PlainLine(i + 1, line, separator));
  const options = { delimiter: separator, newline: '\n' as const };
  let { data, errors } = parse<string[]>(source, options);
  // A quote that is never closed would swallow the rest of the file.
  if (errors.some(({ code }) => code === 'MissingQuotes')) {
    ({ data } = parse<string[]>(source.replaceAll('"', ''), { ...options, fastMode: true }));
  }
  let number = 0;
  return data.map((cells) => {
    const line = { number: ++number, cells };
    for (const cell of cells) for (const character of cell) if (character === '\n') number++;
    return line;
  });
}
