import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Clock } from './clock';
import type { PassedLine } from './passed-lines';

/** How often a file is looked at for more, milliseconds. */
const POLL_MS = 1_000;
const CHUNK_BYTES = 1 << 16;
/** Longest line, bytes. */
const LONGEST_LINE = 1 << 16;

/** How to follow a file. */
export interface FollowOptions {
  clock: Pick<Clock, 'sleep'>;
  signal: AbortSignal;
  /** Called for a line that was never ended. */
  passed: (line: PassedLine) => void;
  log: (line: string) => void;
}

/** Lines that came together, and whether they are the first ones of another file than those before. */
export interface FollowedLines {
  lines: string[];
  isFresh: boolean;
}

/**
 * Yields the lines of a file that grows, until the signal is aborted. When another file takes its name, what is left of the
 * old one is read first; when it gets shorter, it is read from its start. A line counts once its end is written: of one
 * that is cut off, 1 may be what is left of 1234. A file that isn't there, or can't be read, is waited for.
 */
export async function* followLines(file: string, options: FollowOptions): AsyncGenerator<FollowedLines> {
  const { clock, signal, log } = options;
  let told = '';
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    let descriptor: number;
    try {
      descriptor = openSync(file, 'r');
    } catch (error) {
      const { message } = error as Error;
      if (message !== told) log(`${file}: waiting for it: ${message}`);
      told = message;
      await clock.sleep(POLL_MS, signal);
      continue;
    }
    told = '';
    try {
      yield* linesOf(file, descriptor, !isFirst, options);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Yields the lines of an open file until its name is another file's, or it was cut. */
async function* linesOf(
  file: string,
  descriptor: number,
  isFresh: boolean,
  { clock, signal, passed, log }: FollowOptions,
): AsyncGenerator<FollowedLines> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  let [position, line, isDropping] = [0, 0, false];
  const giveUp = (code: string, why: string) => {
    passed({ line: line + 1, code, why, text: rest.toString('utf8', 0, 1_000) });
    rest = Buffer.alloc(0);
  };
  while (!signal.aborted) {
    // In this order: what is written before another file takes the name is still read.
    const isReplaced = !isSame(file, descriptor);
    if (fstatSync(descriptor).size < position) {
      log(`${file}: it was cut; reading it from its start`);
      break;
    }
    const length = readSync(descriptor, chunk, 0, CHUNK_BYTES, position);
    if (length === 0) {
      if (isReplaced) {
        log(`${file}: another file has its name; reading that`);
        break;
      }
      await clock.sleep(POLL_MS, signal);
      continue;
    }
    position += length;
    let read = chunk.subarray(0, length);
    if (isDropping) {
      const end = read.indexOf(0x0a) + 1;
      if (end === 0) continue;
      [isDropping, read, line] = [false, read.subarray(end), line + 1];
    }
    const text = Buffer.concat([rest, read]);
    const end = text.lastIndexOf(0x0a) + 1;
    rest = text.subarray(end);
    if (end > 0) {
      const lines = text.toString('utf8', 0, end - 1).split(/\r?\n/);
      line += lines.length;
      yield { lines, isFresh };
      isFresh = false;
    }
    if (rest.length > LONGEST_LINE) {
      giveUp('too-long', `It has more than ${LONGEST_LINE} bytes.`);
      isDropping = true;
    }
  }
  if (rest.length > 0 && !signal.aborted) giveUp('unfinished', 'The file ended within this line.');
}

function isSame(file: string, descriptor: number): boolean {
  const open = fstatSync(descriptor);
  const named = statSync(file, { throwIfNoEntry: false });
  return named === undefined || (named.ino === open.ino && named.dev === open.dev);
}
