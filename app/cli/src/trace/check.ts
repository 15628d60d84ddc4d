/** Applies an oracle's rules to a file of readings. */
import {
  beyondPanels,
  judgeTrace,
  kindOf,
  type Outcome,
  type Policy,
  type ReasonCode,
  type TraceReading,
} from '@commonwire/oracle/domain';
import { encodeRegisters } from '@commonwire/sdk/device';
import type { Row, SeriesReading, SeriesReason, Trace } from '@commonwire/sdk/trace';
import type { TraceKind } from './trace-kind';

/** The verdict on a row. */
export interface Decision {
  readonly verdict: Exclude<Outcome, 'duplicate'>;
  /** Empty for an accepted row. */
  readonly reasons: readonly (SeriesReason | ReasonCode)[];
}

/** A checked file. */
export interface CheckedTrace {
  /** In the file's order. */
  readonly rows: readonly Row[];
  /** One for each row. */
  readonly decisions: readonly Decision[];
  /** Mean power of each row's reading, watts; 0 for a row that is none. */
  readonly watts: Float64Array;
  /** Seconds from one reading to the next. */
  readonly interval: number;
  /** Times without a reading between the first and the last. */
  readonly gaps: { readonly count: number; readonly seconds: number };
}

/** The settings of a check. */
export interface CheckInput {
  readonly kind: TraceKind;
  /** In the kind's unit. */
  readonly capacity: number;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly policy: Policy;
  /** Watts of the panels behind a meter, if they alone can export. */
  readonly panelWatts?: number | undefined;
}

/** Larger values are clamped: no report can hold more, and both are rejected alike. */
const MOST = 2 ** 62;

/** Checks a file's readings. Calls `progress` now and then with the number of judged ones. */
export function checkTrace(
  { rows, series }: Pick<Trace, 'rows' | 'series'>,
  { kind, panelWatts, ...site }: CheckInput,
  progress?: (judged: number, of: number) => void,
): CheckedTrace {
  const { readings, refused, interval } = series;
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

  const watts = new Float64Array(rows.length);
  let judged = 0;
  const input = {
    ...site,
    kind: kindOf(kind.id)!,
    scale: kind.scale,
    readings: inSteps(readings, kind.scale),
  };
  for (const { outcome, reasons } of judgeTrace(input)) {
    const reading = readings[judged++]!;
    for (const row of reading.rows) {
      watts[row] = (reading.wattHours * 3600) / reading.seconds;
      if (outcome !== 'accepted')
        decisions[row] = decision(outcome === 'duplicate' ? 'rejected' : outcome, reasons);
      else if (panelWatts !== undefined && reading.registers) {
        const exported = BigInt(reading.registers.exported);
        const beyond = beyondPanels({ ...reading, exported }, { ...site, capacity: panelWatts }, site.policy);
        if (beyond) decisions[row] = decision('rejected', [beyond]);
      }
    }
    if (judged % PROGRESS === 0) progress?.(judged, readings.length);
  }
  return { rows, decisions, watts, interval, gaps: gapsOf(readings, interval) };
}

const PROGRESS = 4_096;

function* inSteps(readings: readonly SeriesReading[], scale: number): Generator<TraceReading> {
  for (const { start, seconds, wattHours, registers } of readings) {
    const steps = Math.round(wattHours * scale);
    const value = BigInt(Math.max(-MOST, Math.min(MOST, steps)));
    yield { start, seconds, value, ...(registers && { extra: encodeRegisters(registers) }) };
  }
}

function gapsOf(readings: readonly SeriesReading[], interval: number): { count: number; seconds: number } {
  let [count, seconds] = [0, 0];
  let expected = Number.POSITIVE_INFINITY;
  for (const reading of readings) {
    const missing = reading.start - expected;
    expected = reading.start + reading.seconds;
    if (missing < interval / 2) continue;
    count++;
    seconds += missing;
  }
  return { count, seconds };
}
