import { sha256, toHex } from '@commonwire/sdk/core';
import { DomainError } from './errors';
import type { DatasetPart, PartReference } from './types';

/** A part ends after this many lines, or after the line with which it reaches `PART_BYTES`. */
const PART_LINES = 10_000;
/** See `PART_LINES`. */
const PART_BYTES = 4 * 1024 * 1024;
/** Room for a part at first. */
const FIRST_BYTES = 16 * 1024;
/** Maximum number of UTF-8 bytes for one UTF-16 code unit. */
const MOST_UTF8_BYTES = 3;
const LINE_FEED = 10;

/** Returns a part's uncompressed bytes by their hash; throws if it doesn't have the part. */
export type PartSource = (sha256: string) => Uint8Array;

/** Whether no line can follow in the part. */
export const isFull = ({ lines, bytes }: PartReference): boolean =>
  lines >= PART_LINES || bytes >= PART_BYTES;

/** A group of parts and the manifest's references to them. */
export interface PartGroup {
  readonly references: readonly PartReference[];
  readonly parts: readonly DatasetPart[];
}

/** Cuts lines (without line feeds) into parts, one after another. Adding lines never changes a full part. */
export class PartWriter {
  /** Of every part so far. */
  readonly references: PartReference[] = [];
  // Encode each line at once: ten thousand waiting strings would dominate the garbage collector's copying.
  private part = Buffer.allocUnsafe(FIRST_BYTES);
  private size = 0;
  private count = 0;

  /** Adds a line. @returns the part that is full with it, if it is */
  add(line: string): DatasetPart | undefined {
    const most = this.size + MOST_UTF8_BYTES * line.length + 1;
    if (most > this.part.length) this.part = Buffer.concat([this.part.subarray(0, this.size)], 2 * most);
    this.size += this.part.write(line, this.size, 'utf8');
    this.part[this.size++] = LINE_FEED;
    this.count += 1;
    return this.count === PART_LINES || this.size >= PART_BYTES ? this.end() : undefined;
  }

  /** Ends the part in progress, if there is one. */
  end(): DatasetPart | undefined {
    if (this.count === 0) return undefined;
    const bytes = new Uint8Array(this.part.subarray(0, this.size));
    const hash = toHex(sha256(bytes));
    this.references.push({ sha256: hash, bytes: this.size, lines: this.count });
    [this.size, this.count] = [0, 0];
    return { sha256: hash, bytes };
  }
}

/** Cuts lines (without line feeds) into parts. */
export function toParts(lines: Iterable<string>): PartGroup {
  const writer = new PartWriter();
  const parts: DatasetPart[] = [];
  for (const line of lines) {
    const part = writer.add(line);
    if (part) parts.push(part);
  }
  const last = writer.end();
  return { references: writer.references, parts: last ? [...parts, last] : parts };
}

/** The lines of a group of parts, checked against the manifest's references. @throws DomainError `bad-part` */
export function* linesOf(references: readonly PartReference[], part: PartSource): Generator<string> {
  for (const reference of references) {
    const bytes = part(reference.sha256);
    const bad = (why: string) => new DomainError('bad-part', `part ${reference.sha256}: ${why}`);
    if (bytes.length !== reference.bytes) throw bad(`has ${bytes.length} bytes, not ${reference.bytes}`);
    if (toHex(sha256(bytes)) !== reference.sha256) throw bad('does not match its hash');
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('\n');
    if (lines.pop() !== '') throw bad('does not end with a line feed');
    if (lines.length !== reference.lines) throw bad(`has ${lines.length} lines, not ${reference.lines}`);
    yield* lines;
  }
}

/**
 * The lines of a group of parts as they are served, without comparing them with the manifest's references; for callers
 * that compare every line with a recomputed one.
 */
export function* servedLines(references: readonly PartReference[], part: PartSource): Generator<string> {
  for (const { sha256: name } of references) {
    const bytes = part(name);
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    yield* lines;
  }
}
