import { readFileSync } from 'node:fs';
import { DeviceError } from './errors';

/** Mean power over `[start, start + stepSeconds)` of its trace; `start` in unix seconds. */
export interface PowerSample {
  start: number;
  microWatts: bigint;
}

/** A measured power curve: samples in rising order, one step apart or, where the logger was off, further. */
export interface PowerTrace {
  file: string;
  stepSeconds: number;
  samples: readonly PowerSample[];
}

/** Energy given in one interval, in whole watt-hours; what a report states. */
export interface TraceInterval {
  /** unix seconds, a whole minute */
  start: number;
  seconds: number;
  wattHours: bigint;
}

/** Power of an array of another size: every sample times `numerator / denominator`. */
export interface Scale {
  numerator: bigint;
  denominator: bigint;
}

const MICROWATT_SECONDS_PER_WATT_HOUR = 3_600_000_000n;
const TIME = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})$/;
const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d+))?$/;

/**
 * Unix seconds of `2016-07-01 00:15:00-07:00` (blank or `T`, seconds optional, the offset required: a local time
 * without one would be read differently on each machine), or `undefined` if it isn't such a time.
 */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '00', zone = 'Z'] = match;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(wall + zone);
  // Date.parse turns 30 February into 1 March; the wall time read back as UTC must be the one written.
  const utc = Date.parse(`${wall}Z`);
  if (Number.isNaN(milliseconds) || Number.isNaN(utc)) return undefined;
  return new Date(utc).toISOString().startsWith(wall) ? milliseconds / 1000 : undefined;
}

/** Micro-units of a plain decimal, digits beyond the sixth cut off (1 µW), or `undefined` if it isn't one. */
export function parseMicro(text: string): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const magnitude = BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return sign ? -magnitude : magnitude;
}

/** One `timestamp,value` line; throws `trace_invalid` naming `file` and `line`. */
export function parseReading(text: string, file: string, line: number): { start: number; micro: bigint } {
  const cells = text.split(',');
  if (cells.length !== 2)
    throw invalid(file, line, `expected "timestamp,value", got ${cells.length} columns`);
  const [time = '', value = ''] = cells.map((cell) => cell.trim());
  const start = parseTime(time);
  if (start === undefined) {
    throw invalid(file, line, `"${time}" is no time like 2016-07-01 00:15:00-07:00 (with its UTC offset)`);
  }
  const micro = parseMicro(value);
  if (micro === undefined) throw invalid(file, line, `"${value}" is no decimal number`);
  return { start, micro };
}

/**
 * Parses a trace: a header line, then `timestamp,watts` lines in rising order. Blank lines are allowed at the end only.
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
      if (start <= previous.start) throw invalid(file, line, 'time does not come after the line before');
      stepSeconds = Math.min(stepSeconds, start - previous.start);
    }
    if (start % 60 !== 0) throw invalid(file, line, 'time is not a whole minute');
    samples.push({ start, microWatts: micro });
  }
  if (samples.length < 2) throw invalid(file, lines.length, 'a trace needs a header and two samples or more');
  return { file, stepSeconds, samples };
}

/** {@link parseTrace} of a file. */
export function readTrace(file: string): PowerTrace {
  return parseTrace(readFileSync(file, 'utf8'), file);
}

/**
 * Counts energy like a meter: whole watt-hours come out, what is left over stays for the next interval, so that
 * nothing is lost however small the steps. It rounds down, not to the nearest: at no moment has the meter stated more
 * than was given. Negative power is the inverter's own draw at night and counts as zero, not against the day.
 */
export class EnergyMeter {
  private carry = 0n;

  constructor(private readonly scale: Scale = { numerator: 1n, denominator: 1n }) {
    if (scale.numerator < 0n || scale.denominator <= 0n) throw new RangeError('scale must not be negative');
  }

  /** Whole watt-hours completed by `seconds` of the mean power `microWatts`. */
  add(microWatts: bigint, seconds: number): bigint {
    const given = microWatts > 0n ? microWatts : 0n;
    const unit = MICROWATT_SECONDS_PER_WATT_HOUR * this.scale.denominator;
    const total = this.carry + given * BigInt(seconds) * this.scale.numerator;
    this.carry = total % unit;
    return total / unit;
  }
}

/** Energy per interval of a trace, as an array of `scale` times its size would have metered it. */
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
