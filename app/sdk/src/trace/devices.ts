/** Tells the rows of several devices in one file apart. */
import { cellOf, type Line } from './cells';
import { TraceError } from './errors';
import { columnNamed } from './table';

/** What the devices of a file are told apart by. */
export interface Devices {
  readonly column: number;
  readonly name: string;
  /** In the order of the file. */
  readonly values: readonly string[];
}

const MOST_DEVICES = 1_000;
const LISTED = 8;
/** Lines from which the number of columns is found. */
const LOOKED_AT = 1_000;

/**
 * Finds the column that tells rows of the same time apart, if a fifth of the rows share theirs.
 * @param textOf the text of a row's time
 */
export function devicesOf(
  rows: readonly Line[],
  names: readonly (readonly string[])[],
  textOf: (line: Line) => string,
  taken: readonly number[],
): Devices | undefined {
  const width = rows.slice(0, LOOKED_AT).reduce((most, { cells }) => Math.max(most, cells.length), 0);
  if (rows.length < 4 || width <= taken.length) return undefined;
  const times = rows.map(textOf);
  if (times.every((time, i) => i === 0 || time > times[i - 1]!)) return undefined;
  const counts = new Map<string, number>();
  for (const time of times) if (time.trim() !== '') counts.set(time, (counts.get(time) ?? 0) + 1);
  const shared = times.filter((time) => (counts.get(time) ?? 0) > 1).length;
  if (shared < rows.length / 5) return undefined;
  let best: (Devices & { readonly unique: number }) | undefined;
  for (let column = 0; column < width; column++) {
    if (taken.includes(column)) continue;
    const [pairs, values] = [new Set<string>(), new Set<string>()];
    for (const [i, line] of rows.entries()) {
      const value = cellOf(line, column);
      values.add(value);
      pairs.add(`${times[i]}\n${value}`);
      if (values.size > MOST_DEVICES) break;
    }
    if (values.size > MOST_DEVICES || values.size < 2 || values.size > rows.length / 2) continue;
    const unique = pairs.size / rows.length;
    const isBetter =
      !best ||
      unique > best.unique + 0.01 ||
      (unique > best.unique - 0.01 && values.size < best.values.length);
    if (unique > 0.9 && isBetter)
      best = { column, name: names[column]?.at(-1) ?? `#${column + 1}`, values: [...values], unique };
  }
  return best;
}

/**
 * Chooses the rows of one device: `VALUE`, or `COLUMN=VALUE`.
 * @throws TraceError `bad-file` if there are several and none is named; `no-such-device`
 */
export function rowsOf(
  rows: readonly Line[],
  names: readonly (readonly string[])[],
  found: Devices | undefined,
  device: string | undefined,
): { rows: readonly Line[]; device: string | undefined } {
  if (device === undefined) {
    if (!found) return { rows, device };
    const listed = found.values.slice(0, LISTED).join(', ');
    const more = found.values.length > LISTED ? ` and ${found.values.length - LISTED} more` : '';
    throw new TraceError(
      'bad-file',
      `rows with the same time conflict: the file has ${found.values.length} devices or registers, which the column ${found.name} tells apart (${listed}${more}). Choose one with --device, such as --device "${found.values.at(-1)}"`,
    );
  }
  const [, title, value] = /^([^=]+)=(.+)$/.exec(device) ?? [];
  const column =
    title !== undefined && value !== undefined
      ? columnNamed(title, names, '--device')
      : (found?.column ?? columnWith(rows, device));
  const wanted = (value ?? device).trim().toLowerCase();
  const chosen =
    column === undefined ? [] : rows.filter((line) => cellOf(line, column).toLowerCase() === wanted);
  if (chosen.length === 0) {
    const known = found
      ? `the column ${found.name} has ${found.values.slice(0, 20).join(', ')}`
      : 'no column has that value';
    throw new TraceError('no-such-device', `--device: there is no device ${device}: ${known}`);
  }
  return { rows: chosen, device: value ?? device };
}

function columnWith(rows: readonly Line[], value: string): number | undefined {
  const wanted = value.trim().toLowerCase();
  for (const line of rows.slice(0, 10_000)) {
    const column = line.cells.findIndex((_, position) => cellOf(line, position).toLowerCase() === wanted);
    if (column >= 0) return column;
  }
  return undefined;
}
