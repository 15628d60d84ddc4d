/** Splits delimited text into lines and cells. */

/** The cells of one line. */
export interface Line {
  /** From 1, as in editors. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** Tried in this order: a comma may also be part of a time or number. */
const SEPARATORS = [';', '\t', ','] as const;

/** A separator of cells. */
export type Separator = (typeof SEPARATORS)[number];

/** Returns the separator of a text: the first of `;`, tab and `,` in the earliest line with one outside quotes. */
export function separatorOf(text: string): Separator {
  for (const { cells } of lines(text, '\n')) {
    const plain = cells[0]!.replace(/"[^"]*"/g, '');
    const found = SEPARATORS.find((separator) => plain.includes(separator));
    if (found) return found;
  }
  return ',';
}

/** Yields the lines of a text, with trimmed and unquoted cells. Empty lines count, except at the end of the text. */
export function* lines(text: string, separator: Separator | '\n'): Generator<Line> {
  const end = text.trimEnd().length;
  let number = 0;
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < end; ) {
    let stop = text.indexOf('\n', start);
    if (stop < 0 || stop > end) stop = end;
    const line = text.slice(start, stop);
    yield { number: ++number, cells: line.includes('"') ? quoted(line, separator) : plain(line, separator) };
    start = stop + 1;
  }
}

const plain = (line: string, separator: string): string[] => line.split(separator).map((cell) => cell.trim());

/** Splits a line as in RFC 4180: a quote in a quoted cell is doubled. */
function quoted(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let inside = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') {
      if (inside && line[i + 1] === '"') cell += line[++i];
      else inside = !inside;
    } else if (character === separator && !inside) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  cells.push(cell.trim());
  return cells;
}
