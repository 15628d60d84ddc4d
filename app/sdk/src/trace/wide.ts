/** Tables with a day in each row, or in each column, as a list of readings. */
import { type Cells, cellOf, type Line } from './cells';
import { kindOfCell } from './time-columns';
import { rangeEnd, splitTime } from './time-text';

/** A wide table as one of date, clock and value. */
export interface Unfolded {
  readonly cells: Cells;
  readonly across: 'clocks' | 'days';
  /** Values in each of its rows. */
  readonly count: number;
  /** Whether its times mark the ends of intervals. */
  readonly ends: boolean;
  readonly header: Line;
}

/** Fewest times across, hours of daylight. */
const LEAST = 8;
const DEEPEST = 50;
const HOUR =
  /^(?:h|hour|hr|ora|hora|heure|stunde|std|uur|godz|p|q|qh|t|v|val|value|interval|int)?[ ._-]?0*(\d{1,3})(?: ?h| ?uhr)?$/i;

/** Unfolds a table whose header has times of day, hours or days across; undefined for any other. */
export function unfold(cells: Cells, skip = 0): Unfolded | undefined {
  const { lines } = cells;
  for (let i = skip; i < Math.min(lines.length - 1, skip + DEEPEST); i++) {
    const header = lines[i]!;
    if (header.cells.length < 3) continue;
    const columns = [...header.cells.keys()];
    const clocks = clocksOf(header, columns);
    const below = lines.slice(i + 1).filter((line) => line.cells.some((cell) => cell.trim() !== ''));
    const dateColumn = columns.find(
      (column) => !clocks.has(column) && most(below, (line) => kindOfCell(cellOf(line, column)) === 'date'),
    );
    if (clocks.size >= LEAST && dateColumn !== undefined)
      return ofDays(cells, header, below, dateColumn, clocks);
    const days = columns.filter((column) => kindOfCell(cellOf(header, column)) === 'date');
    const clockColumn = columns.find(
      (column) =>
        !days.includes(column) && most(below, (line) => kindOfCell(cellOf(line, column)) === 'clock'),
    );
    if (days.length >= 2 && days.length >= columns.length - 2 && clockColumn !== undefined)
      return ofClocks(cells, header, below, clockColumn, days);
  }
  return undefined;
}

const most = (lines: readonly Line[], is: (line: Line) => boolean): boolean => {
  const looked = lines.slice(0, 20);
  return looked.length > 0 && looked.filter(is).length > looked.length / 2;
};

/** By column: the time of day that its name gives. */
function clocksOf(header: Line, columns: readonly number[]): Map<number, string> {
  const clocks = new Map(
    columns.flatMap((column) => {
      const cell = cellOf(header, column);
      return kindOfCell(cell) === 'clock'
        ? [[column, cell.replace(/^(\d{1,2}:\d{2})\s?-\s?\d{1,2}:\d{2}$/, '$1')] as const]
        : [];
    }),
  );
  if (clocks.size >= LEAST) return clocks;
  const numbers = columns.flatMap((column) => {
    const match = HOUR.exec(cellOf(header, column));
    return match ? [{ column, number: Number(match[1]) }] : [];
  });
  // Numbered one after another: hours, half hours or quarters of an hour.
  const first = numbers[0]?.number ?? -1;
  const counted = numbers.every(({ number }, i) => number === first + i);
  const steps = [24, 25, 48, 50, 96, 100, 144, 288].find((count) => count === numbers.length);
  if (!counted || first > 1 || first < 0 || steps === undefined) return new Map();
  const minutes = steps <= 25 ? 60 : steps <= 50 ? 30 : steps <= 100 ? 15 : 1440 / steps;
  return new Map(
    numbers.flatMap(({ column }, i) =>
      i * minutes < 1440 ? [[column, clockText(i * minutes)] as const] : [],
    ),
  );
}

/** A time of day, such as 06:15. */
export const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function ofDays(
  cells: Cells,
  header: Line,
  below: readonly Line[],
  dateColumn: number,
  clocks: ReadonlyMap<number, string>,
): Unfolded {
  const lines: Line[] = [{ number: header.number, cells: ['date', 'time', 'value'] }];
  for (const line of below) {
    const date = cellOf(line, dateColumn);
    for (const [column, clock] of clocks) {
      const value = cellOf(line, column);
      // Past the end of a short row, such as the day on which clocks skip an hour.
      if (column < line.cells.length) lines.push({ number: line.number, cells: [date, clock, value] });
    }
  }
  const texts = [...clocks.values()];
  const titles = [...clocks.keys()].map((column) => cellOf(header, column));
  const ends =
    !rangeEnd(titles[0] ?? '') && secondsOf(texts[0]!) > 0 && [0, 86_400].includes(secondsOf(texts.at(-1)!));
  const moved = ends
    ? lines.map((line, i) =>
        i > 0 && /^0?0:00$/.test(line.cells[1]!)
          ? { number: line.number, cells: [line.cells[0]!, '24:00', line.cells[2]!] }
          : line,
      )
    : lines;
  return {
    cells: { lines: moved, separator: cells.separator },
    across: 'clocks',
    count: clocks.size,
    ends,
    header,
  };
}

const secondsOf = (clock: string): number => splitTime(clock)?.clock?.seconds ?? 0;

function ofClocks(
  cells: Cells,
  header: Line,
  below: readonly Line[],
  clockColumn: number,
  days: readonly number[],
): Unfolded {
  const lines: Line[] = [{ number: header.number, cells: ['date', 'time', 'value'] }];
  for (const day of days) {
    for (const line of below) {
      if (day < line.cells.length)
        lines.push({
          number: line.number,
          cells: [cellOf(header, day), cellOf(line, clockColumn), cellOf(line, day)],
        });
    }
  }
  return {
    cells: { lines, separator: cells.separator },
    across: 'days',
    count: days.length,
    ends: false,
    header,
  };
}
