import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DeviceError } from './errors';
import type { Reading } from './sign';
import { EnergyMeter, parseReading } from './trace';

/** How the lines of an input are to be read. */
export interface InputOptions {
  /** File name; standard input if absent. */
  csv?: string | undefined;
  /** `W`: mean power, turned into Wh; `value`: whole numbers in the kind's unit. */
  unit: 'W' | 'value';
  /** Length of every interval. */
  seconds: number;
  /** Ends the input when aborted. */
  signal?: AbortSignal;
}

/**
 * The readings in a CSV file or on standard input, as lines come in. A first line that begins with a letter or a comma
 * is a header; empty lines are skipped.
 * @throws DeviceError `trace_invalid` naming file and line
 */
export async function* readInput({ csv, unit, seconds, signal }: InputOptions): AsyncGenerator<Reading> {
  const name = csv ?? 'standard input';
  const input = csv === undefined ? process.stdin : createReadStream(csv);
  const meter = new EnergyMeter();
  let line = 0;
  for await (const content of createInterface({ input, signal, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (content.trim() === '' || (line === 1 && /^[A-Za-z,]/.test(content))) continue;
    const { start, micro } = parseReading(content, name, line);
    const fault = start % 60 !== 0 ? 'time is not a whole minute' : wholeValueFault(unit, micro);
    if (fault) throw new DeviceError('trace_invalid', `${name}:${line}: ${fault}`);
    yield { start, seconds, value: unit === 'W' ? meter.add(micro, seconds) : micro / 1_000_000n };
  }
}

function wholeValueFault(unit: 'W' | 'value', micro: bigint): string | undefined {
  return unit === 'value' && micro % 1_000_000n !== 0n ? 'value is not a whole number' : undefined;
}
