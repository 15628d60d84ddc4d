import { readFileSync } from 'node:fs';
import { readTrace as readTimes, type Trace, TraceError } from '@commonwire/sdk/trace';
import { DeviceError } from './errors';

/** Mean power over `[start, start + stepSeconds)` of its trace; `start` in unix seconds. */
export interface PowerSample {
  start: number;
  microWatts: bigint;
}

/** A measured power curve: samples in ascending order, one step apart, or more if the logger was off. */
export interface PowerTrace {
  file: string;
  stepSeconds: number;
  samples: readonly PowerSample[];
}

/** Energy delivered in one interval, in whole watt-hours, as stated in a report. */
export interface TraceInterval {
  /** unix seconds, a whole minute */
  start: number;
  seconds: number;
  wattHours: bigint;
}

/** Scales an array to another size: every sample is multiplied by `numerator / denominator`. */
export interface Scale {
  numerator: bigint;
  denominator: bigint;
}

const MICROWATT_SECONDS_PER_WATT_HOUR = 3_600_000_000n;

/**
 * Reads a power curve of whole minutes in ascending order.
 * @throws DeviceError `trace_invalid` naming the file, and the line that is no reading
 */
export function parseTrace(text: string, file: string): PowerTrace {
  const invalid = (what: string, cause?: unknown) =>
    new DeviceError('trace_invalid', `${file}${what}`, { cause });
  let trace: Trace;
  try {
    trace = readTimes({ text, encoding: 'UTF-8' }, { unit: 'W', valueColumn: '#2' });
  } catch (cause) {
    if (cause instanceof TraceError) throw invalid(`: ${cause.message}`, cause);
    throw cause;
  }
  const { rows, series } = trace;
  const samples = rows.map(({ line, time, value }, row): PowerSample => {
    const refused = series.refused.get(row);
    if (refused) throw invalid(`:${line}: ${refused}`);
    if (time! % 60 !== 0) throw invalid(`:${line}: time is not a whole minute`);
    return { start: time!, microWatts: BigInt(Math.round(value! * 1e6)) };
  });
  if (samples.length < 2) throw invalid(': a trace needs a header and at least two samples');
  const steps = samples.slice(1).map(({ start }, i) => start - samples[i]!.start);
  return { file, stepSeconds: steps.reduce((least, step) => Math.min(least, step)), samples };
}

/** Reads a file with {@link parseTrace}. */
export function readTrace(file: string): PowerTrace {
  return parseTrace(readFileSync(file, 'utf8'), file);
}

/**
 * Counts energy in whole watt-hours like a meter. The remainder is carried to the next interval, so nothing is lost
 * however short the intervals are. It rounds down, so it never states more than was delivered. Negative power is the
 * inverter's own draw at night and counts as zero; it isn't subtracted from the day.
 */
export class EnergyMeter {
  private carry = 0n;

  constructor(private readonly scale: Scale = { numerator: 1n, denominator: 1n }) {
    if (scale.numerator < 0n || scale.denominator <= 0n) throw new RangeError('scale must not be negative');
  }

  /** Adds `seconds` of the mean power `microWatts`. @returns the whole watt-hours completed */
  add(microWatts: bigint, seconds: number): bigint {
    const given = microWatts > 0n ? microWatts : 0n;
    const unit = MICROWATT_SECONDS_PER_WATT_HOUR * this.scale.denominator;
    const total = this.carry + given * BigInt(seconds) * this.scale.numerator;
    this.carry = total % unit;
    return total / unit;
  }
}

/** Converts a trace to energy per interval, scaled to an array of another size. */
export function toIntervals(trace: PowerTrace, scale?: Scale): TraceInterval[] {
  const meter = new EnergyMeter(scale);
  return trace.samples.map(({ start, microWatts }) => ({
    start,
    seconds: trace.stepSeconds,
    wattHours: meter.add(microWatts, trace.stepSeconds),
  }));
}
