import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type ReportResult, reportResultSchema } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { DeviceError } from './errors';
import { lockFile } from './lock';
import { type LastReading, MemoryOutbox, type Outbox, type OutboxEntry, type Outcomes } from './outbox';

const decimal = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt);
const headerLine = z.object({
  outbox: z.literal(1),
  device: z.string(),
  last: z.object({ sequence: decimal, end: z.number().int() }).nullable(),
  outcomes: z.record(z.string(), z.number().int()),
});
const putLine = z.object({
  put: decimal,
  start: z.number().int(),
  seconds: z.number().int(),
  report: z.string(),
  signature: z.string(),
});
const doneLine = z.object({ done: decimal, answer: reportResultSchema });
const bodyLine = z.union([putLine, doneLine]);

/** Opening a file with this many answered reports rewrites it without them. */
const COMPACT_AFTER = 2_000;

/**
 * An outbox in an append-only file of JSON lines, which are synced to disk before `put` or `settle` returns. If a crash
 * cut off the last line, its call never returned, so the line is dropped on opening. Any other damage is an error.
 */
export class FileOutbox implements Outbox {
  private readonly memory = new MemoryOutbox();
  private descriptor: number;
  private length: number;
  private settled = 0;
  private readonly unlock: () => void;

  /**
   * Opens or creates `file`. `device` names the device (network and index) and must match the file.
   * @throws DeviceError `outbox_corrupt`, `outbox_foreign`, `outbox_locked` (another process has it open)
   */
  constructor(
    private readonly file: string,
    private readonly device: string,
  ) {
    this.unlock = lockFile(file);
    try {
      const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
      // Anything after the last newline is an unfinished write.
      this.length = content.lastIndexOf(0x0a) + 1;
      this.replay(content.subarray(0, this.length).toString('utf8'));
      this.descriptor = openSync(file, this.length === 0 ? 'w' : 'r+', 0o600);
      if (this.length < content.length) ftruncateSync(this.descriptor, this.length);
      if (this.length === 0 || this.settled >= COMPACT_AFTER) this.rewrite();
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
    this.append(entries.map(putText));
    this.memory.put(entries);
  }

  settle(answers: readonly { sequence: bigint; answer: ReportResult }[]): void {
    this.append(answers.map(({ sequence, answer }) => JSON.stringify({ done: `${sequence}`, answer })));
    this.memory.settle(answers);
    this.settled += answers.length;
  }

  /** Closes the file. The outbox must not be used afterwards. */
  close(): void {
    closeSync(this.descriptor);
    this.unlock();
  }

  private replay(text: string): void {
    const lines = text.split('\n').slice(0, -1);
    for (const [position, content] of lines.entries()) {
      const where = `${this.file}:${position + 1}`;
      if (position === 0) {
        this.replayHeader(parseLine(headerLine, content, where));
        continue;
      }
      const line = parseLine(bodyLine, content, where);
      if ('put' in line) {
        const { put: sequence, ...entry } = line;
        this.memory.put([{ sequence, ...entry }]);
      } else {
        this.memory.settle([{ sequence: line.done, answer: line.answer }]);
        this.settled += 1;
      }
    }
  }

  private replayHeader(header: z.infer<typeof headerLine>): void {
    if (header.device !== this.device) {
      const what = `belongs to device ${header.device}, not ${this.device}; give each device its own file`;
      throw new DeviceError('outbox_foreign', `${this.file} ${what}`);
    }
    this.memory.last = header.last ?? undefined;
    for (const [key, count] of Object.entries(header.outcomes)) this.memory.outcomes.set(key, count);
  }

  private append(lines: string[]): void {
    if (lines.length === 0) return;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    writeWhole(this.descriptor, bytes, this.length);
    fsyncSync(this.descriptor);
    this.length += bytes.length;
  }

  /** Writes the header and pending reports to a new file and replaces the old one atomically. */
  private rewrite(): void {
    const last = this.memory.last;
    const header = {
      outbox: 1,
      device: this.device,
      last: last ? { sequence: `${last.sequence}`, end: last.end } : null,
      outcomes: Object.fromEntries(this.memory.outcomes),
    };
    const lines = [JSON.stringify(header), ...this.memory.pending(Number.POSITIVE_INFINITY).map(putText)];
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
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

function putText({ sequence, start, seconds, report, signature }: OutboxEntry): string {
  return JSON.stringify({ put: `${sequence}`, start, seconds, report, signature });
}

function parseLine<T>(schema: z.ZodType<T>, text: string, where: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const what = 'damaged line; keep the file, and continue with a new one';
    throw new DeviceError('outbox_corrupt', `${where}: ${what}`, { cause });
  }
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
