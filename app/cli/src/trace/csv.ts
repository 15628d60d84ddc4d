/** Cells of delimited text, line by line. */

/** The cells of one line. */
export interface Line {
  /** From 1, as editors count. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** Tried in this order: a comma may be in a time or number that another one separates. */
const SEPARATORS = [';', '\t', ','] as const;

/** A separator of cells. */
export type Separator = (typeof SEPARATORS)[number];

/** The separator of a text: the first of `;`, tab and `,` in its earliest line with one of them outside quotes. */
export function separatorOf(text: string): Separator {
  for (const { cells } of lines(text, '\n')) {
    const plain = cells[0]!.replace(/"[^"]*"/g, '');
    const found = SEPARATORS.find((separator) => plain.includes(separator));
    if (found) return found;
  }
  return ',';
}

/** The lines of a text, trimmed cells without their quotes. Empty lines are lines; those that end the text aren't. */
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

/** RFC 4180 within a line: a quote in a quoted cell is doubled. */
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
