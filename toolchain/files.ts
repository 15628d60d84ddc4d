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

/** Returns a file's bytes, or `undefined` if it doesn't exist. */
export function readIfPresent(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

/**
 * Writes a file atomically: readers see the old or the new bytes but never a part, even after an interruption. A file
 * that already has these bytes is not touched and keeps its modification time.
 */
export function writeWhole(file: string, content: Buffer | string): void {
  const bytes = Buffer.from(content);
  if (readIfPresent(file)?.equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, file);
}

/** Creates or replaces a symbolic link atomically. */
export function linkWhole(link: string, to: string): void {
  mkdirSync(dirname(link), { recursive: true });
  const temporary = `${link}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  symlinkSync(to, temporary);
  renameSync(temporary, link);
}

/**
 * Creates a folder atomically: fills a temporary folder next to it and renames that when it is complete. If another
 * process was faster, keeps that folder.
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
