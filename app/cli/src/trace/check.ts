/** Applies an oracle's rules to a file of readings. */
import {
  judgeTrace,
  kindOf,
  type Outcome,
  type Policy,
  type ReasonCode,
  type TraceReading,
} from '@commonwire/oracle/domain';
import type { FileReason } from './reasons';
import type { Row } from './rows';
import { readingsOf, type Series, toSeries } from './series';
import type { TraceKind } from './trace-kind';

/** The verdict on a row. */
export interface Decision {
  readonly verdict: Exclude<Outcome, 'duplicate'>;
  /** Empty for an accepted row. */
  readonly reasons: readonly (FileReason | ReasonCode)[];
}

/** A checked file. */
export interface CheckedTrace {
  /** In the file's order. */
  readonly rows: readonly Row[];
  /** One for each row. */
  readonly decisions: readonly Decision[];
  /** Seconds from one reading to the next. */
  readonly interval: number;
  /** Times without a reading between the first and the last. */
  readonly gaps: { readonly count: number; readonly seconds: number };
}

/** The settings of a check. */
export interface CheckInput {
  readonly kind: TraceKind;
  /** One of the kind's units. */
  readonly unit: string;
  /** In the kind's unit. */
  readonly capacity: number;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly policy: Policy;
  /** Seconds; default: the median step. */
  readonly interval?: number | undefined;
  /** Whether times mark the ends of intervals; default: their starts. */
  readonly ends?: boolean | undefined;
}

/** Steps per unit of the kind: values are kept to a millionth. */
const SCALE = 1_000_000;
/** Larger values are clamped: no report can hold more, and both are rejected alike. */
const MOST = 2 ** 62;

/** Checks rows. Calls `progress` now and then with the number of judged readings. */
export function checkRows(
  rows: readonly Row[],
  { kind, unit, interval, ends, ...site }: CheckInput,
  progress?: (judged: number, of: number) => void,
): CheckedTrace {
  const series = toSeries(rows, interval);
  const { standing, refused } = series;
  // Many rows share few decisions: each is stored once.
  const known = new Map<string, Decision>();
  const decision = (verdict: Decision['verdict'], reasons: Decision['reasons']): Decision => {
    const key = `${verdict} ${reasons.join(' ')}`;
    const decided = known.get(key) ?? { verdict, reasons };
    known.set(key, decided);
    return decided;
  };
  const accepted = decision('accepted', []);
  const decisions = new Array<Decision>(rows.length).fill(accepted);
  for (const [row, reason] of refused) decisions[row] = decision('rejected', [reason]);

  const readings = inSteps(series, rows, kind.units[unit]!, ends ? series.interval : 0);
  let judged = 0;
  for (const { outcome, reasons } of judgeTrace({
    ...site,
    kind: kindOf(kind.id)!,
    scale: SCALE,
    readings,
  })) {
    const row = standing[judged++]!;
    if (outcome !== 'accepted')
      decisions[row] = decision(outcome === 'duplicate' ? 'rejected' : outcome, reasons);
    if (judged % PROGRESS === 0) progress?.(judged, standing.length);
  }
  return { rows, decisions, interval: series.interval, gaps: gapsOf(series, rows) };
}

const PROGRESS = 4_096;

function* inSteps(
  series: Series,
  rows: readonly Row[],
  convert: TraceKind['units'][string],
  earlier: number,
): Generator<TraceReading> {
  for (const { start, seconds, value } of readingsOf(series, rows)) {
    const steps = Math.round(convert(value, seconds) * SCALE);
    yield { start: start - earlier, seconds, value: BigInt(Math.max(-MOST, Math.min(MOST, steps))) };
  }
}

function gapsOf(series: Series, rows: readonly Row[]): { count: number; seconds: number } {
  let [count, seconds] = [0, 0];
  let expected = Number.POSITIVE_INFINITY;
  for (const reading of readingsOf(series, rows)) {
    const missing = reading.start - expected;
    expected = reading.start + reading.seconds;
    if (missing < series.interval / 2) continue;
    count++;
    seconds += missing;
  }
  return { count, seconds };
}
