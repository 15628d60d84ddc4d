import { sha256, toHex } from '@commonwire/sdk/core';
import { DomainError } from './errors';
import type { DatasetPart, PartReference } from './types';

/** A part ends after this many lines, or after the line with which it reaches `PART_BYTES`. */
const PART_LINES = 10_000;
/** See `PART_LINES`. */
const PART_BYTES = 4 * 1024 * 1024;
/** Maximum number of UTF-8 bytes for one UTF-16 code unit. */
const MOST_UTF8_BYTES = 3;
const LINE_FEED = 10;

/** Returns a part's uncompressed bytes by their hash; throws if it doesn't have the part. */
export type PartSource = (sha256: string) => Uint8Array;

/** A group of parts and the manifest's references to them. */
export interface PartGroup {
  readonly references: readonly PartReference[];
  readonly parts: readonly DatasetPart[];
}

/** Splits lines (without line feeds) into parts. Appending lines never changes a full part. */
export function toParts(lines: Iterable<string>): PartGroup {
  const references: PartReference[] = [];
  const parts: DatasetPart[] = [];
  // Encode each line at once: ten thousand waiting strings would dominate the garbage collector's copying.
  let part = Buffer.allocUnsafe(PART_BYTES);
  let [size, count] = [0, 0];
  const flush = (): void => {
    if (count === 0) return;
    const bytes = new Uint8Array(part.subarray(0, size));
    const hash = toHex(sha256(bytes));
    references.push({ sha256: hash, bytes: size, lines: count });
    parts.push({ sha256: hash, bytes });
    [size, count] = [0, 0];
  };
  for (const line of lines) {
    const most = size + MOST_UTF8_BYTES * line.length + 1;
    if (most > part.length) part = Buffer.concat([part.subarray(0, size)], 2 * most);
    size += part.write(line, size, 'utf8');
    part[size++] = LINE_FEED;
    count += 1;
    if (count === PART_LINES || size >= PART_BYTES) flush();
  }
  flush();
  return { references, parts };
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
