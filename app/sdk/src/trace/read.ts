/** Reads a file of readings, and says how it was read. */
import { type Cells, cellOf, type Line, splitCells } from './cells';
import { isCounter } from './counter';
import type { Decoded } from './decode';
import { devicesOf, rowsOf } from './devices';
import { EARLIEST, LATEST } from './epoch';
import { TraceError } from './errors';
import { unfoldNem12 } from './nem12';
import { readNumber, sentinelsOf } from './numbers';
import type { TraceOptions } from './options';
import { strays } from './order';
import { placeInTime } from './placing';
import { describe, doubts, type TraceReading } from './reading';
import type { Row } from './reasons';
import { registerSeries } from './registers';
import { orderRows, toSeries } from './series';
import { LONGEST, type Series } from './series-types';
import { type Table, tableOf } from './table';
import { type ReadTime, TimeReader } from './times';
import { UNITS, type Unit } from './units';
import { type ValueColumn, valueColumnOf } from './value-column';
import { type Unfolded, unfold } from './wide';
import { zoneInTitle } from './zone-title';

/** A file that was read. */
export interface Trace {
  /** In the file's order. */
  readonly rows: readonly Row[];
  readonly series: Series;
  readonly unit: Unit;
  readonly reading: TraceReading;
  /** Those of the reading's warnings that are about a close guess. */
  readonly doubts: readonly string[];
  /** Names of the columns that are neither times nor values. */
  readonly others: readonly string[];
  /** Position of the column of values. */
  readonly valueColumn: number;
  /** The line of a number, as it is in the file. */
  lineAt(number: number): Line | undefined;
}

const WATTS = UNITS.get('W')!;
const WATT_HOURS = UNITS.get('Wh')!;

/**
 * Reads a text.
 * @throws TraceError `bad-file` if it has no readings, saying why and what to do; `no-such-column`, `no-such-device`,
 * `no-such-unit` for options that don't fit it
 */
export function readTrace(decoded: Decoded, options: TraceOptions = {}): Trace {
  const { registers, ...others } = options;
  return registers ? readRegisters(decoded, registers, others) : readValues(decoded, options);
}

/** Reads the columns of a meter's registers one after the other. */
function readRegisters(
  decoded: Decoded,
  { exported, imported }: NonNullable<TraceOptions['registers']>,
  options: TraceOptions,
): Trace {
  const columnOf = (name: string, option: string): Trace => {
    const trace = readValues(decoded, { ...options, valueColumn: name, counter: true }, option);
    if (trace.unit.quantity === 'energy') return trace;
    throw new TraceError(
      'bad-file',
      `the column ${name} is in ${trace.unit.name}, and a register counts energy: name its column with ${option}, or its unit with --unit`,
    );
  };
  const [sold, bought] = [columnOf(exported, '--export-column'), columnOf(imported, '--import-column')];
  if (sold.valueColumn === bought.valueColumn)
    throw new TraceError('no-such-column', '--import-column: both registers are in the same column');
  const { rows, series } = registerSeries(sold, bought);
  const iso = (start: number | undefined) =>
    start === undefined ? null : new Date(start * 1000).toISOString().replace('.000Z', 'Z');
  return {
    ...sold,
    rows,
    series,
    reading: {
      ...sold.reading,
      value_column: `${sold.reading.value_column} less ${bought.reading.value_column}`,
      values: 'registers',
      interval: series.interval,
      first: iso(series.readings[0]?.start),
      last: iso(series.readings.at(-1)?.start),
      readings: series.readings.length,
      // Those of a counter say that it is one, which is known here.
      warnings: sold.doubts.concat(bought.doubts),
    },
    doubts: sold.doubts.concat(bought.doubts),
  };
}

function readValues(
  { text, encoding }: Decoded,
  options: TraceOptions,
  valueOption = '--value-column',
): Trace {
  const { skip = 0 } = options;
  const cells = splitCells(text, options.separator);
  const unfolded =
    options.valueColumn === undefined
      ? (unfoldNem12(cells, options.device) ?? unfold(cells, skip))
      : undefined;
  const table = tableOf(
    unfolded?.cells ?? cells,
    unfolded ? 0 : skip,
    unfolded ? undefined : options.timeColumn,
  );
  const given = unitGiven(options.unit);
  const value = valueColumnOf(
    table,
    options.valueColumn ?? (options.plain ? columnAfterTimes(table) : undefined),
    { decimal: options.decimal, unit: given, option: valueOption },
  );
  const told = value.unit ?? (unfolded && unitAbove(cells, unfolded));
  const times = timesOf(table, options);
  const timeColumns = [
    table.time.date,
    ...(table.time.kind === 'text' && table.time.clock !== undefined ? [table.time.clock] : []),
  ];
  const found = devicesOf(table.rows, table.names, (line) => times.textOf(line), [
    ...timeColumns,
    value.column,
  ]);
  const { rows: lines, device } = rowsOf(table.rows, table.names, found, options.device);
  const rows = toRows(lines, table, value, given ?? told ?? WATTS, times, options);
  const ordered = orderRows(rows);
  const { standing } = ordered;
  const counter =
    (options.plain ? false : options.counter) ??
    isCounter(
      standing.map((i) => rows[i]!.time!),
      standing.map((i) => rows[i]!.value!),
      value.titledCounter,
      told ?? given,
    );
  // Power is never counted, whatever the option says.
  const unit =
    (counter && given?.quantity === 'power' ? told : given) ?? told ?? (counter ? WATT_HOURS : WATTS);
  const ends = options.ends ?? unfolded?.ends ?? false;
  const series = toSeries(rows, ordered, { unit, isCounter: counter, interval: options.interval, ends });
  if (!counter && options.interval === undefined && series.interval > LONGEST) {
    throw new TraceError(
      'bad-file',
      `the values are ${duration(series.interval)} apart, and a report covers 60 to ${LONGEST} s: nothing of them can be judged. Export hourly or quarter-hourly values${series.interval > 80_000 ? ' instead of daily ones' : ''}`,
    );
  }
  const reading = describe({
    cells,
    encoding,
    table,
    value,
    unit,
    given,
    times,
    rows,
    series,
    counter,
    ends,
    unfolded,
    device,
    options,
  });
  return {
    rows,
    series,
    unit,
    reading,
    doubts: doubts({ times, value, options }),
    others: table.names.flatMap((texts, column) =>
      timeColumns.includes(column) || column === value.column || texts.length === 0 ? [] : [texts.at(-1)!],
    ),
    valueColumn: value.column,
    lineAt: (number) => cells.lines.find((line) => line.number === number),
  };
}

const columnAfterTimes = ({ time }: Table): string => {
  const last = time.kind === 'text' && time.clock !== undefined ? Math.max(time.date, time.clock) : time.date;
  return `#${last + 2}`;
};

const duration = (seconds: number): string =>
  seconds % 86_400 === 0 ? `${seconds / 86_400} d` : `${seconds} s`;

function unitGiven(name: string | undefined): Unit | undefined {
  if (name === undefined) return undefined;
  const unit = UNITS.get(name);
  if (unit) return unit;
  throw new TraceError('no-such-unit', `--unit: ${name} is not one of ${[...UNITS.keys()].join(', ')}`);
}

/** A unit that stands alone in a cell above a wide table. */
function unitAbove({ lines }: Cells, { header }: Unfolded): Unit | undefined {
  const above = lines
    .filter(({ number }) => number <= header.number)
    .flatMap((line) =>
      line.cells.map((_, column) => UNITS.get(cellOf(line, column).replace(/^.*[[(]|[\])]$/g, ''))),
    );
  return above.find((unit) => unit !== undefined);
}

function timesOf(table: Table, { dateOrder, zone }: TraceOptions): TimeReader {
  const times = new TimeReader(table.time, dateOrder, zone?.isAmerican ?? true);
  times.learn(table.rows);
  return times;
}

/** Lines that aren't those of a table with as many columns as its header. */
function tooWide(lines: readonly Line[], table: Table, value: ValueColumn): (line: Line) => boolean {
  const width = table.header?.cells.length ?? 0;
  if (width < 2 || value.column >= width) return () => false;
  const wide = (line: Line): boolean => cellOf(line, width) !== '';
  return lines.some((line) => line.cells.length === width) ? wide : () => false;
}

type Mutable = { -readonly [K in keyof Row]: Row[K] };

function toRows(
  lines: readonly Line[],
  table: Table,
  value: ValueColumn,
  unit: Unit,
  times: TimeReader,
  options: TraceOptions,
): Row[] {
  const rows: Mutable[] = [];
  const read: (ReadTime | undefined)[] = [];
  const isWide = tooWide(lines, table, value);
  const title = (table.names[table.time.date] ?? []).join(' ');
  const zone = options.zone ?? zoneInTitle(title);
  for (const line of lines) {
    const timestamp = times.textOf(line);
    const time = times.read(line);
    if (time && 'wall' in time && !zone && time.loose === undefined) {
      throw new TraceError(
        'bad-file',
        `line ${line.number}: the time ${timestamp} has no offset from UTC; name its zone with --tz, such as America/Denver`,
      );
    }
    const number = readNumber(cellOf(line, value.column), value.format);
    const inUnit = typeof number === 'object' ? scaled(number.value, number.unit, unit) : number;
    const isNumber = typeof inUnit === 'number';
    rows.push({
      line: line.number,
      timestamp,
      time: time && 'moment' in time ? time.moment : undefined,
      value: isNumber ? inUnit : null,
      reason: !time ? 'unreadable-time' : isWide(line) ? 'extra-cells' : isNumber ? undefined : inUnit,
    });
    read.push(time);
  }
  if (rows.length === 0) throw new TraceError('bad-file', 'the file has no rows');
  placeInTime(rows, read, zone);
  markStrays(rows, options.latest);
  if (!options.plain) markSentinels(rows);
  return rows;
}

/** A value in the file's unit; that of its own cell counts. */
function scaled(value: number, own: Unit | undefined, unit: Unit): number | 'unreadable-value' {
  if (!own || own === unit) return value;
  return own.quantity === unit.quantity ? (value * own.size) / unit.size : 'unreadable-value';
}

function markStrays(rows: Mutable[], latest = Number.POSITIVE_INFINITY): void {
  const alone = strays(rows.map(({ time }) => time));
  for (const [i, row] of rows.entries()) {
    const isOutside = row.time !== undefined && (row.time < EARLIEST - 86_400 || row.time > LATEST + 86_400);
    if (isOutside || alone.has(i)) row.reason = 'implausible-time';
    else if (row.time !== undefined && row.time > latest) row.reason = 'future-time';
  }
}

function markSentinels(rows: Mutable[]): void {
  const values = rows.flatMap(({ value, reason }) => (value === null || reason ? [] : [value]));
  const codes = sentinelsOf(values);
  if (codes.size === 0) return;
  for (const row of rows)
    if (row.value !== null && !row.reason && codes.has(row.value)) row.reason = 'missing-code';
}
