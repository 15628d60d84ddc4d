import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DeviceError } from './errors';

/**
 * Creates `file + ".lock"`, which holds the process id, and returns a function that removes it. A lock whose process is
 * gone is taken over. Without the lock, two agents with one outbox could give the same sequence number to two readings.
 * @throws DeviceError `outbox_locked`
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(lock, `${process.pid}\n`, { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const holder = Number(readFileSync(lock, 'utf8'));
      if (attempt > 0 || isRunning(holder)) {
        const what = `is in use by process ${holder}; stop it first, or remove ${lock} if that process is not an agent`;
        throw new DeviceError('outbox_locked', `${file} ${what}`, { cause: error });
      }
      rmSync(lock, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
