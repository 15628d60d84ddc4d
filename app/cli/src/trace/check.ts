/** A file of readings through an oracle's rules. */
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

/** What is decided about a row. */
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

/** What a file is checked by. */
export interface CheckInput {
  readonly kind: TraceKind;
  /** One of the kind's. */
  readonly unit: string;
  /** In the kind's unit. */
  readonly capacity: number;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly policy: Policy;
  /** Seconds; the median step if not given. */
  readonly interval?: number | undefined;
  /** Whether times are the ends of intervals; else their starts. */
  readonly ends?: boolean | undefined;
}

/** Steps to a unit of the kind: values are kept to a millionth. */
const SCALE = 1_000_000;
/** No report holds more; what is larger is refused like it. */
const MOST = 2 ** 62;

/** Checks rows. `progress` is told now and then how many of the readings are judged. */
export function checkRows(
  rows: readonly Row[],
  { kind, unit, interval, ends, ...site }: CheckInput,
  progress?: (judged: number, of: number) => void,
): CheckedTrace {
  const series = toSeries(rows, interval);
  const { standing, refused } = series;
  // Few decisions are made of many rows: each is kept once.
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
