import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fromHex } from '@commonwire/sdk/core';
import { DeviceError } from './errors';
import type { Reading } from './sign';
import { EnergyMeter, parseReading } from './trace';

/** How to read an input. */
export interface InputOptions {
  /** File name; standard input if absent. */
  csv?: string | undefined;
  /** `W`: mean power, converted to Wh; `value`: whole numbers in the kind's unit. */
  unit: 'W' | 'value';
  /** Length of each interval, seconds. */
  seconds: number;
  /** Ends the input when aborted. */
  signal?: AbortSignal;
}

/** Two columns and a third one with extra. */
const WITH_EXTRA = /^([^,]*,[^,]*),([^,]*)$/;

/**
 * Yields readings from a CSV file or standard input as lines arrive: time, value and, for some kinds, the report's extra
 * in hex. A first line that begins with a letter or a comma is a header. Empty lines are skipped.
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
    const [, columns = content, extra = ''] = WITH_EXTRA.exec(content) ?? [];
    const { start, micro } = parseReading(columns, name, line);
    const fault =
      start % 60 !== 0 ? 'time is not a whole minute' : (wholeValueFault(unit, micro) ?? extraFault(extra));
    if (fault) throw new DeviceError('trace_invalid', `${name}:${line}: ${fault}`);
    const reading = { start, seconds, value: unit === 'W' ? meter.add(micro, seconds) : micro / 1_000_000n };
    yield extra.trim() === '' ? reading : { ...reading, extra: fromHex(extra.trim()) };
  }
}

function wholeValueFault(unit: 'W' | 'value', micro: bigint): string | undefined {
  return unit === 'value' && micro % 1_000_000n !== 0n ? 'value is not a whole number' : undefined;
}

function extraFault(extra: string): string | undefined {
  return /^([0-9a-f]{2}){0,255}$/.test(extra.trim()) ? undefined : 'extra is not up to 255 bytes in hex';
}
