import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { type ReportResult, reportResultSchema } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { DeviceError } from './errors';
import { lockFile } from './lock';
import { type LastReading, MemoryOutbox, type Outbox, type OutboxEntry, type Outcomes } from './outbox';

const decimal = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt);
const header = z.object({
  device: z.string(),
  last: z.object({ sequence: decimal, end: z.number().int() }).nullable(),
  outcomes: z.record(z.string(), z.number().int()),
});
const put = z.object({
  put: decimal,
  start: z.number().int(),
  seconds: z.number().int(),
  report: z.string(),
  signature: z.string(),
});
const done = z.object({ done: decimal, answer: reportResultSchema });
const headerLine = z.union([
  header.extend({ outbox: z.literal(2) }),
  // Earlier releases wrote a line for each report, without a checksum.
  header.extend({ outbox: z.literal(1) }),
]);
const bodyLine = z.union([z.object({ append: z.array(z.union([put, done])) }), put, done]);

/** Opening a file with this many answered reports rewrites it without them. */
const COMPACT_AFTER = 2_000;
/** Of what a crash left at the end, no more than this is kept, bytes. */
const MOST_TORN = 1 << 20;

/**
 * An outbox in an append-only file. Each `put` or `settle` appends one line of JSON with its checksum and syncs it to disk
 * before it returns. So only the last line can be unfinished after a crash, whatever the disk made of it: cut off, zeros,
 * or part of it old. Its call never returned, so nothing was sent of it; the line is dropped on opening, and kept in
 * `file + ".torn"`. Damage before a good line is an error.
 */
export class FileOutbox implements Outbox {
  private readonly memory = new MemoryOutbox();
  private descriptor: number;
  private length: number;
  private settled = 0;
  private readonly unlock: () => void;

  /** Bytes at the end that were no whole line when the file was opened. */
  readonly torn: number;

  /**
   * Opens or creates `file`. `device` names the device (network and index) and must match the file.
   * @throws DeviceError `outbox_corrupt`, `outbox_foreign`, `outbox_locked` (another process has it open)
   */
  constructor(
    private readonly file: string,
    private readonly device: string,
    compactAfter = COMPACT_AFTER,
  ) {
    this.unlock = lockFile(file);
    try {
      const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
      const { version, length } = this.replay(content);
      this.length = length;
      this.torn = content.length - length;
      if (this.torn > 0) keepTorn(`${file}.torn`, content.subarray(length));
      this.descriptor = openSync(file, length === 0 ? 'w' : 'r+', 0o600);
      if (this.torn > 0) {
        ftruncateSync(this.descriptor, length);
        fsyncSync(this.descriptor);
      }
      if (version !== 2 || this.settled >= compactAfter) this.rewrite();
    } catch (error) {
      this.unlock();
      throw error;
    }
  }

  get last(): LastReading | undefined {
    return this.memory.last;
  }

  get outcomes(): Outcomes {
    return this.memory.outcomes;
  }

  get size(): number {
    return this.memory.size;
  }

  pending(limit: number): OutboxEntry[] {
    return this.memory.pending(limit);
  }

  put(entries: readonly OutboxEntry[]): void {
    this.append(entries.map(toPut));
    this.memory.put(entries);
  }

  settle(answers: readonly { sequence: bigint; answer: ReportResult }[]): void {
    this.append(answers.map(({ sequence, answer }) => ({ done: `${sequence}`, answer })));
    this.memory.settle(answers);
    this.settled += answers.length;
  }

  /** Closes the file. The outbox must not be used afterwards. */
  close(): void {
    closeSync(this.descriptor);
    this.unlock();
  }

  /** Reads the file's lines into memory. @returns its version, 0 for none, and the length of what is whole */
  private replay(content: Buffer): { version: number; length: number } {
    const first = content.indexOf(0x0a) + 1;
    if (first === 0) {
      // Earlier releases could leave a beginning of the first line.
      if (content.length === 0 || content.toString('latin1').startsWith('{"outbox":1'))
        return { version: 0, length: 0 };
      throw this.corrupt(1);
    }
    const head = parse(
      headerLine,
      checked(content.subarray(0, first - 1)) ?? content.toString('utf8', 0, first - 1),
    );
    if (!head || (head.outbox === 2 && checked(content.subarray(0, first - 1)) === undefined))
      throw this.corrupt(1);
    this.replayHeader(head);
    let [length, damaged] = [first, 0];
    for (let [from, line] = [first, 2]; from < content.length; line++) {
      const end = content.indexOf(0x0a, from);
      if (end < 0) break;
      const bytes = content.subarray(from, end);
      const text = head.outbox === 2 ? checked(bytes) : bytes.toString('utf8');
      const body = text === undefined ? undefined : parse(bodyLine, text);
      from = end + 1;
      // Without a checksum, a damaged line can't be told from an unfinished one.
      if (!body && (head.outbox === 1 || text !== undefined)) throw this.corrupt(line);
      if (!body) damaged ||= line;
      else if (damaged > 0) throw this.corrupt(damaged);
      else {
        for (const one of 'append' in body ? body.append : [body]) this.replayOne(one);
        length = from;
      }
    }
    return { version: head.outbox, length };
  }

  private replayOne(line: z.infer<typeof put> | z.infer<typeof done>): void {
    if ('put' in line) {
      const { put: sequence, ...entry } = line;
      this.memory.put([{ sequence, ...entry }]);
    } else {
      this.memory.settle([{ sequence: line.done, answer: line.answer }]);
      this.settled += 1;
    }
  }

  private corrupt(line: number): DeviceError {
    const what = 'damaged line; keep the file, and continue with a new one';
    return new DeviceError('outbox_corrupt', `${this.file}:${line}: ${what}`);
  }

  private replayHeader({ device, last, outcomes }: z.infer<typeof headerLine>): void {
    if (device !== this.device) {
      const what = `belongs to device ${device}, not ${this.device}; give each device its own file`;
      throw new DeviceError('outbox_foreign', `${this.file} ${what}`);
    }
    this.memory.last = last ?? undefined;
    for (const [key, count] of Object.entries(outcomes)) this.memory.outcomes.set(key, count);
  }

  private append(lines: readonly object[]): void {
    if (lines.length === 0) return;
    const bytes = sealed({ append: lines });
    writeWhole(this.descriptor, bytes, this.length);
    fsyncSync(this.descriptor);
    this.length += bytes.length;
  }

  /** Writes the header and pending reports to a new file and replaces the old one atomically. */
  private rewrite(): void {
    const last = this.memory.last;
    const head = {
      outbox: 2,
      device: this.device,
      last: last ? { sequence: `${last.sequence}`, end: last.end } : null,
      outcomes: Object.fromEntries(this.memory.outcomes),
    };
    const pending = this.memory
      .pending(Number.POSITIVE_INFINITY)
      .map((entry) => sealed({ append: [toPut(entry)] }));
    const bytes = Buffer.concat([sealed(head), ...pending]);
    const fresh = openSync(`${this.file}.new`, 'w', 0o600);
    writeWhole(fresh, bytes, 0);
    fsyncSync(fresh);
    renameSync(`${this.file}.new`, this.file);
    syncFolder(dirname(this.file));
    closeSync(this.descriptor);
    this.descriptor = fresh;
    this.length = bytes.length;
    this.settled = 0;
  }
}

const toPut = ({ sequence, start, seconds, report, signature }: OutboxEntry) => ({
  put: `${sequence}`,
  start,
  seconds,
  report,
  signature,
});

/** A line: JSON, a tab, and the CRC-32 of the JSON in hex. */
function sealed(content: object): Buffer {
  const json = Buffer.from(JSON.stringify(content));
  return Buffer.concat([json, Buffer.from(`\t${checksum(json)}\n`)]);
}

/** The JSON of a line whose checksum is right. */
function checked(line: Buffer): string | undefined {
  const tab = line.length - 9;
  if (tab < 0 || line[tab] !== 0x09) return undefined;
  const json = line.subarray(0, tab);
  return line.toString('latin1', tab + 1) === checksum(json) ? json.toString('utf8') : undefined;
}

const checksum = (bytes: Buffer): string => crc32(bytes).toString(16).padStart(8, '0');

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Keeps what a crash left, for whoever wants to know. It must not stop the agent. */
function keepTorn(file: string, bytes: Buffer): void {
  const size = existsSync(file) ? statSync(file).size : 0;
  if (size + bytes.length <= MOST_TORN) appendFileSync(file, bytes, { mode: 0o600 });
}

function writeWhole(descriptor: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}

/** A rename is durable only after its folder is synced. On Windows, folders can't be opened. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
