import { addAbortSignal, type Readable } from 'node:stream';
import { DeviceError } from './errors';

/** Longest line of an input, characters. */
const LONGEST_LINE = 1 << 20;
/** Lines that are kept, beside the header, to understand the next ones. */
const KEPT = 300;

/** Yields the lines of a stream as they arrive, together if they arrive together. Ends when the signal is aborted. */
export async function* linesOf(input: Readable, signal?: AbortSignal): AsyncGenerator<string[]> {
  input.setEncoding('utf8');
  if (signal) addAbortSignal(signal, input);
  let rest = '';
  try {
    for await (const chunk of input) {
      rest += chunk as string;
      // A line's end may come in two chunks.
      const end = Math.max(rest.lastIndexOf('\n'), rest.lastIndexOf('\r', rest.length - 2));
      if (end >= 0) {
        yield rest.slice(0, end).split(/\r\n|\n|\r/);
        rest = rest.slice(end + 1);
      } else if (rest.length > LONGEST_LINE) {
        throw new DeviceError(
          'trace_invalid',
          `a line of the input has more than ${LONGEST_LINE} characters`,
        );
      }
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw error;
  }
  if (rest !== '') yield rest.split(/\r\n|\n|\r/);
}

/** The header of a stream and its latest lines, with their numbers in the stream. */
export class Window {
  private lines: { readonly number: number; readonly text: string }[] = [];
  private count = 0;

  get text(): string {
    return this.lines.map(({ text }) => text).join('\n');
  }

  add(lines: readonly string[]): void {
    for (const text of lines) this.lines.push({ number: ++this.count, text });
  }

  /** Forgets all but the header and the latest lines. */
  trim(header: number): void {
    if (this.lines.length > header + 2 * KEPT)
      this.lines = [...this.lines.slice(0, header), ...this.lines.slice(-KEPT)];
  }

  /** The number in the stream of a line of the text, from 1. */
  numberOf(line: number): number {
    return this.lines[line - 1]?.number ?? line;
  }
}
