/** Says how a file was read. */
import type { Cells } from './cells';
import type { DateOrder } from './date-order';
import type { TraceOptions } from './options';
import type { Row } from './reasons';
import type { Series } from './series-types';
import type { Table } from './table';
import type { TimeReader } from './times';
import type { Unit } from './units';
import type { ValueColumn } from './value-column';
import type { Unfolded } from './wide';
import { zoneInTitle } from './zone-title';

/** How a file was read. */
export interface TraceReading {
  /** Such as `UTF-8`. */
  readonly encoding: string;
  readonly separator: string;
  /** Null without a header. */
  readonly header_line: number | null;
  readonly time_column: string;
  readonly value_column: string;
  /** What the values are: the mean power or the energy of an interval, a counter that runs on, or a meter's two. */
  readonly values: 'power' | 'energy' | 'counter' | 'registers';
  readonly unit: string;
  /** Whether the unit was given, found in the file, or is the default. */
  readonly unit_from: 'option' | 'file' | 'default';
  readonly decimal: '.' | ',';
  /** Null if no date leaves its order open. */
  readonly date_order: DateOrder | null;
  /** The zone of times without an offset; null if all have one. */
  readonly zone: string | null;
  /** Whether times mark the start or the end of intervals. */
  readonly times: 'start' | 'end';
  /** Seconds. */
  readonly interval: number;
  readonly device: string | null;
  /** Unix seconds in ISO form, of the first and the last reading; null without one. */
  readonly first: string | null;
  readonly last: string | null;
  readonly readings: number;
  readonly rows: number;
  /** What was a close guess or looks wrong, with the option that settles it. */
  readonly warnings: readonly string[];
}

interface Facts {
  readonly cells: Cells;
  readonly encoding: string;
  readonly table: Table;
  readonly value: ValueColumn;
  readonly unit: Unit;
  readonly given: Unit | undefined;
  readonly times: TimeReader;
  readonly rows: readonly Row[];
  readonly series: Series;
  readonly counter: boolean;
  readonly ends: boolean;
  readonly unfolded: Unfolded | undefined;
  readonly device: string | undefined;
  readonly options: TraceOptions;
}

const ORDERS: Readonly<Record<DateOrder, string>> = {
  dmy: 'day first',
  mdy: 'month first',
  ymd: 'year, month, day',
  ydm: 'year, day, month',
};

/** Describes a reading. */
export function describe(facts: Facts): TraceReading {
  const {
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
    unfolded,
    device,
    options,
  } = facts;
  const { readings } = series;
  const names = (column: number): string => table.names[column]?.at(-1) ?? `#${column + 1}`;
  const { time } = table;
  const columns =
    time.kind === 'fields'
      ? time.fields.filter((column) => column !== undefined)
      : [time.date, ...(time.kind === 'text' && time.clock !== undefined ? [time.clock] : [])];
  const last = readings.at(-1);
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return {
    encoding,
    separator: cells.separator === '\t' ? 'tab' : cells.separator === ' ' ? 'blank' : cells.separator,
    header_line: unfolded?.header.number ?? table.header?.number ?? null,
    time_column: unfolded
      ? unfolded.across === 'clocks'
        ? 'date and time across'
        : 'days across'
      : columns.map(names).join(' + '),
    value_column: unfolded
      ? `${unfolded.count} columns, one for each ${unfolded.across === 'clocks' ? 'time of day' : 'day'}`
      : value.name,
    values: counter ? 'counter' : unit.quantity,
    unit: unit.name,
    unit_from: given ? 'option' : value.unit === unit ? 'file' : 'default',
    decimal: value.format.decimal,
    date_order: options.dateOrder ?? times.found?.order ?? null,
    zone: options.zone?.name ?? null,
    times: counter || facts.ends ? 'end' : 'start',
    interval: series.interval,
    device: device ?? null,
    first: readings[0] ? iso(readings[0].start) : null,
    last: last ? iso(last.start) : null,
    readings: readings.length,
    rows: rows.length,
    warnings: [...warnings(facts)],
  };
}

/** The same in a few words, for people. */
export function sentence(reading: TraceReading): string {
  const {
    value_column,
    unit,
    unit_from,
    values,
    time_column,
    date_order,
    zone,
    header_line,
    interval,
    first,
    last,
    device,
    encoding,
    separator,
    times,
  } = reading;
  const counted = values === 'counter' ? 'a counter' : values === 'registers' ? 'registers' : undefined;
  const what = counted ? `${counted} in ${unit}, as differences` : `${values} in ${unit}`;
  const from = unit_from === 'default' ? ' (no unit is named: --unit)' : '';
  return [
    `column ${value_column}: ${what}${from}`,
    `times: ${time_column}${date_order ? `, ${ORDERS[date_order]}` : ''}, ${zone ? `zone ${zone}` : 'with their offset from UTC'}${times === 'end' ? ', at the ends of intervals' : ''}`,
    `${header_line === null ? 'no header' : `header in line ${header_line}`}, ${encoding}, separated by ${separator === ',' ? 'commas' : separator === ';' ? 'semicolons' : separator}`,
    ...(device ? [`device ${device}`] : []),
    `${reading.readings === 1 ? '1 reading' : `${reading.readings.toLocaleString('en-US')} readings`} of ${interval} s${first ? ` from ${first} to ${last}` : ''}`,
  ].join('; ');
}

/** What was a close guess. */
export function doubts({ times, value, options }: Pick<Facts, 'times' | 'value' | 'options'>): string[] {
  return [...closeGuesses({ times, value, options })];
}

function* closeGuesses({
  times,
  value,
  options,
}: Pick<Facts, 'times' | 'value' | 'options'>): Generator<string> {
  const { rival, order } = times.found ?? {};
  if (rival && order && options.dateOrder === undefined) {
    yield `dates are read ${ORDERS[order]}, but could also be ${ORDERS[rival]}: --date-order ${order} or ${rival} settles it`;
  }
  if (value.format.close && options.decimal === undefined) {
    const other = value.format.decimal === '.' ? ',' : '.';
    yield `a ${other === '.' ? 'point' : 'comma'} in numbers such as 1${other}234 is read as ${value.format.decimal === other ? 'the decimal mark' : 'a mark of thousands'}: --decimal point or comma settles it`;
  }
}

/** Local times in a column that names another zone than the option. */
function* otherZone(table: Table, times: TimeReader, { zone }: TraceOptions): Generator<string> {
  const texts = table.names[table.time.date] ?? [];
  const titled = zoneInTitle(texts.join(' '));
  const time = table.rows[0] && times.read(table.rows[0]);
  if (!zone || !titled || !time || !('wall' in time)) return;
  if (zone.moments(time.wall)[0] === titled.moments(time.wall)[0]) return;
  yield `the column ${texts.at(-1)} says ${titled.name}, --tz says ${zone.name}, which counts`;
}

function* warnings({
  table,
  value,
  given,
  times,
  series,
  counter,
  unfolded,
  rows,
  options,
  cells,
}: Facts): Generator<string> {
  yield* doubts({ times, value, options });
  if (value.rivals.length > 0 && options.valueColumn === undefined) {
    yield `the values are those of ${value.name}; ${value.rivals.slice(0, 4).join(', ')} fitted about as well: name the right one with --value-column`;
  }
  if (given && value.unit && given !== value.unit)
    yield `the column ${value.name} says ${value.unit.name}, --unit says ${given.name}, ${counter && given.quantity === 'power' ? 'which no counter can have' : 'which counts'}`;
  yield* otherZone(table, times, options);
  if (counter) {
    yield `the values of ${value.name} are meter readings, not energy of an interval: a counter that grows; read as differences (--counter no if they are not)`;
    if (given?.quantity === 'power' && !value.unit)
      yield `a counter has no unit of power such as ${given.name}: give --unit Wh, kWh or MWh`;
  }
  if (unfolded)
    yield `the table has one row a ${unfolded.across === 'clocks' ? 'day' : 'time of day'} and ${unfolded.count} values in it, which are read one after another`;
  if (series.step > 0 && series.step < 60 && !counter)
    yield `values every ${series.step} s are put together to minutes, the shortest interval of a report`;
  else if (series.interval % 60 !== 0)
    yield `values every ${series.interval} s don't cover whole minutes, as reports must`;
  const passed = table.preamble.map(({ number }) => number);
  if (passed.length > 0)
    yield `${passed.length > 1 ? 'lines' : 'line'} ${passed.slice(0, 10).join(', ')}${passed.length > 10 ? ', ...' : ''} above the table ${passed.length > 1 ? 'are no readings' : 'is no reading'}`;
  const wide = rows.filter(({ reason }) => reason === 'extra-cells');
  if (wide.length > 0) {
    yield `${wide.length} lines have more cells than the header, the first of them line ${wide[0]!.line}: ${cells.separator === ',' ? 'do numbers have decimal commas in a file separated by commas? Export it with semicolons or decimal points' : 'is the separator part of a text? Put that in quotes'}`;
  }
}
