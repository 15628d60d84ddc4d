/** Rows of a file: times and values read, and what can't be read named. */
import { CliError } from '../errors';
import { type Line, lines, type Separator, separatorOf } from './csv';
import type { FileReason } from './reasons';
import { type ReadTime, readTime } from './time';
import type { Zone } from './zone';

/** A row of the file, header aside. */
export interface Row {
  readonly line: number;
  /** As written. */
  readonly timestamp: string;
  /** Unix seconds; undefined if it can't be told. */
  readonly time: number | undefined;
  /** null if there is none or it can't be read. */
  readonly value: number | null;
  /** Why the row is no reading. */
  readonly reason: FileReason | undefined;
}

const MISSING = /^(|-+|n\/?a|#n\/a|nan|-nan|null|none|nil|missing)$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads the rows of a text: time and value are the first two columns; a first line that has neither is a header.
 * @throws CliError `bad-file` naming the line, if local times come without a zone or the text has no row
 */
export function readRows(text: string, zone: Zone | undefined): Row[] {
  const separator = separatorOf(text);
  const rows: Row[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const line of lines(text, separator)) {
    const [timestamp = '', cell = ''] = line.cells;
    const value = readValue(cell, separator);
    const read = readTime(timestamp);
    if (line.number === 1 && !read && typeof value === 'string' && /[a-z]/i.test(timestamp + cell)) continue;
    const time = read && momentOf(read, zone, latest, line);
    if (time !== undefined && time > latest) latest = time;
    const reason = !read
      ? 'unreadable-time'
      : time === undefined
        ? 'no-such-time'
        : typeof value === 'string'
          ? value
          : undefined;
    rows.push({
      line: line.number,
      timestamp,
      time,
      value: typeof value === 'number' ? value : null,
      reason,
    });
  }
  if (rows.length === 0) throw new CliError('bad-file', 'the file has no rows');
  return rows;
}

/** Of two moments that a wall time can mean, the first that comes after the rows before it. */
function momentOf(read: ReadTime, zone: Zone | undefined, latest: number, line: Line): number | undefined {
  if ('moment' in read) return read.moment;
  if (!zone) {
    const what = `line ${line.number}: the time ${line.cells[0]} has no offset from UTC`;
    throw new CliError('bad-file', `${what}; name its zone with --tz, such as America/Denver`);
  }
  const moments = zone.moments(read.wall);
  return moments.find((moment) => moment > latest) ?? moments.at(-1);
}

function readValue(cell: string, separator: Separator): number | FileReason {
  const text = separator === ';' && !cell.includes('.') ? cell.replace(',', '.') : cell;
  if (NUMBER.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : 'unreadable-value';
  }
  return MISSING.test(text) ? 'no-value' : 'unreadable-value';
}
