/** Interval data as meters of Australia's market are exchanged: NEM12, with a day of a register in each line. */
import { type Cells, cellOf, type Line } from './cells';
import { TraceError } from './errors';
import { UNITS } from './units';
import { clockText, type Unfolded } from './wide';

const DAY_MINUTES = 1_440;
/** The market's time, without summer time. */
const DATE = 'date (UTC+10:00)';

/** A register of a meter, as its record 200 describes it. */
interface Register {
  readonly name: string;
  readonly unit: string;
  readonly minutes: number;
}

/**
 * Unfolds NEM12; undefined for any other file.
 * @throws TraceError `bad-file` if no register is of energy that was fed in, and none is named
 */
export function unfoldNem12(cells: Cells, device: string | undefined): Unfolded | undefined {
  const records = cells.lines.filter((line) => /^\d{3}$/.test(cellOf(line, 0)));
  const described = records.filter((line) => cellOf(line, 0) === '200' && registerOf(line, true));
  const header = described[0];
  if (!header || !records.some((line) => cellOf(line, 0) === '300')) return undefined;
  const several = new Set(described.map((line) => cellOf(line, 1))).size > 1;
  const lines: Line[] = [];
  let register: Register | undefined;
  let unit: string | undefined;
  for (const line of records) {
    if (cellOf(line, 0) === '200') register = registerOf(line, several);
    if (cellOf(line, 0) !== '300' || !register) continue;
    unit ??= register.unit;
    // Registers of reactive energy stand beside those of energy.
    if (register.unit === unit) lines.push(...dayOf(line, register));
  }
  if (!unit || lines.length === 0) return undefined;
  const names = [...new Set(lines.map(({ cells }) => cells[2]!))];
  if (device === undefined && !names.some((name) => /(?:^|\s)B/.test(name))) {
    throw new TraceError(
      'bad-file',
      `the file is NEM12 and has no register of energy fed in (B1 or the like), only ${names.join(', ')}: ask for one, or choose with --device`,
    );
  }
  const title = { number: header.number, cells: [DATE, 'time', 'register', `value (${unit})`] };
  const count = Math.max(...described.map((line) => DAY_MINUTES / registerOf(line, true)!.minutes));
  return {
    cells: { lines: [title, ...lines], separator: cells.separator },
    across: 'clocks',
    count,
    ends: false,
    header,
  };
}

/** Undefined for a register of anything but energy. */
function registerOf(line: Line, several: boolean): Register | undefined {
  const unit = [...UNITS.keys()].find((name) => name.toLowerCase() === cellOf(line, 7).toLowerCase());
  const minutes = Number(cellOf(line, 8));
  if (!unit || UNITS.get(unit)!.quantity !== 'energy' || ![5, 15, 30].includes(minutes)) return undefined;
  const suffix = cellOf(line, 4);
  return { name: several ? `${cellOf(line, 1)} ${suffix}` : suffix, unit, minutes };
}

function dayOf(line: Line, { name, minutes }: Register): Line[] {
  const count = DAY_MINUTES / minutes;
  // N: there is no value, whatever stands there.
  const isNone = cellOf(line, 2 + count).startsWith('N');
  return Array.from({ length: count }, (_, i) => ({
    number: line.number,
    cells: [cellOf(line, 1), clockText(i * minutes), name, isNone ? '' : cellOf(line, 2 + i)],
  }));
}
