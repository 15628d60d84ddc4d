/** Reads the rows of a file. A row that can't be read has a reason. */
import { CliError } from '../errors';
import { columnsOf, type NamedColumns } from './columns';
import { type Line, lines, separatorOf } from './csv';
import type { FileReason } from './reasons';
import { dateOrderOf, readTime } from './time';
import { readValue } from './value';
import type { Zone } from './zone';

/** A row of the file, except the header. */
export interface Row {
  readonly line: number;
  /** As written. */
  readonly timestamp: string;
  /** Unix seconds; undefined if it can't be determined. */
  readonly time: number | undefined;
  /** Null if there is none or it can't be read. */
  readonly value: number | null;
  /** Why the row isn't a reading. */
  readonly reason: FileReason | undefined;
}

/** Number of lines from which columns are found. */
const SAMPLE = 200;

/**
 * Reads the rows of a text. A first line with column names is a header. Local times are read in the file's order, which
 * may be descending.
 * @throws CliError `bad-file` naming the line, if there are local times and no zone, or if the text has no rows
 */
export function readRows(text: string, zone: Zone | undefined, named: NamedColumns = {}): Row[] {
  const separator = separatorOf(text);
  const columns = columnsOf(firstOf(lines(text, separator), SAMPLE), separator, named);
  const order = dateOrderOf(cellsOf(lines(text, separator), columns.time));
  const rows: Mutable[] = [];
  const wall: (number | undefined)[] = [];
  for (const { number, cells } of lines(text, separator)) {
    if (number === 1 && columns.header) continue;
    const { [columns.time]: date = '', [columns.value]: cell = '' } = cells;
    const timestamp = columns.clock === undefined ? date : `${date} ${cells[columns.clock] ?? ''}`;
    const value = readValue(cell, separator);
    const read = readTime(timestamp, order);
    if (read && 'wall' in read && !zone) {
      const what = `line ${number}: the time ${timestamp} has no offset from UTC`;
      throw new CliError('bad-file', `${what}; name its zone with --tz, such as America/Denver`);
    }
    rows.push({
      line: number,
      timestamp,
      time: read && 'moment' in read ? read.moment : undefined,
      value: typeof value === 'number' ? value : null,
      reason: !read ? 'unreadable-time' : typeof value === 'string' ? value : undefined,
    });
    wall.push(read && 'wall' in read ? read.wall : undefined);
  }
  if (rows.length === 0) throw new CliError('bad-file', 'the file has no rows');
  if (zone) placeInTime(rows, wall, zone);
  return rows;
}

type Mutable = { -readonly [K in keyof Row]: Row[K] };

/** Resolves wall times. If one can mean two moments, takes the first that follows the earlier rows. */
function placeInTime(rows: Mutable[], wall: readonly (number | undefined)[], zone: Zone): void {
  const known = wall.filter((time) => time !== undefined);
  const falling = known.length > 1 && known[0]! > known.at(-1)!;
  let latest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < rows.length; k++) {
    const i = falling ? rows.length - 1 - k : k;
    const [row, local] = [rows[i]!, wall[i]];
    if (local !== undefined) {
      const moments = zone.moments(local);
      row.time = moments.find((moment) => moment > latest) ?? moments.at(-1);
      if (row.time === undefined) row.reason = 'no-such-time';
    }
    if (row.time !== undefined && row.time > latest) latest = row.time;
  }
}

function* cellsOf(all: Iterable<Line>, column: number): Generator<string> {
  for (const { cells } of all) yield cells[column] ?? '';
}

function firstOf(all: Iterable<Line>, count: number): Line[] {
  const taken: Line[] = [];
  for (const line of all) {
    taken.push(line);
    if (taken.length === count) break;
  }
  return taken;
}
