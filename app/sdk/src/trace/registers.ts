/** Turns the two registers of a meter into readings: what each grew by from one row to the next. */
import type { Row } from './reasons';
import { orderRows } from './series';
import { LONGEST, type Series, type SeriesReading, type SeriesReason, SHORTEST } from './series-types';
import type { Unit } from './units';

/** A register as its column was read. */
export interface RegisterColumn {
  readonly rows: readonly Row[];
  readonly unit: Unit;
}

/** The rows of a meter, each with the energy of the interval that it ends, and their readings. */
export interface RegisterSeries {
  readonly rows: readonly Row[];
  readonly series: Series;
}

const MOST_U32 = 2 ** 32 - 1;
/** What a product of decimals may lack of a whole Wh. */
const ROUNDING = 1e-4;

/**
 * Pairs the columns of the same rows. A register that shows less than before was reset or replaced: how much it counted
 * in between is unknown, unlike with a generator's counter, so the interval is lost.
 */
export function registerSeries(exported: RegisterColumn, imported: RegisterColumn): RegisterSeries {
  const [sold, bought] = [orderRows(exported.rows), orderRows(imported.rows)];
  const refused = new Map<number, SeriesReason>([...bought.refused, ...sold.refused]);
  const both = new Set(bought.standing);
  const standing = sold.standing.filter((i) => both.has(i) && !refused.has(i));
  const readings: SeriesReading[] = [];
  if (standing.length > 0) refused.set(standing[0]!, 'no-difference');
  for (let k = 1; k < standing.length; k++) {
    const [before, now] = [standing[k - 1]!, standing[k]!];
    const start = toMinute(exported.rows[before]!.time!);
    const seconds = toMinute(exported.rows[now]!.time!) - start;
    const registers = { exported: growth(exported, before, now), imported: growth(imported, before, now) };
    if (Object.values(registers).some((grown) => grown < 0 || grown > MOST_U32))
      refused.set(now, 'register-reset');
    else if (seconds > LONGEST) refused.set(now, 'too-long');
    else if (seconds < SHORTEST) refused.set(now, 'too-short');
    else
      readings.push({
        start,
        seconds,
        wattHours: registers.exported - registers.imported,
        rows: [now],
        registers,
      });
  }
  const balances = new Map(readings.map(({ rows, wattHours }) => [rows[0]!, wattHours]));
  return {
    rows: exported.rows.map((row, i) => ({
      ...row,
      value: balances.get(i) ?? null,
      reason: row.reason ?? imported.rows[i]!.reason,
    })),
    series: { readings, refused, interval: sold.step, step: sold.step },
  };
}

/** Times of a clock that is some seconds off; a report covers whole minutes. */
const toMinute = (time: number): number => Math.round(time / SHORTEST) * SHORTEST;

/** Whole Wh that a register completed between two rows. */
const growth = ({ rows, unit }: RegisterColumn, before: number, now: number): number =>
  wholeWattHours(rows[now]!.value! * unit.size) - wholeWattHours(rows[before]!.value! * unit.size);

const wholeWattHours = (value: number): number => Math.floor(value + ROUNDING);
