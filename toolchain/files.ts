import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A file's bytes, or `undefined` if there is none. */
export function readIfPresent(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

/**
 * Writes a file so that a reader, or whoever comes after an interruption, sees the old or the new bytes, never a part.
 * A file that has those bytes already is left alone, and so is its time of change.
 */
export function writeWhole(file: string, content: Buffer | string): void {
  const bytes = Buffer.from(content);
  if (readIfPresent(file)?.equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, file);
}

/** Makes a symbolic link, or points the one that is there elsewhere, with no moment in which there is none. */
export function linkWhole(link: string, to: string): void {
  mkdirSync(dirname(link), { recursive: true });
  const temporary = `${link}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  symlinkSync(to, temporary);
  renameSync(temporary, link);
}

/**
 * Makes a folder by filling a temporary one beside it and renaming that once it is whole. If another process was
 * faster, its folder stays.
 */
export function makeFolderWhole(folder: string, fill: (temporary: string) => void): void {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}.tmp-`);
  try {
    fill(temporary);
    renameSync(temporary, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
