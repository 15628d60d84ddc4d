import { readFileSync } from 'node:fs';
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
const TIME = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})$/;
const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d+))?$/;

/**
 * Parses `2016-07-01 00:15:00-07:00` to unix seconds; `undefined` for any other form. The separator is a blank or `T`, and
 * seconds are optional. The offset is required, since a local time would mean different times on different machines.
 */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '00', zone = 'Z'] = match;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(wall + zone);
  // Date.parse turns 30 February into 1 March, so compare the parsed wall time with the text.
  const utc = Date.parse(`${wall}Z`);
  if (Number.isNaN(milliseconds) || Number.isNaN(utc)) return undefined;
  return new Date(utc).toISOString().startsWith(wall) ? milliseconds / 1000 : undefined;
}

/** Parses a plain decimal to micro-units, truncating after the sixth digit; `undefined` if it isn't a decimal. */
export function parseMicro(text: string): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const magnitude = BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return sign ? -magnitude : magnitude;
}

/** Parses one `timestamp,value` line. @throws DeviceError `trace_invalid` naming `file` and `line` */
export function parseReading(text: string, file: string, line: number): { start: number; micro: bigint } {
  const cells = text.split(',');
  if (cells.length !== 2)
    throw invalid(file, line, `expected "timestamp,value", got ${cells.length} columns`);
  const [time = '', value = ''] = cells.map((cell) => cell.trim());
  const start = parseTime(time);
  if (start === undefined) {
    throw invalid(file, line, `"${time}" is not a time like 2016-07-01 00:15:00-07:00 (with its UTC offset)`);
  }
  const micro = parseMicro(value);
  if (micro === undefined) throw invalid(file, line, `"${value}" is not a decimal number`);
  return { start, micro };
}

/**
 * Parses a trace: a header line, then `timestamp,watts` lines in ascending order. Blank lines may only be at the end.
 * @throws DeviceError `trace_invalid` with file and line
 */
export function parseTrace(text: string, file: string): PowerTrace {
  const lines = text.replace(/\s+$/, '').split(/\r?\n/);
  const samples: PowerSample[] = [];
  let stepSeconds = Number.POSITIVE_INFINITY;
  for (const [position, content] of lines.entries()) {
    if (position === 0) continue;
    const line = position + 1;
    const { start, micro } = parseReading(content, file, line);
    const previous = samples.at(-1);
    if (previous) {
      if (start <= previous.start) throw invalid(file, line, 'time is not after the previous line');
      stepSeconds = Math.min(stepSeconds, start - previous.start);
    }
    if (start % 60 !== 0) throw invalid(file, line, 'time is not a whole minute');
    samples.push({ start, microWatts: micro });
  }
  if (samples.length < 2)
    throw invalid(file, lines.length, 'a trace needs a header and at least two samples');
  return { file, stepSeconds, samples };
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

function invalid(file: string, line: number, what: string): DeviceError {
  return new DeviceError('trace_invalid', `${file}:${line}: ${what}`);
}
