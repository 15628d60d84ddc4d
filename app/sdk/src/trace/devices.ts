/** Tells the rows of several devices in one file apart. */
import { cellOf, type Line } from './cells';
import { TraceError } from './errors';
import { readNumber } from './numbers';
import { roleOf } from './roles';
import { columnNamed } from './table';

/** What the devices of a file are told apart by. */
export interface Devices {
  readonly column: number;
  readonly name: string;
  /** In the order of the file. */
  readonly values: readonly string[];
}

/** Names of columns that tell devices apart, though none of their times are the same. */
const DEVICE =
  /entity|device|sensor|inverter|wechselrichter|onduleur|inversor|omvormer|gerät|appareil|serial|\bsn\b|source_?key|channel|kanal|obis|register|_?field|topic|metric|series|measurement|parameter|variable/i;
const STATE =
  /status|state|mode|error|fault|alarm|code|temp|firmware|version|time|type|unit|power|energy|watt/i;
/** The share of rows that each of several devices has at least. */
const FEWEST = 0.02;
/** What is no measured number: words, and numbers as long as those of a series. */
const NAME = /[\p{L}_]|^\d{4,}$/u;
const POINT = { decimal: '.', close: false } as const;
/** Characters of a time that tell its day. */
const DATE = 10;
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
  const mixed = mixedBy(rows, names, textOf, taken);
  if (mixed) return mixed;
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

/** A column named after devices that has several of them, or what one of them measures. */
function mixedBy(
  rows: readonly Line[],
  names: readonly (readonly string[])[],
  textOf: (line: Line) => string,
  taken: readonly number[],
): Devices | undefined {
  for (const [column, texts] of names.entries()) {
    const title = texts.join(' ');
    if (taken.includes(column) || !DEVICE.test(title) || STATE.test(title)) continue;
    const counts = new Map<string, number>();
    const begins: string[] = [];
    let last = '';
    for (const line of rows) {
      const value = cellOf(line, column);
      if (value === '' || readNumber(value, POINT) === 'no-value') continue;
      if (value !== last) begins.push(textOf(line).slice(0, DATE));
      last = value;
      counts.set(value, (counts.get(value) ?? 0) + 1);
      if (counts.size > MOST_DEVICES) break;
    }
    const isMixed = counts.size > 1 && counts.size <= rows.length / 4 && counts.size <= MOST_DEVICES;
    const areNames = [...counts.keys()].every((value) => NAME.test(value));
    const isEven = [...counts.values()].every((count) => count >= (rows.length / counts.size) * FEWEST);
    // A device that took the place of another follows it.
    const isNext = begins.length === counts.size && new Set(begins).size === begins.length;
    if (isMixed && areNames && isEven && !isNext)
      return { column, name: texts.at(-1)!, values: [...counts.keys()] };
  }
  return undefined;
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
      `rows conflict: the file has ${found.values.length} devices or registers, which the column ${found.name} tells apart (${listed}${more}). Choose one with --device, such as --device "${likeliest(found.values)}"`,
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

/** The name that fits generated power best; of equal ones the last. */
const likeliest = (values: readonly string[]): string =>
  values.reduce((best, value) => (roleOf(value).score >= roleOf(best).score ? value : best));

function columnWith(rows: readonly Line[], value: string): number | undefined {
  const wanted = value.trim().toLowerCase();
  for (const line of rows.slice(0, 10_000)) {
    const column = line.cells.findIndex((_, position) => cellOf(line, position).toLowerCase() === wanted);
    if (column >= 0) return column;
  }
  return undefined;
}
