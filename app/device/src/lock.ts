import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DeviceError } from './errors';

/**
 * Creates `file + ".lock"`, which names the process, and returns a function that removes it. A lock whose process is
 * gone is taken over, also if another process has its id since the machine started again. Without the lock, two agents with one outbox could give the same sequence number to two readings.
 * @throws DeviceError `outbox_locked`
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(lock, `${process.pid} ${startOf(process.pid)}\n`, { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const [pid, start] = readFileSync(lock, 'utf8').trim().split(' ');
      const holder = Number(pid);
      const isSame = start === undefined || start === startOf(holder);
      if (attempt > 0 || (isSame && isRunning(holder))) {
        const what = `is in use by process ${holder}; stop it first, or remove ${lock} if that process is not an agent`;
        throw new DeviceError('outbox_locked', `${file} ${what}`, { cause: error });
      }
      rmSync(lock, { force: true });
    }
  }
}

/** What tells a process from a later one with its id: where Linux says it, the boot and the process's start in it. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22; the second is a name in brackets that may have blanks.
    return `${boot}/${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return 'unknown';
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
