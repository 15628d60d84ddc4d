/** Chooses the column of values and its unit. */
import { cellOf, type Line } from './cells';
import { TraceError } from './errors';
import { type NumberFormat, numberFormatOf, readNumber } from './numbers';
import { roleOf } from './roles';
import { columnNamed, type Table } from './table';
import { hasOtherUnit, readUnit, type Unit, unitIn } from './units';

/** The chosen column. */
export interface ValueColumn {
  readonly column: number;
  /** Its name; `#2` without a header. */
  readonly name: string;
  /** As its name, cells, a unit's column or the preamble tell; undefined if none does. */
  readonly unit: Unit | undefined;
  /** Whether its name or its numbers are those of a counter. */
  readonly titledCounter: boolean;
  readonly format: NumberFormat;
  /** Names of columns that fitted about as well. */
  readonly rivals: readonly string[];
}

const SAMPLE = 1_000;
/** The share of a column's cells that must be numbers. */
const MOSTLY = 0.6;

/** Names of all of a device's power, and of numbered parts of it. */
const ALL = /total|gesamt|somme|totale|suma|\bsum|_sum|\ball\b|合計|总|總|합계/i;
const PART =
  /(?<![a-z0-9])(?:pv|inv|inverter|wr|string|mppt|phase|ph|l|ac|module|panel|unit|channel|ch)[ _-]?\d{1,2}(?![a-z0-9])/i;

interface Candidate {
  readonly column: number;
  readonly name: string;
  readonly unit: Unit | undefined;
  readonly counter: boolean;
  readonly score: number;
}

/**
 * Chooses the column by its name, its unit and its numbers.
 * @throws TraceError `bad-file` if no column can be power or energy; `no-such-column`
 */
export function valueColumnOf(
  table: Table,
  named: string | undefined,
  {
    decimal,
    unit: wanted,
    option = '--value-column',
  }: {
    readonly decimal?: '.' | ',' | undefined;
    readonly unit?: Unit | undefined;
    /** The option that named the column. */
    readonly option?: string;
  } = {},
): ValueColumn {
  const sample = table.rows.slice(0, SAMPLE / 2).concat(spread(table.rows.slice(SAMPLE / 2), SAMPLE / 2));
  const width = sample.reduce((most, { cells }) => Math.max(most, cells.length), table.names.length);
  const taken = new Set(timesOf(table));
  const own = ownNames(table.names);
  const nameOf = (column: number): string => {
    const texts = own[column] ?? [];
    const all = table.names[column] ?? [];
    return (
      texts.find((text) => !/^(\[?\w{1,4}\]?|analog|counter|\d+)$/i.test(text)) ??
      texts.at(-1) ??
      all.at(-1) ??
      `#${column + 1}`
    );
  };
  const chosen = (candidate: Candidate, rivals: readonly string[] = []): ValueColumn => {
    const cells = table.rows.map((line) => cellOf(line, candidate.column));
    const format = decimal ? { decimal, close: false } : numberFormatOf(cells);
    const unit = candidate.unit ?? unitOfCells(sample, candidate.column, format) ?? unitBeside(table, sample);
    return {
      column: candidate.column,
      name: candidate.name,
      unit,
      titledCounter: candidate.counter,
      format,
      rivals,
    };
  };
  const about = (column: number): Candidate =>
    candidateOf(table, own[column] ?? [], column, nameOf(column), sample, wanted);
  if (named !== undefined) return chosen(about(columnNamed(named, table.names, option)));

  const all = Array.from({ length: width }, (_, column) => column).filter((column) => !taken.has(column));
  const numeric = all.filter((column) => isNumeric(sample, column));
  const candidates = numeric.map(about);
  const possible = candidates.filter(({ score }) => score > -50);
  if (possible.length === 0) {
    if (candidates.length > 0) {
      const names = candidates.map(({ name }) => name).join(', ');
      throw new TraceError(
        'bad-file',
        `no column holds generated power or energy: ${names} ${candidates.length === 1 ? 'is' : 'are'} something else by name; if one does, name it with --value-column`,
      );
    }
    // Rows without a value have their own reasons.
    const column = all.find((position) => position > table.time.date) ?? all[0] ?? table.time.date + 1;
    return chosen(about(column));
  }
  const [best, ...rest] = possible.sort((a, b) => b.score - a.score || order(a, b, table.time.date));
  return chosen(
    best!,
    rest
      .filter(({ score }) => score >= best!.score - 1)
      .map(({ name, column }) => (name === best!.name ? `#${column + 1}` : name)),
  );
}

/** What a header says of one column alone: not the plant's name or a serial number above all of them. */
function ownNames(names: readonly (readonly string[])[]): string[][] {
  const counts = new Map<string, number>();
  for (const texts of names) for (const text of new Set(texts)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return names.map((texts) =>
    texts.length > 1 ? texts.filter((text) => counts.get(text) === 1) : [...texts],
  );
}

/** Of equal columns, the first after the times. */
const order = (a: Candidate, b: Candidate, time: number): number =>
  Number(a.column < time) - Number(b.column < time) || a.column - b.column;

const timesOf = ({ time }: Table): number[] =>
  time.kind === 'fields'
    ? time.fields.filter((column) => column !== undefined)
    : [time.date, ...(time.kind === 'text' && time.clock !== undefined ? [time.clock] : [])];

function candidateOf(
  table: Table,
  own: readonly string[],
  column: number,
  name: string,
  sample: readonly Line[],
  wanted: Unit | undefined,
): Candidate {
  const texts = table.names[column] ?? [];
  const title = own.join(' ');
  const unit = texts
    .map((text) => unitIn(text) ?? readUnit(text.replace(/^\[|\]$/g, '')))
    .find((found) => found !== undefined);
  const role = roleOf(title);
  const cells = sample.map((line) => cellOf(line, column)).filter((cell) => cell !== '');
  const isConstant = cells.length > 2 && cells.every((cell) => cell === cells[0]);
  const isNumbering =
    cells.length > 1 &&
    cells.slice(0, 100).every((cell, i) => i === 0 || Number(cell) - Number(cells[i - 1]) === 1);
  const inCells = unit ?? readNumberUnit(cells);
  const ofShares = hasOtherUnit(title) || (!unit && cells.slice(0, 20).some((cell) => hasOtherUnit(cell)));
  const counter =
    role.counter &&
    unit?.quantity !== 'power' &&
    !(role.power && !role.energy && unit?.quantity !== 'energy');
  const score =
    ((role.excluded && !isPowerUnitNamed(role.power || role.energy, unit, title)) || ofShares
      ? -100
      : role.score) +
    (inCells?.quantity === 'power' ? 6 : inCells ? 3 : 0) -
    (counter ? 3 : 0) -
    (isConstant ? 4 : 0) -
    (isNumbering ? 8 : 0) +
    (wanted && inCells && inCells.quantity === wanted.quantity ? 5 : 0) +
    (titleless(texts) ? 0 : 0.5) +
    (role.power && !counter && ALL.test(title) ? 0.6 : 0) -
    (PART.test(title) ? 1.5 : 0);
  return { column, name, unit, counter, score };
}

/** A name such as `kW` alone says all. */
const isPowerUnitNamed = (named: boolean, unit: Unit | undefined, title: string): boolean =>
  named && unit !== undefined && readUnit(title) !== undefined;
const titleless = (texts: readonly string[]): boolean => texts.length === 0;

function readNumberUnit(cells: readonly string[]): Unit | undefined {
  for (const cell of cells.slice(0, 50)) {
    const read = readNumber(cell, { decimal: '.', close: false });
    if (typeof read === 'object' && read.unit) return read.unit;
  }
  return undefined;
}

/** The commonest unit in a column's cells. */
function unitOfCells(sample: readonly Line[], column: number, format: NumberFormat): Unit | undefined {
  const counts = new Map<Unit, number>();
  for (const line of sample) {
    const read = readNumber(cellOf(line, column), format);
    if (typeof read === 'object' && read.unit) counts.set(read.unit, (counts.get(read.unit) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The unit in a column of units, or in a cell of its own above the table. */
function unitBeside(table: Table, sample: readonly Line[]): Unit | undefined {
  const width = sample[0]?.cells.length ?? 0;
  for (let column = 0; column < width; column++) {
    const first = readUnit(cellOf(sample[0]!, column));
    if (first && sample.every((line) => readUnit(cellOf(line, column)) === first)) return first;
  }
  const above = table.preamble.flatMap((line) =>
    line.cells.map((_, column) =>
      readUnit(
        cellOf(line, column).replace(/^.*(?:unit|einheit|unité|unidad|unità|eenheid)\w*\s*[:=]\s*/i, ''),
      ),
    ),
  );
  const found = above.filter((unit) => unit !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

function isNumeric(sample: readonly Line[], column: number): boolean {
  let [numbers, others] = [0, 0];
  for (const line of sample) {
    const cell = cellOf(line, column);
    const read = readNumber(cell, { decimal: '.', close: false });
    if (typeof read === 'object' || typeof readNumber(cell, { decimal: ',', close: false }) === 'object')
      numbers++;
    else if (read === 'unreadable-value') others++;
  }
  return numbers > 0 && numbers >= (numbers + others) * MOSTLY;
}

/** Up to `count` items, evenly spread. */
export const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
