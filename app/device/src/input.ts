import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fromHex } from '@commonwire/sdk/core';
import { balanceOf, encodeRegisters } from '@commonwire/sdk/device';
import { readBytes } from '@commonwire/sdk/node';
import {
  cellOf,
  decodeTrace,
  readTrace,
  rowReasons,
  sentence,
  seriesReasons,
  type Trace,
  TraceError,
  type TraceOptions,
} from '@commonwire/sdk/trace';
import type { Clock } from './clock';
import { DeviceError } from './errors';
import { followLines } from './follow';
import { linesOf, Window } from './line-stream';
import type { PassedLine } from './passed-lines';
import type { Reading } from './sign';
import { EnergyMeter } from './trace';

/** How to read an input. */
export interface InputOptions {
  /** File name; a stream if absent. */
  csv?: string | undefined;
  /** Reads the file as it grows, until the signal is aborted. */
  follow?: Pick<Clock, 'sleep'> | undefined;
  /** Standard input if absent. */
  stream?: Readable;
  /** A unit of power or energy, or `value`: whole numbers in the kind's unit. Without one the input tells. */
  unit?: string | undefined;
  /** Length of each interval, seconds. Without it the input tells. */
  seconds?: number | undefined;
  /** How the input is written, where it doesn't tell. */
  trace?: TraceOptions;
  /** Device time, unix seconds. */
  now: () => number;
  /** Called for each line that is no reading. */
  passed: (line: PassedLine) => void;
  log: (line: string) => void;
  /** Ends the input when aborted. */
  signal?: AbortSignal;
}

/** How far ahead a reading may start, seconds: oracles refuse others, and one must not hold up those after it. */
const AHEAD = 300;
/** The interval of an input with a single line. */
const USUAL = 900;

/**
 * Yields readings from a file, or from standard input as lines arrive. A line that is no reading is passed over.
 * @throws DeviceError `trace_invalid` if the input can't be read, or contradicts the options
 */
export async function* readInput(options: InputOptions): AsyncGenerator<Reading> {
  const { csv, signal, follow } = options;
  const name = csv ?? 'standard input';
  let reader = new InputReader(name, options);
  try {
    if (csv !== undefined && follow && signal) {
      let window = new Window();
      for await (const { lines, isFresh } of followLines(csv, { ...options, clock: follow, signal })) {
        // A logger that starts another file usually writes its header again, and else goes on as before.
        const header = window.text.split('\n').slice(0, reader.headerLines);
        const isAgain = isFresh && header.length > 0 && header.every((line, i) => line === lines[i]);
        if (isFresh && !isAgain && !/^["\s]*\d/.test(lines[0] ?? '')) {
          window = new Window();
          reader = new InputReader(name, options);
        }
        window.add(isAgain ? lines.slice(header.length) : lines);
        yield* reader.take(window.text, 'UTF-8', false, (line) => window.numberOf(line));
        window.trim(reader.headerLines);
      }
      return;
    }
    if (csv !== undefined && (statSync(csv, { throwIfNoEntry: false })?.isFile() ?? true)) {
      const decoded = await decodeTrace(readBytes(csv));
      yield* reader.take(decoded.text, decoded.encoding, true);
      return;
    }
    const input = csv === undefined ? (options.stream ?? process.stdin) : createReadStream(csv);
    const window = new Window();
    for await (const lines of linesOf(input, signal)) {
      window.add(lines);
      yield* reader.take(window.text, 'UTF-8', false, (line) => window.numberOf(line));
      window.trim(reader.headerLines);
    }
    if (window.text.trim() !== '' && !signal?.aborted)
      yield* reader.take(window.text, 'UTF-8', true, (line) => window.numberOf(line));
  } catch (cause) {
    if (cause instanceof TraceError)
      throw new DeviceError('trace_invalid', `${name}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Reads an input that grows: each text has the lines of the one before, and more. */
class InputReader {
  /** Lines above the rows. */
  headerLines = 0;
  private readonly meter = new EnergyMeter();
  private readonly told = new Set<number>();
  private end = Number.NEGATIVE_INFINITY;
  private described = false;

  constructor(
    private readonly name: string,
    private readonly options: InputOptions,
  ) {}

  /** Yields the readings of a text that weren't yielded before. A text that isn't `whole` may still tell too little. */
  *take(
    text: string,
    encoding: string,
    whole: boolean,
    numberOf: (line: number) => number = (line) => line,
  ): Generator<Reading> {
    const trace = this.read(text, encoding, whole);
    if (!trace) return;
    const { series, rows, reading, doubts } = trace;
    const timed = rows.filter(({ time, reason }) => time !== undefined && !reason).length;
    // Two steps show what the interval is; one may be two intervals, if a line is missing.
    if (!whole && this.options.seconds === undefined && timed < 3) return;
    this.checkInterval(trace, timed);
    if (doubts.length > 0) throw this.invalid(doubts.join('; '));
    this.describe(trace);
    this.headerLines = reading.header_line ?? 0;
    for (const [row, reason] of series.refused) {
      const { line } = rows[row]!;
      this.pass(trace, line, numberOf(line), reason, { ...rowReasons, ...seriesReasons }[reason]);
    }
    for (const { start, seconds, wattHours, registers, rows: positions } of series.readings) {
      const row = rows[positions.at(-1)!]!;
      const minute = Math.round(start / 60) * 60;
      if (minute < this.end) {
        if (minute + seconds > this.end && start >= this.end)
          this.pass(trace, row.line, numberOf(row.line), 'conflict', seriesReasons.conflict);
        continue;
      }
      if (seconds % 60 !== 0) {
        this.pass(
          trace,
          row.line,
          numberOf(row.line),
          'not-whole-minutes',
          `It covers ${seconds} s, not whole minutes.`,
        );
        continue;
      }
      const value =
        registers !== undefined
          ? { value: balanceOf(registers), extra: encodeRegisters(registers) }
          : this.options.unit === 'value'
            ? this.plainValue(trace, row.line)
            : undefined;
      if (typeof value === 'string') {
        this.pass(trace, row.line, numberOf(row.line), 'unreadable-value', value);
        continue;
      }
      this.end = minute + seconds;
      yield { start: minute, seconds, ...(value ?? { value: this.counted(wattHours, seconds) }) };
    }
  }

  private counted(wattHours: number, seconds: number): bigint {
    return this.meter.add(BigInt(Math.round((wattHours * 3_600e6) / seconds)), seconds);
  }

  private read(text: string, encoding: string, whole: boolean): Trace | undefined {
    const { unit, seconds, trace, now } = this.options;
    const plain = unit === 'value';
    try {
      return readTrace(
        { text, encoding },
        { ...trace, plain, unit: plain ? undefined : unit, interval: seconds, latest: now() + AHEAD },
      );
    } catch (error) {
      // A header, or the first lines of a preamble: more are to come.
      const isEmpty = text.split('\n', EARLY + 1).length <= EARLY;
      if (error instanceof TraceError && error.code === 'bad-file' && !whole && isEmpty) return undefined;
      if (error instanceof TraceError && whole && text.trim() === '') return undefined;
      throw error;
    }
  }

  private checkInterval({ series, reading }: Trace, timed: number): void {
    const { seconds } = this.options;
    const { step, interval } = series;
    if (reading.values === 'counter' || reading.values === 'registers') return;
    if (seconds === undefined) {
      if (interval % 60 !== 0)
        throw this.invalid(`lines are ${step} s apart, and a report covers whole minutes`);
      return;
    }
    const isOther = Math.abs(step - seconds) > seconds / 4;
    if (step === 0 || !isOther || (timed < 3 && step > seconds)) return;
    throw this.invalid(
      `lines are ${step} s apart, but --seconds says ${seconds}: ${step >= 60 && step <= 3600 ? `give --seconds ${step}, or leave it away` : 'leave it away'}`,
    );
  }

  private describe({ reading, others, series }: Trace): void {
    if (this.described) return;
    this.described = true;
    this.options.log(`${this.name}: ${sentence(reading)}`);
    if (this.options.seconds === undefined && series.step === 0)
      this.options.log(`${this.name}: a single line is taken for ${USUAL} s; --seconds says otherwise`);
    const isChosen = this.options.unit === 'value' || this.options.trace?.registers !== undefined;
    if (!isChosen && others.length > 0) {
      const which = others.length === 1 ? `column ${others[0]} is` : `columns ${others.join(', ')} are`;
      this.options.log(`${this.name}: ${which} not used; --value-column takes another one`);
    }
    for (const warning of reading.warnings) this.options.log(`${this.name}: ${warning}`);
  }

  /** A whole number and its extra bytes, or what is wrong with them. */
  private plainValue(
    { lineAt, valueColumn }: Trace,
    number: number,
  ): Pick<Reading, 'value' | 'extra'> | string {
    const line = lineAt(number)!;
    const text = cellOf(line, valueColumn);
    if (!/^[+-]?\d{1,19}(\.0*)?$/.test(text)) return `"${text}" is not a whole number.`;
    const extra = cellOf(line, valueColumn + 1);
    if (!/^([0-9a-f]{2}){0,255}$/.test(extra) || line.cells.length > valueColumn + 2) {
      return `the columns after the value are the report's extra bytes in hex, up to 255; "${line.cells.slice(valueColumn + 1).join(' ')}" isn't that.`;
    }
    const value = BigInt(text.replace(/\.0*$/, ''));
    return extra === '' ? { value } : { value, extra: fromHex(extra) };
  }

  private pass({ lineAt }: Trace, line: number, number: number, code: string, why: string): void {
    if (this.told.has(number)) return;
    this.told.add(number);
    const text = lineAt(line)?.cells.join(',') ?? '';
    if (text.trim() !== '') this.options.passed({ line: number, code, why, text });
  }

  private invalid(what: string): DeviceError {
    return new DeviceError('trace_invalid', `${this.name}: ${what}`);
  }
}

/** Lines in which an input may still have no row. */
const EARLY = 60;
