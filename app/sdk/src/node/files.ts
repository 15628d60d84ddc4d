import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { CommonwireError } from '../core/errors';

/** A file that can't be read, or doesn't hold what it should. */
export class FileError extends CommonwireError {
  declare readonly code: 'unreadable-file' | 'bad-json' | 'bad-key-file';
}

const expanded = (path: string): string => path.replace(/^~(?=\/)/, homedir());

/** Permissions of a file that let others than its owner read it. */
const READ_BY_OTHERS = 0o044;

/** Whether others than its owner can read a file. Never on Windows, whose permissions are others, nor for a pipe. */
export function isReadByOthers(path: string): boolean {
  if (process.platform === 'win32') return false;
  const found = statSync(expanded(path), { throwIfNoEntry: false });
  return found?.isFile() === true && (found.mode & READ_BY_OTHERS) !== 0;
}

/** The bytes of a file; `~/` is the user's home. @throws FileError `unreadable-file` */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(expanded(path));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new FileError('unreadable-file', `${path} can't be read: ${why}`, { cause });
  }
}

/** The text of a file; `~/` is the user's home. @throws FileError `unreadable-file` */
export const readText = (path: string): string => readBytes(path).toString('utf8');

/** The value in a JSON file. @throws FileError `unreadable-file`, `bad-json` */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FileError('bad-json', `${path} is not JSON: ${(cause as Error).message}`);
  }
}
